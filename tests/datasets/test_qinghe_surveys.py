"""What Qinghe's customers say, spend and bring: each planted truth is found again in the files.

"Within three standard errors" means that of the estimate; the files are fixed, so a test passes always or never.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from crmlib import datasets
from tests.support import PROJECT
from tests.support.estimates import assert_near, logit, ordered_again

DATA = PROJECT / "datasets"
TRUTH = datasets.load_qinghe_truth()
END = pd.Timestamp("2025-12-31")
MARKETS = ["qiming", "changgeng", "yinghuo", "chenxing"]
COMPETITORS = ["competitor_a", "competitor_b", "competitor_c"]
FILES = "complaints contacts calls campaigns surveys kano wallet points referrals opportunities stamps".split()


@pytest.fixture(scope="module")
def kano():
    return datasets.load_qinghe_kano()


@pytest.fixture(scope="module")
def wallet():
    return datasets.load_qinghe_wallet()


@pytest.fixture(scope="module")
def points():
    return datasets.load_qinghe_points()


@pytest.fixture(scope="module")
def leads():
    return datasets.load_qinghe_opportunities()


# Surveys


def test_surveys_say_who_stays_as_the_orders_do(surveys, orders):
    assert surveys["customer_id"].is_unique and len(surveys) == TRUTH["surveys"]["respondents"]
    assert (surveys["stays"] == ordered_again(surveys, orders)).all()
    market = datasets.load_qinghe_customers().set_index("customer_id")["market"]
    assert (surveys["market"] == surveys["customer_id"].map(market)).all()
    known = orders[["customer_id", "date"]].dropna()
    known = known.assign(order=known["date"])
    last = pd.merge_asof(surveys[["customer_id", "date"]], known, on="date", by="customer_id")
    assert (last["date"] - last["order"]).dt.days.between(*TRUTH["surveys"]["days_after_order"]).all()


def fit_curve(table):
    """Return the least minus-log-likelihood of a market's satisfaction–loyalty curve, and the function itself."""
    x, y = (table["satisfaction"].to_numpy(float) - 1) / 9, table["stays"].to_numpy()

    def loss(parameters):
        low, high, bend = parameters
        chance = np.clip(low + (high - low) * x**bend, 1e-9, 1 - 1e-9)
        return -(np.log(chance) * y + np.log(1 - chance) * (1 - y)).sum()

    limits = [(0.001, 0.999), (0.001, 0.999), (0.3, 12)]
    starts = [[0.2, 0.9, 1.0], [0.5, 0.9, 2.0], [0.1, 0.9, 4.0]]
    return min(minimize(loss, start, bounds=limits).fun for start in starts), loss


@pytest.mark.parametrize("market", MARKETS)
def test_satisfaction_loyalty_curve_of_each_market(surveys, market):
    table = surveys[surveys["market"] == market]
    plan = TRUTH["surveys"]["loyalty_curve"][market]
    best, loss = fit_curve(table)
    # Likelihood ratio: 14.2 is what chi-square with three degrees of freedom exceeds once in 370, as three errors do.
    assert 2 * (loss(list(plan.values())) - best) < 14.2
    curve = np.array(TRUTH["surveys"]["follows"]["stays_by_satisfaction"][market])
    for low, high in [(1, 5), (6, 7), (8, 8), (9, 10)]:
        part = table[table["satisfaction"].between(low, high)]
        chance = curve[part["satisfaction"] - 1]
        error = np.sqrt((chance * (1 - chance)).sum()) / len(part)
        assert abs(part["stays"].mean() - chance.mean()) < 3 * error, (low, high)


def test_curves_have_the_shapes_that_chapter_07_shows(surveys):
    """Alone: people stay whatever they feel. Fierce competition: only the delighted stay, and the curve is convex."""
    level = pd.cut(surveys["satisfaction"], [0, 5, 8, 10], labels=["low", "middle", "high"])
    stays = surveys.pivot_table(index="market", columns=level, values="stays", observed=True)
    assert stays.loc["qiming", "low"] > 0.7 and stays.loc["qiming", "high"] - stays.loc["qiming", "low"] < 0.25
    assert stays.loc["chenxing", "low"] < 0.2 and stays.loc["chenxing", "high"] > 0.55
    steps = stays.diff(axis=1)
    assert steps.loc["chenxing", "high"] > 1.5 * steps.loc["chenxing", "middle"]
    assert stays["low"].reindex(MARKETS).is_monotonic_decreasing
    # Where Qinghe is alone, people are not pleased; they stay.
    assert surveys.groupby("market")["satisfaction"].mean().idxmin() == "qiming"


