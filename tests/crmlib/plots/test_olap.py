"""The pictures of what the warehouse tells: cells and sums of a cube, and which rules are named."""

import numpy as np
import pandas as pd
import pytest

from crmlib import label, plots, systems
from crmlib.worlds.cube import cells
from tests.support.pictures import faces, luminance, texts, ticks, words
from tests.support.refusals import refuses

FACTS = pd.DataFrame({"town": ["A", "A", "B"], "kind": ["x", "y", "x"], "sales": [1, 2, 4]})
BASKETS = [["saffron", "truffle"]] * 4 + [["saffron"]] + [["rice", "oil"]] * 60 + [["rice"]] * 40
MARGINS = {"saffron": 20, "truffle": 20, "rice": 6, "oil": 6}


def rules():
    found = systems.association_rules(BASKETS, min_support=0.01)
    return systems.rule_profit(found, BASKETS, MARGINS, uplift=0.1, cost=0.05)


def test_cells_have_colours_and_sums_stand_beside_them(language):
    picture = plots.cube_map(systems.rotate(FACTS, "town", "kind", "sales"))
    rows = ["123", "404", "527"]
    assert words(picture) == {(row, column): said for row, line in enumerate(rows) for column, said in enumerate(line)}
    coloured = np.ma.getmaskarray(picture.axes[0].collections[0].get_array().reshape(3, 3))
    assert (coloured == [[False, False, True], [False, False, True], [True, True, True]]).all()
    light = [luminance(face) for face in faces(picture, (3, 3))[:2, :2].reshape(-1, 4)]
    assert light[3] < light[0] < light[1] < light[2]  # 0 < 1 < 2 < 4
    summed = label("All")
    assert list(ticks(picture.axes[0].xaxis).values()) == ["x", "y", summed]
    assert f"{summed} 7" in picture.alt


def test_a_side_turned_shows_the_same_numbers():
    by_town = plots.cube_map(systems.rotate(cells(), "town", "quarter", "amount"))
    by_quarter = plots.cube_map(systems.rotate(cells(), "quarter", "town", "amount"))
    assert words(by_town) == {place[::-1]: said for place, said in words(by_quarter).items()}


def test_the_best_of_each_kind_is_marked_and_named():
    table = rules()
    picture = plots.rules_map(table)
    marked = {points.get_label(): points.get_offsets()[0] for points in picture.axes[0].collections[-2:]}
    lift, profit = table.loc[table["lift"].idxmax()], table.loc[table["profit"].idxmax()]
    assert marked["Highest lift"].tolist() == pytest.approx([lift["lift"], lift["profit"]])
    assert marked["Highest profit"].tolist() == pytest.approx([profit["lift"], profit["profit"]])
    assert texts(picture) == ["saffron → truffle", "rice → oil"] or texts(picture) == [
        "truffle → saffron",
        "rice → oil",
    ]
    assert f"lift {lift['lift']:.2f}" in picture.alt and "rice → oil" in picture.alt


def test_rules_that_are_not_chosen_are_faint_and_never_named(language):
    table = rules()
    picture = plots.rules_map(table, chosen=table["lift"] < 2)
    faint, clear = picture.axes[0].collections[:2]
    assert (len(faint.get_offsets()), len(clear.get_offsets())) == (2, 2) and "saffron" not in picture.alt
    nothing = plots.rules_map(table, chosen=np.zeros(4, dtype=bool))
    assert {"en": "no rule is chosen", "zh": "没有符合条件的规则"}[language] in nothing.alt and not texts(nothing)


BAD = {
    "sums only": (lambda: plots.cube_map(pd.DataFrame({"x": [1.0, 2.0], "y": 3.0}, ["ALL", "ALL"])), "no cell"),
    "a gap": (lambda: plots.cube_map(pd.DataFrame({"x": [1.0, None]})), "x"),
    "no profit": (lambda: plots.rules_map(systems.association_rules(BASKETS, min_support=0.1)), "profit"),
    "another choice": (lambda: plots.rules_map(rules(), chosen=[True]), "chosen: True or False is needed for each"),
    "a choice in another order": (
        lambda: plots.rules_map(rules(), chosen=(rules()["lift"] > 2)[::-1]),
        "in their order",
    ),
    "a choice of words": (lambda: plots.rules_map(rules(), chosen=["yes"] * 4), "chosen"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_refused(name):
    call, message = BAD[name]
    refuses(call, (ValueError, TypeError), message)
