"""Surveys, Kano pairs, wallet, points, referrals, leads, and what came of campaigns.

`TRUTH` holds every planted parameter; the code reads it.
"""

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm

from . import stream
from .parameters import MARKETS
from .service import END, choose, first_record

SCORES = np.arange(1, 11)
DIMENSIONS = {"tangibles": 4, "reliability": 5, "responsiveness": 4, "assurance": 4, "empathy": 5}
ITEMS = np.repeat(list(DIMENSIONS), list(DIMENSIONS.values()))
QUARTERS = pd.period_range("2024Q1", "2025Q4", freq="Q")
NPS_GROUPS = {"detractor": 0, "passive": 7, "promoter": 9}  # from which score on

# Berger's table (1993): rows the answer when the feature is there (like … dislike), columns when it is missing.
BERGER = np.array([list("QAAAO"), list("RIIIM"), list("RIIIM"), list("RIIIM"), list("RRRRQ")])

TRUTH = {
    "surveys": {
        "respondents": 1000,
        "days_after_order": [3, 14],
        "stay_days": 180,
        # Satisfaction is normal, rounded to 1–10. Where Qinghe is alone people are less pleased, and stay.
        "satisfaction": {
            "qiming": {"mean": 6.4, "sd": 2.0}, "changgeng": {"mean": 6.9, "sd": 2.0},
            "yinghuo": {"mean": 7.0, "sd": 2.0}, "chenxing": {"mean": 7.2, "sd": 2.0},
        },
        # Chance to stay = low + (high - low) * ((satisfaction - 1) / 9) ** bend.
        "loyalty_curve": {
            "qiming": {"low": 0.80, "high": 0.96, "bend": 1.0}, "changgeng": {"low": 0.45, "high": 0.96, "bend": 1.2},
            "yinghuo": {"low": 0.20, "high": 0.95, "bend": 1.8}, "chenxing": {"low": 0.05, "high": 0.93, "bend": 4.0},
        },
        # The answer about recommending: satisfaction plus a step.
        "nps_step": {"-2": 0.06, "-1": 0.17, "0": 0.37, "1": 0.28, "2": 0.12},
        "reasons": {
            "detractor": {
                "delivery": 0.30, "price": 0.25, "service": 0.20, "app": 0.12, "quality": 0.08, "range": 0.05,
            },
            "passive": {
                "price": 0.32, "delivery": 0.18, "quality": 0.18, "range": 0.16, "service": 0.10, "app": 0.06,
            },
            "promoter": {
                "quality": 0.36, "service": 0.20, "price": 0.18, "range": 0.14, "delivery": 0.08, "app": 0.04,
            },
        },
        # 22 pairs of SERVQUAL: mean expectation, mean perception, correlation of what is perceived with satisfaction.
        "servqual": {
            "tangibles": {"expectation": 5.2, "perception": 5.3, "satisfaction": 0.10},
            "reliability": {"expectation": 6.1, "perception": 5.0, "satisfaction": 0.65},
            "responsiveness": {"expectation": 5.9, "perception": 5.1, "satisfaction": 0.50},
            "assurance": {"expectation": 5.8, "perception": 5.4, "satisfaction": 0.25},
            "empathy": {"expectation": 5.4, "perception": 4.8, "satisfaction": 0.35},
        },
        "answer_sd": {"expectation": 1.0, "perception": 1.2},
        "item_spread": 0.2, "item_loading": 0.8,
        "straight_liners": 0.04, "missing_answers": 0.025, "broken_off": 0.03,
    },
    "kano": {
        "respondents": 300,
        "features": {
            "fresh_undamaged": "M", "correct_bill": "M", "fast_refund": "O", "member_price": "O",
            "free_tasting": "A", "delivery_30min": "A", "app_themes": "I", "sales_calls": "R",
        },
        # For these customers the feature has become a matter of course.
        "except": {"feature": "delivery_30min", "segment": "snacker", "class": "M"},
        # Each respondent's own class, given the class of the feature; 2 % contradict themselves (Q).
        "classes": {
            "M": {"M": 0.62, "O": 0.18, "I": 0.14, "A": 0.04, "Q": 0.02},
            "O": {"O": 0.58, "M": 0.18, "A": 0.16, "I": 0.06, "Q": 0.02},
            "A": {"A": 0.60, "I": 0.20, "O": 0.14, "M": 0.04, "Q": 0.02},
            "I": {"I": 0.68, "A": 0.14, "M": 0.08, "R": 0.08, "Q": 0.02},
            "R": {"R": 0.56, "I": 0.36, "A": 0.06, "Q": 0.02},
        },
        "importance": {"M": 7.8, "O": 7.2, "A": 5.0, "I": 2.6, "R": 3.0, "Q": 4.0}, "importance_sd": 1.2,
    },
    "wallet": {
        "share_of_wallet": {"qiming": 0.65, "changgeng": 0.50, "yinghuo": 0.40, "chenxing": 0.28},
        "competitors": {
            "qiming": {"a": 0.70, "b": 0.20, "c": 0.10}, "changgeng": {"a": 0.50, "b": 0.30, "c": 0.20},
            "yinghuo": {"a": 0.35, "b": 0.45, "c": 0.20}, "chenxing": {"a": 0.30, "b": 0.30, "c": 0.40},
        },
        # Who left spends more elsewhere; half of a household's spending elsewhere goes with its size here.
        "left_factor": 1.6, "with_size": 0.5, "spread": 0.5, "quarter_spread": 0.25,
    },
    "points": {
        "points_per_yuan": 1, "yuan_per_point": 0.01, "redeemed_in": 500, "expire_after_quarters": 4,
        # Chance of a member with 500 points or more to redeem in a quarter.
        "redeem": {"stocker": 0.35, "gourmet": 0.12, "bargain": 0.60, "snacker": 0.25, "reseller": 0.95},
    },
    "referrals": {
        # Who recommends: weight by the answer about recommending, and a personal factor with a long tail.
        "weight": {"promoter": 4.0, "passive": 1.0, "detractor": 0.25, "not asked": 1.0}, "tail_shape": 0.2,
    },
    "opportunities": {
        "leads": 800,
        "source": {"fair": 0.25, "web": 0.35, "referral": 0.15, "cold_call": 0.25},
        "industry": {"office": 0.35, "school": 0.2, "factory": 0.2, "restaurant": 0.15, "clinic": 0.1},
        "won_logit": {
            "intercept": -1.9, "fair": 0.0, "web": -0.3, "referral": 1.0, "cold_call": -0.9,
            "ln_size_100": 0.35, "visits": 0.45, "days_to_reply": -0.15, "asked_price": 0.8,
        },
        # The mean delay of each owner; raw win rates differ because of it, not because of talent.
        "reply_days": {"S1": 1.5, "S2": 2.0, "S3": 6.0, "S4": 2.5},
        "asked_price": 0.35, "visits": 1.2, "size": {"median": 80, "spread": 0.9},
        "yuan_per_head": {"median": 160, "spread": 0.4}, "days_to_close": {"shape": 2.5, "scale": 18},
        "lost_before_offer": 0.45,
    },
}  # fmt: skip


