"""Repeated games: Axelrod's numbers, by hand, laws of strategies, bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import relationship
from tests.support.refusals import refuses

quick = settings(max_examples=25, deadline=None)
NAMES = list(relationship.STRATEGIES)


def moves(one, other, rounds=6, **how):
    game = relationship.play(one, other, rounds=rounds, **how)
    return "".join(game["one"]), "".join(game["other"])


def test_axelrods_payoffs():
    """Axelrod (1984), p. 8: 5, 3, 1 and 0; 200 rounds of good faith are 600 points for each."""
    assert relationship.PRISONER == {"T": 5, "R": 3, "P": 1, "S": 0}
    kept = relationship.play("tit_for_tat", "grudger", rounds=200)
    assert kept.attrs == {"totals": {"one": 600, "other": 600}, "cooperation": 1}
    broken = relationship.play("tit_for_tat", "always_defect", rounds=200)
    assert broken.attrs["totals"] == {"one": 199, "other": 204}


def test_axelrods_conditions():
    """Tit for tat keeps the peace from a weight of 2/3 on (Axelrod 1981, American Political Science Review 75)."""
    assert relationship.patience_needed(reply="tit_for_tat") == pytest.approx(2 / 3)
    assert relationship.patience_needed() == 1 / 2
    assert relationship.patience_needed({"T": 9, "R": 3, "P": 1, "S": 0}, reply="tit_for_tat") == 2


@quick
@given(st.floats(0.01, 9), st.floats(0.01, 9), st.floats(0.01, 9))
def test_trust_pays_just_from_the_needed_patience_on(a, b, c):
    payoffs = {"S": 0, "P": a, "R": a + b, "T": a + b + c}
    needed = relationship.patience_needed(payoffs)
    assert 0 < needed < 1
    gain = relationship.value_of_trust(needed, payoffs)["gain"]
    assert gain == pytest.approx(0, abs=1e-9 * (a + b + c) / (1 - needed))
    less, more = (relationship.value_of_trust(needed + step * min(needed, 1 - needed), payoffs) for step in (-0.5, 0.5))
    assert less["gain"] < 0 < more["gain"]


def test_the_value_of_trust_is_the_sum_of_a_long_game():
    """Each round weighs 0.8 of the one before: against a grudger, faith kept, and faith broken for ever."""
    weights, value = 0.8 ** np.arange(400), relationship.value_of_trust(0.8)
    for player, name in (("always_cooperate", "keep"), ("always_defect", "break")):
        game = relationship.play(player, "grudger", rounds=400)
        assert weights @ game["payoff_one"] == pytest.approx(value[name])


def test_strategies_by_hand():
    assert moves("tit_for_tat", "always_defect", 4) == ("CDDD", "DDDD")
    assert moves("win_stay_lose_shift", "always_defect", 5) == ("CDCDC", "DDDDD")

    def breaks_once(own, other):
        return "D" if len(own) == 1 else "C"

    assert moves(breaks_once, "tit_for_tat") == ("CDCCCC", "CCDCCC")
    assert moves(breaks_once, "grudger") == ("CDCCCC", "CCDDDD")
    assert moves(breaks_once, "win_stay_lose_shift") == ("CDCCCC", "CCDDDD")
    game = relationship.play(breaks_once, "tit_for_tat", rounds=3)
    assert game["payoff_one"].tolist() == [3, 5, 0] and game["payoff_other"].tolist() == [3, 0, 5]
    assert game.index.tolist() == [1, 2, 3]


def test_who_makes_mistakes_needs_more_than_tit_for_tat():
    """Nowak, Sigmund (1993): by mistakes, two who retaliate spend half of the time at odds; who repairs, hardly any."""
    how = dict(rounds=5000, noise=0.01, seed=3)
    tit, repair = (relationship.play(name, name, **how) for name in ("tit_for_tat", "win_stay_lose_shift"))
    assert tit.attrs["totals"]["one"] / 5000 == pytest.approx((3 + 5 + 0 + 1) / 4, abs=0.1)
    assert repair.attrs["totals"]["one"] / 5000 > 2.9 and repair.attrs["cooperation"] > 0.95


def test_chance_is_that_of_the_seed():
    one, again, other = (moves("random", "random", 2000, seed=seed) for seed in (1, 1, 2))
    assert one == again != other and one[0] != one[1]
    assert one[0].count("C") == pytest.approx(1000, abs=100)
    turned = moves("always_cooperate", "always_defect", 2000, noise=0.2)
    assert turned[0].count("D") == pytest.approx(400, abs=60) and turned[1].count("C") == pytest.approx(400, abs=60)


def test_a_tournament_is_its_games():
    table = relationship.tournament(NAMES, rounds=20, noise=0.05, seed=4)
    matrix = table.attrs["matrix"]
    assert table["mean_payoff"].to_numpy() == pytest.approx(matrix.mean(axis=1)[table.index].to_numpy())
    assert table["mean_payoff"].is_monotonic_decreasing and set(table.index) == set(NAMES)
    still = relationship.tournament(["tit_for_tat", "always_defect"], rounds=20).attrs["matrix"]
    game = relationship.play("tit_for_tat", "always_defect", rounds=20)
    assert still.loc["tit_for_tat", "always_defect"] == game["payoff_one"].mean()
    assert still.loc["always_defect", "tit_for_tat"] == game["payoff_other"].mean()
    assert still.loc["tit_for_tat", "tit_for_tat"] == 3


def test_equals_share_a_rank_and_functions_take_part():
    def sulky(own, other):
        return "D"

    table = relationship.tournament({"mine": sulky, "bad": "always_defect", "tit": "tit_for_tat"}, rounds=10)
    assert table.loc["mine", "rank"] == table.loc["bad", "rank"] and table.loc["mine", "cooperation"] == 0
    assert relationship.tournament(pd.Series({"mine": sulky, "tit": "tit_for_tat"}), rounds=5).shape == (2, 3)


@quick
@given(st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(1, 30), st.floats(0, 1), st.integers(0, 9))
def test_laws_of_a_game(one, other, rounds, noise, seed):
    game = relationship.play(one, other, rounds=rounds, noise=noise, seed=seed)
    both = game["payoff_one"] + game["payoff_other"]
    agreed = (game["one"] == "C").astype(int) + (game["other"] == "C")
    assert both.tolist() == agreed.map({0: 2, 1: 5, 2: 6}).tolist() and len(game) == rounds
    assert game.attrs["cooperation"] == pytest.approx(agreed.mean() / 2)


BAD = {
    "no such strategy": (lambda: relationship.play("tit for tat", "random"), "one = 'tit for tat': .*tit_for_tat"),
    "a strategy that says yes": (
        lambda: relationship.play(lambda own, other: "yes", "random"),
        "strategy one returned 'yes' in round 1",
    ),
    "a strategy without an answer": (
        lambda: relationship.tournament({"mine": lambda own, other: None, "tit": "tit_for_tat"}),
        "strategy mine returned None",
    ),
    "no rounds": (lambda: relationship.play("random", "random", rounds=0), "rounds = 0"),
    "noise in per cent": (lambda: relationship.play("random", "random", noise=5), "Write 0.05, not 5"),
    "a payoff too few": (lambda: relationship.play("random", "random", payoffs={"T": 5}), "each of T, R, P and S"),
    "a payoff in words": (
        lambda: relationship.value_of_trust(0.5, {**relationship.PRISONER, "S": "0"}),
        r"payoffs\[S\] = '0'",
    ),
    "no dilemma": (lambda: relationship.patience_needed({"T": 3, "R": 3, "P": 1, "S": 0}), "T above R above P"),
    "patience for ever": (lambda: relationship.value_of_trust(1), "patience = 1"),
    "one strategy": (lambda: relationship.tournament(["random"]), "1 given: 2 to 60"),
    "one strategy twice": (lambda: relationship.tournament(["random", "random"]), "random more than once"),
    "a reply nobody knows": (lambda: relationship.patience_needed(reply="random"), "reply = 'random'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
