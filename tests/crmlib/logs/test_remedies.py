"""What a message advises works: it is executed, and the log then holds the right dates, amounts and customers."""

from datetime import datetime, timedelta

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crmlib import logs
from tests.support.remedies import ENGINES, follow, message, ways
from tests.support.spark import on_spark

MOMENTS = [datetime(2024, 1, 1, 9, 30), datetime(2024, 1, 13), datetime(2024, 4, 3, 18, 0, 5)]
DAYS = [moment.replace(hour=0, minute=0, second=0) for moment in MOMENTS]
SECONDS = [(moment - datetime(1970, 1, 1)) / timedelta(seconds=1) for moment in MOMENTS]
SERIALS = [second / 86400 + 25569 for second in SECONDS]
# values, what they mean, a word of the message
DATES = {
    "Excel days": ([45292, 45304, 45385], DAYS, 'days since 1899-12-30, as in Excel.*"1904-01-01"'),
    "Excel moments": (SERIALS, MOMENTS, "Excel"),
    "R days": ([19723.0, 19735.0, 19816.0], DAYS, "days since 1970-01-01, as in R"),
    "SAS days": ([23376, 23388, 23469], DAYS, "days since 1960-01-01, as in SAS and Stata"),
    "SAS seconds": ([int(second) + 315_619_200 for second in SECONDS], MOMENTS, "seconds since 1960-01-01, as in SAS"),
    "Stata moments": ([int(second) * 1000 + 315_619_200_000 for second in SECONDS], MOMENTS, "as in Stata"),
    "SPSS": ([int(second) + 12_219_379_200 for second in SECONDS], MOMENTS, "seconds since 1582-10-14, as in SPSS"),
    "SPSS as text": ([f"{second + 12_219_379_200}" for second in SECONDS], MOMENTS, "SPSS"),
    "Matlab": ([739252.0, 739264.0, 739345.0], DAYS, "Matlab, of which 1970-01-01 is 719529"),
    "Matlab moments as text": ([f"{second / 86400 + 719529}" for second in SECONDS], MOMENTS, "Matlab"),
    "seconds": ([int(second) for second in SECONDS], MOMENTS, "seconds since 1970"),
    "seconds as floats": (SECONDS, MOMENTS, "seconds since 1970"),
    "milliseconds": ([int(second * 1e3) for second in SECONDS], MOMENTS, "milliseconds since 1970"),
    "microseconds": ([int(second * 1e6) for second in SECONDS], MOMENTS, "microseconds since 1970"),
    "nanoseconds": ([int(second) * 10**9 for second in SECONDS], MOMENTS, "nanoseconds since 1970"),
    "figures": ([20240101, 20240113, 20240403], DAYS, "20240101 = 2024-01-01"),
    "figures as floats": ([20240101.0, 20240113.0, 20240403.0], DAYS, "20240101.0 = 2024-01-01"),
    "figures to the second": ([20240101093000, 20240113000000, 20240403180005], MOMENTS, "2024-01-01 09:30:00"),
    "days as text": (["45292", "45304", "45385"], DAYS, "Excel"),
    "seconds as text": ([f"{second:.0f}" for second in SECONDS], MOMENTS, "Unix"),
    "ISO": (["2024-01-01", "2024-01-13", "2024-04-03"], DAYS, "not dates"),
    "ISO, short": (["2024-1-1", "2024-1-13", "2024-4-3"], DAYS, "2024-01-01"),
    "with and without a time": (["2024-01-01 09:30", "2024-01-13", "2024-04-03 18:00:05"], MOMENTS, "2024-01-01 09:30"),
    "with a T": (["2024-01-01T09:30:00", "2024-01-13T00:00:00", "2024-04-03T18:00:05"], MOMENTS, "T%H|'T'|''T''"),
    "fractions": (["2024-01-01 09:30:00.0", "2024-01-13 00:00:00.0", "2024-04-03 18:00:05.0"], MOMENTS, "09:30"),
    "slashes": (["2024/1/1", "2024/1/13", "2024/4/3"], DAYS, "2024-01-01"),
    "the day first": (["01/01/2024", "13/01/2024", "03/04/2024"], DAYS, "2024-01-01"),
    "the month first": (["01/01/2024", "01/13/2024", "04/03/2024"], DAYS, "2024-01-01"),
    "points": (["01.01.2024", "13.01.2024", "03.04.2024"], DAYS, "2024-01-01"),
    "two figures": (["01/01/24", "13/01/24", "03/04/24"], DAYS, "or"),
    "Chinese": (["2024年01月01日", "2024年1月13日", "2024年4月03日"], DAYS, "2024-01-01"),
    "Chinese with a time": (["2024年1月1日 9:30", "2024年1月13日 0:00", "2024年4月3日 18:00:05"], MOMENTS, "09:30"),
    "Jan 5 2024": (["Jan 1 2024", "Jan 13 2024", "Apr 3 2024"], DAYS, "2024-01-01"),
    "5-Jan-24": (["01-Jan-24", "13-Jan-24", "03-Apr-24"], DAYS, "2024-01-01"),
    "a full name": (["January 1, 2024", "January 13, 2024", "April 3, 2024"], DAYS, "2024-01-01"),
    "in the afternoon": (["1/1/2024 9:30 AM", "1/13/2024 12:00 AM", "4/3/2024 6:00:05 PM"], MOMENTS, "09:30"),
    "full width": (["２０２４-01-01", "２０２４-01-13", "2024-04-03 "], DAYS, "2024-01-01"),
    "eight figures as text": (["20240101", "20240113", "20240403"], DAYS, "2024-01-01"),
    "a zone as text": ([f"{m - timedelta(hours=8):%Y-%m-%dT%H:%M:%S}Z" for m in MOMENTS], MOMENTS, "time zone"),
}


