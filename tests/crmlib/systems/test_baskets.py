"""Association rules: the published example, brute force over all sets, money by hand, and what is refused."""

import time
from itertools import chain, combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.systems import association_rules, rule_profit
from tests.support.refusals import refuses

# Tan, Steinbach & Kumar, Introduction to Data Mining (2006), table 6.1.
TAN = [
    ["Bread", "Milk"],
    ["Bread", "Diaper", "Beer", "Eggs"],
    ["Milk", "Diaper", "Beer", "Coke"],
    ["Bread", "Milk", "Diaper", "Beer"],
    ["Bread", "Milk", "Diaper", "Coke"],
]
ROWS = st.lists(st.frozensets(st.sampled_from("abcde"), min_size=1), min_size=1, max_size=12)


def row_of(rules, antecedent, consequent):
    return rules.set_index(["antecedent", "consequent"]).loc[(antecedent, consequent)]


def test_the_published_rule():
    """Row apriori.tan of the targets."""
    rule = row_of(association_rules(TAN, min_support=0.4, max_len=3), "Diaper + Milk", "Beer")
    assert rule["support"] == pytest.approx(0.4, abs=1e-3) and rule["count"] == 2
    assert rule["confidence"] == pytest.approx(0.667, abs=1e-3)
    assert rule["lift"] == pytest.approx(1.111, abs=1e-3)
    assert rule["leverage"] == pytest.approx(0.4 - 0.6 * 0.6, abs=1e-12)


def by_brute_force(baskets, least, max_len):
    """Every rule of every set of items, counted one by one."""
    count, items = len(baskets), sorted(set(chain.from_iterable(baskets)))

    def share(some):
        return sum(set(some) <= basket for basket in baskets) / count

    found = {}
    for size in range(2, max_len + 1):
        for both in combinations(items, size):
            if share(both) * count < least:
                continue
            for part in range(1, size):
                for one in combinations(both, part):
                    other = tuple(sorted(set(both) - set(one)))
                    confidence = share(both) / share(one)
                    values = share(both), confidence, confidence / share(other), share(both) - share(one) * share(other)
                    found[" + ".join(one), " + ".join(other)] = values
    return found


@settings(max_examples=60, deadline=None)
@given(baskets=ROWS, least=st.integers(1, 5), max_len=st.integers(2, 4))
def test_all_rules_are_found_and_no_other(baskets, least, max_len):
    least = min(least, len(baskets))
    rules = association_rules(baskets, min_support=least / len(baskets), max_len=max_len)
    expected = by_brute_force(baskets, least, max_len)
    measures = ["support", "confidence", "lift", "leverage"]
    found = rules.set_index(["antecedent", "consequent"])[measures]
    assert set(found.index) == set(expected) and len(found) == len(expected)
    for rule, values in expected.items():
        assert found.loc[rule].to_numpy() == pytest.approx(values, abs=1e-12)
    assert (np.diff(rules["lift"]) <= 1e-9).all()


@pytest.mark.parametrize("max_len", [2, 3])
def test_the_peer_finds_the_same_rules(max_len):
    """Apriori of mlxtend, level by level: another way than the ones taken here."""
    from mlxtend.frequent_patterns import apriori
    from mlxtend.frequent_patterns import association_rules as rules_of

    draws = np.random.default_rng(9).random((3000, 12)) < np.linspace(0.05, 0.5, 12)
    table = pd.DataFrame(draws | (draws[:, [4]] & draws[:, ::-1]), columns=list("abcdefghijkl"))
    table = table[table.any(axis=1)]
    peer = rules_of(apriori(table, 0.03, use_colnames=True, max_len=max_len), min_threshold=0.3)
    for side in ("antecedents", "consequents"):
        peer[side] = [" + ".join(sorted(items)) for items in peer[side]]
    peer = peer.set_index(["antecedents", "consequents"])[["support", "confidence", "lift", "leverage"]].sort_index()
    own = association_rules(table, min_support=0.03, min_confidence=0.3, max_len=max_len)
    own = own.set_index(["antecedent", "consequent"])[list(peer)].sort_index()
    assert len(own) > 50
    pd.testing.assert_frame_equal(own, peer, check_names=False)


