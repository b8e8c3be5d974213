"""Weights of three items from the comparisons of their pairs, and whether the three comparisons agree."""

from functools import partial

import ipywidgets as ipw
import pandas as pd

from crmlib import checks, plots, satisfaction
from crmlib.editions import takes_givens
from crmlib.language import heading, label, say
from crmlib.widgets.base import Explorer

# Saaty's scale, from "a ninth as important" to "nine times as important".
SCALE = {f"1/{times}": 1 / times for times in range(9, 1, -1)} | {str(times): float(times) for times in range(1, 10)}
LIMIT = 0.1


def draw_ahp(items, one_two, one_three, two_three):
    """Draw the weights of three items, and say what two comparisons imply for the third."""
    one, two, three = items
    said = [[1, one_two, one_three], [1 / one_two, 1, two_three], [1 / one_three, 1 / two_three, 1]]
    weights = satisfaction.ahp(said, max_ratio=100)
    ratio, agrees = weights.attrs["consistency_ratio"], weights.attrs["consistency_ratio"] < LIMIT
    title = label("Weights from three comparisons") if agrees else label("Weights that should not be used")
    shares = pd.Series(weights.to_numpy(), index=items, name=label("Weight"))
    picture = plots.bars(shares, title=title, y=label("Weight"), percent=True)
    picture.axes[0].set_ylim(0, 1)
    implied, given = _times(one_two * two_three), _times(one_three)
    verdict = say("below 0.1: they agree well enough", "小于 0.1，可以接受")
    if not agrees:
        verdict = say("not below 0.1: they contradict each other, compare again", "不小于 0.1，互相矛盾，请重新比较")
    shown = f" {ratio:.2f}" if ratio >= 0.005 else say(" under 0.01", "不到 0.01")
    return picture, say(
        f"{one} against {two} is {_times(one_two)}, {two} against {three} {_times(two_three)}: together they imply "
        f"{implied} for {one} against {three}; {given} was said. Consistency ratio{shown}, {verdict}.",
        f"{one}比{two}是 {_times(one_two)}，{two}比{three}是 {_times(two_three)}，由此推出{one}比{three}应是 "
        f"{implied}，而给出的是 {given}。一致性比率{shown}，{verdict}。",
    )


def _times(value):
    """A ratio as it is said: 4, or 1/4."""
    return f"{value:.3g}" if value > 0.999 else f"1/{1 / value:.3g}"


@takes_givens
def ahp_explorer(items):
    """Show how the comparisons of three items give their weights, and when they contradict each other."""
    items = checks.names(items, "items")
    if len(items) != 3 or len(set(items)) < 3:
        raise ValueError(say(f"items = {items}: three names are needed.", f"items = {items} 不对：应为三个名称。"))
    items = [heading(name) for name in items]
    one, two, three = items
    return Explorer(
        partial(draw_ahp, items),
        "crm-ahp",
        one_two=_comparison(one, two, 2.0),
        one_three=_comparison(one, three, 5.0),
        two_three=_comparison(two, three, 3.0),
    )


def _comparison(one, other, start):
    """A slider over Saaty's scale, which reads 1/9, …, 1/2, 1, 2, …, 9."""
    text = f"{one} : {other}"
    shown = {"description": text, "tooltip": text}
    return ipw.SelectionSlider(options=list(SCALE.items()), value=start, **shown, layout=ipw.Layout(width="auto"))
