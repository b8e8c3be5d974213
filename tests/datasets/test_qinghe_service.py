"""What Qinghe's customers complain and call about, and what is done for them: each planted truth is found again.

"Within three standard errors" means that of the estimate; the files are fixed, so a test passes always or never.
"""

from math import factorial

import numpy as np
import pandas as pd
import pytest

from crmlib import datasets
from tests.support.estimates import assert_near, logit, ordered_again

TRUTH = datasets.load_qinghe_truth()
END = pd.Timestamp("2025-12-31")


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