@pytest.mark.parametrize("market", MARKETS)
def test_nps_by_market(surveys, market):
    scores = surveys.loc[surveys["market"] == market, "nps"]
    promoters, detractors = (scores >= 9).mean(), (scores <= 6).mean()
    nps = promoters - detractors
    error = np.sqrt((promoters + detractors - nps**2) / len(scores))
    assert abs(nps - TRUTH["surveys"]["follows"]["nps"][market]) < 3 * error


def nps_group(surveys):
    return pd.cut(surveys["nps"], [-1, 6, 8, 10], labels=["detractor", "passive", "promoter"]).astype(str)


def test_reasons_differ_by_nps_group(surveys):
    for name, reasons in surveys["reason"].groupby(nps_group(surveys)):
        plan = pd.Series(TRUTH["surveys"]["reasons"][name])
        found = reasons.value_counts(normalize=True).reindex(plan.index, fill_value=0)
        assert_near(found, plan, np.sqrt(plan * (1 - plan) / len(reasons)))


def answers(surveys, letter):
    return surveys[[f"{letter}{item:02}" for item in range(1, 23)]].astype(float)


def bored(surveys):
    both = pd.concat([answers(surveys, "e"), answers(surveys, "p")], axis=1)
    return both.nunique(axis=1) == 1


def test_straight_liners_and_missing_answers(surveys):
    plan, size = TRUTH["surveys"], len(surveys)
    assert_near([bored(surveys).mean()], [plan["straight_liners"]], [np.sqrt(plan["straight_liners"] * 0.96 / size)])
    stopped = answers(surveys, "p").iloc[:, 11:].isna().all(axis=1)
    assert_near([stopped.mean()], [plan["broken_off"]], [np.sqrt(plan["broken_off"] / size)])
    missing = answers(surveys[~bored(surveys) & ~stopped], "e").isna().to_numpy().mean()
    assert missing == pytest.approx(plan["missing_answers"], abs=0.004)


def test_servqual_gaps(surveys):
    """Perception minus expectation by dimension, without those who ticked one number all the way down."""
    careful = surveys[~bored(surveys)]
    gap = answers(careful, "p").to_numpy() - answers(careful, "e").to_numpy()
    for dimension, items in TRUTH["surveys"]["follows"]["items"].items():
        each = pd.DataFrame(gap[:, [int(item) - 1 for item in items]]).mean(axis=1).dropna()
        planted = TRUTH["surveys"]["follows"]["gap"][dimension]
        assert abs(each.mean() - planted) < 3 * each.sem(), (dimension, each.mean(), planted)
    everybody = np.nanmean(answers(surveys, "p").to_numpy() - answers(surveys, "e").to_numpy())
    assert abs(everybody) < abs(np.nanmean(gap))


def test_servqual_dimensions_hang_together_and_matter_as_planted(surveys):
    careful = surveys[~bored(surveys)]
    perceived = answers(careful, "p")
    importance = {}
    for dimension, items in TRUTH["surveys"]["follows"]["items"].items():
        block = perceived[[f"p{item}" for item in items]].dropna()
        alpha = len(items) / (len(items) - 1) * (1 - block.var().sum() / block.sum(axis=1).var())
        assert 0.75 < alpha < 0.95, dimension
        scores = block.mean(axis=1)
        importance[dimension] = scores.corr(careful.loc[scores.index, "satisfaction"].astype(float))
    planted = {name: plan["satisfaction"] for name, plan in TRUTH["surveys"]["servqual"].items()}
    assert sorted(importance, key=importance.get) == sorted(planted, key=planted.get)


# Kano

# Berger and others (1993): rows the functional answer 1 like … 5 dislike, columns the dysfunctional one.
BERGER = ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]


def kano_classes(kano):
    return pd.Series([BERGER[f - 1][d - 1] for f, d in zip(kano["functional"], kano["dysfunctional"], strict=True)])


def test_kano_classes_by_majority(kano):
    counts = pd.crosstab(kano["feature"], kano_classes(kano))
    assert counts.idxmax(axis=1).to_dict() == TRUTH["kano"]["features"]
    assert (counts.sum(axis=1) == TRUTH["kano"]["respondents"]).all()
    assert counts["Q"].sum() / len(kano) == pytest.approx(0.02, abs=3 * np.sqrt(0.02 / len(kano)))


