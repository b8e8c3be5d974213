"""Published numbers of loyalty: one test for each id of the target list, with its inputs and its source."""

import pandas as pd
import pytest

from crmlib import loyalty

# British toothpaste, first quarter of 1973, 5,240 panelists (AGB): Goodhardt, Ehrenberg and Chatfield (1984), J. Royal
# Statistical Society A 147(5), section 3; the same numbers in the R package NBDdirichlet.
TOOTHPASTE = pd.DataFrame(
    {
        "share": [0.25, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02],
        "penetration": [0.20, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02],
    },
    index=["Colgate DC", "Macleans", "Close Up", "Signal", "Ultrabrite", "Gibbs SR", "Boots", "Sainsbury"],
)


@pytest.fixture(scope="module")
def toothpaste():
    return loyalty.NBDDirichlet().fit(penetration=0.56, rate=2.6, brands=TOOTHPASTE)


def test_dirichlet_par(toothpaste):
    """M and K: Goodhardt, Ehrenberg and Chatfield (1984); S: manual of NBDdirichlet, example of print.dirichlet."""
    assert (toothpaste.m_, toothpaste.k_) == pytest.approx((1.46, 0.78), abs=0.005)
    assert toothpaste.s_ == pytest.approx(1.55, abs=0.005)


def test_dirichlet_prediction():
    """User guide of NBDdirichlet (Chen), whose fit leaves brands out of S, 1.30: penetration, purchases of the brand
    and of the category by its buyers."""
    model = loyalty.NBDDirichlet(m=1.456, k=0.78, s=1.30)
    table = model.predict(TOOTHPASTE["share"])
    assert table["penetration"].round(2).tolist() == [0.20, 0.16, 0.09, 0.09, 0.08, 0.07, 0.03, 0.02]
    brand, category = table["purchase_frequency"], table["category_rate"]
    assert brand.tolist() == pytest.approx([1.82, 1.76, 1.68, 1.68, 1.67, 1.66, 1.62, 1.61], abs=0.0151)
    assert category.tolist() == pytest.approx([3.16, 3.22, 3.30, 3.30, 3.31, 3.32, 3.37, 3.38], abs=0.0151)
    assert brand.round(1).tolist() == [1.8, 1.8, 1.7, 1.7, 1.7, 1.7, 1.6, 1.6]
    assert category.round(1).tolist() == [3.2, 3.2, 3.3, 3.3, 3.3, 3.3, 3.4, 3.4]


def test_dirichlet_duplication():
    """The same guide: which share of the buyers of Colgate buys each other brand, too."""
    model = loyalty.NBDDirichlet(m=1.456, k=0.78, s=1.30)
    also = model.duplication(TOOTHPASTE["share"]).loc["Colgate DC"]
    assert also.tolist() == pytest.approx([1, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02], abs=0.0051)


@pytest.mark.parametrize(
    ("attitude", "patronage", "kind"), [(1, 1, "loyalty"), (1, 0, "latent"), (0, 1, "spurious"), (0, 0, "none")]
)
def test_dickbasu(attitude, patronage, kind):
    """Dick and Basu (1994), J. Academy of Marketing Science 22(2), figure 1: relative attitude × repeat patronage."""
    found = loyalty.dick_basu([attitude], [patronage], attitude_cut=1, patronage_cut=1)
    assert found.tolist() == [kind]