def on_engine(table, engine, db):
    """A pandas table on an engine."""
    if engine == "pandas":
        return table
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    return {"polars": pl.from_arrow, "pyarrow": lambda given: given, "duckdb": db.from_arrow}[engine](arrow)


def days_of(frame):
    table = logs.collect(frame)
    return pd.to_datetime(table["date"]).tolist()


def log_of(values, dtype=None):
    return pd.DataFrame({"customer_id": ["A", "B", "C"], "date": pd.Series(values, dtype=dtype)})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("form", DATES)
def test_the_advice_for_dates_gives_the_right_ones(form, engine):
    values, moments, words = DATES[form]
    with duckdb.connect() as db:
        log = on_engine(log_of(values), engine, db)
        text = message(lambda: logs.open_log(log), TypeError)
        found = [follow(way, log, "date", engine) for way in ways(text)]
        pd.Series([text]).str.contains(words).all() or pytest.fail(text)
        assert moments in [moments_of(table, engine) for table in found], text
        assert days_of(logs.open_log(found[0])[0]) == DAYS or len(found) > 1


def moments_of(table, engine):
    table = table if engine == "pandas" else table.to_pandas() if engine == "polars" else table.df()
    return pd.to_datetime(table["date"]).dt.round("s").tolist()


@pytest.mark.parametrize("dtype", ["float64", "float32", "Int64", "Float64", "int64[pyarrow]", "double[pyarrow]"])
def test_every_kind_of_number_in_pandas(dtype):
    for values in ([45292, 45304, 45385], [20240101, 20240113, 20240403], [19723, 19735, 19816]):
        if dtype == "float32" and values[0] > 2**24:
            continue
        log = log_of(values, dtype)
        text = message(lambda log=log: logs.open_log(log), TypeError)
        assert days_of(logs.open_log(follow(ways(text)[0], log, "date", "pandas"))[0]) == DAYS


