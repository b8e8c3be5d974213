"""How each engine writes what an error advises: its column, made into texts, numbers or dates.

pandas and polars write Python (with pd and pl), Spark and DuckDB write SQL; so do tables of Arrow, which DuckDB
reads. Every template takes `x`, what has been written so far; `tests/crmlib/logs/test_remedies.py` executes what
comes out.
"""

from types import SimpleNamespace

_WIDE, _PLAIN = "０１２３４５６７８９．，－／：（）￥＄　\u00a0\u202f", "0123456789.,-/:()¥$   "

_SQL = {
    "even": f"trim(translate({{x}}, '{_WIDE}', '{_PLAIN}'))",
    "number": "CAST({x} AS DOUBLE)",
    "iso": "CAST({x} AS DATE)",
    "either": "coalesce({x}, {other})",
}
SYNTAX = {
    "pandas": SimpleNamespace(
        column='{table}["{name}"]',
        text="{x}.astype(str)",
        digits='{x}.astype("Int64").astype(str)',
        even='{x}.str.normalize("NFKC").str.strip()',
        replace='{x}.str.replace(r"{old}", "{new}", regex=True)',
        behind=r'{x}.str.replace(r"^(.*)-$", r"-\1", regex=True)',
        number="pd.to_numeric({x})",
        parse='pd.to_datetime({x}, format="{form}")',
        iso="pd.to_datetime({x})",
        attempt='pd.to_datetime({x}, format="{form}", errors="coerce")',
        either="{x}.fillna({other})",
        since='pd.to_datetime({x}, unit="{unit}", origin="{origin}")',
        zoned='pd.to_datetime({x}, utc=True).dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)',
        local='{x}.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)',
    ),
    "polars": SimpleNamespace(
        column='pl.col("{name}")',
        text="{x}.cast(pl.String)",
        digits="{x}.cast(pl.Int64).cast(pl.String)",
        even='{x}.str.normalize("NFKC").str.strip_chars()',
        replace='{x}.str.replace_all(r"{old}", "{new}")',
        behind='{x}.str.replace(r"^(.*)-$", "-${{1}}")',
        number="{x}.cast(pl.Float64)",
        parse='{x}.str.to_datetime("{form}")',
        iso="{x}.str.to_date()",
        attempt='{x}.str.to_datetime("{form}", strict=False)',
        either="pl.coalesce({x}, {other})",
        since='({x}.cast(pl.Float64) * {microseconds}).round().cast(pl.Duration("us")) + pl.datetime({day})',
        zoned='{x}.str.to_datetime(time_zone="Asia/Shanghai").dt.replace_time_zone(None)',
        local='{x}.dt.convert_time_zone("Asia/Shanghai").dt.replace_time_zone(None)',
    ),
    "duckdb": SimpleNamespace(
        **_SQL,
        column='"{name}"',
        text="CAST({x} AS VARCHAR)",
        digits="CAST(CAST({x} AS BIGINT) AS VARCHAR)",
        replace="regexp_replace({x}, '{old}', '{new}', 'g')",
        behind=r"regexp_replace({x}, '^(.*)-$', '-\1')",
        parse="strptime({x}, '{form}')",
        attempt="try_strptime({x}, '{form}')",
        since="TIMESTAMP '{origin}' + to_microseconds(CAST(CAST({x} AS DOUBLE) * {microseconds} AS BIGINT))",
        zoned="CAST({x} AS TIMESTAMPTZ) AT TIME ZONE 'Asia/Shanghai'",
        local="{x} AT TIME ZONE 'Asia/Shanghai'",
    ),
    "spark": SimpleNamespace(
        **_SQL,
        column="`{name}`",
        text="CAST({x} AS STRING)",
        digits="CAST(CAST({x} AS BIGINT) AS STRING)",
        replace="regexp_replace({x}, '{old}', '{new}')",
        behind="regexp_replace({x}, '^(.*)-$', '-$1')",
        parse="to_timestamp_ntz({x}, '{form}')",
        attempt="CAST(try_to_timestamp({x}, '{form}') AS TIMESTAMP_NTZ)",
        since="TIMESTAMP_NTZ '{origin} 00:00:00' + make_dt_interval(0, 0, 0, {x} * {microseconds} / 1e6D)",
        zoned="convert_timezone('Asia/Shanghai', CAST(CAST({x} AS TIMESTAMP) AS TIMESTAMP_NTZ))",
        local="CAST({x} AS TIMESTAMP_NTZ)",
    ),
}
# Spark writes the parts of a date in the letters of Java, polars those of a second with a point of their own.
_JAVA = {"%Y": "yyyy", "%m": "M", "%d": "d", "%y": "yy", "%b": "MMM", "%B": "MMMM", "%H": "H", "%M": "m", "%S": "s"}
_JAVA |= {"%f": "SSSSSS", "%I": "h", "%p": "a", "T": "''T''"}


def write(engine, part, x="", **fields):
    """Write one part of a remedy in the language of an engine.

    >>> write("duckdb", "number", write("duckdb", "column", name="paid"))
    'CAST("paid" AS DOUBLE)'
    """
    if engine in ("duckdb", "spark"):
        marks = {"old": ("'", "''"), "microseconds": ("_", "")}
        fields = {name: text.replace(*marks[name]) if name in marks else text for name, text in fields.items()}
    return getattr(SYNTAX[engine], part).format(x=x, **fields)


def parse(engine, x, forms):
    """Write how texts become dates: with one format of Python's strptime, or the first of several that reads them.

    >>> parse("duckdb", '"day"', ["%d/%m/%Y"])
    'strptime("day", \\'%d/%m/%Y\\')'
    """
    part, written = "parse" if len(forms) == 1 else "attempt", None
    for form in forms:
        one = write(engine, part, x, form=_form(engine, form))
        written = one if written is None else write(engine, "either", written, other=one)
    return written


def _form(engine, form):
    if engine == "polars":
        return form.replace(".%f", "%.f")
    if engine == "spark":
        if "%Y%m%d" in form:  # without marks between them, months and days have two figures
            form = form.replace("%Y%m%d", "yyyyMMdd").replace("%H%M%S", "HHmmss")
        for mark, letters in _JAVA.items():
            form = form.replace(mark, letters)
    return form
