"""Protecting customers."""

import hashlib
import hmac

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import segmentation as seg
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)

KEY = "a secret of the firm"


def test_pseudonyms_join_and_need_the_key():
    orders = pd.DataFrame({"customer_id": [7, 8, 7], "amount": [1, 2, 3]})
    people = pd.DataFrame({"id": ["7", "8"], "name": ["麦小满", "谷雨"], "phone": ["10012345678", None]})
    safe = seg.pseudonymise(orders, "customer_id", KEY)
    card = seg.pseudonymise(people, ["id", "phone"], KEY.encode(), drop="name")
    joined = safe.merge(card, left_on="customer_id", right_on="id")
    assert joined["amount"].sum() == 6 and "name" not in card and card["phone"].isna().tolist() == [False, True]
    expected = hmac.new(KEY.encode(), b"7", hashlib.sha256).hexdigest()[:16]
    assert safe["customer_id"].tolist()[0] == expected == card["id"].iloc[0]
    floats = seg.pseudonymise(pd.DataFrame({"customer_id": [7.0, np.nan]}), "customer_id", KEY)
    assert floats["customer_id"].iloc[0] == expected and floats["customer_id"].isna().iloc[1]
    other = seg.pseudonymise(orders, "customer_id", KEY + "!")
    assert not set(other["customer_id"]) & set(safe["customer_id"])
    assert orders["customer_id"].tolist() == [7, 8, 7]
    assert safe["customer_id"].str.fullmatch("[0-9a-f]{16}").all()


def test_k_anonymity_by_hand():
    table = pd.DataFrame({"town": ["N", "N", None, None, "S"], "born": [1, 1, 2, 2, 2], "spend": range(5)})
    assert seg.k_anonymity(table, ["town", "born"]).to_dict() == {"k": 1, "unique": 0.2, "groups": 3, "people": 5}
    assert seg.k_anonymity(table[:4], ["town", "born"]).to_dict() == {"k": 2, "unique": 0, "groups": 2, "people": 4}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=30))
@quick
def test_knowing_more_never_hides_better(rows):
    table = pd.DataFrame(rows, columns=["a", "b"])
    less, more = seg.k_anonymity(table, "a"), seg.k_anonymity(table, ["a", "b"])
    assert more["k"] <= less["k"] and more["unique"] >= less["unique"]
    attack = seg.reidentify(table, table.assign(name="x"), ["a", "b"])
    assert attack.attrs["share"] == pytest.approx(more["unique"])


def test_generalising_protects(qinghe):
    records, *_ = qinghe
    quasi = ["birthday", "gender", "address"]
    coarse = seg.generalise(records, {"birthday": "decade", "address": 3})
    before, after = (seg.k_anonymity(table, quasi)["unique"] for table in (records, coarse))
    assert before > 0.9 and after < 0.02
    assert coarse["birthday"].dropna().str.fullmatch(r"\d{3}0s").all()
    assert (coarse["birthday"].isna() == records["birthday"].isna()).all()
    years = seg.generalise(
        pd.DataFrame({"d": pd.to_datetime(["1990-05-01", None]), "t": ["1990-05-01", ""]}), {"d": "year", "t": "year"}
    )
    assert years["d"].tolist()[0] == years["t"].tolist()[0] == "1990" and years.isna().sum().tolist() == [1, 1]


def test_an_attack_takes_only_what_is_unique_on_both_sides():
    careless = pd.DataFrame({"born": ["a", "b", "c", "c", None], "spend": [1, 2, 3, 4, 5]})
    known = pd.DataFrame({"born": ["a", "b", "b", "c", "d", None], "name": list("uvwxyz"), "spend": 0})
    found = seg.reidentify(careless, known, "born")
    assert found.to_dict("list") == {"born": ["a"], "spend": [1], "name": ["u"], "spend_known": [0]}
    assert found.attrs == {"share": 0.2}


TABLE = pd.DataFrame({"customer_id": [1, 2], "weight": [1.5, 2.0], "born": ["1990-01-01", "soon"]})
BAD_PRIVACY = {
    "no key": (lambda: seg.pseudonymise(TABLE, "customer_id", ""), ValueError, "too short.*16 characters"),
    "a short key": (lambda: seg.pseudonymise(TABLE, "customer_id", "12345678"), ValueError, "too short"),
    "a blank key": (lambda: seg.pseudonymise(TABLE, "customer_id", " " * 20), ValueError, "too short"),
    "a key that is no text": (lambda: seg.pseudonymise(TABLE, "customer_id", 42), TypeError, "not int"),
    "no such column": (lambda: seg.pseudonymise(TABLE, "phone", KEY), ValueError, "Missing column: phone"),
    "nothing to drop": (
        lambda: seg.pseudonymise(TABLE, "customer_id", KEY, drop=["name"]),
        ValueError,
        "Missing column: name",
    ),
    "replaced and dropped": (
        lambda: seg.pseudonymise(TABLE, "customer_id", KEY, drop="customer_id"),
        ValueError,
        "at once: customer_id",
    ),
    "broken numbers": (lambda: seg.pseudonymise(TABLE, "weight", KEY), TypeError, "broken numbers, such as 1.5"),
    "no quasi-identifier": (lambda: seg.k_anonymity(TABLE, []), ValueError, "at least one column"),
    "a quasi-identifier not there": (lambda: seg.k_anonymity(TABLE, ["town"]), ValueError, "Missing column: town"),
    "nobody": (lambda: seg.k_anonymity(TABLE[:0], "born"), ValueError, "table: the table is empty"),
    "no table": (lambda: seg.k_anonymity([1], "born"), TypeError, "pandas table is needed"),
    "an unknown rule": (lambda: seg.generalise(TABLE, {"born": "century"}), ValueError, "'century'.*decade"),
    "no characters": (lambda: seg.generalise(TABLE, {"born": 0}), ValueError, "how many characters"),
    "a rule for nothing": (lambda: seg.generalise(TABLE, {"town": 3}), ValueError, "Missing column: town"),
    "no year": (
        lambda: seg.generalise(TABLE, {"born": "year"}),
        ValueError,
        '"born" does not begin with a year.*1 of 2 rows.*soon',
    ),
    "not known": (lambda: seg.reidentify(TABLE, TABLE[["weight"]], "born"), ValueError, "Missing column: born"),
    "other types": (
        lambda: seg.reidentify(TABLE, TABLE.assign(customer_id=["1", "2"]), "customer_id"),
        ValueError,
        "different types.*int64 / str",
    ),
}


@pytest.mark.parametrize("name", BAD_PRIVACY)
def test_careless_privacy_is_refused(name):
    refuses(*BAD_PRIVACY[name])
