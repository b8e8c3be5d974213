"""What Qinghe's customers say and what is done for them: each planted truth is found again in the files.

"Within three standard errors" means that of the estimate; the files are fixed, so a test passes always or never.
"""

from math import factorial

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from crmlib import datasets
from tests.support import PROJECT

DATA = PROJECT / "datasets"
TRUTH = datasets.load_qinghe_truth()
END = pd.Timestamp("2025-12-31")
MARKETS = ["qiming", "changgeng", "yinghuo", "chenxing"]
COMPETITORS = ["competitor_a", "competitor_b", "competitor_c"]
FILES = "complaints contacts calls campaigns surveys kano wallet points referrals opportunities".split()


@pytest.fixture(scope="module")
def orders():
    return datasets.load_qinghe_orders()


@pytest.fixture(scope="module")
def segments():
    return datasets.load_qinghe_truth_customers().set_index("customer_id")["segment"]


@pytest.fixture(scope="module")
def complaints():
    return datasets.load_qinghe_complaints()


@pytest.fixture(scope="module")
def contacts():
    return datasets.load_qinghe_contacts()


@pytest.fixture(scope="module")
def calls():
    return datasets.load_qinghe_calls()


@pytest.fixture(scope="module")
def campaigns(orders):
    """The campaigns, with each person's type by the planted rule and the number of orders in the 30 days."""
    table = datasets.load_qinghe_campaigns()
    truth, plan = datasets.load_qinghe_truth_customers().set_index("customer_id"), TRUTH["campaigns"]
    table["person_id"] = table["customer_id"].map(truth["person_id"])
    known = orders.dropna(subset="customer_id")
    known = known.assign(person_id=known["customer_id"].map(truth["person_id"]))
    for day, rows in table.groupby("date").groups.items():
        last = known[known["date"] < day].groupby("person_id")["date"].max().dt.to_period("M")
        months = day.to_period("M").ordinal - table.loc[rows, "person_id"].map(last.map(lambda month: month.ordinal))
        segment = table.loc[rows, "customer_id"].map(truth["segment"])
        regular = segment.isin(["stocker", "snacker"]) & (months <= plan["cold_after_months"])
        lost = ~(months <= plan["lost_after_months"])
        choices = [lost, segment == "gourmet", regular], ["lost_cause", "sleeping_dog", "sure_thing"]
        table.loc[rows, "uplift_type"] = np.select(*choices, "persuadable")
        soon = known[known["date"].between(day, day + pd.Timedelta(days=29))]
        table.loc[rows, "orders"] = table.loc[rows, "person_id"].map(soon.groupby("person_id").size()).fillna(0)
    return table


@pytest.fixture(scope="module")
def surveys():
    return datasets.load_qinghe_surveys()


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


def logit(effects, outcome):
    """Return constant and coefficients of a logistic regression, and their standard errors."""
    matrix = effects.to_numpy(float)
    model = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000).fit(matrix, outcome.to_numpy(int))
    chance = model.predict_proba(matrix)[:, 1]
    design = np.column_stack([np.ones(len(matrix)), matrix])
    information = (design * (chance * (1 - chance))[:, None]).T @ design
    names = ["intercept", *effects]
    found = pd.Series([*model.intercept_, *model.coef_[0]], index=names)
    return found, pd.Series(np.sqrt(np.diag(np.linalg.inv(information))), index=names)


def assert_near(found, planted, error, width=3):
    """Compare an estimate with the truth, and show all when one is off."""
    away = (pd.Series(found) - pd.Series(planted)) / pd.Series(error)
    assert (away.abs() < width).all(), f"in standard errors:\n{away}"


def ordered_again(table, orders, days=180):
    """Tell who ordered after the day in ``table``, within so many days."""
    known = orders.dropna(subset="customer_id")[["customer_id", "date"]]
    asked = table[["customer_id", "date"]].reset_index()
    later = asked.merge(known, on="customer_id", suffixes=("", "_order"))
    again = (later["date_order"] - later["date"]).dt.days.between(1, days)
    return table.index.isin(later.loc[again, "index"]).astype(int)


# Complaints


def test_stayed_is_what_the_orders_say(complaints, orders):
    known = complaints["stayed"].notna()
    assert (known == (complaints["date"] + pd.Timedelta(days=180) <= END)).all() and (~known).sum() > 100
    assert (complaints["stayed"][known] == ordered_again(complaints, orders)[known]).all()