def choose_by(rng, shares, keys):
    """Draw a code for each key, by the shares that belong to it."""
    keys = np.asarray(keys)
    drawn = np.empty(len(keys), object)
    for key, plan in shares.items():
        drawn[keys == key] = choose(rng, plan, (keys == key).sum())
    return drawn


def people(world):
    """Return the records of households that buy for themselves, with person, segment and market."""
    who = world.records[["customer_id", "person"]].copy()
    for column in ["segment", "market", "kind"]:
        who[column] = world.persons[column].to_numpy()[who["person"].to_numpy()]
    return who[(who["kind"] == "household") & (who["segment"] != "reseller")]


# Campaigns


def campaigns(world):
    """Return who was in a campaign, treated or not, and the orders of the 30 days from its first day on."""
    table = world.campaigns[["campaign", "date", "customer_id", "treated"]].reset_index(drop=True)
    orders = world.orders[["customer_id", "date", "amount"]].dropna(subset="customer_id")
    both = table.reset_index().merge(orders, on="customer_id", suffixes=("", "_order"))
    days = (both["date_order"] - both["date"]).dt.days
    spend = both[days.between(0, 29)].groupby("index")["amount"].sum()
    table["ordered_30d"] = table.index.isin(spend.index).astype(int)
    table["spend_30d"] = spend.reindex(table.index, fill_value=0.0).round(2)
    return table.sort_values(["date", "customer_id"], ignore_index=True)


