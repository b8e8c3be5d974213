"""How many to ask: margin of error, rate of response, number of customers."""

import math
from functools import partial

import numpy as np
import pandas as pd

from crmlib import checks, plots, satisfaction
from crmlib.editions import takes_givens
from crmlib.language import label, say
from crmlib.widgets.base import Explorer, slider, tell

MARGINS = np.round(np.arange(0.02, 0.1501, 0.005), 3)


def draw_sample_size(margin, share, response, population):
    """Draw how many answers each margin of error needs, and how many must be asked for them."""
    answers_for = partial(satisfaction.sample_size, share=share, population=population)
    curve = pd.Series({at: answers_for(at) for at in MARGINS.tolist()})
    asked = np.ceil((curve / response).round(9)).astype(int)
    table = pd.DataFrame({label("Answers needed"): curve, label("To be asked"): asked.where(asked <= population)})
    picture = plots.lines(
        table.dropna(axis=1, how="all"),
        title=label("A smaller margin of error needs many more answers"),
        x=label("Margin of error"),
        y=label("Customers"),
        x_percent=True,
    )
    axes = picture.axes[0]
    axes.set_ylim(0, None)
    needed, points = answers_for(margin), tell(100 * margin, ".1f")
    asked = math.ceil(round(needed / response, 9))
    axes.plot([margin], [needed], "o", color=plots.BLUE, markersize=10)
    start = say(
        f"A margin of ±{points} points needs {needed:,} answers",
        f"误差不超过 ±{points} 个百分点，需要 {needed:,} 份答卷",
    )
    if asked > population:
        most = max(int(population * response), 1)
        reach = tell(100 * satisfaction.margin_of_error(most, share=share, population=population), ".1f")
        return picture, start + say(
            f", so {asked:,} would have to be asked, and there are only {population:,} customers. "
            f"Ask them all, and {most:,} answer: ±{reach} points.",
            f"，要问 {asked:,} 人，可是客户只有 {population:,} 个。全部都问，会有 {most:,} 人回答：±{reach} 个百分点。",
        )
    axes.plot([margin], [asked], "s", color=plots.RED, markersize=10)
    part, half = tell(asked / population, ".1%"), answers_for(margin / 2)
    rough = needed * min(share, 1 - share) < 5
    return picture, start + say(
        f": {asked:,} of {population:,} customers must be asked ({part}). "
        + ("So few answers make the formula rough." if rough else f"Half the margin needs {half:,} answers."),
        f"：{population:,} 个客户中要问 {asked:,} 人（{part}）。"
        + ("答卷这样少，公式只是粗略的近似。" if rough else f"误差再减半，需要 {half:,} 份。"),
    )


@takes_givens
def sample_size_explorer(population, share, response):
    """Show how margin of error, expected share, response and number of customers decide how many must be asked."""
    population = checks.whole(population, "population", least=200, most=1_000_000)
    share = checks.number(checks.share(share, "share"), "share", least=0.05, most=0.95)
    response = checks.number(checks.share(response, "response"), "response", least=0.05, most=1)
    most = max(20_000, 2 * population)
    return Explorer(
        draw_sample_size,
        "crm-sample-size",
        margin=slider(label("Margin of error"), 0.02, 0.15, 0.05, 0.005, format=".1%"),
        share=slider(label("Expected share"), 0.05, 0.95, share, 0.05, format=".0%"),
        response=slider(label("Rate of response"), 0.05, 1.0, response, 0.05, format=".0%"),
        population=slider(label("All customers"), 200, most, population, 100, format=",d"),
    )