def test_no_rule_is_longer_than_the_largest_basket():
    """mlxtend counts up to the length that it is given, in memory and time."""
    begun = time.process_time()
    all_lengths = association_rules(TAN, min_support=0.4, max_len=10**9)
    pd.testing.assert_frame_equal(all_lengths, association_rules(TAN, min_support=0.4, max_len=4))
    assert time.process_time() - begun < 5


def test_the_least_support_of_all_is_one_basket():
    for max_len in (2, 3):
        assert len(association_rules([["a", "b"], ["a"]], min_support=1e-9, max_len=max_len)) == 2


def test_a_share_that_is_a_whole_number_of_baskets_is_reached():
    """0.07 · 100 is a little more than 7 in floating point; mlxtend alone would ask for 8."""
    baskets = [["a", "b"]] * 7 + [["c"]] * 93
    assert len(association_rules(baskets, min_support=0.07)) == 2
    assert association_rules(baskets, min_support=0.0701).empty
    thirds = [["a", "b"]] * 2 + [["a"]]
    assert len(association_rules(thirds, min_support=0.1, min_confidence=2 / 3)) == 2


def test_the_forms_of_baskets_agree():
    table = pd.DataFrame(
        [{item: item in basket for item in "Bread Milk Diaper Beer Eggs Coke".split()} for basket in TAN]
    )
    listed = association_rules(TAN, min_support=0.2, max_len=3)
    for form in (table, table.astype(int), pd.Series(TAN, index=range(5, 10)), [set(basket) for basket in TAN]):
        pd.testing.assert_frame_equal(association_rules(form, min_support=0.2, max_len=3), listed)
    twice = [basket * 2 for basket in TAN]
    pd.testing.assert_frame_equal(association_rules(twice, min_support=0.2, max_len=3), listed)


def test_no_rule_is_a_table_without_rows():
    none = association_rules([["a"], ["b"]], min_support=0.5)
    assert none.empty and list(none) == list(association_rules(TAN, min_support=0.4))


def test_money_by_hand():
    """Of five baskets four have Diaper, three of these Beer: one is reached by Diaper -> Beer."""
    rules = association_rules(TAN, min_support=0.6)
    margins = dict.fromkeys(["Bread", "Milk", "Diaper"], 1.0) | {"Beer": 8.0}
    found = rule_profit(rules, TAN, margins, uplift=0.25, cost=0.5)
    beer, bread = row_of(found, "Diaper", "Beer"), row_of(found, "Milk", "Bread")
    assert (beer["reached"], beer["sold"], beer["margin"], beer["profit"]) == (1, 0.25, 8.0, 1.5)
    assert bread["profit"] == 0.25 - 0.5
    assert found["profit"].is_monotonic_decreasing and found["profit"].iloc[0] == 1.5
    assert set(rules.columns) < set(found.columns) and "profit" not in rules


def test_sides_of_several_items_count_whole():
    """Diaper + Milk: three baskets, two with Beer. Diaper: four, two with Beer and Milk, whose margin is 3."""
    rules = association_rules(TAN, min_support=0.4, max_len=3)
    found = rule_profit(rules, TAN, dict.fromkeys("Bread Milk Diaper Beer Coke".split(), 1.5), uplift=0.5, cost=0)
    one, other = row_of(found, "Diaper + Milk", "Beer"), row_of(found, "Diaper", "Beer + Milk")
    assert (one["reached"], one["profit"]) == (1, 0.75)
    assert (other["reached"], other["margin"], other["profit"]) == (2, 3.0, 3.0)