# Surveys


def satisfaction_shares(market):
    """Return the planted chances of satisfaction 1–10."""
    plan = TRUTH["surveys"]["satisfaction"][market]
    below = norm.cdf(np.r_[-np.inf, SCORES[:-1] + 0.5, np.inf], plan["mean"], plan["sd"])
    return np.diff(below)


def loyalty_curve(market):
    """Return the planted chance to stay for satisfaction 1–10."""
    plan = TRUTH["surveys"]["loyalty_curve"][market]
    return plan["low"] + (plan["high"] - plan["low"]) * ((SCORES - 1) / 9) ** plan["bend"]


def nps_shares(satisfaction):
    """Return the planted shares of detractors, passives and promoters at given chances of satisfaction."""
    plan = TRUTH["surveys"]["nps_step"]
    scores = np.zeros(11)
    for step, share in plan.items():
        np.add.at(scores, np.clip(SCORES + int(step), 0, 10), share * satisfaction)
    return dict(zip(NPS_GROUPS, np.add.reduceat(scores, list(NPS_GROUPS.values())).tolist(), strict=True))


def moments(market):
    """Return mean and standard deviation of the planted satisfaction."""
    shares = satisfaction_shares(market)
    mean = shares @ SCORES
    return mean, np.sqrt(shares @ (SCORES - mean) ** 2)


def survey_plan(rng):
    """Draw the market, satisfaction and fate of each respondent."""
    size = TRUTH["surveys"]["respondents"]
    plan = pd.DataFrame({"market": np.repeat(list(MARKETS), [round(size * share) for _, share in MARKETS.values()])})
    for market, rows in plan.groupby("market").groups.items():
        plan.loc[rows, "satisfaction"] = rng.choice(SCORES, len(rows), p=satisfaction_shares(market))
        chance = loyalty_curve(market)[plan.loc[rows, "satisfaction"].astype(int) - 1]
        plan.loc[rows, "stays"] = rng.random(len(rows)) < chance
    return plan.astype({"satisfaction": int, "stays": int})


def occasions(rng, world):
    """Return the orders after which a survey could be sent, and whether the customer ordered again within 180 days."""
    who = people(world)
    alone = who[~who["person"].duplicated(keep=False)]
    orders = world.orders[["customer_id", "date"]].merge(alone, on="customer_id").sort_values(["customer_id", "date"])
    first, last = TRUTH["surveys"]["days_after_order"]
    stay = pd.Timedelta(days=TRUTH["surveys"]["stay_days"])
    following = orders.groupby("customer_id")["date"].shift(-1)
    orders["order_date"] = orders["date"]
    orders["date"] += pd.to_timedelta(rng.integers(first, last + 1, len(orders)), "D")
    orders["stays"] = (following <= orders["date"] + stay).astype(int)
    sent = (orders["date"] + stay <= END) & ~(following <= orders["date"])
    return orders[sent]


