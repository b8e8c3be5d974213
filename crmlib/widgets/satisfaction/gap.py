"""What was expected and what was got: three formulas, and the zone of tolerance."""

import pandas as pd

from crmlib import checks, plots, satisfaction
from crmlib.editions import takes_givens
from crmlib.language import label, say
from crmlib.widgets.base import Explorer, slider, tell

LOW, HIGH = 1, 10


def draw_gap(expectation, perception, tolerance):
    """Draw where a service is perceived beside what was desired and what would just do, and say the verdict."""
    adequate = expectation - min(tolerance, expectation - LOW)
    levels = {"adequate": [adequate], "desired": [expectation], "perceived": [perception]}
    table = pd.DataFrame(levels, index=[label("The service")])
    picture = plots.tolerance_zone(
        table, scale=(LOW, HIGH), title=label("Perceived and expected, and what is tolerated")
    )
    difference, ratio, relative = (
        satisfaction.disconfirmation(perception, expectation, formula) for formula in satisfaction.FORMULAS
    )
    gap, part = tell(difference, "+.1f"), tell(relative, "+.0%")
    if perception > expectation:
        verdict = say("More than was expected: delighted.", "超出期望：惊喜。")
    elif perception == expectation:
        verdict = say("As expected: satisfied.", "与期望相符：满意。")
    elif perception >= adequate:
        verdict = say(
            "Less than expected, but within the zone of tolerance: accepted.", "低于期望，但在容忍区内：可以接受。"
        )
    else:
        short = tell(adequate - perception, ".1f")
        verdict = say(f"{short} below the zone of tolerance: dissatisfied.", f"比容忍区下限还低 {short} 分：不满意。")
    zone = f"{adequate:.1f}–{expectation:.1f}"
    return picture, say(
        f"P − E = {gap}; P / E = {ratio:.2f}; (P − E) / E = {part}. Zone of tolerance {zone}. {verdict}",
        f"P − E = {gap}；P / E = {ratio:.2f}；(P − E) / E = {part}。容忍区 {zone} 分。{verdict}",
    )


@takes_givens
def gap_explorer(expectation, perception, tolerance):
    """Show how far what customers got lies from what they expected, by three formulas, and whether they tolerate it.

    `expectation` and `perception` are points from 1 to 10, `tolerance` is how many points below expectation just do.
    """
    expectation = checks.number(expectation, "expectation", least=2, most=HIGH)
    perception = checks.number(perception, "perception", least=LOW, most=HIGH)
    tolerance = checks.number(tolerance, "tolerance", least=0, most=4)
    return Explorer(
        draw_gap,
        "crm-gap",
        ends=lambda expectation, **_: {"tolerance": min(4.0, expectation - LOW)},
        expectation=slider(label("Expectation E (desired)"), 2.0, float(HIGH), expectation, 0.5, format=".1f"),
        perception=slider(label("Perception P"), float(LOW), float(HIGH), perception, 0.5, format=".1f"),
        tolerance=slider(label("Tolerated below E"), 0.0, 4.0, tolerance, 0.5, format=".1f"),
    )
