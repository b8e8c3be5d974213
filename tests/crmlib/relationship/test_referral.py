"""The value of referrals: by hand, laws, what the published formula says, bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import relationship
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)
WORTH = pd.Series({"Ada": 900.0, "Bo": 200.0, "Cai": 500.0, "Du": 100.0, "Eve": 400.0})
CAME = pd.DataFrame({"referrer": ["Bo", "Bo", "Cai"], "customer_id": ["Cai", "Du", "Eve"], "anyhow": [0, 1, 0]})


def test_by_hand():
    """Bo brings Cai, who came because of it, and Du, who would have come anyhow and saves 50 only."""
    table = relationship.referral_value(CAME, WORTH, saved=50, reward=20, anyhow="anyhow")
    assert table["referrals"].to_dict() == {"Ada": 0, "Bo": 2, "Cai": 1, "Du": 0, "Eve": 0}
    assert table.loc["Bo", "referral_value"] == 500 + 2 * 30 and table.loc["Cai", "referral_value"] == 400 + 30
    assert table["total"].to_dict() == {"Ada": 900, "Bo": 760, "Cai": 930, "Du": 100, "Eve": 400}


def test_kumars_formula_with_dates():
    """Type one: (worth + saving − cost) / (1 + r)ᵗ, type two: saving / (1 + r)ᵗ (Kumar et al. 2010), no reward."""
    came = CAME.assign(when=[1, 2, 1])
    table = relationship.referral_value(came, WORTH, saved=50, anyhow="anyhow", discount=0.1, period="when")
    assert table.loc["Bo", "referral_value"] == pytest.approx((500 + 50) / 1.1 + 50 / 1.21)
    other = came.rename(columns={"referrer": "by", "customer_id": "who"})
    again = relationship.referral_value(
        other, WORTH, saved=50, anyhow="anyhow", discount=0.1, period="when", referrer="by", customer="who"
    )
    assert again.equals(table)


@quick
@given(st.integers(0, 999), st.floats(0, 1), st.floats(0, 90), st.floats(0, 90))
def test_laws(seed, anyhow, saved, reward):
    draws = np.random.default_rng(seed)
    worth = pd.Series(draws.uniform(0, 900, 30), index=[f"C{i}" for i in range(30)])
    came = pd.DataFrame({"referrer": draws.choice(worth.index[:10], 15), "customer_id": worth.index[15:]})
    table = relationship.referral_value(came, worth, saved=saved, reward=reward, anyhow=anyhow)
    brought = (1 - anyhow) * worth[came["customer_id"]].sum() + 15 * (saved - reward)
    assert table["referral_value"].sum() == pytest.approx(brought)
    assert table["referrals"].sum() == 15 and table.index.equals(worth.index)
    shuffled = relationship.referral_value(came[::-1], worth, saved=saved, reward=reward, anyhow=anyhow)
    assert shuffled["total"].to_numpy() == pytest.approx(table["total"].to_numpy())


def test_segments_keep_customers_and_cuts():
    table = relationship.referral_value(CAME, WORTH)
    segments = relationship.referral_segments(table["worth"], table["referral_value"], worth_cut=500, referral_cut=400)
    told = {"Ada": "affluent", "Bo": "advocate", "Cai": "champion", "Du": "miser", "Eve": "miser"}
    assert segments.to_dict() == told and set(relationship.REFERRER_SEGMENTS) == set(told.values())


def test_the_input_is_not_changed():
    came, worth = CAME.copy(), WORTH.copy()
    table = relationship.referral_value(CAME, WORTH)
    table["worth"] *= 2
    assert came.equals(CAME) and worth.equals(WORTH)


def value(came=CAME, worth=WORTH, **how):
    return relationship.referral_value(came, worth, **how)


BAD = {
    "worth in a list": (lambda: value(worth=[1, 2]), "worth = .*a Series is needed"),
    "a worth missing": (lambda: value(worth=WORTH.replace(900.0, np.nan)), '"worth" is missing|worth.*missing'),
    "a customer twice": (lambda: value(worth=pd.concat([WORTH, WORTH])), "worth: 5 keys stand"),
    "a newcomer without worth": (lambda: value(worth=WORTH.drop("Eve")), "customer_id: these.*no worth.*1 of 3 rows"),
    "a referrer without worth": (lambda: value(worth=WORTH.drop("Bo")), "referrer: these.*no worth.*2 of 3 rows"),
    "a newcomer twice": (
        lambda: value(CAME.assign(customer_id=["Du", "Du", "Eve"])),
        "customer_id: a newcomer is counted more than once.*2 of 3 rows",
    ),
    "who brings himself": (lambda: value(CAME.assign(customer_id=["Bo", "Du", "Eve"])), "referred themselves.*1 of 3"),
    "no such column": (lambda: value(CAME.drop(columns="referrer")), "Missing column: referrer"),
    "no column of that name": (lambda: value(anyhow="anyway"), "Missing column: anyway"),
    "a share in per cent": (lambda: value(anyhow=30), "Write 0.3, not 30"),
    "shares in per cent": (lambda: value(CAME.assign(anyhow=[0, 40, 0]), anyhow="anyhow"), "anyhow is not between"),
    "a negative reward": (lambda: value(reward=-1), "reward = -1"),
    "a discount in per cent": (lambda: value(discount=10), "discount = 10"),
    "a period before now": (lambda: value(CAME.assign(when=[-1, 0, 0]), period="when"), '"when".*below 0'),
    "a cut in words": (lambda: relationship.referral_segments([1], [1], worth_cut="1", referral_cut=1), "worth_cut"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
