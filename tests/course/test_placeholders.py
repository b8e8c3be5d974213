"""Placeholders: how they are read, and how they are filled."""

import pytest

from course.placeholders import split_placeholder
from tests.support.building import built, sources
from tests.support.cells import code, twins


@pytest.mark.parametrize(
    ("text", "expression", "spec"),
    [
        ("{{ rate:.0%}}", "rate", ".0%"),
        ("{{ rate }}", "rate", ""),
        ("{{ worth:,.0f }}", "worth", ",.0f"),
        ('{{ table.loc["a:b", "c"]:.1f}}', 'table.loc["a:b", "c"]', ".1f"),
        ("{{ months[1:3].sum() }}", "months[1:3].sum()", ""),
        ("{{ months[1:3].sum():>6}}", "months[1:3].sum()", ">6"),
        ("{{ {'a': {'b': 1}}['a']['b']:d}}", "{'a': {'b': 1}}['a']['b']", "d"),
        ("{{ day:%H:%M}}", "day", "%H:%M"),
        ("{{ a if b else c:.2f}}", "a if b else c", ".2f"),
        ("{{ (lambda x: x + 1)(2) }}", "(lambda x: x + 1)(2)", ""),
        ("{{ f(a,\n   b):.2f}}", "f(a,    b)", ".2f"),
        ("{{ '}}' }}", "'}}'", ""),
    ],
)
def test_placeholders_split_at_the_format(text, expression, spec):
    assert split_placeholder(text, 2) == (expression, spec, len(text))


@pytest.mark.parametrize("text", ["{{ a b }}", "{{ a", "{{ }}", "{{ a = 1 }}"])
def test_placeholders_that_are_none(text):
    assert split_placeholder(text, 2) is None


def test_placeholders_are_filled_where_they_stand_in_both_languages(course):
    root = course(
        code("from crmlib import label\n\nworth = 1472727.3"),
        twins("{{ worth:,.0f}} yuan", "约 {{ worth / 10_000:.0f}} 万元"),
        code("worth = 2"),
        twins('{{ worth:.0f}}, {{ label("Retention rate") }}', '{{ worth:.0f}}、{{ label("Retention rate") }}'),
    )
    texts = {
        language: sources(built(root, f"notebooks/{language}/04_value.ipynb"), "markdown") for language in ("en", "zh")
    }
    assert texts["en"][1:] == ["1,472,727 yuan", "2, Retention rate"]
    assert texts["zh"][1:] == ["约 147 万元", "2、留存率"]


def test_formulas_and_code_keep_their_braces(course):
    text = r"$x_{{t}}$ and `{{ name }}` and $= {{ 1 + 1 }}$"
    root = course(twins(text, text.replace(" and ", "，")))
    assert (
        sources(built(root, "notebooks/en/04_value.ipynb"), "markdown")[-1] == r"$x_{{t}}$ and `{{ name }}` and $= 2$"
    )
