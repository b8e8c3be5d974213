"""The surveys and the panel that others published: their numbers, their faults, and how the files were made."""

import runpy

import pandas as pd
import pytest

from crmlib import datasets
from tests.support import PROJECT

DATA = PROJECT / "datasets"
SHARED = PROJECT.parent / "shared" / "data"
BRANDS = ["sunshine", "keebler", "nabisco", "private"]


def straight(answers):
    """Those who gave one number to all questions."""
    return answers[answers.nunique(axis=1) == 1]


def test_ecsi_mobi():
    """Columns by construct; means as the package's file has them."""
    answers = datasets.load_ecsi_mobi()
    sizes = {"CUEX": 3, "CUSA": 3, "CUSL": 3, "IMAG": 5, "PERQ": 7, "PERV": 2}
    expected = {f"{block}{item}" for block, items in sizes.items() for item in range(1, items + 1)} | {"CUSCO"}
    assert set(answers) == expected and answers.shape == (250, 24)
    assert all(pd.api.types.is_integer_dtype(answers[name]) for name in answers)
    assert answers.stack().between(1, 10).all() and not answers.duplicated().any()
    assert answers[["CUSA1", "CUSA2", "CUSA3"]].mean().tolist() == pytest.approx([7.988, 7.128, 7.316])
    assert answers[["IMAG1", "CUSL2"]].std().tolist() == pytest.approx([1.69999, 2.83903], abs=1e-5)


def test_the_faults_of_ecsi_mobi_that_the_card_names():
    answers = datasets.load_ecsi_mobi()
    together = answers.corr().round(2)
    assert together.loc["CUEX3", ["CUEX1", "CUEX2"]].tolist() == [0.21, 0.11]  # favourable is high: not reversed
    assert together.loc["CUSL2", "CUSA1"] == 0.04 == together["CUSA1"].min()
    assert len(straight(answers)) == 1


def test_yellow_pages():
    """Rossi, Gilula and Allenby (2001): 1,811 answers to ten questions on a scale from 1 to 10."""
    answers = datasets.load_yellow_pages()
    assert list(answers) == [f"q{number}" for number in range(1, 11)] and len(answers) == 1811
    assert answers.stack().between(1, 10).all() and not answers.isna().any(axis=None)
    assert answers[["q1", "q4", "q9"]].mean().tolist() == pytest.approx([6.06626, 5.55991, 7.88956], abs=1e-5)


def test_the_faults_of_yellow_pages_that_the_card_names():
    answers = datasets.load_yellow_pages()
    lines = straight(answers)
    assert len(lines) == 102 and len(lines) / len(answers) == pytest.approx(0.056, abs=5e-4)
    assert [(lines["q1"] == mark).sum() for mark in (10, 1)] == [64, 6]
    assert answers.duplicated().sum() == 127 and answers.drop(lines.index).duplicated().sum() == 32


def test_crackers():
    panel = datasets.load_crackers()
    expected = [f"{measure}_{brand}" for measure in ("display", "feature", "price") for brand in BRANDS]
    assert list(panel) == ["customer_id", "purchase", "brand", *expected] and len(panel) == 3292
    assert set(panel["customer_id"]) == set(range(1, 137)) and set(panel["brand"]) == set(BRANDS)
    assert panel["brand"].value_counts(normalize=True)[BRANDS].round(3).tolist() == [0.073, 0.069, 0.544, 0.314]
    numbers = panel.groupby("customer_id")["purchase"]
    assert (panel["purchase"] == numbers.cumcount() + 1).all() and numbers.size().min() == 14
    assert panel.filter(regex="display|feature").isin([0, 1]).all(axis=None)


def test_the_faults_of_crackers_that_the_card_names():
    panel = datasets.load_crackers()
    free = panel[panel["price_nabisco"] == 0]
    assert free["brand"].tolist() == ["nabisco"] * 3 and free["customer_id"].tolist() == [14, 14, 44]
    assert panel.filter(like="price").ne(0).sum().sum() == 4 * 3292 - 3
    assert panel.drop(columns="purchase").duplicated().sum() == 260


@pytest.mark.parametrize(
    ("name", "version", "holder"),
    [
        ("ecsi_mobi", "Version 3, 29 June 2007", "Soumya Ray"),
        ("yellow_pages", "Version 2, June 1991", "Peter Rossi"),
        ("crackers", "Version 3, 29 June 2007", "Yves Croissant"),
    ],
)
def test_files_under_the_gpl_carry_notice_and_licence(name, version, holder):
    licence = (DATA / f"{name}_LICENSE.txt").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in licence and version in licence and holder in licence
    assert licence.startswith(f"{name}.csv") and "END OF TERMS AND CONDITIONS" in licence


def test_make_crackers_keeps_rows_and_faults():
    script = runpy.run_path(str(DATA / "make_crackers.py"))
    spelled = ["sunshine", "kleebler", "nabisco", "private"]
    shown = {f"{measure}.{brand}": [0, 1] for measure in ("disp", "feat") for brand in spelled}
    prices = {f"price.{brand}": [98.000002, 0.0] for brand in spelled}
    made = script["to_csv"](pd.DataFrame({"id": [7, 7], **shown, **prices, "choice": ["kleebler", "nabisco"]}))
    assert made.splitlines()[1:] == [b"7,1,keebler,0,0,0,0,0,0,0,0,98,98,98,98", b"7,2,nabisco,1,1,1,1,1,1,1,1,0,0,0,0"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the originals are not beside this clone")
def test_the_files_are_those_of_the_sources(tmp_path):
    runpy.run_path(str(DATA / "make_crackers.py"))["make"](SHARED, tmp_path)
    assert (tmp_path / "crackers.csv").read_bytes() == (DATA / "crackers.csv").read_bytes()
    for source, name in [("ecsi_mobi.csv", "ecsi_mobi.csv"), ("customersat_yellowpages.csv", "yellow_pages.csv")]:
        assert (SHARED / source).read_bytes() == (DATA / name).read_bytes()
