"""The explorers of chapter 03 start from the chapter's numbers."""

from crmlib import widgets
from tests.support.chapters import chapter_names


def test_explorers_of_chapter_03_start_from_the_numbers_of_the_chapter():
    names = chapter_names(
        "03_lifecycle",
        "import ",
        "orders = ",
        "year[",
        "orders_a_year",
        "ordinary = ",
        "rates = ",
        "named = ",
        "in_january = ",
        "plan = ",
        "joined = ",
        "june = ",
        "dear_call",
        "chance = ",
    )
    start = {name: control.value for name, control in widgets.lifecycle.rule_explorer().controls.items()}
    assert (start["call"], start["hit"]) == (names["call"], round(names["hit"]))
    care = names["account"]["investment"] / names["account"]["customers"]
    assert {stage: round(care[stage]) for stage in widgets.lifecycle.CARE} == widgets.lifecycle.CARE
    life = {name: control.value for name, control in widgets.lifecycle.lifecycle_explorer().controls.items()}
    assert abs(life["winning"] - names["welcome"]) <= 10  # half a step of the slider
    assert widgets.lifecycle.CHANCES["article"] == names["chance"]
