"""The explorers of chapter 03 say what follows from their numbers, and what the class part quotes of them."""

import re

import pytest

from tests.support.explorers import explorer_in


def net_and_month(words):
    found = re.search(r": ([+−][\d,]+), .* worth (\d+) yuan", words)
    return float(found[1].replace(",", "").replace("−", "-")), float(found[2])


def test_six_months_of_maturity_are_worth_six_times_one():
    explorer = explorer_in("lifecycle.lifecycle_explorer", "en")
    before, month = net_and_month(explorer.words)
    after, _ = net_and_month(explorer.at(mature=explorer.controls["mature"].value + 6))
    assert after - before == pytest.approx(6 * month, abs=1)


def test_the_first_orders_bring_what_the_bars_of_the_development_stage_say():
    contribution = explorer_in("lifecycle.lifecycle_explorer", "en").picture.axes[0].lines[0].get_ydata()
    assert 0.85 < contribution[0] / max(contribution) < 0.9  # 43.6 of 49.9 yuan a month
