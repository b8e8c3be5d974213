"""Plans of chapter 09's long task."""

from crmlib import rollout


def plan_of(teams, choices):
    """The draft with rows by team, (trained, hours, live), and choices by name put in."""
    table, chosen = rollout.draft()
    for team, row in teams.items():
        table.loc[team] = list(row)
    for name, value in choices.items():
        chosen[name] = value
    return table, chosen