def respondents(rng, world, plan):
    """Find for each row of the plan a customer of its market who did stay, or leave, as it says."""
    found = occasions(rng, world).sample(frac=1, random_state=rng)
    leaver = found[found["stays"] == 0].drop_duplicates("customer_id")
    stayer = found[(found["stays"] == 1) & ~found["customer_id"].isin(leaver["customer_id"])]
    pool = pd.concat([leaver, stayer.drop_duplicates("customer_id")])
    taken = []
    for key, rows in plan.groupby(["market", "stays"]).groups.items():
        fitting = pool[(pool["market"] == key[0]) & (pool["stays"] == key[1])]
        if len(fitting) < len(rows):
            raise ValueError(f"{key}: {len(rows)} respondents wanted, {len(fitting)} customers fit")
        taken.append(fitting.iloc[: len(rows)][["customer_id", "date", "segment"]].set_index(rows))
    return plan.join(pd.concat(taken))


def latent_mean(mean, sd):
    """Return the mean of a normal answer which, rounded to 1–7, has the mean wanted."""
    cuts = np.arange(1.5, 7)
    return brentq(lambda at: 1 + norm.sf(cuts, at, sd).sum() - mean, -5, 13)


def items(rng, kind, factors):
    """Return 22 answers 1–7 of everybody; ``factors`` are the standard-normal dimensions of each respondent."""
    plan = TRUTH["surveys"]
    sd, loading = plan["answer_sd"][kind], plan["item_loading"]
    answers = np.empty((len(factors), len(ITEMS)))
    for dimension in DIMENSIONS:
        columns = np.flatnonzero(ITEMS == dimension)
        spread = np.linspace(-plan["item_spread"], plan["item_spread"], len(columns))
        means = [latent_mean(plan["servqual"][dimension][kind] + step, sd) for step in spread]
        noise = rng.standard_normal((len(factors), len(columns)))
        mood = loading * factors[dimension].to_numpy()[:, None] + np.sqrt(1 - loading**2) * noise
        answers[:, columns] = np.clip(np.round(means + sd * mood), 1, 7)
    return answers


def dimensions(rng, table):
    """Return the perceived dimensions of each respondent, standard normal, correlated with satisfaction as planted."""
    mean, sd = (table["market"].map({market: moments(market)[at] for market in MARKETS}) for at in (0, 1))
    pleased = ((table["satisfaction"] - mean) / sd).to_numpy()
    correlation = np.array([plan["satisfaction"] for plan in TRUTH["surveys"]["servqual"].values()])
    noise = rng.standard_normal((len(table), len(correlation)))
    return pd.DataFrame(np.outer(pleased, correlation) + np.sqrt(1 - correlation**2) * noise, columns=list(DIMENSIONS))


def spoil(rng, answers):
    """Plant the faults of real surveys: straight-liners, people who break off, single answers left out."""
    plan, size = TRUTH["surveys"], len(answers)
    bored = rng.random(size) < plan["straight_liners"]
    answers[bored] = rng.choice([4, 5, 6, 7], (bored.sum(), 1))
    stopped = ~bored & (rng.random(size) < plan["broken_off"])
    answers[np.ix_(stopped, np.arange(33, 44))] = np.nan
    answers[~bored[:, None] & (rng.random(answers.shape) < plan["missing_answers"])] = np.nan
    return answers


def surveys(rng, world):
    """Return the survey after an order: 22 expectations and perceptions, satisfaction, NPS, reason, and who stayed."""
    plan = TRUTH["surveys"]
    table = respondents(rng, world, survey_plan(rng))
    step = choose(rng, plan["nps_step"], len(table)).astype(int)
    nps = np.clip(table["satisfaction"].to_numpy() + step, 0, 10)
    expected = pd.DataFrame(rng.standard_normal((len(table), len(DIMENSIONS))), columns=list(DIMENSIONS))
    answers = np.hstack([items(rng, "expectation", expected), items(rng, "perception", dimensions(rng, table))])
    names = [f"{letter}{number:02}" for letter in "ep" for number in range(1, 23)]
    answers = pd.DataFrame(spoil(rng, answers), columns=names).astype("Int64")
    table = pd.concat([table[["customer_id", "date", "market"]], answers, table[["satisfaction"]]], axis=1)
    table["nps"] = nps
    table["reason"] = choose_by(rng, plan["reasons"], nps_group(nps))
    table["stays"] = survey_fate(table, world)
    return table.sort_values(["date", "customer_id"], ignore_index=True)