def test_the_highest_lift_need_not_pay_most():
    baskets = [["saffron", "truffle"]] * 4 + [["saffron"]] + [["rice", "oil"]] * 60 + [["rice"]] * 40
    rules = association_rules(baskets, min_support=0.01)
    margins = {"saffron": 20, "truffle": 20, "rice": 6, "oil": 6}
    found = rule_profit(rules, baskets, margins, uplift=0.1, cost=0.05)
    assert "saffron" in rules["antecedent"][0] + rules["consequent"][0]
    assert (found["antecedent"][0], found["consequent"][0]) == ("rice", "oil")


def test_uplift_may_be_one_for_each_rule():
    rules = association_rules(TAN, min_support=0.6)
    margins = dict.fromkeys(["Bread", "Milk", "Diaper", "Beer"], 2.0)
    found = rule_profit(rules, TAN, margins, uplift=0.1 * rules["confidence"], cost=0)
    assert found["sold"].to_numpy() == pytest.approx(0.1 * found["confidence"] * found["reached"])
    turned = 0.1 * rules["confidence"][::-1]
    refuses(lambda: rule_profit(rules, TAN, margins, uplift=turned, cost=0), ValueError, "uplift.loc")
    again = rule_profit(rules, TAN, margins, uplift=turned.loc[rules.index], cost=0)
    pd.testing.assert_frame_equal(again, found)


RULES = association_rules(TAN, min_support=0.6)
MARGINS = dict.fromkeys(["Bread", "Milk", "Diaper", "Beer"], 2.0)
BAD = {
    "an empty basket": (
        lambda: association_rules([["a"], []], min_support=0.5),
        ValueError,
        "1 of 2 hold nothing.*: 1",
    ),
    "an empty row": (
        lambda: association_rules(pd.DataFrame({"a": [1, 0]}, index=["x", "y"]), min_support=0.5),
        ValueError,
        "first at: y",
    ),
    "a text for a basket": (lambda: association_rules(["milk"], min_support=0.5), TypeError, "at 0 stands 'milk'"),
    "a number for a basket": (
        lambda: association_rules([np.array(3), ["a"]], min_support=0.5),
        TypeError,
        "baskets: at 0 stands",
    ),
    "no baskets": (lambda: association_rules([], min_support=0.5), TypeError, "a list of baskets"),
    "a missing item": (lambda: association_rules([["a", None]], min_support=0.5), TypeError, "item None"),
    "support 0": (lambda: association_rules(TAN, min_support=0), ValueError, "min_support = 0"),
    "support in per cent": (lambda: association_rules(TAN, min_support=40), ValueError, "Write 0.4, not 40"),
    "one item": (lambda: association_rules(TAN, min_support=0.4, max_len=1), ValueError, "max_len = 1"),
    "a plus in a name": (lambda: association_rules([["a + b", "c"]], min_support=1), ValueError, "Rename"),
    "counts for flags": (
        lambda: association_rules(pd.DataFrame({"a": [2]}), min_support=1),
        ValueError,
        "neither 0 nor 1",
    ),
    "no rule": (lambda: rule_profit(RULES.iloc[:0], TAN, MARGINS, uplift=0.1, cost=0), ValueError, "lower min_support"),
    "no margin": (
        lambda: rule_profit(RULES, TAN, {"Beer": 1}, uplift=0.1, cost=0),
        ValueError,
        "margins: 3 items .* first: Bread",
    ),
    "another shop": (
        lambda: rule_profit(RULES, [["Tea"]], MARGINS, uplift=0.1, cost=0),
        ValueError,
        "baskets: 4 items of the rules",
    ),
    "uplift in per cent": (
        lambda: rule_profit(RULES, TAN, MARGINS, uplift=10, cost=0),
        ValueError,
        "Write 0.1, not 10",
    ),
    "too few uplifts": (
        lambda: rule_profit(RULES, TAN, MARGINS, uplift=[0.1, 0.2], cost=0),
        ValueError,
        "lengths do not fit",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused(name):
    refuses(*BAD[name])