def test_complaints_belong_to_orders_and_are_complete(complaints, orders):
    about = complaints.merge(orders, on="order_id", suffixes=("", "_order"))
    assert len(about) == len(complaints) and (about["customer_id"] == about["customer_id_order"]).all()
    assert ((about["date"] - about["date_order"]).dt.days.between(0, 3)).all()
    assert ((about["type"] != "delivery") | (about["delivery"] != "none")).all()
    assert ((complaints["compensation"] > 0) == (complaints["recovery"] == "compensation")).all()
    assert complaints["satisfied_after"].between(1, 5).all() and complaints["complaint_id"].is_unique
    assert not complaints.drop(columns="stayed").isna().any(axis=None)


def stay_effects(complaints):
    effects = complaints[["delay_days"]].astype(float)
    return effects.assign(**{code: complaints["recovery"] == code for code in ["apology", "compensation"]})


def test_delay_drives_away_and_recovery_keeps(complaints):
    known = complaints.dropna(subset="stayed")
    found, error = logit(stay_effects(known), known["stayed"])
    assert_near(found, TRUTH["complaints"]["stay_logit"], error)
    assert found["delay_days"] < -3 * error["delay_days"] and found["compensation"] > 3 * error["compensation"]


def test_recovery_looks_weaker_without_the_delay(complaints):
    """The planted confounding: those who waited long are paid more often."""
    known = complaints.dropna(subset="stayed")
    adjusted, _ = logit(stay_effects(known), known["stayed"])
    naive, _ = logit(stay_effects(known).drop(columns="delay_days"), known["stayed"])
    assert naive["compensation"] < adjusted["compensation"]
    waited = known.groupby("recovery")["delay_days"].mean()
    assert waited["compensation"] > waited["none"] + 1


def test_recovery_pleases_but_does_not_pay_back(complaints, orders):
    """No recovery paradox in staying: even paid complainers stay less often than buyers who never complained."""
    known = complaints.dropna(subset="stayed")
    moods = known.groupby("recovery")["satisfied_after"].mean()
    assert moods["none"] < moods["apology"] < moods["compensation"]
    quiet = ~orders["customer_id"].isin(complaints["customer_id"])
    calm = orders[orders["customer_id"].str.startswith("Q", na=False) & quiet]
    calm = calm[calm["date"].between(known["date"].min(), known["date"].max())].reset_index(drop=True)
    paid = known.loc[known["recovery"] == "compensation", "stayed"].mean()
    assert paid < ordered_again(calm, orders).mean() - 0.02


def test_one_month_is_out_of_control(complaints, orders):
    """The p-chart's case: complaints for each order, with the usual limits of three standard errors."""
    cards = orders[orders["customer_id"].str.startswith("Q", na=False)]
    months = cards["date"].dt.to_period("M").astype(str).value_counts().sort_index()
    quality = complaints[complaints["type"] == "quality"]["date"].dt.to_period("M").astype(str).value_counts()
    share = quality.reindex(months.index, fill_value=0) / months
    # The first eight months have more: nobody has a complaint behind him that keeps him quiet for eight months.
    centre = share[8:].median()
    above = (share - centre) / np.sqrt(centre * (1 - centre) / months)
    assert above[8:].idxmax() == TRUTH["complaints"]["incident"]["month"] and above.max() > 3


# Contacts


def test_contacts_cost_what_each_stage_may(contacts):
    """Mean yuan per person and month of each stage: what the profit by stage in chapter 03 rests on."""
    truth = datasets.load_qinghe_truth_customers()
    truth = truth[truth["segment"] != "business"]
    letters = pd.Series(list("".join(truth.drop_duplicates("person_id")["stages"]))).value_counts()
    month = (contacts["date"].dt.year - 2024) * 12 + contacts["date"].dt.month - 1
    path = contacts["customer_id"].map(truth.set_index("customer_id")["stages"])
    stage = pd.Series([stages[at] for stages, at in zip(path, month, strict=True)])
    found = contacts["cost"].groupby(stage.to_numpy()).sum() / letters.drop(".")
    planted = TRUTH["stages"]["contact_cost"]
    assert found.index.tolist() == sorted(planted)
    assert found.to_dict() == pytest.approx(planted, rel=0.03)