def nps_group(scores):
    """Return detractor, passive or promoter."""
    return np.array(list(NPS_GROUPS))[np.searchsorted(list(NPS_GROUPS.values()), scores, side="right") - 1]


def survey_fate(table, world):
    """Return 1 for respondents who ordered again within 180 days of the survey, from the orders."""
    orders = world.orders[["customer_id", "date"]].dropna().set_index("customer_id")["date"]
    days = (orders - table.set_index("customer_id")["date"].reindex(orders.index)).dt.days.rename("days").reset_index()
    again = days.loc[days["days"].between(1, TRUTH["surveys"]["stay_days"]), "customer_id"]
    return table["customer_id"].isin(again).astype(int)


# Kano


def kano(rng, survey, segments):
    """Return the Kano pairs of some of the respondents: each answers as his own class of the feature makes him."""
    plan = TRUTH["kano"]
    who = np.sort(rng.choice(survey["customer_id"].to_numpy(str), plan["respondents"], replace=False))
    features = list(plan["features"])
    table = pd.DataFrame({"customer_id": np.repeat(who, len(features)), "feature": np.tile(features, len(who))})
    planted = table["feature"].map(plan["features"]).to_numpy(object)
    other = plan["except"]
    spoilt = (table["feature"] == other["feature"]) & (table["customer_id"].map(segments) == other["segment"])
    planted[spoilt] = other["class"]
    own = choose_by(rng, plan["classes"], planted)
    cells = np.array([rng.choice(np.flatnonzero(BERGER.ravel() == letter)) for letter in own])
    table["functional"], table["dysfunctional"] = cells // 5 + 1, cells % 5 + 1
    score = pd.Series(own).map(plan["importance"]).to_numpy(float)
    score = score + plan["importance_sd"] * rng.standard_normal(len(own))
    table["importance"] = score.round().clip(1, 9).astype(int)
    return table


# Wallet and points


def spend_by_quarter(world, ids):
    """Return yuan by customer_id (rows, as asked) and quarter (columns)."""
    orders = world.orders.dropna(subset="customer_id")
    quarter = orders["date"].dt.to_period("Q")
    spend = orders.groupby([orders["customer_id"], quarter])["amount"].sum().unstack(fill_value=0.0)
    return spend.reindex(index=ids, columns=QUARTERS, fill_value=0.0).fillna(0.0).round(2)


def elsewhere(rng, own, survey):
    """Return the yuan that each respondent spends with competitors in each quarter, given what he spends here.

    They are so scaled that Qinghe's share of each market is the planted one, before the noise of the quarters.
    """
    plan = TRUTH["wallet"]
    here = pd.Series(own.mean(axis=1)).groupby(survey["market"])
    size = plan["with_size"] * own.mean(axis=1) + (1 - plan["with_size"]) * here.transform("mean")
    loose = size * rng.lognormal(0, plan["spread"], len(own)) * np.where(survey["stays"] == 0, plan["left_factor"], 1)
    share = survey["market"].map(plan["share_of_wallet"])
    others = loose * here.transform("sum") / loose.groupby(survey["market"]).transform("sum") * (1 - share) / share
    season = own.mean(axis=0) / own.mean()
    return others.to_numpy()[:, None] * season * rng.lognormal(0, plan["quarter_spread"], own.shape)


