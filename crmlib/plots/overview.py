"""The pictures of chapter 01, the overview: what a number would be in another sample."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import label, say
from crmlib.plots import parts
from crmlib.plots.picture import BLUE, GREY, RED

_BARS = 60  # values that still have a bar each; more are put together


def redrawn(means, low, high, *, found=None, title=None, x="", percent=False):
    """Draw what a number was in samples drawn again and again, those between `low` and `high` in colour.

    `means` has a value a sample; `found` is marked, as what all customers have, or what was found at first.

    >>> redrawn([0.2, 0.3, 0.3, 0.5], 0.25, 0.45, found=0.3, percent=True)
    The same in other samples. Between 25% and 45%: 50% of the samples; found: 30%.
    """
    if checks.dimensions(means) == 1 and not len(means):
        raise ValueError(say("means: there is no sample.", "means：一份样本也没有。"))
    (means,) = checks.lists(means=means)
    values = checks.floats(means, "means")
    low, high = checks.number(low, "low"), checks.number(high, "high")
    if low > high:
        raise ValueError(say(f"low = {low:g} lies above high = {high:g}.", f"low = {low:g} 大于 high = {high:g}。"))
    percent = checks.flag(percent, "percent")
    middle, share, width = _bars(values)
    picture, axes = parts.blank(
        parts.title(title, label("The same in other samples")), checks.text(x, "x"), label("Share of samples")
    )
    inside = (middle >= low - 1e-9 * width) & (middle <= high + 1e-9 * width)
    axes.bar(middle, share, width, color=np.where(inside, BLUE, GREY), edgecolor="white", linewidth=0.5)
    within = ((values >= low - 1e-12) & (values <= high + 1e-12)).mean()
    ends = parts.number(low, percent), parts.number(high, percent)
    of_all = parts.number(within, True)
    told = [
        say(
            f"Between {ends[0]} and {ends[1]}: {of_all} of the samples",
            f"{ends[0]} 到 {ends[1]} 之间：占样本的 {of_all}",
        )
    ]
    if found is not None:
        found = checks.number(found, "found")
        axes.axvline(found, color=RED, linestyle="--", linewidth=1.5)
        told.append(parts.named(label("found"), parts.number(found, percent)))
    parts.format_axis(axes.xaxis, percent)
    parts.format_axis(axes.yaxis, True)
    return parts.describe(picture, told)


def _bars(values):
    """Middle, height and width of bars: one a value where there are few, else of equal width."""
    counts = pd.Series(values.round(12)).value_counts().sort_index()
    if len(counts) <= _BARS:
        steps = np.diff(counts.index)
        return counts.index.to_numpy(), counts.to_numpy() / len(values), 0.9 * float(steps.min()) if len(steps) else 0.1
    heights, edges = np.histogram(values, _BARS // 2)
    return (edges[1:] + edges[:-1]) / 2, heights / len(values), float(edges[1] - edges[0])