def test_answers_by_channel_and_fatigue(contacts):
    plan = TRUTH["contacts"]["answer_logit"]
    day = contacts["date"].to_numpy().astype("datetime64[D]").astype(int)
    key = pd.factorize(contacts["customer_id"], sort=True)[0] * 100_000 + day
    order = np.argsort(key, kind="stable")
    before = np.empty(len(key), int)
    before[order] = np.arange(len(key)) - np.searchsorted(key[order], key[order] - 30)
    effects = pd.DataFrame({channel: contacts["channel"] == channel for channel in ["app_push", "phone", "wecom"]})
    found, error = logit(effects.assign(contacts_30d=before), contacts["answered"])
    planted = {name: plan[name] - plan["sms"] for name in effects} | {"intercept": plan["sms"]}
    assert_near(found, planted | {"contacts_30d": plan["contacts_30d"]}, error)


def test_contacts_without_consent_are_the_planted_ones(contacts):
    consent = datasets.load_qinghe_customers().set_index("customer_id")["consent"]
    marketing = contacts[contacts["purpose"] != "follow_up"]
    assert (marketing["customer_id"].map(consent) == 0).sum() == TRUTH["contacts"]["without_consent"]


def test_contacts_follow_joining_campaigns_and_complaints(contacts, campaigns, complaints):
    joined = datasets.load_qinghe_customers().set_index("customer_id")["joined"]
    assert (contacts["date"] >= contacts["customer_id"].map(joined)).all() and (contacts["date"] <= END).all()
    sent = contacts[contacts["purpose"] == "campaign"]
    treated = campaigns[campaigns["treated"] == 1]
    assert set(zip(sent["customer_id"], sent["date"], strict=True)) == set(
        zip(treated["customer_id"], treated["date"], strict=True)
    )
    called = contacts[contacts["purpose"] == "follow_up"]
    assert called["customer_id"].isin(complaints["customer_id"]).all()
    share = TRUTH["complaints"]["followed_up"]
    error = np.sqrt(share * (1 - share) / len(complaints))
    # A little less: calls that would fall into 2026 are missing.
    assert -3 * error - 0.01 < len(called) / len(complaints) - share < 3 * error


# The call centre


def erlang_c(agents, load):
    """Return the chance to wait (Erlang 1917): load in erlangs below the number of agents."""
    waiting = load**agents / factorial(agents) * agents / (agents - load)
    return waiting / (sum(load**busy / factorial(busy) for busy in range(agents)) + waiting)


def expected_waits():
    """Return for each day and half hour the planted calls, and the chance and mean seconds of a wait by Erlang C."""
    plan = TRUTH["calls"]
    days = pd.date_range(plan["first_day"], periods=plan["days"])
    factor = np.array(plan["weekday_factor"])[days.day_of_week]
    factor[days.strftime("%Y-%m-%d").isin(plan["double_eleven"]["days"])] *= plan["double_eleven"]["factor"]
    number = np.outer(factor, plan["calls_per_half_hour"])
    load = number * plan["mean_talk_seconds"] / 1800
    chance = np.array([[erlang_c(*at) for at in zip(plan["agents"], day, strict=True)] for day in load])
    wait = chance * plan["mean_talk_seconds"] / (np.array(plan["agents"]) - load)
    day, half = (at.ravel() for at in np.indices(number.shape))
    columns = {"day": day, "half": half, "number": number.ravel(), "chance": chance.ravel(), "wait": wait.ravel()}
    return pd.DataFrame(columns)


def half_hours(calls):
    start = calls["start"]
    return (start.dt.hour - TRUTH["calls"]["opens"]) * 2 + start.dt.minute // 30


def test_calls_come_as_planted(calls):
    plan = TRUTH["calls"]
    expected = expected_waits()
    counts = half_hours(calls).value_counts().sort_index()
    planted = expected.groupby("half")["number"].sum()
    assert_near(counts, planted, np.sqrt(planted), width=3.5)
    daily = calls["start"].dt.normalize().value_counts().sort_index().reset_index(drop=True)
    planted = expected.groupby("day")["number"].sum()
    assert_near(daily, planted, np.sqrt(planted), width=3.5)
    assert (calls["agents"] == half_hours(calls).map(dict(enumerate(plan["agents"])))).all()
    talk = calls.loc[calls["abandoned"] == 0, "talk_seconds"]
    assert_near([talk.mean()], [plan["mean_talk_seconds"]], [talk.std() / np.sqrt(len(talk))])
    assert (calls.loc[calls["abandoned"] == 1, "talk_seconds"] == 0).all()
    assert calls.loc[calls["abandoned"] == 1, "wait_seconds"].min() >= plan["patience_seconds"]["least"]