def test_kano_exception_of_the_snackers(kano, segments):
    plan = TRUTH["kano"]["except"]
    mine = kano[(kano["feature"] == plan["feature"]) & (kano["customer_id"].map(segments) == plan["segment"])]
    assert len(mine) > 30 and kano_classes(mine).mode()[0] == plan["class"]
    assert plan["class"] != TRUTH["kano"]["features"][plan["feature"]]


def test_kano_respondents_and_importance(kano, surveys):
    assert kano["customer_id"].isin(surveys["customer_id"]).all() and not kano.isna().any(axis=None)
    mean = kano.groupby(kano_classes(kano))["importance"].mean()
    assert mean["M"] > mean["O"] > mean["A"] > mean["I"]


# Wallet and points


def test_wallet_own_spend_is_that_of_the_orders(wallet, orders, surveys):
    quarter = orders["date"].dt.to_period("Q").astype(str)
    spend = orders["amount"].groupby([orders["customer_id"], quarter]).sum().rename("spend")
    keys = pd.MultiIndex.from_frame(wallet[["customer_id", "quarter"]])
    assert keys.is_unique and set(wallet["customer_id"]) == set(surveys["customer_id"])
    assert np.allclose(wallet["own"], spend.reindex(keys).fillna(0.0), atol=0.005)


@pytest.mark.parametrize("market", MARKETS)
def test_share_of_wallet_by_market(wallet, surveys, market):
    plan = TRUTH["wallet"]
    mine = wallet[wallet["customer_id"].isin(surveys.loc[surveys["market"] == market, "customer_id"])]
    total = mine.groupby("customer_id")[["own", *COMPETITORS]].sum()
    share = total["own"].sum() / total.to_numpy().sum()
    assert share == pytest.approx(plan["share_of_wallet"][market], abs=0.02)
    split = total[COMPETITORS].sum() / total[COMPETITORS].to_numpy().sum()
    assert split.to_list() == pytest.approx(list(plan["competitors"][market].values()), abs=0.03)


def test_who_left_spends_elsewhere(wallet, surveys):
    elsewhere = wallet.set_index("customer_id")[COMPETITORS].sum(axis=1).groupby("customer_id").sum()
    table = surveys.set_index("customer_id")
    for market in ["yinghuo", "chenxing"]:
        ratio = elsewhere.groupby(table.loc[table["market"] == market, "stays"]).mean()
        own = wallet.groupby("customer_id")["own"].sum().groupby(table.loc[table["market"] == market, "stays"]).mean()
        assert ratio[0] / own[0] > ratio[1] / own[1]


def test_points_add_up(points, orders):
    moved = points["earned"] - points["redeemed"] - points["expired"]
    assert (moved.groupby(points["customer_id"]).cumsum() == points["balance"]).all()
    assert (points["balance"] >= 0).all() and (points[["earned", "redeemed", "expired"]] >= 0).all(axis=None)
    assert (points["redeemed"] % TRUTH["points"]["redeemed_in"] == 0).all()
    assert not points.duplicated(["customer_id", "quarter"]).any()
    assert points["customer_id"].str.startswith("Q").all()
    quarter = orders["date"].dt.to_period("Q").astype(str)
    spend = orders["amount"].groupby([orders["customer_id"], quarter]).sum().round(2)
    earned = points.set_index(["customer_id", "quarter"])["earned"]
    mine = spend[spend.index.get_level_values(0).str.startswith("Q")]
    assert (np.floor(mine) == earned.reindex(mine.index).fillna(0)).all()
    assert earned.sum() == np.floor(mine).sum()


def test_points_expire_after_four_quarters(points):
    """What was earned is redeemed within four quarters, or expires in the fourth: first in, first out."""
    wide = {name: points.pivot(index="customer_id", columns="quarter", values=name).fillna(0)
            for name in ["earned", "redeemed", "expired"]}  # fmt: skip
    earned, gone = wide["earned"].cumsum(axis=1), (wide["redeemed"] + wide["expired"]).cumsum(axis=1)
    assert (wide["expired"].iloc[:, :4] == 0).all(axis=None) and wide["expired"].to_numpy().sum() > 0
    before = (wide["redeemed"].cumsum(axis=1) + wide["expired"].cumsum(axis=1).shift(axis=1, fill_value=0)).to_numpy()
    redeemed_earlier = before - wide["redeemed"].to_numpy()
    for late in range(4, 8):
        left = np.maximum(earned.iloc[:, late - 4].to_numpy() - redeemed_earlier[:, late], 0)
        assert (wide["expired"].iloc[:, late].to_numpy() == left).all()
    assert (gone <= earned).all(axis=None)


