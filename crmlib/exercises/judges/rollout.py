"""What is wrong with a plan to bring in a CRM: a mistake counts for what it costs where all others are mended.

So a reason that the judge of the long task gives is measured, not presumed: what costs nothing is not told.
"""

import pandas as pd

from crmlib import rollout

GOOD = {"processes": 20, "cleaning": 300, "responsible": 10, "hours": 12}  # about where more costs what it brings
LEAST = {"processes": 6, "cleaning": 80, "responsible": 4, "hours": 4}  # below it is a mistake of its own
READY = 2  # months of preparation before the earliest month in which one can go live
TRIED = 3  # free months that are tried before a team's own


def losses(teams, choices):
    """Return what each mistake of a plan costs, in yuan by its name, the dearest first.

    >>> losses(*rollout.draft()).index[0] in MENDERS
    True
    """
    full = _net(*_mended(teams, choices))
    there = [name for name, mend in MENDERS.items() if not _same(mend(teams, choices), (teams, choices))]
    if "too_dear" in there:  # its money is what the amounts lack
        there = [name for name in there if name != "amounts"]
    without = {name: {name, "amounts"} if name == "too_dear" else {name} for name in there}
    cost = {name: full - _net(*_mended(teams, choices, without[name])) for name in there}
    if (sooner := earlier(teams, choices)) is not None:
        cost["too_slow"] = sooner[1]
    return pd.Series(cost, dtype=float).sort_values(ascending=False, kind="stable")


def amounts(teams, choices, told):
    """Return which amounts are too small and which too large, by what it costs to keep them: names in two lists.

    Hours of training come with the teams that have too few or too many of them.

    >>> teams, choices = rollout.draft()
    >>> amounts(teams.assign(trained=4, hours=100), choices, told=10_000)[1][0][0]
    'hours'
    """
    little, much = [], []
    full = _net(*_mended(teams, choices))
    for name in GOOD:
        for found, sign in ((little, -1), (much, 1)):
            cost = full - _net(*_mended(teams, choices, kept=(name, sign)))
            if cost > told:
                found.append((name, _teams_off(teams, choices, sign, full, cost) if name == "hours" else []))
    return little, much


def _teams_off(teams, choices, sign, full, cost):
    """The teams to whose hours of training a good part of the cost is due."""
    off = [name for name in _trained(teams) if _side(teams.loc[name, "hours"], GOOD["hours"]) == sign]
    return [name for name in off if full - _net(*_mended(teams, choices, kept=(name, sign))) > 0.1 * cost]


def _net(teams, choices):
    return float(rollout.unseen_outcomes(teams, choices)["net_gain"].mean())


def _same(one, other):
    return one[0].equals(other[0]) and one[1].equals(other[1])


def _mended(teams, choices, without=(), kept=None):
    for name, mend in MENDERS.items():
        if name not in without:
            teams, choices = mend(teams, choices, kept) if name == "amounts" else mend(teams, choices)
    return teams, choices


def months(teams, choices):
    """Return the month in which each team that ever does goes live, none before the way allows it.

    >>> months(*rollout.draft()).to_dict()
    {'sales_team': 4, 'service_team': 4, 'marketing_team': 4, 'managers': 4}
    """
    live = teams.loc[teams["live"] > 0, "live"]
    return live.clip(lower=rollout.WAYS.loc[choices["way"], "first_month"])


def early(teams, choices):
    """Return the month before which processes and data cannot be far.

    >>> early(*rollout.draft())
    6
    """
    return int(rollout.WAYS.loc[choices["way"], "first_month"]) + READY


def _moved(teams, live):
    """The teams with other months of going live, their training with them."""
    table = teams.copy()
    for team, month in live.items():
        shift = month - table.loc[team, "live"]
        table.loc[team, "live"] = min(month, rollout.MONTHS)
        if table.loc[team, "trained"] > 0 and shift:
            table.loc[team, "trained"] = min(max(table.loc[team, "trained"] + shift, 1), rollout.MONTHS)
    return table


