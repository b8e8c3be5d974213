"""Which rows and customers a cohort table counts: truncation, refunds, rows set aside."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from crmlib import datasets, lifecycle
from tests.support.purchases import frame


def test_an_incomplete_period_is_unknown_not_zero():
    log = frame("AABC", [0, 30, 12, 45])  # 2024-11-20 and 12-20, 12-02, 2025-01-04
    table = lifecycle.cohorts(log)
    assert table.to_numpy().tolist()[0] == [1, 1] and np.isnan(table.iloc[1, 1]) and table.iloc[1, 0] == 1
    assert table.attrs["excluded"] == {
        "rows after end": 0,
        "rows in the incomplete last period": 1,
        "customers after the last complete period": 1,
    }
    complete = lifecycle.cohorts(log, end="2025-01-31")
    assert complete.shape == (3, 3) and complete.iloc[0].tolist() == [1, 1, 0] and complete.iloc[2, 0] == 1
    assert complete.attrs["excluded"] == {"rows after end": 0}
    assert complete.attrs["customers"] == {"2024-11-01": 1, "2024-12-01": 1, "2025-01-01": 1}


def test_old_customers_are_set_aside_by_start():
    log = frame("AABBC", [0, 60, 50, 90, 70])
    table = lifecycle.cohorts(log, start="2025-01-01", end="2025-02-28")
    assert table.to_numpy()[:, 0].tolist() == [2] and table.attrs["start"] == "2025-01-01"
    assert table.attrs["excluded"] == {
        "rows after end": 0,
        "customers before start": 1,
        "rows of customers before start": 2,
    }


def test_joining_counts_who_never_bought_and_knows_no_time_before_the_log():
    log = frame("AAB", [45, 75, 45])  # 2025-01-04, 02-03, 01-04
    moments = pd.to_datetime(["2024-11-30 15:00", "2025-01-01 00:00", "2025-01-31 23:59"])
    joined = pd.Series(moments, index=["A", "B", "C"])
    table = lifecycle.cohorts(log, joined=joined, end="2025-02-28")
    assert lifecycle.cohort_sizes(table).tolist() == [1, 0, 2]
    expected = [[np.nan, np.nan, 1, 1], [np.nan, 0, 0, np.nan], [1, 0, np.nan, np.nan]]
    np.testing.assert_array_equal(table.to_numpy(), expected)
    assert lifecycle.retention(table).iloc[2, 0] == 0.5
    curve = lifecycle.retention_curve(table)
    assert curve["customers"].tolist() == [2, 2, 1, 1] and curve["retention"].tolist() == [0.5, 0, 1, 1]

    some = lifecycle.cohorts(log, joined=joined.drop("B"), end="2025-02-28", start="2025-01-01")
    assert lifecycle.cohort_sizes(some).tolist() == [1]
    assert some.attrs["excluded"] == {
        "rows after end": 0,
        "customers without a joining date": 1,
        "rows of customers without a joining date": 1,
        "customers before start": 1,
        "rows of customers before start": 2,
    }
    before = lifecycle.cohorts(log, joined=joined, end="2025-02-28", start="2024-11-01")
    np.testing.assert_array_equal(before.to_numpy(), expected)  # the log does not begin with start
    unknown = lifecycle.cohorts(log, joined=joined.where(joined.index != "C").drop("B"), end="2025-02-28")
    assert unknown.attrs["excluded"]["customers without a joining date"] == 2  # B is not in the list, C has no date
    early = lifecycle.cohorts(log, joined=joined + timedelta(60), end="2025-02-28")
    assert early.attrs["excluded"]["rows before the customer's joining"] == 1
    assert early.attrs["excluded"]["customers after the last complete period"] == 2


def test_left_truncated_members_look_as_if_nobody_left():
    """Three join each month, one of them leaves after each month; the file is purged of those who left before 2025."""
    rows, joined = [], {}
    for month in pd.date_range("2024-01-01", "2025-06-01", freq="MS"):
        for number in range(8):
            stays = month + pd.DateOffset(months=number)
            if stays >= pd.Timestamp("2025-01-01"):
                joined[month, number] = month
            rows += [((month, number), day) for day in pd.date_range(month, stays, freq="MS")]
    names = {key: f"{key[0]:%Y%m}-{key[1]}" for key, _ in rows}
    log = pd.DataFrame(rows, columns=["customer_id", "date"])
    log = log[(log["date"] >= "2025-01-01") & log["customer_id"].isin(list(joined))]
    log["customer_id"] = log["customer_id"].map(names)
    joined = pd.Series({names[key]: day for key, day in joined.items()})
    share = lifecycle.retention(lifecycle.cohorts(log, joined=joined, end="2025-06-30"))
    assert share.loc["2025-01-01", 3] == 5 / 8  # the truth
    assert share.loc["2024-10-01", 3] == 1  # of those who were left when the log began
    new = lifecycle.cohorts(log, end="2025-06-30")
    assert lifecycle.cohort_sizes(new).iloc[0] == 8 + sum(range(1, 8)) > lifecycle.cohort_sizes(new).iloc[1] == 8


def test_refunds_reduce_the_money_and_are_no_purchase():
    log = frame("AAABCC", [0, 12, 45, 3, 0, 50], [100.0, -30.0, 20.0, -5.0, 10.0, -10.0])
    money = lifecycle.cohorts(log, values="amount", refunds="net", end="2025-01-31")
    assert money.to_numpy().tolist() == [[110, -30, 10]]
    assert money.attrs["excluded"] == {"rows after end": 0, "rows of customers with refunds only": 1}
    people = lifecycle.cohorts(log, refunds="net", end="2025-01-31")
    assert people.to_numpy().tolist() == [[2, 0, 1]]
    aside = lifecycle.cohorts(log, refunds="set aside", values="amount", end="2025-01-31")
    assert aside.to_numpy().tolist() == [[110, 0, 20]] and aside.attrs["excluded"]["refunds"] == 3
    early = lifecycle.cohorts(frame("AA", [0, 45], [-5.0, 7.0]), values="amount", refunds="net", end="2025-01-31")
    assert early.to_numpy().tolist() == [[7]]
    assert early.attrs["excluded"]["rows before the customer's purchase"] == 1


def test_every_row_is_accounted_for(cdnow):
    log = pd.concat([cdnow, cdnow.head(7)], ignore_index=True)
    log.loc[100:199, "customer_id"] = np.nan
    log.loc[300:309, "amount"] = -log.loc[300:309, "amount"] - 1
    for options in ({}, {"start": "1997-02-01"}, {"period": "quarter", "end": "1998-04-15"}):
        table = lifecycle.cohorts(
            log, values="orders", set_aside=["missing ids", "duplicates"], refunds="set aside", **options
        )
        aside = sum(n for reason, n in table.attrs["excluded"].items() if not reason.startswith("customers"))
        assert table.attrs["excluded"]["missing ids"] == 100 and table.attrs["excluded"]["refunds"] == 10
        assert table.sum(axis=None) + aside == table.attrs["rows"] == len(log)
        ours = lifecycle.cohort_sizes(table).sum() + table.attrs["excluded"].get("customers before start", 0)
        assert ours <= 23_570 and table.attrs["excluded"]["duplicates"] >= 7


def test_a_quarter_of_the_ids_missing_is_said_and_can_be_set_aside():
    log = frame(["A", "B", None, "A"], [0, 5, 9, 35], [1.0, 2, 3, 4])
    with pytest.raises(ValueError, match=r"(?s)customer_id.*1 of 4 rows") as error:
        lifecycle.cohorts(log)
    assert 'set_aside=["missing ids"]' in str(error.value)
    table = lifecycle.cohorts(log, set_aside=["missing ids"], end="2024-12-31")
    assert table.to_numpy().tolist() == [[2, 1]] and table.attrs["excluded"]["missing ids"] == 1


def test_own_column_names_and_an_untouched_log(cdnow):
    other = cdnow.head(500).rename(columns={"customer_id": "kunde", "date": "tag", "amount": "umsatz"})
    before = other.copy(deep=True)
    names = {"customer_id": "kunde", "date": "tag"}
    found = lifecycle.cohorts(other, values="amount", amount="umsatz", **names)
    pd.testing.assert_frame_equal(found, lifecycle.cohorts(cdnow.head(500), values="amount"))
    assert lifecycle.stages(other, ["1998-01-31"], compare="spend", amount="umsatz", **names).index.name == "kunde"
    assert lifecycle.spend_after(other, ["1997-02-01", "1998-01-31"], amount="umsatz", **names).index.name == "kunde"
    pd.testing.assert_frame_equal(other, before)


def test_one_customer_and_days_of_python():
    table = lifecycle.cohorts(frame("A", [0]), end=date(2024, 11, 30))
    assert table.to_numpy().tolist() == [[1]] and table.attrs["end"] == "2024-11-30"
    assert lifecycle.retention_curve(table)["retention"].tolist() == [1]


def test_money_is_left_alone_on_request():
    log = frame("AB", [0, 5], ["ten", "five"])
    with pytest.raises(TypeError, match="to_numeric"):
        lifecycle.cohorts(log, end="2024-11-30")
    assert lifecycle.cohorts(log, amount=None, end="2024-11-30").to_numpy().tolist() == [[2]]


def test_weeks_begin_on_monday_and_cross_years():
    log = pd.DataFrame(
        {"customer_id": [1, 1, 2, 3], "date": pd.to_datetime(["2024-12-29", "2024-12-30", "2025-01-05", "2025-01-06"])}
    )
    table = lifecycle.cohorts(log, period="week", end="2025-01-12")
    assert table.index.tolist() == [pd.Timestamp("2024-12-23"), pd.Timestamp("2024-12-30"), pd.Timestamp("2025-01-06")]
    np.testing.assert_array_equal(table.to_numpy(), [[1, 1, 0], [1, 0, np.nan], [1, np.nan, np.nan]])


def test_the_planted_left_truncation_shows(qinghe):
    truth = pd.Series(datasets.load_qinghe_truth()["joined_in_truth"])
    table = lifecycle.cohorts(**qinghe, period="quarter")
    left = lifecycle.cohort_sizes(table)
    left = left[left.index < "2024-01-01"].to_numpy() / truth.to_numpy()
    assert left[0] < 0.5 < 0.9 < left[-1] and (left[:4].mean() < left[4:8].mean() < left[8:].mean())
    assert table.loc[:"2023-12-31", 0].isna().all() and table.loc["2024-01-01":, 0].notna().all()

    naive = lifecycle.cohorts(**{**qinghe, "joined": None}, period="quarter")
    sizes = lifecycle.cohort_sizes(naive)
    assert sizes.iloc[0] > 4 * sizes.iloc[1:].max()  # the old members of January 2024, taken for new ones
    honest = lifecycle.cohorts(**{**qinghe, "joined": None}, period="quarter", start="2024-07-01")
    assert lifecycle.retention(naive).iloc[0, 2] > lifecycle.retention_curve(honest).loc[2, "retention"] + 0.05