def test_erlang_c_tells_who_waits(calls):
    """The share that waits at all, in the parts of the day, within three standard errors clustered by day."""
    expected = expected_waits()
    bounds = [0, 6, 10, 20, 24]
    part = pd.cut(half_hours(calls), bounds, right=False, labels=False)
    expected["part"] = pd.cut(expected["half"], bounds, right=False, labels=False)
    day = (calls["start"].dt.normalize() - pd.Timestamp(TRUTH["calls"]["first_day"])).dt.days
    waited = calls["wait_seconds"] > 0
    for one, cells in expected.groupby("part"):
        by_day = waited[part == one].groupby(day[part == one]).agg(["sum", "size"])
        share = by_day["sum"].sum() / by_day["size"].sum()
        error = np.sqrt(((by_day["sum"] - share * by_day["size"]) ** 2).sum()) / by_day["size"].sum()
        planted = np.average(cells["chance"], weights=cells["number"])
        assert abs(share - planted) < 3 * error, (one, share, planted, error)


def test_noon_is_short_of_hands(calls):
    """The longest waits are at noon, when two answer, not in the evening, when most people call."""
    expected = expected_waits()
    by_half = calls.groupby(half_hours(calls))["wait_seconds"].mean()
    noon, evening, rest = by_half[6:10].mean(), by_half[20:].mean(), by_half[10:20].mean()
    assert noon > evening > rest
    assert half_hours(calls).value_counts().idxmax() >= 20
    # Erlang C knows nobody who hangs up, so it expects more waiting than there is.
    planted = np.average(expected["wait"], weights=expected["number"])
    assert 0.4 * planted < calls["wait_seconds"].mean() < 1.1 * planted
    assert 0.002 < calls["abandoned"].mean() < 0.05


# Campaigns


def test_campaigns_are_randomised(campaigns, orders, segments):
    """Treated and control do not differ in what they were before."""
    assert (campaigns.groupby("campaign")["treated"].agg(["size", "sum"]).to_numpy() == [3000, 1500]).all()
    consent = datasets.load_qinghe_customers().set_index("customer_id")["consent"]
    assert (campaigns["customer_id"].map(consent) == 1).all() and not campaigns["customer_id"].str.startswith("B").any()
    for day, table in campaigns.groupby("date"):
        before = orders[orders["date"] < day].groupby("customer_id")["amount"].agg(["size", "sum"])
        features = before.reindex(table["customer_id"]).fillna(0.0).reset_index(drop=True)
        kinds = table["customer_id"].map(segments).reset_index(drop=True)
        features = features.join(pd.get_dummies(kinds).astype(float))
        arms = features.groupby(table["treated"].to_numpy())
        difference = arms.mean().diff().iloc[-1]
        assert_near(difference, difference * 0, np.sqrt((arms.var() / arms.count()).sum()))


def test_campaign_results_are_what_the_orders_say(campaigns, orders):
    for day, table in campaigns.groupby("date"):
        soon = orders[orders["date"].between(day, day + pd.Timedelta(days=29))].groupby("customer_id")["amount"].sum()
        spend = table["customer_id"].map(soon).fillna(0.0)
        assert np.allclose(table["spend_30d"], spend) and (table["ordered_30d"] == (spend > 0)).all()


def test_uplift_types_follow_the_planted_rule(campaigns):
    first = campaigns.drop_duplicates("person_id")
    told = datasets.load_qinghe_truth_customers().set_index("customer_id")["uplift_type"]
    assert (first["uplift_type"] == first["customer_id"].map(told)).all()


@pytest.mark.parametrize("kind", ["persuadable", "sure_thing", "lost_cause", "sleeping_dog"])
def test_uplift_by_type(campaigns, kind):
    """Orders of the treated are the planted multiple of those of the control group, in each campaign."""
    factor = TRUTH["campaigns"]["effect_on_rate"][kind]
    ofkind = campaigns[campaigns["uplift_type"] == kind]
    for _, table in ofkind.groupby("campaign"):
        mean, error = (table.groupby("treated")["orders"].agg(how) for how in ("mean", "sem"))
        away = mean[1] - factor * mean[0]
        assert abs(away) < 3 * np.hypot(error[1], factor * error[0]), (kind, mean, error)
    mean, error = (ofkind.groupby("treated")["ordered_30d"].agg(how) for how in ("mean", "sem"))
    uplift, error = mean[1] - mean[0], np.hypot(*error)
    if factor == 1:
        assert abs(uplift) < 3 * error
    else:
        assert np.sign(uplift) == np.sign(factor - 1) and abs(uplift) > 3 * error


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