AMOUNTS = {
    "plain": (["15.30", "1200", "-7"], [15.3, 1200, -7]),
    "pounds": (["£15.30", "£1,200.00", "-£7"], [15.3, 1200, -7]),
    "thousands": (["1,234.5", "12", "1,000,000"], [1234.5, 12, 1e6]),
    "a decimal comma": (["1.234,50", "12,5", "3"], [1234.5, 12.5, 3]),
    "blanks between thousands": (["1 234,50", "12,5", "3"], [1234.5, 12.5, 3]),
    "apostrophes": (["1'234.50", "12.5", "3"], [1234.5, 12.5, 3]),
    "yuan": (["￥15", "12元", "¥ 3.5"], [15, 12, 3.5]),
    "full width": (["１２．５", "￥１，２００", "3"], [12.5, 1200, 3]),
    "codes": (["CNY 12", "CNY 3.5", "CNY 1,000"], [12, 3.5, 1000]),
    "euros behind": (["12,50 €", "3,00 €", "1.000,00 €"], [12.5, 3, 1000]),
    "in parentheses": (["(12.00)", "3", "(£1,000.50)"], [-12, 3, -1000.5]),
    "a sign behind": (["12.00-", "3", "4"], [-12, 3, 4]),
    "a true minus": (["−5", "3", "4"], [-5, 3, 4]),
    "thousands or decimals": (["1,234", "2,500", "3,000"], [1234, 2500, 3000]),
    "decimals or thousands": (["1,234", "2,500", "3,000"], [1.234, 2.5, 3]),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("form", AMOUNTS)
def test_the_advice_for_amounts_gives_the_right_ones(form, engine):
    texts, amounts = AMOUNTS[form]
    with duckdb.connect() as db:
        log = on_engine(log_of(pd.to_datetime(DAYS)).assign(amount=texts), engine, db)
        text = message(lambda: logs.open_log(log, amount="amount", refunds="net"), TypeError)
        tables = [follow(way, log, "amount", engine) for way in ways(text)]
        read = [logs.open_log(table, amount="amount", refunds="net")[0] for table in tables]
        assert sorted(amounts) in [sorted(logs.collect(frame)["amount"]) for frame in read], text
        assert len(read) == 1 + (" or " in form)


IDS = {
    "a number, its text, and nobody": (
        [1.0, "1", None],
        ["1"],
        "1 ids become one customer each, first: 1.0, '1' = '1'",
    ),
    "blanks around": ([7, " 7", "7 "], ["7"], "7, ' 7', '7 ' = '7'"),
    "nothing in common": ([1, "A", "B"], ["1", "A", "B"], "mixes int, str"),
    "texts of floats": ([2.0, "2.0", 2], ["2"], "2.0, '2.0', 2 = '2'"),
    "a bool": ([True, 1, "x"], ["1", "True", "x"], "mixes bool, int, str"),
}


@pytest.mark.parametrize("case", IDS)
def test_the_advice_for_mixed_ids_makes_one_customer_of_each(case):
    values, customers, words = IDS[case]
    log = pd.DataFrame({"customer_id": pd.Series(values, dtype=object), "date": DAYS})
    text = message(lambda: logs.open_log(log), TypeError)
    assert words in text
    frame, about = logs.open_log(follow(ways(text)[0], log, "customer_id", "pandas"), set_aside="missing ids")
    assert sorted(set(logs.collect(frame)["customer_id"])) == customers
    assert about["excluded"]["missing ids"] == values.count(None)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_advice_for_a_time_zone_gives_the_days_of_the_shop(engine):
    late = pd.to_datetime(["2024-01-01 20:00", "2024-01-13 03:00", "2024-04-02 17:00"]).tz_localize("UTC")
    with duckdb.connect() as db:
        log = on_engine(log_of(late), engine, db)
        text = message(lambda: logs.open_log(log), TypeError)
        assert "carries a time zone" in text
        found = days_of(logs.open_log(follow(ways(text)[0], log, "date", engine))[0])
        assert found == [DAYS[0] + timedelta(days=1), *DAYS[1:]]


@pytest.mark.parametrize("zones", [["UTC", "UTC", "UTC"], ["UTC", "Asia/Tokyo", "UTC"]])
def test_the_advice_for_moments_with_zones_as_objects(zones):
    late = ["2024-01-01 20:00", "2024-01-13 09:00", "2024-04-02 17:00"]
    moments = [pd.Timestamp(moment, tz=zone) for moment, zone in zip(late, zones, strict=True)]
    log = log_of(moments, dtype=object)
    text = message(lambda: logs.open_log(log), TypeError)
    found = days_of(logs.open_log(follow(ways(text)[0], log, "date", "pandas"))[0])
    assert found == [DAYS[0] + timedelta(days=1), *DAYS[1:]]


@on_spark
def test_the_advice_in_the_syntax_of_spark(spark):
    forms = ["Excel moments", "seconds", "figures", "figures to the second", "with and without a time", "two figures"]
    forms += ["Chinese with a time", "5-Jan-24", "full width", "eight figures as text", "a zone as text", "ISO"]
    sums = ["euros behind", "a sign behind", "apostrophes", "full width"]
    table = pd.DataFrame(
        {form: DATES[form][0] for form in forms} | {f"{form}, money": AMOUNTS[form][0] for form in sums}
    )
    log = spark(table.assign(customer_id=["A", "\u3000", None], date=MOMENTS))
    assert logs.open_log(log, set_aside="missing ids")[1]["excluded"] == {"missing ids": 2}
    said = {form: message(lambda form=form: logs.open_log(log, date=form), TypeError) for form in forms}
    for form in sums:
        call = lambda form=form: logs.open_log(log, amount=f"{form}, money", refunds="net")  # noqa: E731
        said[f"{form}, money"] = message(call, TypeError)
    found = follow({form: ways(text)[0] for form, text in said.items()}, log, None, "spark").toArrow().to_pydict()
    for form in forms:
        assert [moment.replace(microsecond=0) for moment in map(_moment, found[form])] == DATES[form][1], said[form]
    for form in sums:
        assert found[f"{form}, money"] == AMOUNTS[form][1], said[form]


def _moment(day):
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
