"""Complaints: the protocol by hand, who stays against statsmodels, calls against a day-by-day loop, bad input."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import churn, datasets
from tests.support.refusals import refuses

quick = settings(max_examples=40, deadline=None)


CASES = {  # hours after the receipt
    "good": {"received": 0, "listen": 1, "empathise": 1, "apologise": 2, "solve": 48, "follow_up": 300},
    "late": {"received": 0, "listen": 1, "empathise": 1, "apologise": 30, "solve": 120.5, "follow_up": 300},
    "crooked": {"received": 0, "listen": 1, "empathise": 2, "apologise": 1.5, "solve": 1.7, "follow_up": 300},
    "skipped": {"received": 0, "listen": 5, "apologise": 4, "solve": 48, "follow_up": 300},
    "forgotten": {"received": 0, "listen": 1, "apologise": 2, "solve": 48},
    "fresh": {"received": 600, "listen": 601, "empathise": 601},
}


def case_log(cases):
    rows = [
        (case, step, pd.Timestamp("2025-05-05") + pd.Timedelta(hours=hour))
        for case, steps in cases.items()
        for step, hour in steps.items()
    ]
    return pd.DataFrame(rows, columns=["case", "step", "time"]).sample(frac=1, random_state=0)


def test_complaint_protocol_by_hand():
    table = churn.complaint_protocol(case_log(CASES), now="2025-05-30 06:00")  # 606 hours after the first receipt
    marks = table[["missing", "open", "out_of_order", "late"]]
    assert marks.loc["good"].tolist() == ["", "", "", ""]
    assert marks.loc["late"].tolist() == ["", "", "", "apologise, solve"]
    assert marks.loc["crooked"].tolist() == ["", "", "apologise, solve", ""]
    assert marks.loc["skipped"].tolist() == ["empathise", "", "apologise", ""]
    assert marks.loc["forgotten"].tolist() == ["empathise, follow_up", "", "", ""]
    assert marks.loc["fresh"].tolist() == ["", "apologise, solve, follow_up", "", ""]
    assert table.index[table["kept"]].tolist() == ["fresh", "good"]
    assert table.loc["late", list(churn.PROTOCOL)].tolist() == [1, 1, 30, 120.5, 300]
    assert table.loc["fresh", "listen"] == 1 and np.isnan(table.loc["fresh", "solve"])


def test_complaint_protocol_counts_the_first_of_repeated_steps_and_knows_other_standards():
    log = case_log({"K": {"received": 0, "answer": 5}})
    log = pd.concat([case_log({"K": {"answer": 50}}), log])
    table = churn.complaint_protocol(log, {"answer": 6})
    assert table.loc["K", "answer"] == 5 and table.loc["K", "kept"] and table.attrs["repeated"] == 1
    assert churn.complaint_protocol(log, {"answer": 5}).loc["K", "late"] == "", "in time is not late"
    assert churn.complaint_protocol(log, {"answer": 4.9}).loc["K", "late"] == "answer"


def test_complaint_protocol_of_a_step_that_occurs_in_no_case():
    log = case_log({"K": {"received": 0, "listen": 1}, "L": {"received": 2}})
    table = churn.complaint_protocol(log, now="2025-05-08")  # 72 hours after the first receipt
    assert table["missing"].tolist() == ["empathise, apologise", "listen, empathise, apologise"]
    assert table["open"].tolist() == ["solve, follow_up", "solve, follow_up"]
    assert table["solve"].isna().all() and table["solve"].dtype == float
    assert churn.complaint_protocol(log.query("step == 'received'"))["missing"].tolist() == ["", ""]
    aware = log.assign(time=log["time"].dt.tz_localize("Asia/Shanghai"))
    assert churn.complaint_protocol(aware).loc["K", "listen"] == 1


@pytest.fixture(scope="module")
def complaints():
    return datasets.load_qinghe_complaints()


def test_stay_model_against_the_formula_of_statsmodels(complaints):
    import statsmodels.formula.api as smf

    model = churn.StayModel(confidence=0.9).fit(complaints)
    known = complaints.dropna(subset="stayed").astype({"stayed": int, "recovery": object})
    peer = smf.logit("stayed ~ delay_days + C(recovery, Treatment('none'))", known).fit(disp=False)
    kinds = [f"C(recovery, Treatment('none'))[T.{kind}]" for kind in ("apology", "compensation")]
    names = ["Intercept", "delay_days", *kinds]
    assert model.coefficients.index.tolist() == ["intercept", "delay_days", "apology", "compensation"]
    found = model.coefficients
    assert found["coefficient"].to_numpy() == pytest.approx(peer.params[names].to_numpy(), rel=1e-6)
    assert found[["lower", "upper"]].to_numpy() == pytest.approx(peer.conf_int(0.1).loc[names].to_numpy(), rel=1e-5)
    assert found["p_value"].to_numpy() == pytest.approx(peer.pvalues[names].to_numpy(), rel=1e-4)
    assert model.rows + model.set_aside == len(complaints) and model.set_aside == complaints["stayed"].isna().sum()
    assert model.coefficients.attrs == {"reference": "none"}
    chance = model.predict(known["delay_days"], known["recovery"])
    assert chance.index.equals(known.index)
    assert chance.to_numpy() == pytest.approx(peer.predict(known).to_numpy(), rel=1e-6)


def test_stay_model_finds_what_was_planted(complaints):
    found = churn.StayModel(confidence=0.99).fit(complaints).coefficients
    for name, planted in {"delay_days": -0.18, "apology": 0.5, "compensation": 1.3}.items():
        assert found.loc[name, "lower"] < planted < found.loc[name, "upper"]


def test_stay_model_takes_numbers_and_lists(complaints):
    model = churn.StayModel().fit(complaints)
    one = model.predict(3, "apology")
    assert isinstance(one, float)
    assert model.predict([3, 3], ["apology", "none"]).tolist()[0] == one
    assert model.predict(3, ["apology", "none"]).tolist() == model.predict([3, 3], ["apology", "none"]).tolist()
    assert model.predict(pd.Series([3], index=["K"]), "apology").to_dict() == {"K": one}
    two_kinds = complaints[complaints["recovery"] != "none"]
    assert churn.StayModel().fit(two_kinds).coefficients.attrs["reference"] == "apology"


def is_working(day, holidays=()):
    return day.weekday() < 5 and day not in holidays


def brute_plan(due, worth, per_day, holidays):
    waiting, days, today = set(range(len(due))), {}, min(due)
    while waiting:
        if is_working(today, holidays):
            ready = sorted((i for i in waiting if due[i] <= today), key=lambda i: -worth[i])
            for i in ready[:per_day]:
                days[i] = today
                waiting.remove(i)
        today += timedelta(days=1)
    return [days[i] for i in range(len(due))]


@quick
@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=25), st.integers(1, 4), st.sets(st.integers(0, 25), max_size=4)
)
def test_follow_up_plan_against_a_day_by_day_loop(offsets, per_day, off):
    start = date(2025, 4, 28)
    due, holidays = [start + timedelta(days=i) for i in offsets], [start + timedelta(days=i) for i in off]
    worth = list(np.random.default_rng(len(offsets)).permutation(len(offsets)).astype(float))
    plan = churn.follow_up_plan(pd.Series(pd.to_datetime(due)), per_day=per_day, worth=worth, holidays=holidays)
    found = plan.sort_index()
    assert [stamp.date() for stamp in found["day"]] == brute_plan(due, worth, per_day, holidays)
    for (_, row), first in zip(found.iterrows(), due, strict=True):
        while not is_working(first, holidays):
            first += timedelta(days=1)
        assert row["due"].date() == first
        between = [first + timedelta(days=i) for i in range((row["day"].date() - first).days)]
        assert row["days_late"] == sum(is_working(day, holidays) for day in between)
    assert plan.attrs["late"] == (plan["days_late"] > 0).sum() and plan["day"].is_monotonic_increasing


def test_follow_up_plan_rests_on_holidays():
    plan = churn.follow_up_plan(
        pd.to_datetime(["2025-04-30"] * 3),
        per_day=1,
        worth=[3, 2, 1],
        holidays=["2025-05-01", "2025-05-02", "2025-05-05"],
    )
    assert plan["day"].dt.strftime("%m-%d").tolist() == ["04-30", "05-06", "05-07"]
    assert plan["days_late"].tolist() == [0, 1, 2]


def test_follow_up_plan_of_equal_worth_goes_by_the_day_due():
    due = pd.Series(pd.to_datetime(["2025-05-07", "2025-05-06", "2025-05-06"]), index=["K3", "K1", "K2"])
    plan = churn.follow_up_plan(due, per_day=1, worth=[5, 5, 5])
    assert plan.index.tolist() == ["K1", "K2", "K3"] and plan["days_late"].tolist() == [0, 1, 1]


LOG = case_log(CASES)


KNOWN = pd.DataFrame(
    {"delay_days": [1, 2, 3, 4, 5, 6], "recovery": ["none", "apology"] * 3, "stayed": [1, 0, 1, 1, 0, 0]}
)


DUE = pd.Series(pd.to_datetime(["2025-05-05", "2025-05-06"]))


def without(case, step):
    return LOG[~((LOG["case"] == case) & (LOG["step"] == step))]


@pytest.mark.parametrize(
    ("call", "error", "english"),
    [
        (lambda: churn.complaint_protocol(LOG.drop(columns="step")), ValueError, "Missing column: step"),
        (lambda: churn.complaint_protocol(LOG.astype({"time": "str"})), TypeError, "not times"),
        (lambda: churn.complaint_protocol(LOG.replace("solve", "sing")), ValueError, "Unknown step.*sing"),
        (lambda: churn.complaint_protocol(LOG.replace("good", None)), ValueError, "Case, step or time is missing"),
        (
            lambda: churn.complaint_protocol(without("good", "received")),
            ValueError,
            'Cases without the step "received".*good',
        ),
        (
            lambda: churn.complaint_protocol(case_log({"K": {"received": 5, "listen": 4}})),
            ValueError,
            "before the complaint came in",
        ),
        (
            lambda: churn.complaint_protocol(LOG[LOG["step"] != "received"]),
            ValueError,
            'Cases without the step "received"',
        ),
        (lambda: churn.complaint_protocol(LOG.head(0)), ValueError, "empty"),
        (lambda: churn.StayModel(confidence=95), ValueError, "confidence = 95"),
        (lambda: churn.StayModel().fit(KNOWN.drop(columns="stayed")), ValueError, "Missing column: stayed"),
        (lambda: churn.StayModel().fit(KNOWN.assign(stayed=1)), ValueError, "stayed is 1 in all 6 rows"),
        (lambda: churn.StayModel().fit(KNOWN.assign(recovery=None)), ValueError, "lack the recovery"),
        (
            lambda: churn.StayModel().fit(KNOWN.assign(delay_days=-1)),
            ValueError,
            '"delay_days" is missing, infinite or below',
        ),
        (lambda: churn.StayModel().fit(KNOWN.assign(stayed=[1, 1, 1, 0, 0, 0])), ValueError, "cannot be estimated"),
        (lambda: churn.StayModel().fit(KNOWN.assign(stayed=[1, 0] * 3)), ValueError, "cannot be estimated"),
        (lambda: churn.StayModel().fit(KNOWN.assign(delay_days=3)), ValueError, "cannot be estimated"),
        (lambda: churn.StayModel().predict(1, "none"), ValueError, "StayModel has not been fitted"),
        (
            lambda: churn.StayModel().fit(KNOWN).predict(1, "flowers"),
            ValueError,
            "No recovery that was fitted.*flowers",
        ),
        (lambda: churn.StayModel().fit(KNOWN).predict(-1, "none"), ValueError, '"delay_days" is missing'),
        (lambda: churn.follow_up_plan(DUE, per_day=0, worth=[1, 2]), ValueError, "per_day = 0"),
        (lambda: churn.follow_up_plan(DUE, per_day=1, worth=[1]), ValueError, "different lengths"),
        (lambda: churn.follow_up_plan(DUE.astype("str"), per_day=1, worth=[1, 2]), TypeError, "not dates"),
        (
            lambda: churn.follow_up_plan(DUE.where(DUE > "2025-05-05"), per_day=1, worth=[1, 2]),
            ValueError,
            "have no day",
        ),
        (lambda: churn.follow_up_plan(DUE, per_day=1, worth=[1, 2], holidays=["May Day"]), ValueError, "holidays"),
    ],
)
def test_bad_complaints_input_is_refused(call, error, english):
    refuses(call, error, english)