def waiting(teams, choices):
    """Return the teams that go live before the pilot has told; managers before all others are another mistake.

    >>> len(waiting(*rollout.draft()))
    0
    """
    live = months(teams, choices)
    if choices["pilot"] not in live.index:
        return live.iloc[:0]
    before = _but_leading_managers(live).drop(choices["pilot"], errors="ignore")
    return before[before < live[choices["pilot"]] + rollout.WAIT]


def _but_leading_managers(live):
    """The months without managers who go live before all others: that is another mistake."""
    others = live.drop("managers", errors="ignore")
    return others if (others > live.get("managers", rollout.MONTHS)).all() else live


def crowds(teams, choices):
    """Return the months in which more people go live than can be helped, with their number.

    >>> crowds(*rollout.draft()).to_dict()
    {4: 40}
    """
    live = months(teams, choices)
    people = rollout.PEOPLE[live.index].groupby(live).sum()
    return people[people > rollout.AT_ONCE]


def _left_out(teams, choices):
    return _joining(teams, choices, [name for name in teams.index if name != "managers"])


def _managers_out(teams, choices):
    return _joining(teams, choices, ["managers"])


def _joining(teams, choices, names):
    table, live = teams.copy(), months(teams, choices)
    for team in names:
        if table.loc[team, "live"] == 0:
            month = early(teams, choices) if team == choices["pilot"] else int(live.max())
            table.loc[team, ["trained", "live"]] = month
            table.loc[team, "hours"] = max(table.loc[team, "hours"], GOOD["hours"])
    return table, choices


def _too_early(teams, choices):
    live = _but_leading_managers(months(teams, choices))
    live = live[live < early(teams, choices)]
    return _moved(teams, live.clip(lower=early(teams, choices))), choices


def _managers_first(teams, choices):
    live = months(teams, choices)
    others = live.drop("managers", errors="ignore")
    if "managers" not in live.index or others.empty or live["managers"] >= others.min():
        return teams, choices
    first = others.idxmin()
    if choices["pilot"] != "managers":
        return _moved(teams, {"managers": others.min()}), choices
    changed = choices.copy()
    changed["pilot"] = first
    return _moved(teams, {"managers": others.min(), first: live["managers"]}), changed


def _no_pilot(teams, choices):
    live = months(teams, choices).drop("managers", errors="ignore")
    if choices["pilot"] != rollout.NOBODY and teams.loc[choices["pilot"], "live"] > 0 or live.empty:
        return teams, choices
    changed = choices.copy()
    small = live[
        rollout.PEOPLE[live.index] == rollout.PEOPLE["service_team"]
    ]  # ten people tell surely, and cost little
    changed["pilot"] = (small if len(small) else live).idxmin()
    table = _moved(teams, {changed["pilot"]: live.min()})
    return _moved(table, _after(table, changed)), changed


def _after(teams, choices):
    return waiting(teams, choices).clip(lower=months(teams, choices)[choices["pilot"]] + rollout.WAIT)


def _pilot_ignored(teams, choices):
    before = waiting(teams, choices)
    if before.empty:
        return teams, choices
    changed, live = choices.copy(), months(teams, choices).drop("managers", errors="ignore")
    if len(live) and live.min() < months(teams, choices)[choices["pilot"]]:
        changed["pilot"] = live.idxmin()
    return _moved(teams, _after(teams, changed)), changed


def earlier(teams, choices):
    """Return the months in which teams could go live earlier and gain by it, and the yuan gained; None if none can.

    The teams are tried one after the other, the pilot first, then those who bring most, each in the earliest months
    that have room for it and break no other rule; a month counts only where the move alone brings more.

    >>> teams, choices = rollout.draft()
    >>> earlier(teams.assign(live=30, trained=30, hours=12), choices) is None
    False
    """
    if not (teams["live"] > 0).any():
        return None
    before = net = _net(teams, choices)
    spent, found = _first_year(teams, choices), {}
    order = (rollout.PEOPLE * rollout.WORTH).sort_values(ascending=False).index
    for team in sorted(order, key=lambda name: name != choices["pilot"]):
        for month in _free(teams, choices, team)[:TRIED]:
            table = _moved(teams, {team: month})
            if _first_year(table, choices) > max(rollout.BUDGET, spent):
                continue
            if (gain := _net(table, choices)) > net:
                teams, net, found[team] = table, gain, month
                break
    return (pd.Series(found, dtype="int64"), net - before) if found else None


