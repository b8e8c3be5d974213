"""Repeated games: two who meet again and again, and can keep faith (C) or break it (D)."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say

# Temptation, reward, punishment, sucker's payoff: Axelrod (1984), The evolution of cooperation, p. 8.
PRISONER = {"T": 5, "R": 3, "P": 1, "S": 0}

_MOVES = "CD"
_MOST = 5000  # rounds: strategies look back at each of them


def _tit_for_tat(own, other):
    return other[-1] if other else "C"


def _grudger(own, other):
    return "D" if "D" in other else "C"


def _win_stay_lose_shift(own, other):
    return "C" if own[-1:] == other[-1:] else "D"


STRATEGIES = {
    "always_cooperate": lambda own, other: "C",
    "always_defect": lambda own, other: "D",
    "tit_for_tat": _tit_for_tat,
    "grudger": _grudger,
    "win_stay_lose_shift": _win_stay_lose_shift,
    "random": None,  # draws from a generator of its own
}


def play(one, other, *, rounds=10, payoffs=PRISONER, noise=0.0, seed=0):
    """Let two strategies meet for some rounds: a DataFrame with a row a ``round``.

    Columns: ``one`` and ``other`` (moves, C or D), ``payoff_one`` and ``payoff_other``; ``attrs``: ``totals`` of both,
    ``cooperation`` (share of moves that are C). Sources: Axelrod (1984), The evolution of cooperation;
    win-stay-lose-shift: Nowak, Sigmund (1993), Nature 364.

    Parameters
    ----------
    one, other : str or function
        A name of `STRATEGIES`, or a function ``(own, other) -> "C" or "D"`` of the moves so far, two texts as
        ``"CCD"``, empty in the first round.
    rounds : int
        1 to 5,000.
    payoffs : dict
        ``T`` for breaking faith with one who keeps it, ``R`` for each if both keep it, ``P`` if both break it, ``S``
        for keeping it alone.
    noise : float
        Chance that a move turns into the other one, by mistake.
    seed : int
        Of mistakes, and of ``"random"``, which keeps faith half of the time.

    Examples
    --------
    >>> game = play("tit_for_tat", "always_defect", rounds=3)
    >>> game
          one other  payoff_one  payoff_other
    round
    1       C     D         0.0           5.0
    2       D     D         1.0           1.0
    3       D     D         1.0           1.0
    >>> game.attrs["totals"]
    {'one': 2.0, 'other': 7.0}
    """
    players = _strategy(one, "one"), _strategy(other, "other")
    rounds, payoffs = checks.whole(rounds, "rounds", 1, _MOST), _payoffs(payoffs)
    noise, seed = checks.share(noise, "noise"), checks.whole(seed, "seed")
    moves = _meet(players, ("one", "other"), rounds, noise, [seed])
    earned = [_earned(mine, its, payoffs) for mine, its in (moves, moves[::-1])]
    columns = {"one": list(moves[0]), "other": list(moves[1]), "payoff_one": earned[0], "payoff_other": earned[1]}
    game = pd.DataFrame(columns, index=pd.RangeIndex(1, rounds + 1, name="round"))
    totals = {"one": float(earned[0].sum()), "other": float(earned[1].sum())}
    game.attrs = {"totals": totals, "cooperation": "".join(moves).count("C") / (2 * rounds)}
    return game


def tournament(strategies, *, rounds=200, payoffs=PRISONER, noise=0.0, seed=0):
    """Let each strategy meet each other one and itself: a DataFrame by ``strategy``, the best first.

    Columns: ``mean_payoff`` (a round, over all its games), ``cooperation`` (share of its moves that are C), ``rank``
    (the same for equal payoffs). ``attrs["matrix"]``: mean payoff of each strategy (row) against each (column).
    Source: Axelrod (1980), Effective choice in the prisoner's dilemma, J. Conflict Resolution 24(1).

    Parameters
    ----------
    strategies : list or dict
        Names of `STRATEGIES`, or ``{name: strategy}`` with functions as of `play`.
    rounds, payoffs, noise, seed
        As of `play`, for each game.

    Examples
    --------
    >>> tournament(["tit_for_tat", "always_defect", "grudger"], rounds=10).round(1)
                   mean_payoff  cooperation  rank
    strategy
    tit_for_tat            2.3          0.7     1
    grudger                2.3          0.7     1
    always_defect          1.3          0.0     3
    """
    players = _entrants(strategies)
    rounds, payoffs = checks.whole(rounds, "rounds", 1, _MOST), _payoffs(payoffs)
    noise, seed = checks.share(noise, "noise"), checks.whole(seed, "seed")
    names, count = list(players), len(players)
    matrix, kept = np.zeros((count, count)), np.zeros((count, count))
    for i in range(count):
        for j in range(i, count):
            pair = names[i], names[j]
            moves = _meet([players[name] for name in pair], pair, rounds, noise, [seed, i, j])
            for row, column, (mine, its) in ((j, i, moves[::-1]), (i, j, moves)):
                matrix[row, column], kept[row, column] = _earned(mine, its, payoffs).mean(), mine.count("C") / rounds
    index = pd.Index(names, name="strategy")
    table = pd.DataFrame({"mean_payoff": matrix.mean(axis=1), "cooperation": kept.mean(axis=1)}, index=index)
    table["rank"] = (
        pd.Series(checks.steady(table["mean_payoff"]), index).rank(ascending=False, method="min").astype(int)
    )
    table = table.sort_values("rank", kind="stable")
    table.attrs = {"matrix": pd.DataFrame(matrix, index=index, columns=index.rename("against"))}
    return table


def patience_needed(payoffs=PRISONER, *, reply="grudger"):
    """Least weight of the next round from which on keeping faith pays against one who answers a breach.

    The weight (discount factor) is what a payoff of the next round is worth today, times the chance that there is one.
    Against a ``"grudger"``, who never forgives, it is (T − R) / (T − P) (Friedman 1971, Review of Economic Studies 38);
    against ``"tit_for_tat"`` also (T − R) / (R − S), for those who break faith and make up again and again: the larger
    of the two (Axelrod 1984, p. 207). Above 1: never.

    >>> patience_needed(), round(patience_needed(reply="tit_for_tat"), 3)
    (0.5, 0.667)
    """
    given = _payoffs(payoffs)
    checks.one_of(reply, "reply", ("grudger", "tit_for_tat"))
    tempted, kept, punished, lost = (given[name] for name in "TRPS")
    if not tempted > kept > punished or (reply == "tit_for_tat" and not kept > lost):
        shown = ", ".join(f"{name} = {value:g}" for name, value in given.items())
        en = f"payoffs: {shown}: T above R above P is needed (and R above S), else there is no dilemma."
        raise ValueError(say(en, f"payoffs：{shown} 不对：应有 T 大于 R、R 大于 P（且 R 大于 S），否则不成困境。"))
    forever = (tempted - kept) / (tempted - punished)
    return float(forever if reply == "grudger" else max(forever, (tempted - kept) / (kept - lost)))


def value_of_trust(patience, payoffs=PRISONER):
    """What it is worth today to keep faith for ever, and to break it now, against one who never forgives.

    Returns a Series: ``keep`` = R / (1 − δ), ``break`` = T + δ P / (1 − δ), ``gain`` (the first less the second), with
    the `patience` δ, the weight of the next round, from 0 to below 1.

    >>> value_of_trust(0.9).round(2).to_dict()
    {'keep': 30.0, 'break': 14.0, 'gain': 16.0}
    """
    weight, given = checks.number(patience, "patience", least=0, most=1 - 1e-9), _payoffs(payoffs)
    keep, broken = given["R"] / (1 - weight), given["T"] + weight * given["P"] / (1 - weight)
    return pd.Series({"keep": keep, "break": broken, "gain": keep - broken}, name="value")


def _meet(players, names, rounds, noise, seed):
    """The moves of two players, as two texts."""
    draws = np.random.default_rng(seed)
    slips, coins = draws.random((rounds, 2)) < noise, draws.integers(2, size=(rounds, 2))
    moves = ["", ""]
    for slip, coin in zip(slips, coins, strict=True):
        chosen = [
            _move(player, name, moves[i], moves[1 - i], coin[i])
            for i, (player, name) in enumerate(zip(players, names, strict=True))
        ]
        moves = [
            past + (_MOVES[move == "C"] if turned else move)
            for past, move, turned in zip(moves, chosen, slip, strict=True)
        ]
    return moves


def _move(player, name, own, other, coin):
    move = _MOVES[coin] if player is None else player(own, other)
    if not (isinstance(move, str) and move in ("C", "D")):
        en = f'The strategy {name} returned {checks.quoted(move)} in round {len(own) + 1}: "C" or "D" is needed.'
        zh = f'策略 {name} 在第 {len(own) + 1} 轮返回了 {checks.quoted(move)}：应返回 "C" 或 "D"。'
        raise ValueError(say(en, zh))
    return move


def _earned(mine, its, payoffs):
    table = {"DC": payoffs["T"], "CC": payoffs["R"], "DD": payoffs["P"], "CD": payoffs["S"]}
    return np.array([table[pair] for pair in map("".join, zip(mine, its, strict=True))])


def _payoffs(payoffs):
    given = checks.settings(payoffs, "payoffs")
    if set(given) != set(PRISONER):
        en = "payoffs: a number is needed for each of T, R, P and S, and no other, such as relationship.PRISONER."
        raise ValueError(say(en, "payoffs：应给 T、R、P、S 各一个数，不多不少，例如 relationship.PRISONER。"))
    return {name: checks.number(given[name], f"payoffs[{name}]") for name in PRISONER}


def _strategy(strategy, name):
    if callable(strategy):
        return strategy
    if not isinstance(strategy, str) or strategy not in STRATEGIES:
        known = ", ".join(STRATEGIES)
        en = f"{name} = {checks.quoted(strategy)}: a function is needed, or one of {known}."
        raise ValueError(say(en, f"{name} = {checks.quoted(strategy)} 不对：应为函数，或者以下名称之一：{known}。"))
    return STRATEGIES[strategy]


def _entrants(strategies):
    """Strategies by name, in the order given."""
    if not isinstance(strategies, (dict, pd.Series)):
        strategies = checks.names(strategies, "strategies")
        twice = pd.Index(strategies)[pd.Index(strategies).duplicated()]
        if len(twice):
            en = f"strategies: {checks.first(twice)} more than once: each needs a name of its own, {{name: strategy}}."
            zh = f"strategies：{checks.first(twice)} 重复出现：请用字典给每种策略各起一个名称。"
            raise ValueError(say(en, zh))
        strategies = {name: name for name in strategies}
    players = {
        str(name): _strategy(one, f"strategies[{name}]")
        for name, one in checks.settings(strategies, "strategies").items()
    }
    if not 2 <= len(players) <= 60:
        en = f"strategies: {len(players)} given: 2 to 60 are needed."
        raise ValueError(say(en, f"strategies：给出了 {len(players)} 个，应为 2 到 60 个。"))
    return players