def test_who_redeems(points, segments):
    """Chance of a redemption where there was enough to redeem: bargain hunters most, connoisseurs least."""
    enough = points[points["balance"] + points["redeemed"] >= TRUTH["points"]["redeemed_in"]]
    share = (enough["redeemed"] > 0).groupby(enough["customer_id"].map(segments)).mean()
    households = share.drop("reseller")
    plan = TRUTH["points"]["redeem"]
    assert sorted(households.index, key=households.get) == sorted(households.index, key=plan.get)


# Referrals and leads


def test_referrals_fit_the_customer_file():
    table = datasets.load_qinghe_referrals()
    customers = datasets.load_qinghe_customers().set_index("customer_id")
    for column in ["referrer_id", "referred_id"]:
        assert table[column].isin(customers.index).all()
    assert table["referred_id"].is_unique and len(table) > 400
    referred, referrer = customers.loc[table["referred_id"]], customers.loc[table["referrer_id"]]
    assert (referred["joined"].to_numpy() == table["date"].to_numpy()).all()
    assert (referred["channel"] == "referral").all()
    assert (referrer["joined"].to_numpy() < table["date"].to_numpy()).all()
    assert (referrer["market"].to_numpy() == referred["market"].to_numpy()).all()


def test_promoters_refer_and_a_few_refer_much(surveys):
    table = datasets.load_qinghe_referrals()
    counts = table["referrer_id"].value_counts()
    assert counts.iloc[: len(counts) // 10].sum() > 0.2 * len(table)
    brought = surveys["customer_id"].map(counts).fillna(0)
    mean = brought.groupby(nps_group(surveys)).mean()
    assert mean["promoter"] > 2 * mean["passive"] and mean["promoter"] > 4 * mean["detractor"]


def lead_effects(leads):
    effects = pd.DataFrame({source: leads["source"] == source for source in ["web", "referral", "cold_call"]})
    effects["ln_size_100"] = np.log(leads["size"] / 100)
    return effects.join(leads[["visits", "days_to_reply", "asked_price"]])


def test_leads_are_won_as_planted(leads):
    closed = leads.dropna(subset="won")
    found, error = logit(lead_effects(closed), closed["won"])
    plan = {name: value for name, value in TRUTH["opportunities"]["won_logit"].items() if name != "fair"}
    assert_near(found, plan, error)
    for name in ["visits", "days_to_reply", "asked_price", "referral", "cold_call"]:
        assert np.sign(found[name]) == np.sign(plan[name]) and abs(found[name]) > 2 * error[name], name


def test_slow_owner_not_worse_owner(leads):
    """The slow salesperson wins least; with the delay in the model nothing is left of it."""
    closed = leads.dropna(subset="won")
    slow = max(TRUTH["opportunities"]["reply_days"], key=TRUTH["opportunities"]["reply_days"].get)
    assert closed["won"].groupby(closed["owner"]).mean().idxmin() == slow
    found, error = logit(lead_effects(closed).assign(slow=closed["owner"] == slow), closed["won"])
    assert abs(found["slow"]) < 3 * error["slow"]


def test_pipeline_is_consistent(leads):
    open_ones = leads["won"].isna()
    assert (open_ones == leads["closed"].isna()).all() and 20 < open_ones.sum() < 200
    assert set(leads.loc[open_ones, "stage"]) <= {"lead", "contacted", "offer", "negotiation"}
    assert (leads["stage"].isin(["won", "lost"]) == ~open_ones).all()
    assert ((leads["stage"] == "won") == (leads["won"] == 1).fillna(False)).all()
    assert (leads["closed"].dropna() > leads.loc[~open_ones, "date"]).all() and leads["closed"].max() <= END
    assert leads.loc[leads["stage"].isin(["won", "offer", "negotiation"]), "amount"].notna().all()
    assert leads.loc[leads["stage"].isin(["lead", "contacted"]), "amount"].isna().all()


def test_voices_are_small():
    assert sum((DATA / f"qinghe_{name}.csv.gz").stat().st_size for name in FILES) < 900_000


@pytest.mark.parametrize("name", FILES)
def test_voices_say_that_they_are_invented(name):
    assert getattr(datasets, f"load_qinghe_{name}")().attrs["invented"]
    english, chinese = (DATA / f"qinghe_{name}.md").read_text(encoding="utf-8").split("\n---\n\n")
    assert "| Kind | invented |" in english and "**Invented.**" in english
    assert "| 性质 | 虚构 |" in chinese and "**虚构数据**" in chinese
