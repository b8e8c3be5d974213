"""What is measured: the lines of the table, their data, and which results count as the same."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crmlib import datasets


@dataclass
class Task:
    """One line of the table: what each library is to do, on which data, and how fast we mean to be."""

    title: str
    function: str  # in with_lifetimes.py, with_clvkit.py, with_sql.py …
    data: str
    aim: float | None
    repeats: int
    ours: str = ""  # in with_crmlib.py, where the name is another
    beside: tuple = ("lifetimes", "clvkit")
    measured: dict = field(default_factory=dict)  # library: list of {wall, cpu}
    peak: dict = field(default_factory=dict)  # library: bytes
    difference: dict = field(default_factory=dict)  # library: largest relative difference from crmlib's result


TASKS = [
    Task("BG/NBD fit, CDNOW sample (2,357 customers)", "bgnbd", "sample", 1 / 10, 15),
    Task("BG/NBD fit, CDNOW full (23,570 customers)", "bgnbd", "full", 1 / 8, 7),
    Task("Pareto/NBD fit, CDNOW sample", "pareto", "sample", 1 / 5, 11, beside=("lifetimes",)),
    Task("Pareto/NBD fit, CDNOW full", "pareto", "full", 1 / 5, 5, beside=("lifetimes",)),
    Task("Gamma-Gamma fit, CDNOW sample", "spend", "sample", 1 / 5, 15),
    Task("Gamma-Gamma fit, CDNOW full", "spend", "full", 1 / 5, 15),
    Task("Summary of 1 million rows, pandas", "summary", "log 1M", 1 / 4, 7),
    Task("Summary of 10 million rows, pandas", "summary", "log 10M", 1 / 8, 3),
    Task(
        "Summary of 1 million rows, DuckDB relation on a parquet file",
        "summary",
        "log 1M",
        None,
        7,
        "summary_of_relation",
    ),
    Task(
        "Summary of 10 million rows, DuckDB relation on a parquet file",
        "summary",
        "log 10M",
        1 / 5,
        3,
        "summary_of_relation",
    ),
]
ROWS = {"log 10k": 10_000, "log 100k": 100_000, "log 1M": 1_000_000, "log 10M": 10_000_000}
SQL_AIMS = {10_000: 2, 10_000_000: 1.5}  # on small logs the fixed cost of a call decides
TASKS += [
    Task(f"{words} of {rows:,} rows", function, log, SQL_AIMS.get(rows), 15 if rows < 1_000_000 else 5, beside=("sql",))
    for function, words in (("rfm", "RFM"), ("cohorts", "Cohorts"))
    for log, rows in ROWS.items()
]
MADE = {}  # name of a file: the function that writes it, which fills this in
CHURN = [
    Task(
        "Kaplan-Meier, 1 million customers, 72 months",
        "survival",
        "customers 1M",
        None,
        7,
        beside=("statsmodels", "lifelines"),
    ),
    Task(
        "Log-rank test of Kaplan-Meier curves, 1 million customers in 3 groups",
        "logrank",
        "customers 1M",
        None,
        5,
        beside=("statsmodels", "lifelines"),
    ),
    Task("Expected maximum profit, 100,000 scores", "profit", "scores 100k", None, 15, beside=("empulse",)),
    Task("Qini with 200 resamples, 42,693 customers (Hillstrom)", "qini", "lots", None, 5, beside=("numpy", "sklift")),
]
TASKS += CHURN
IMPORTS = {
    "pandas": "import pandas",
    "crmlib": "import crmlib",
    "value": "from crmlib import value",
    "all": "from crmlib import value, plots, widgets",
    "python": "pass",
}


def same(task, name):
    """Three digits for estimates; what is summed up from the data by a formula is equal but for rounding."""
    return task.difference[name] < (1e-9 if task.data in ROWS or task.data in MADE else 1e-3)


# ---- Data that is made here ---------------------------------------------------------------------------------------


def made(name):
    """Register a function that makes the data of that name."""
    return lambda function: MADE.setdefault(name, function)


@made("customers 1M")
def survival_data(customers=1_000_000):
    generator = np.random.default_rng(8)
    life = np.ceil(generator.exponential(40, customers)).astype(int)
    watched = generator.integers(1, 73, customers)
    return pd.DataFrame({"duration": np.minimum(life, watched), "event": (life <= watched).astype(int)})


@made("scores 100k")
def profit_data(customers=100_000):
    generator = np.random.default_rng(8)
    churned = (generator.random(customers) < 0.25).astype(int)
    score = np.clip(generator.normal(0.3 + 0.15 * churned, 0.15), 0, 1)  # some at 0 and 1: ties
    return pd.DataFrame({"churned": churned, "score": score})


@made("lots")
def qini_data():
    """Hillstrom's women's e-mail against none; the score is a rule, with ties: no model is to be timed here."""
    customers = datasets.load_hillstrom().query("arm != 'mens'").reset_index(drop=True)
    score = (customers["womens"] + customers["history"] / 10_000 - customers["months_since_last"] / 100).round(9)
    return pd.DataFrame(
        {"visit": customers["visit"], "treated": (customers["arm"] == "womens").astype(int), "score": score}
    )