def wallet(rng, world, survey):
    """Return what the respondents of the survey spent in 2025, quarter by quarter, here and with three competitors."""
    survey = survey.sort_values("customer_id", ignore_index=True)
    own = spend_by_quarter(world, survey["customer_id"]).iloc[:, 4:].to_numpy()
    shops = TRUTH["wallet"]["competitors"]
    liking = np.array([[list(shops[market].values())] for market in survey["market"]])
    split = rng.gamma(8 * np.broadcast_to(liking, (*own.shape, 3)))
    split *= (elsewhere(rng, own, survey) / split.sum(axis=-1))[..., None]
    table = pd.DataFrame({
        "customer_id": np.repeat(survey["customer_id"].to_numpy(), 4),
        "quarter": np.tile(QUARTERS[4:].astype(str), len(survey)),
        "own": own.ravel(),
    })  # fmt: skip
    table[["competitor_a", "competitor_b", "competitor_c"]] = split.reshape(-1, 3).round().astype(int)
    return table


def points(rng, world):
    """Return points by member and quarter in which something moved; the oldest are redeemed first, and expire first."""
    plan = TRUTH["points"]
    members = world.records[world.persons["kind"].eq("household").to_numpy()[world.records["person"].to_numpy()]]
    ids = np.sort(members["customer_id"].to_numpy(str))
    segment = members.set_index("customer_id")["person"].map(world.persons["segment"]).reindex(ids)
    earned = np.floor(spend_by_quarter(world, ids).to_numpy() * plan["points_per_yuan"]).astype(int)
    willing = rng.random(earned.shape) < segment.map(plan["redeem"]).to_numpy(float)[:, None]
    lots, redeemed, expired = np.zeros_like(earned), np.zeros_like(earned), np.zeros_like(earned)
    for quarter in range(earned.shape[1]):
        old = quarter - plan["expire_after_quarters"]
        if old >= 0:
            expired[:, quarter], lots[:, old] = lots[:, old], 0
        lots[:, quarter] = earned[:, quarter]
        blocks = rng.integers(0, lots.sum(axis=1) // plan["redeemed_in"], endpoint=True)
        redeemed[:, quarter] = blocks * plan["redeemed_in"] * willing[:, quarter]
        lots -= np.diff(np.minimum(lots.cumsum(axis=1), redeemed[:, [quarter]]), axis=1, prepend=0)
    balance = (earned - redeemed - expired).cumsum(axis=1)
    table = pd.DataFrame({
        "customer_id": np.repeat(ids, len(QUARTERS)), "quarter": np.tile(QUARTERS.astype(str), len(ids)),
        "earned": earned.ravel(), "redeemed": redeemed.ravel(), "expired": expired.ravel(), "balance": balance.ravel(),
    })  # fmt: skip
    return table[table[["earned", "redeemed", "expired"]].any(axis=1)].reset_index(drop=True)


# Referrals and leads


def referrals(rng, world, survey):
    """Return who brought whom: a newcomer by referral was sent by somebody of his market who had joined before him."""
    plan = TRUTH["referrals"]
    persons = world.persons
    ids = first_record(world).reindex(persons.index)
    asked = pd.Series(nps_group(survey["nps"]), index=survey["customer_id"].to_numpy())
    weight = ids.map(asked).fillna("not asked").map(plan["weight"]).to_numpy()
    weight = weight * rng.gamma(plan["tail_shape"], size=len(ids))
    weight[persons["segment"].isin(["business", "reseller"]).to_numpy()] = 0
    market, joined = persons["market"].to_numpy(), persons["joined"].to_numpy()
    rows = []
    for person in np.flatnonzero((persons["channel"] == "referral") & (persons["kind"] == "household")):
        fitting = weight * ((market == market[person]) & (joined < joined[person]))
        if fitting.any():
            friend = rng.choice(len(fitting), p=fitting / fitting.sum())
            rows.append((ids.iloc[friend], ids.iloc[person], joined[person]))
    table = pd.DataFrame(rows, columns=["referrer_id", "referred_id", "date"])
    return table.sort_values(["date", "referred_id"], ignore_index=True)


def won_logit(leads):
    """Return the planted logit that a lead is won."""
    plan = TRUTH["opportunities"]["won_logit"]
    logit = plan["intercept"] + leads["source"].map(plan) + plan["ln_size_100"] * np.log(leads["size"] / 100)
    return logit + sum(plan[column] * leads[column] for column in ["visits", "days_to_reply", "asked_price"])


def leads(rng):
    """Return a year of leads with what is known of them in their first weeks."""
    plan = TRUTH["opportunities"]
    number, size, replies = plan["leads"], plan["size"], plan["reply_days"]
    table = pd.DataFrame({"lead_id": [f"L{row:03}" for row in range(1, number + 1)]})
    table["date"] = np.sort(rng.choice(pd.date_range("2025-01-02", "2025-12-28"), number))
    table["source"], table["industry"] = choose(rng, plan["source"], number), choose(rng, plan["industry"], number)
    table["size"] = np.ceil(rng.lognormal(np.log(size["median"]), size["spread"], number)).astype(int)
    table["visits"] = rng.poisson(plan["visits"], number)
    table["owner"] = rng.choice(list(replies), number)
    table["days_to_reply"] = rng.exponential(table["owner"].map(replies).to_numpy(float)).round().astype(int)
    table["asked_price"] = (rng.random(number) < plan["asked_price"]).astype(int)
    return table


def opportunities(rng):
    """Return the leads and what became of them: closed ones won or lost, the youngest still open."""
    plan, table = TRUTH["opportunities"], leads(rng)
    won = rng.random(len(table)) < 1 / (1 + np.exp(-won_logit(table).to_numpy()))
    days = 5 + rng.gamma(plan["days_to_close"]["shape"], plan["days_to_close"]["scale"], len(table)).round()
    closed = table["date"] + pd.to_timedelta(days, "D")
    is_open = (closed > END).to_numpy()
    early = ~won & (rng.random(len(table)) < plan["lost_before_offer"])
    step = np.minimum((END - table["date"]).dt.days / days * 4, np.where(early, 1, 3)).astype(int).clip(0, 3)
    stage = np.array(["lead", "contacted", "offer", "negotiation"])[step]
    table["stage"] = np.where(is_open, stage, np.where(won, "won", "lost"))
    table["closed"] = closed.mask(is_open)
    a_head = rng.lognormal(np.log(plan["yuan_per_head"]["median"]), plan["yuan_per_head"]["spread"], len(table))
    amount = (table["size"] * a_head / 100).round().clip(lower=1).astype("Int64") * 100
    table["amount"] = amount.mask(np.where(is_open, step < 2, early))
    table["won"] = pd.Series(won.astype(int), dtype="Int64").mask(is_open)
    return table


def derived():
    """Return what follows exactly from the planted parameters: curves, shares and gaps to compare with."""
    share = {market: satisfaction_shares(market) for market in MARKETS}
    servqual = TRUTH["surveys"]["servqual"]
    return {
        "satisfaction_shares": {market: shares.round(6).tolist() for market, shares in share.items()},
        "stays_by_satisfaction": {market: loyalty_curve(market).round(6).tolist() for market in MARKETS},
        "nps": {market: round(group["promoter"] - group["detractor"], 6)
                for market, group in ((market, nps_shares(shares)) for market, shares in share.items())},
        "gap": {name: round(plan["perception"] - plan["expectation"], 6) for name, plan in servqual.items()},
        "items": {name: [f"{at + 1:02}" for at in np.flatnonzero(ITEMS == name)] for name in DIMENSIONS},
    }  # fmt: skip


TRUTH["surveys"]["follows"] = derived()


def tables(world):
    """Return the files of this module by name."""
    survey = surveys(stream("surveys"), world)
    segments = people(world).set_index("customer_id")["segment"]
    return {
        "qinghe_campaigns": campaigns(world),
        "qinghe_surveys": survey,
        "qinghe_kano": kano(stream("kano"), survey, segments),
        "qinghe_wallet": wallet(stream("wallet"), world, survey),
        "qinghe_points": points(stream("points"), world),
        "qinghe_referrals": referrals(stream("referrals"), world, survey),
        "qinghe_opportunities": opportunities(stream("opportunities")),
    }
