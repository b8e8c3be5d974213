"""The pictures of chapter 04, customer value: the whale curve, retention, what moves a value, who is still alive."""

import matplotlib.dates
import numpy as np
from matplotlib.patheffects import withStroke
from matplotlib.ticker import PercentFormatter

from crmlib import checks
from crmlib.language import heading, label, say
from crmlib.plots import parts
from crmlib.plots.basics import bars, lines
from crmlib.plots.picture import BLUE, GREY, ORANGE, RED, SKY


def whale(curve, *, title=None):
    """Draw the whale curve of :func:`crmlib.value.whale_curve`: cumulative profit, the most profitable first.

    >>> import pandas as pd
    >>> from crmlib import value
    >>> whale(value.whale_curve(pd.Series({"A": 50, "B": 30, "C": -20})))
    Whale curve. Peak 80; What is left 60.
    """
    curve = parts.table(curve, "customers", "cumulative_profit", name="curve")
    title = parts.title(title, label("Whale curve"))
    picture, axes = parts.blank(title, label("Customers, most profitable first"), label("Cumulative profit (yuan)"))
    share, money = np.r_[0, curve["customers"]], np.r_[0, curve["cumulative_profit"]]
    peak = int(money.argmax())
    told = [f"{label('Peak')} {parts.number(money[peak])}", f"{label('What is left')} {parts.number(money[-1])}"]
    axes.plot(share, money, marker="o", markersize=4)
    axes.fill_between(share, money, money[-1], where=money >= money[-1], interpolate=True, color=SKY, alpha=0.3)
    axes.axhline(money[-1], color=GREY, linestyle=":", linewidth=1.5)
    style = {"textcoords": "offset points"}
    loses = peak < len(money) - 1  # otherwise nobody does, and the peak is what is left
    if loses:
        axes.annotate(told[0], (share[peak], money[peak]), xytext=(0, 8), ha="center", **style)
    axes.annotate(told[1], (share[-1], money[-1]), xytext=(0, -15 if loses else 8), ha="right", **style)
    axes.margins(y=0.15)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    parts.format_axis(axes.yaxis)
    return parts.describe(picture, told)


def survival(share, *, title="", x=None, points=()):
    """Draw the share (0–1) of customers who are still there over time as falling lines, or `points` (see `lines`).

    >>> import pandas as pd
    >>> survival(pd.Series([1.0, 0.8, 0.6], name="Survival"), title="A gym")
    A gym. Survival: from 100% to 60%.
    """
    share, x = parts.table(share, name="share", gaps=True), label("Time") if x is None else x
    parts.along(share.index, "share")
    picture = lines(share, title=title, x=x, y=label("Share still there"), percent=True, points=points)
    picture.axes[0].set_ylim(0, 1.03)
    return picture


def retention(rates, *, title=""):
    """Draw retention rates (0–1) year by year, a line for each column.

    >>> import pandas as pd
    >>> retention(pd.DataFrame({"regular": [0.63, 0.74]}, index=[1, 2]), title="Contracts")
    Contracts. Regular: from 63% to 74%.
    """
    rates = parts.table(rates, name="rates", gaps=True)
    parts.along(rates.index, "rates")
    return lines(rates, title=title, x=label("Year"), y=label("Retention rate"), percent=True, marker="o")


def tornado(sensitivity, *, swing, title=None):
    """Draw how far each factor of :func:`crmlib.value.clv_sensitivity` moves the value if it changes by `swing`.

    >>> from crmlib import value
    >>> tornado(value.clv_sensitivity(margin=60, retention=0.8, discount=0.01), swing=0.1)
    What moves customer lifetime value. Retention: 149 to 406; Margin: 206 to 251; Discount: 230 to 227.
    """
    sensitivity, swing = (
        parts.table(sensitivity, "low", "base", "high", name="sensitivity"),
        checks.number(swing, "swing"),
    )
    title = parts.title(title, label("What moves customer lifetime value"))
    picture, axes = parts.blank(title, label("Customer lifetime value (yuan)"))
    rows, base = np.arange(len(sensitivity)), sensitivity["base"].iloc[0]
    names = [heading(name) for name in sensitivity.index]
    ends = {side: [parts.number(round(value)) for value in sensitivity[side]] for side in ("low", "high")}
    lower, higher = f"× {1 - swing:g}", f"× {1 + swing:g}"  # "5% higher" might mean five points
    for side, colour, hatch, words in ("low", ORANGE, "///", lower), ("high", BLUE, "", higher):
        reach = sensitivity[side] - base
        look = {"edgecolor": colour, "hatchcolor": "black", "linewidth": 1.5}  # a bar without length is still seen
        drawn = axes.barh(rows, reach, left=base, height=0.55, color=colour, hatch=hatch, label=words, **look)
        axes.bar_label(drawn, ends[side], padding=3, fontsize=9)
    today = parts.number(round(base))
    axes.axvline(base, **parts.BASE_LINE, label=say(f"now {today}", f"现在 {today}"))
    axes.yaxis.set_ticks(rows, names)
    axes.yaxis.grid(False)
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.legend(loc="lower right")
    parts.format_axis(axes.xaxis)
    reaches = zip(names, *ends.values(), strict=True)
    told = [parts.named(name, say(f"{low} to {high}", f"{low} 到 {high}")) for name, low, high in reaches]
    return parts.describe(picture, told)


