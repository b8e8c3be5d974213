"""Make cdnow_sample.csv and cdnow_master.csv.gz from the files of the course's maintainers.

    python datasets/make_cdnow.py FOLDER [--out datasets]

FOLDER holds ``cdnow_sample.csv`` and ``cdnow_master.parquet``, extracted from the package Lifetimes 0.11.3 (needs
pandas and pyarrow). Rows keep their order and their faults; columns get the course's names, dates are
written 1997-01-31. The same source gives the same bytes: money has two decimals, lines end in ``\\n``, gzip carries no
time and no name.
"""

import argparse
import gzip
from pathlib import Path

import pandas as pd

NAMES = {"n_cds": "cds", "usd": "amount"}
COLUMNS = ["customer_id", "date", "cds", "amount"]


def to_csv(source, columns):
    """Return the bytes of the course's CSV; the source has ``date`` as 19970131, ``n_cds`` and ``usd``."""
    table = source.rename(columns=NAMES)
    table["date"] = pd.to_datetime(table["date"].astype(str), format="%Y%m%d").dt.strftime("%Y-%m-%d")
    return table[columns].to_csv(index=False, float_format="%.2f", lineterminator="\n").encode("ascii")


def make(folder, out):
    """Write the two files."""
    folder, out = Path(folder), Path(out)
    sample = to_csv(pd.read_csv(folder / "cdnow_sample.csv"), [*COLUMNS, "master_id"])
    master = to_csv(pd.read_parquet(folder / "cdnow_master.parquet"), COLUMNS)
    (out / "cdnow_sample.csv").write_bytes(sample)
    (out / "cdnow_master.csv.gz").write_bytes(gzip.compress(master, compresslevel=9, mtime=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="folder with cdnow_sample.csv and cdnow_master.parquet")
    parser.add_argument("--out", default=Path(__file__).parent, help="where to write (default: beside this script)")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.out)
