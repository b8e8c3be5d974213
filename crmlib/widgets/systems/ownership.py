"""Build, buy or rent: what a CRM costs over the years, and when it pays back."""

from functools import partial

import numpy as np
import pandas as pd

from crmlib import checks, plots, systems
from crmlib.editions import takes_givens
from crmlib.language import heading, label, say
from crmlib.widgets.base import Explorer, slider, tell


def draw_tco(costs, benefits, invented, users, years, discount, share):
    """Draw what each way has cost and brought by the end of each year, and tell the cheapest and its payback."""
    factors = np.r_[0.0, np.cumsum((1 + discount) ** -np.arange(1.0, years + 1))]
    earned = _worth(benefits, users, factors)
    options = costs.groupby("option", sort=False)
    paid = pd.DataFrame({name: _worth(items, users, factors) for name, items in options})
    worth = (-paid).add(share * earned, axis=0)
    title = say(
        f"{users} users, {share:.0%} of the benefits: cumulative, in today's yuan",
        f"{users} 名用户，实现 {share:.0%} 的收益：累计净现值",
    )
    picture = plots.payback(worth, title=title + (say(" (invented data)", "（虚构数据）") if invented else ""))
    total = paid.iloc[-1]
    best = total.idxmin()
    named = [f"{heading(name)} {tell(cost)}" for name, cost in total.items()]
    positive = worth.index[worth[best] >= 0]
    back = next((year for year in positive if (worth.loc[year:, best] >= 0).all()), None)
    when = say(f"pays back in year {back}", f"第 {back} 年收回") if back else say("does not pay back", "收不回来")
    if back == 0:
        when = say("costs nothing that is not covered at once", "当年即可抵偿")
    needed, net = total[best] / earned.iloc[-1], tell(worth[best].iloc[-1], "+,.0f")
    return picture, say(
        f"Over {years} year{'s' * (years > 1)} at {discount:.0%}, {users} users cost in all, in today's yuan: "
        f"{', '.join(named)}. {heading(best)} costs least; with {share:.0%} of the benefits it brings {net} yuan net "
        f"and {when}. It needs {tell(needed, '.0%')} of the benefits to cover its cost.",
        f"{years} 年、折现率 {discount:.0%}、{users} 名用户，总拥有成本的现值（元）：{'，'.join(named)}。"
        f"{heading(best)}最省；实现 {share:.0%} 的收益时，净现值 {net} 元，{when}。"
        f"收益实现 {tell(needed, '.0%')} 才够抵偿成本。",
    )


def _worth(items, users, factors):
    """What items are worth today by the end of each year; `factors` are those of one yuan a year till then."""
    sums = systems.tco(items, 1, users=users)[["once", "yearly"]].sum()
    return pd.Series(sums["once"] + sums["yearly"] * factors)


@takes_givens
def tco_explorer(costs, benefits, *, users=40, years=5, discount=0.08, invented=True):
    """Show what building, buying or renting a CRM costs over the years, and when its benefits pay it back.

    `costs` and `benefits` are tables as for `systems.tco`; `costs` has a further column ``option``. The title says
    that the data are `invented`.

    >>> costs = pd.DataFrame({"option": ["buy", "rent"], "item": ["all", "all"], "when": ["once", "yearly"]})
    >>> benefits = pd.DataFrame({"item": ["hours saved"], "when": ["yearly"], "amount": [90_000]})
    >>> tco_explorer(costs.assign(amount=[300_000, 50_000]), benefits, discount=0).words.partition(". ")[0]
    "Over 5 years at 0%, 40 users cost in all, in today's yuan: Buy 300,000, Rent 250,000"
    """
    checks.require_columns(checks.frame(costs, "costs").columns, ["option"])
    checks.labels(costs["option"], "option")
    users, years = checks.whole(users, "users", 5, 200), checks.whole(years, "years", 1, 10)
    discount = checks.number(discount, "discount", least=0, most=0.2)
    for table in (costs, benefits):
        systems.tco(table, years, discount=discount, users=users)
    if systems.tco(benefits, 1, users=users)["total"].sum() <= 0:
        raise ValueError(say("benefits: they add up to nothing.", "benefits：收益合计为零。"))
    return Explorer(
        partial(draw_tco, costs, benefits, checks.flag(invented, "invented")),
        "crm-tco",
        users=slider(label("Users"), 5, 200, users, 5),
        years=slider(label("Years"), 1, 10, years, 1),
        discount=slider(label("Discount rate a year"), 0.0, 0.2, discount, 0.01, format=".0%"),
        share=slider(label("Share of the benefits that come true"), 0.1, 1.5, 1.0, 0.05, format=".0%"),
    )