def timelines(log, *, end, title="", customer_id="customer_id", date="date"):
    """Draw the purchases of a few customers, in the order of the log, as dots along time up to `end`, "today".

    >>> import pandas as pd
    >>> days = pd.to_datetime(["2026-01-05", "2026-02-09", "2026-01-20"])
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "B"], "date": days})
    >>> timelines(log, end="2026-03-31", title="Two customers")
    Two customers. A: purchase days 2, the last 2026-02-09; B: purchase days 1, the last 2026-01-20.
    """
    checks.frame(log, "log")
    checks.require_columns(log.columns, [customer_id, date])
    end = checks.day(end, "end")
    log = log[list(dict.fromkeys([customer_id, date]))].copy()
    log[date] = checks.dates(log[date], date, "log")
    en, zh = f"{customer_id} or {date} is missing: correct these rows", f"{customer_id} 或 {date} 缺失，请更正"
    checks.refuse_rows(log.isna().any(axis=1), log, en, zh)
    checks.labels(log[customer_id], customer_id)
    customers = list(dict.fromkeys(log[customer_id]))
    picture, axes = parts.blank(title, label("Date"), label("Customer id"), height=1.2 + 0.42 * len(customers))
    told = []
    for row, customer in enumerate(customers):
        days = log.loc[log[customer_id] == customer, date].drop_duplicates()
        axes.plot([days.min(), end], [row, row], color="#BBBBBB", linewidth=1.2, linestyle="-")
        axes.plot(days, [row] * len(days), "o", color=BLUE, linestyle="none")
        count, last = len(days), f"{days.max():%Y-%m-%d}"
        bought = say(f"purchase days {count}", f"买过 {count} 次")
        told.append(parts.named(customer, bought, say(f"the last {last}", f"最后一次在 {last}")))
    axes.axvline(end, color=RED, linestyle="--", linewidth=1.5)
    style = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "color": RED}
    axes.annotate(label("today"), (end, 1), xytext=(4, -10), **style)
    axes.yaxis.set_ticks(range(len(customers)), [str(customer) for customer in customers])
    axes.set_ylim(len(customers) - 0.5, -0.7)
    axes.yaxis.grid(False)
    axes.xaxis.set_major_locator(matplotlib.dates.AutoDateLocator(maxticks=7))
    axes.xaxis.set_major_formatter(matplotlib.dates.DateFormatter("%Y-%m"))
    return parts.describe(picture, told)


def alive_map(table, *, title=""):
    """Draw the chance (0–1) of being alive over repeat purchases (rows) and the week of the last one (columns).

    >>> import pandas as pd
    >>> alive_map(pd.DataFrame({10: [0.2, 0.1], 20: [0.8, 0.9]}, index=[1, 2]), title="Who is left")
    Who is left. Chance of being alive between 10% and 90%.
    """
    alive = label("Chance of being alive")
    words = [label("Week of the last purchase"), label("Repeat purchases")]
    values = parts.grid(table)
    picture, axes = parts.heat_map(values, title, *words, vmin=0, vmax=1)
    bar = picture.colorbar(axes.collections[0], ax=axes, format=PercentFormatter(1), label=alive)
    bar.outline.set_linewidth(0)
    axes.invert_yaxis()
    parts.name_ticks(axes.xaxis, table.columns, 10)
    parts.name_ticks(axes.yaxis, table.index, 8)
    across, up = np.arange(table.shape[1]) + 0.5, np.arange(table.shape[0]) + 0.5
    levels = {"levels": [0.1, 0.25, 0.5, 0.75, 0.9], "colors": "white", "linewidths": 1}
    if min(values.shape) > 1:  # no line can be drawn in one row
        contour = axes.contour(across, up, values, **levels)
        for text in axes.clabel(contour, fmt=lambda level: f"{level:.0%}", fontsize=9):
            text.set_path_effects([withStroke(linewidth=2.5, foreground="#333333")])
    low, high = parts.number(float(np.nanmin(values)), True), parts.number(float(np.nanmax(values)), True)
    return parts.describe(picture, [say(f"{alive} between {low} and {high}", f"{alive}在 {low} 与 {high} 之间")])


def delivered_value(balance, *, title=None):
    """Draw what a customer gets and gives up, and the difference, of :func:`crmlib.value.delivered_value`.

    >>> import pandas as pd
    >>> delivered_value(pd.DataFrame({"A": [34.0, 18.0, 16.0]}, index=["total_value", "total_cost", "delivered_value"]))
    Delivered value. Total value: A 34; Total cost: A 18; Delivered value: A 16.
    """
    balance = parts.table(checks.frame(balance, "balance"), name="balance", gaps=True)
    checks.unique_index(balance, "balance")
    if balance.index.nlevels > 1 or balance.index.isna().any():
        en = "balance: a row has no name. Name it: total_value, total_cost, delivered_value."
        raise ValueError(say(en, "balance：有一行没有名称。请写 total_value、total_cost 或 delivered_value。"))
    empty = balance.isna().all(axis=1)
    checks.refuse_rows(empty, balance, "balance: a row has no value", "balance：有的行一个值也没有")
    return bars(balance.T, title=parts.title(title, label("Delivered value")), y=label("Points"))
