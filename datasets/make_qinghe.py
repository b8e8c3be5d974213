"""Make the files of Qinghe 青禾优选, the invented membership retailer of the course.

    python datasets/make_qinghe.py [--out FOLDER]
    python datasets/make_qinghe.py --lines 10_000_000 --log FILE.parquet

The first writes all ``qinghe_*`` files (beside this script by default). The same code gives the same bytes: every part
has a seeded generator of its own, money has fixed decimals, lines end in ``\\n``, gzip carries no time and no name.
The second writes only a log of order lines (customer_id, date, amount), as many as wanted, from as many such worlds as
it takes (needs pyarrow). One world at a time is in memory.
"""

import argparse
import gzip
import hashlib
import json
import re
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
from qinghe import SEED, STAGES, coffee, parameters, people, service, voices, world

ORDERS = ["order_id", "customer_id", "date", "hour", "channel", "delivery", "discount", "amount", "cost"]
MONEY = ["amount", "cost"]
PLAIN = {"qinghe_products", "qinghe_activity_rates"}  # short: they stay readable as they are


def truth_customers(retailer):
    """Return person, segment, uplift type (at the first campaign open to the person), stages, plants of each record."""
    letters = np.array([*STAGES, "."])
    stages = pd.Series(["".join(letters[path]) for path in retailer.stages])
    uplift = retailer.campaigns.drop_duplicates("person").set_index("person")["uplift_type"]
    person = retailer.records["person"]
    return pd.DataFrame(
        {
            "customer_id": retailer.records["customer_id"],
            "person_id": retailer.persons["person_id"].to_numpy()[person],
            "segment": retailer.persons["segment"].to_numpy()[person],
            "uplift_type": person.map(uplift),
            "stages": stages.to_numpy()[person],
            "planted": retailer.records["planted"],
        }
    )


def truth(ever_joined):
    """Return all planted parameters by topic."""
    early = ever_joined[ever_joined < "2024-01-01"].to_period("Q")
    return {
        "invented": "Qinghe does not exist. 青禾优选是虚构的。",
        **parameters.truth(),
        "joined_in_truth": {str(quarter): int(size) for quarter, size in early.value_counts().sort_index().items()},
        **service.TRUTH,
        **voices.TRUTH,
    }


def tables(retailer, caused, visits):
    """Return all files that are tables, by name."""
    rates = pd.DataFrame.from_dict(
        parameters.ACTIVITY_RATES, orient="index", columns=["business", "household", "unit_en", "unit_zh"]
    )
    return {
        "qinghe_customers": retailer.records[["customer_id", *people.COLUMNS]],
        "qinghe_products": retailer.products,
        "qinghe_orders": retailer.orders[ORDERS],
        "qinghe_order_lines": retailer.lines,
        "qinghe_service": caused,
        "qinghe_activity_rates": rates.rename_axis("activity").reset_index(),
        "qinghe_app_visits": visits,
        "qinghe_truth_customers": truth_customers(retailer),
        **service.tables(retailer),
        **voices.tables(retailer),
        **coffee.tables(retailer),
    }


def to_csv(table):
    """Return a table as the bytes of a CSV; the money of orders has two decimals."""
    money = MONEY if set(MONEY) <= set(table) else []
    table = table.assign(**{name: table[name].map("{:.2f}".format) for name in money})
    return table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode()


def stamp(card, rows, content):
    """Write the number of rows and the checksum of a file into its card."""
    for names, value in [("Rows|行数", rows), ("sha256", hashlib.sha256(content).hexdigest())]:
        text = re.sub(rf"^(\| (?:{names}) \|).*$", rf"\1 {value} |", card.read_text(encoding="utf-8"), flags=re.M)
        card.write_text(text, encoding="utf-8", newline="\n")


def make(out):
    """Write all files into a folder, and bring the cards that lie there up to date."""
    retailer, ever_joined, caused, visits = world.create()
    planted = truth(ever_joined)
    files = {"qinghe_truth.json": (len(planted), json.dumps(planted, ensure_ascii=False, indent=1).encode() + b"\n")}
    for name, table in tables(retailer, caused, visits).items():
        content = to_csv(table)
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        files |= {f"{name}.csv": (len(table), content)} if name in PLAIN else {f"{name}.csv.gz": (len(table), packed)}
    for name, (rows, content) in files.items():
        (out / name).write_bytes(content)
        card = out / f"{name.split('.')[0]}.md"
        if card.exists():
            stamp(card, rows, content)


def some_lines(log, lines):
    """Return so many lines, in their order: those of the first customers, who keep both their years."""
    return log.loc[np.sort(log["person"].sort_values(kind="stable").index[:lines])]


def make_log(file, lines):
    """Write a log of so many order lines, world by world; customers of one world are in no other."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("customer_id", pa.int64()), ("date", pa.timestamp("s")), ("amount", pa.float64())])
    with pq.ParquetWriter(file, schema) as writer:
        customers = 0
        for block in count():
            log = some_lines(world.log_of_lines(SEED + block), lines)
            log["person"] += customers
            writer.write_table(pa.Table.from_arrays([pa.array(log[name]) for name in log], schema=schema))
            customers, lines = log["person"].max() + 1, lines - len(log)
            if not lines:
                break


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to")
    parser.add_argument("--lines", type=int, help="write a log of so many order lines instead")
    parser.add_argument("--log", type=Path, help="the parquet file for the log")
    arguments = parser.parse_args()
    if arguments.lines:
        make_log(arguments.log, arguments.lines)
    else:
        make(arguments.out)