def _first_year(teams, choices):
    return rollout.costs(teams, choices).loc["total", "first_year"]


def _free(teams, choices, team):
    """The months before its own in which a team could go live without a mistake."""
    live = months(teams, choices)
    if team not in live.index:
        return []
    others, first = live.drop(team), early(teams, choices)
    if choices["pilot"] in others.index:
        first = max(first, others[choices["pilot"]] + rollout.WAIT)
    if team == "managers" and len(others) and choices["pilot"] != team:
        first = max(first, others.min())
    taken = rollout.PEOPLE[others.index].groupby(others).sum()
    room = rollout.AT_ONCE - rollout.PEOPLE[team]
    return [month for month in range(first, live[team]) if taken.get(month, 0) <= room]


def _all_at_once(teams, choices):
    live, full, placed = months(teams, choices), {}, {}
    order = sorted(live.index, key=lambda team: (live[team], team != choices["pilot"], -rollout.PEOPLE[team]))
    for team in order:
        month = live[team]
        while full.get(month, 0) and full[month] + rollout.PEOPLE[team] > rollout.AT_ONCE:
            month += 1
        full[month] = full.get(month, 0) + rollout.PEOPLE[team]
        placed[team] = month
    return _moved(teams, {team: month for team, month in placed.items() if month != live[team]}), choices


def _training(where, hours=False):
    """Mend the training of some teams: in the month of going live and, where `hours`, for long enough."""

    def mend(teams, choices):
        table = teams.copy()
        chosen = teams.index[(teams["live"] > 0) & where(teams)]
        table.loc[chosen, "trained"] = months(teams, choices)[chosen]
        if hours:
            table.loc[chosen, "hours"] = table.loc[chosen, "hours"].clip(lower=GOOD["hours"])
        return table, choices

    return mend


TRAINING = {
    "untrained": lambda teams: (teams["trained"] == 0) | (teams["hours"] < LEAST["hours"]),
    "trained_late": lambda teams: teams["trained"] > teams["live"],
    "forgotten": lambda teams: (teams["trained"] > 0) & (teams["trained"] < teams["live"]),
}


def _raised(name):
    """Mend an amount of which there is hardly any."""

    def mend(teams, choices):
        changed = choices.copy()
        if choices[name] < LEAST[name]:
            changed[name] = float(GOOD[name])
        return teams, changed

    return mend


def _amounts(teams, choices, kept=None):
    """Bring all amounts near the best, but for one on one side: `kept` is its name and -1 (too little) or 1.

    The name of a team keeps the hours of that team only.
    """
    table, changed = teams.copy(), choices.copy()
    for name, good in GOOD.items():
        if name == "hours":
            for team in _trained(teams):
                side = _side(teams.loc[team, "hours"], good)
                if kept not in ((name, side), (team, side)):
                    table.loc[team, "hours"] = float(good)
        elif choices[name] >= LEAST[name] and kept != (name, _side(choices[name], good)):
            changed[name] = float(good)
    return table, changed


def _trained(teams):
    return teams.index[(teams["live"] > 0) & (teams["hours"] >= LEAST["hours"])]


def _side(amount, good):
    return int(amount > good) - int(amount < good)


def _too_dear(teams, choices):
    changed = choices.copy()
    changed["way"] = "rent"
    return teams, changed


MENDERS = {  # in this order: who goes live, when, after which training, with which amounts
    "left_out": _left_out,
    "managers_out": _managers_out,
    "too_early": _too_early,
    "managers_first": _managers_first,
    "no_pilot": _no_pilot,
    "pilot_ignored": _pilot_ignored,
    "all_at_once": _all_at_once,
    "untrained": _training(TRAINING["untrained"], hours=True),
    "trained_late": _training(TRAINING["trained_late"]),
    "forgotten": _training(TRAINING["forgotten"]),
    "software_first": _raised("processes"),
    "dirty_data": _raised("cleaning"),
    "nobody_responsible": _raised("responsible"),
    "amounts": _amounts,
    "too_dear": _too_dear,
}
