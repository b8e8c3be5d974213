"""Five kinds of relationship: Kotler's table, cuts, laws, bad input."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import relationship
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)
CUTS = dict(few=20, many=1000, low=100, high=5000)
# Kotler (1997): rows few, some, many customers; columns low, medium, high margin.
KOTLER = {
    5: ("accountable", "proactive", "partnership"),
    300: ("reactive", "accountable", "proactive"),
    9000: ("basic", "reactive", "accountable"),
}


@pytest.mark.parametrize("customers", KOTLER)
def test_kotlers_table(customers):
    found = tuple(relationship.relationship_type(customers, margin, **CUTS) for margin in (50, 900, 8000))
    assert found == KOTLER[customers]


def test_what_stands_at_a_cut():
    assert relationship.relationship_type(20, 100, **CUTS) == "accountable"  # few, low
    assert relationship.relationship_type(1000, 5000, **CUTS) == "accountable"  # many, high


def test_columns_keep_their_index():
    markets = pd.Series([5, 300, 9000], ["hospitals", "hotels", "homes"])
    kinds = relationship.relationship_type(markets, [8000, 900, 50], **CUTS)
    assert kinds.to_dict() == {"hospitals": "partnership", "hotels": "accountable", "homes": "basic"}
    assert relationship.relationship_type(markets, 50, **CUTS).tolist() == ["accountable", "reactive", "basic"]


@quick
@given(st.floats(0, 3000), st.floats(-10, 9000), st.floats(0, 3000), st.floats(0, 9000))
def test_fewer_customers_and_more_margin_never_loosen_the_bond(customers, margin, fewer, more):
    rank = relationship.TYPES.index
    now = rank(relationship.relationship_type(customers, margin, **CUTS))
    assert rank(relationship.relationship_type(max(customers - fewer, 0), margin + more, **CUTS)) >= now


BAD = {
    "cuts the wrong way": (
        lambda: relationship.relationship_type(5, 5, **{**CUTS, "few": 1000}),
        "few = 1000, many = 1000: few must lie below",
    ),
    "margins the wrong way": (lambda: relationship.relationship_type(5, 5, **{**CUTS, "low": 6000}), "low = 6000"),
    "negative customers": (lambda: relationship.relationship_type([-5], [5], **CUTS), '"customers".*below 0'),
    "a margin missing": (lambda: relationship.relationship_type([5, 6], [1.0, None], **CUTS), '"margin" is missing'),
    "a cut in quotes": (lambda: relationship.relationship_type(5, 5, **{**CUTS, "few": "2"}), "few = '2'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
