"""The NBD-Dirichlet against simulation, brands by hand, real crackers, laws of the model, bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, nbinom

from crmlib import datasets, loyalty
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)
SHARES = {"A": 0.5, "B": 0.3, "C": 0.2}


def simulated(m, k, s, shares, customers, seed=1):
    """A panel that follows the model: counts by customer and brand."""
    draws = np.random.default_rng(seed)
    total = draws.poisson(draws.gamma(k, m / k, customers))
    taste = draws.dirichlet(s * np.array(list(shares.values())), customers)
    counts = np.array([draws.multinomial(n, p) for n, p in zip(total, taste, strict=True)])
    who, brand = np.repeat(np.arange(customers), len(shares)), np.tile(list(shares), customers)
    log = pd.DataFrame({"customer_id": who, "brand": brand})
    return log.loc[np.repeat(log.index, counts.ravel())]


@pytest.fixture(scope="module")
def panel():
    return simulated(3.0, 0.8, 1.4, SHARES, 20_000)


def test_the_prediction_is_what_such_customers_do(panel):
    seen = loyalty.brand_performance(panel, customers=20_000)
    model = loyalty.NBDDirichlet(m=3.0, k=0.8, s=1.4).predict(SHARES)
    assert seen.to_numpy() == pytest.approx(model.loc[seen.index, seen.columns].to_numpy(), rel=0.03)
    assert seen.attrs["penetration"] == pytest.approx(model.attrs["penetration"], rel=0.01)
    assert seen.attrs["rate"] == pytest.approx(model.attrs["rate"], rel=0.02)


def test_both_fits_find_the_parameters(panel):
    seen = loyalty.brand_performance(panel, customers=20_000)
    by_penetration = loyalty.NBDDirichlet().fit(seen.attrs["penetration"], seen.attrs["rate"], seen)
    by_likelihood = loyalty.NBDDirichlet().fit_panel(panel, customers=20_000)
    for model in (by_penetration, by_likelihood):
        assert (model.m_, model.k_, model.s_) == pytest.approx((3.0, 0.8, 1.4), rel=0.05)
    assert by_penetration.brand_s_.between(1.2, 1.6).all()


def test_duplication_is_counted_in_such_a_panel(panel):
    bought = pd.crosstab(panel["customer_id"], panel["brand"]) > 0
    seen = bought.T.astype(int) @ bought.astype(int)
    seen = seen.div(np.diag(seen), axis=0)
    expected = loyalty.NBDDirichlet(m=3.0, k=0.8, s=1.4).duplication(SHARES)
    assert expected.to_numpy() == pytest.approx(seen.to_numpy(), rel=0.04)
    assert expected.index.tolist() == expected.columns.tolist() == list("ABC")


@pytest.mark.parametrize(("m", "k", "s", "share"), [(1.456, 0.78, 1.55, 0.25), (20, 5, 0.4, 0.02), (0.3, 40, 12, 0.9)])
def test_penetration_is_the_mean_over_tastes(m, k, s, share):
    """Another road: a customer with chance p of the brand buys it by an NBD of mean m p."""
    missed = quad(lambda p: (1 + m * p / k) ** -k * beta.pdf(p, s * share, s * (1 - share)), 0, 1, limit=200)[0]
    found = loyalty.NBDDirichlet(m=m, k=k, s=s).predict({"X": share}).loc["X"]
    assert found["penetration"] == pytest.approx(1 - missed, rel=1e-5)


def test_k_solves_the_share_of_non_buyers():
    brands = pd.DataFrame({"share": [0.3], "penetration": [0.17]}, index=["X"])
    model = loyalty.NBDDirichlet().fit(0.4, 2.0, brands)
    assert nbinom.pmf(0, model.k_, model.k_ / (model.k_ + model.m_)) == pytest.approx(0.6, abs=1e-9)
    assert model.predict()["penetration"].tolist() == pytest.approx([0.17], abs=1e-9)


@quick
@given(m=st.floats(0.05, 30), k=st.floats(0.05, 30), s=st.floats(0.01, 100), longer=st.floats(1, 8))
def test_laws_of_the_model(m, k, s, longer):
    model = loyalty.NBDDirichlet(m=m, k=k, s=s)
    now, later = model.predict(SHARES), model.predict(SHARES, periods=longer)
    assert (now["penetration"] * now["purchase_frequency"]).to_numpy() == pytest.approx(now["share"] * m, rel=1e-6)
    for column in ("penetration", "purchase_frequency", "share_of_requirements", "sole_buyers"):
        assert now[column].is_monotonic_decreasing  # double jeopardy: the larger brand has more of each
    assert (later["penetration"] >= now["penetration"] - 1e-9).all()
    assert now.drop(columns=["purchase_frequency", "category_rate"]).stack().between(0, 1 + 1e-9).all()
    assert (now["category_rate"] >= now["purchase_frequency"] - 1e-9).all()


def test_extremes_of_taste():
    """No brand loyalty at all, and nothing but: every customer has one brand."""
    alike = loyalty.NBDDirichlet(m=2.0, k=1.0, s=1e6).predict(SHARES)
    assert alike["penetration"].to_numpy() == pytest.approx([1 - 1 / (1 + 2 * p) for p in SHARES.values()], rel=1e-4)
    loyal = loyalty.NBDDirichlet(m=2.0, k=1.0, s=1e-6).predict(SHARES)
    assert loyal["penetration"].to_numpy() == pytest.approx(np.array(list(SHARES.values())) * 2 / 3, rel=1e-4)
    assert loyal["sole_buyers"].to_numpy() == pytest.approx(1, abs=1e-4)


def test_brands_by_hand():
    log = pd.DataFrame({"who": [1, 1, 1, 1, 2, 2, 3], "what": ["A", "A", "A", "B", "A", "A", "B"]})
    table = loyalty.brand_performance(log, customer_id="who", brand="what", customers=5)
    a, b = table.loc["A"], table.loc["B"]
    assert table.index.tolist() == ["A", "B"] and table.index.name == "brand"
    assert a.tolist() == pytest.approx([5 / 7, 2 / 5, 5 / 2, 6 / 2, 5 / 6, 1 / 2])
    assert b.tolist() == pytest.approx([2 / 7, 2 / 5, 1, 5 / 2, 2 / 5, 1 / 2])
    assert table.attrs == {"penetration": 0.6, "rate": 7 / 3, "customers": 5, "purchases": 7}
    assert loyalty.brand_performance(log, customer_id="who", brand="what").attrs["penetration"] == 1


def test_the_input_is_not_changed(panel):
    before = panel.copy()
    loyalty.NBDDirichlet().fit_panel(panel.head(500))
    assert panel.equals(before)


def test_real_crackers():
    """136 households over two years (Jain, Vilcassim, Chintagunta 1994): the two small brands have more buyers than
    their shares would bring in a market without segments."""
    crackers = datasets.load_crackers()
    seen = loyalty.brand_performance(crackers)
    assert (seen.attrs["customers"], seen.attrs["purchases"]) == (136, 3292)
    assert seen["share"].sum() == pytest.approx(1) and seen.index[0] == "nabisco"
    assert seen.loc["nabisco", "share"] == pytest.approx(0.5443, abs=1e-4)
    expected = loyalty.NBDDirichlet().fit_panel(crackers).predict()
    more = seen["penetration"] / expected["penetration"]
    assert (more[["sunshine", "keebler"]] > 1.5).all() and (more[["nabisco", "private"]] < 1).all()
    with_others = loyalty.NBDDirichlet().fit_panel(crackers, customers=300)
    assert with_others.m_ == pytest.approx(3292 / 300) and with_others.k_ < 1


BRANDS = pd.DataFrame({"share": [0.4, 0.3], "penetration": [0.3, 0.25]}, index=["A", "B"])
LOG = pd.DataFrame({"customer_id": [1, 1, 2], "brand": ["A", "B", "A"]})
BAD = {
    "shares above 1": (
        lambda: loyalty.NBDDirichlet().fit(0.5, 3, BRANDS.assign(share=0.6)),
        "share adds up to 1.2: .*counts / counts.sum",
    ),
    "shares in per cent": (lambda: loyalty.NBDDirichlet().fit(0.5, 3, BRANDS * 100), "write 0.3, not 30"),
    "a share of nothing": (lambda: loyalty.NBDDirichlet().fit(0.5, 3, BRANDS.assign(share=[0.4, 0])), "above 0"),
    "a brand above its category": (
        lambda: loyalty.NBDDirichlet().fit(0.28, 3, BRANDS),
        "not above that of the category, 0.28. 1 of 2 rows",
    ),
    "a category that all buy": (lambda: loyalty.NBDDirichlet().fit(1, 3, BRANDS), "penetration = 1.*use fit_panel"),
    "a rate of all, not of buyers": (
        lambda: loyalty.NBDDirichlet().fit(0.5, 1.3, BRANDS),
        "rate = 1.3 is too low with penetration = 0.5.*1.386",
    ),
    "penetrations that no s gives": (
        lambda: loyalty.NBDDirichlet().fit(0.5, 3, BRANDS.assign(penetration=0.1)),
        "no s fits the penetration of any brand",
    ),
    "some parameters": (lambda: loyalty.NBDDirichlet(m=1.4), "k, s missing"),
    "a negative m": (lambda: loyalty.NBDDirichlet(m=-1, k=1, s=1), "m = -1"),
    "too much to add up": (lambda: loyalty.NBDDirichlet(m=1e9, k=1, s=1), "Shorten the periods"),
    "no fit": (lambda: loyalty.NBDDirichlet().predict(), "has not been fitted"),
    "no brands": (lambda: loyalty.NBDDirichlet(m=1, k=1, s=1).predict(), "knows no brands"),
    "given shares above 1": (
        lambda: loyalty.NBDDirichlet(m=1, k=1, s=1).predict({"A": 0.8, "B": 0.7}),
        "adds up to 1.5",
    ),
    "no time": (lambda: loyalty.NBDDirichlet(m=1, k=1, s=1).predict({"A": 0.8}, periods=0), "periods = 0"),
    "no brand column": (lambda: loyalty.brand_performance(LOG.drop(columns="brand")), "Missing column: brand"),
    "a gap": (lambda: loyalty.brand_performance(LOG.assign(brand=["A", None, "A"])), "missing.*1 of 3 rows"),
    "a blank": (lambda: loyalty.brand_performance(LOG.assign(brand=["A", " ", "A"])), "missing.*1 of 3 rows"),
    "a mean of nothing": (lambda: loyalty.NBDDirichlet(m=1e-9, k=1, s=1), "m = 1e-09"),
    "fewer customers than bought": (lambda: loyalty.brand_performance(LOG, customers=1), "customers = 1, but 2"),
    "all alike": (
        lambda: loyalty.NBDDirichlet().fit_panel(pd.DataFrame({"customer_id": [1, 2] * 3, "brand": list("AABBAB")})),
        "vary too little",
    ),
    "one brand": (
        lambda: loyalty.NBDDirichlet().fit_panel(
            pd.DataFrame({"customer_id": [1] * 9 + [2], "brand": "A"}), customers=4
        ),
        "everybody buys one brand only",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
