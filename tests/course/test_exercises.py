"""An exercise's solution, wrong roads and sentences: what the build records, tries, and says of wrong ones."""

import json

import pytest

from course import build
from course.exercises import BEGIN, END
from tests.support.building import line_of, problems
from tests.support.cells import GIVENS, IMPORTS, WALKED, WHOLE, code, twins
from tests.support.cells import WALKED_SENTENCES as SENTENCES


def key(root):
    return json.loads(build.build(root)["crmlib/exercises/keys/04.json"])


def test_the_key_holds_answers_roads_losses_and_filled_sentences(course):
    entry = key(course(*WALKED, sentences=SENTENCES))["value.each"]
    assert entry["answers"] == [{"name": "each", "kind": "money", "tolerance": 0.001, "value": 300}]
    assert entry["right"] == {"en": "Right: 300 yuan.", "zh": "正确：300 元。"}
    roads = {road["name"]: road for road in entry["roads"]}
    assert roads["upside_down"]["values"] == [pytest.approx(1 / 300)]
    assert roads["half"] == {
        "name": "half",
        "values": [150],
        "en": "Half is lost: {loss:,.0f} of 900,000.",
        "zh": "少了一半：{loss:,.0f}，一共 900,000。",
        "loss": 450_000,
    }


def test_a_changed_price_changes_the_exercise_by_one_build(course):
    changed = [cell.replace("900_000", "600_000") for cell in WALKED]
    entry = key(course(*changed, sentences=SENTENCES))["value.each"]
    assert entry["answers"][0]["value"] == 200 and entry["right"]["en"] == "Right: 200 yuan."
    assert entry["roads"][1]["loss"] == 300_000


def test_a_road_may_be_right_by_the_convention_of_other_textbooks(course):
    sentences = SENTENCES.replace("half: {en", "half: {right: true, en")
    entry = key(course(*WALKED, sentences=sentences))["value.each"]
    assert [road.get("right", False) for road in entry["roads"]] == [False, True]
    found = problems(course(*WALKED, sentences=sentences.replace("right: true", "right: perhaps")))
    assert any("right says something else than true" in what for what in found)


def test_roads_stand_in_no_notebook_and_leave_the_chapter_alone(course):
    root = course(*WALKED, code("price"), twins("{{ price:.0f}}", "{{ price:.0f}}"), sentences=SENTENCES)
    for path, text in build.build(root).items():
        if path.endswith(".ipynb"):
            assert b"upside_down" not in text and b"_half" not in text and b"900000" in text


def test_a_key_is_the_same_to_the_byte(course):
    root = course(*WALKED, sentences=SENTENCES)
    assert build.build(root) == build.build(root)


TWO_ROADS = "upside_down = members / price\nhalf = each / 2\nhalf__loss = 1"


def walked(half="each / 2", more=""):
    """The small course with another road, or with more below it."""
    return [*WHOLE[:5], code(TWO_ROADS.replace("each / 2", half) + more, "roads"), WHOLE[5]]


@pytest.mark.parametrize(
    ("cells", "sentences", "at", "says"),
    [
        (walked("each * 1.0005"), SENTENCES, "half = ", "the road 'half' is within the tolerance of the answer"),
        (walked("members / price"), SENTENCES, "half = ", "takes the road 'half' for 'upside_down'"),
        (walked("each / 0"), SENTENCES, "half = ", "ZeroDivisionError"),
        (walked("float('nan')"), SENTENCES, "half = ", "the road 'half' is nan, not a finite number"),
        (walked("(1, 2)"), SENTENCES, "half = ", "the road 'half' is (1, 2), not a finite number"),
        (walked(more="\nthird = each / 3"), SENTENCES, "third = ", "the road 'third' has no sentence"),
        (walked(more="\nprice += 1"), SENTENCES, "price += 1", "not a wrong road"),
        (walked(more="\nhalf = 7"), SENTENCES, "half = 7", "stands twice"),
        (walked("(yield 3)"), SENTENCES, "half = ", "SyntaxError: 'yield' outside function"),
        (walked("(third := 3)"), SENTENCES, "half = ", "not a wrong road"),
        (walked(more="\n_so = (third := 3)"), SENTENCES, "_so = ", "not a wrong road"),
        (walked(more="\n_so = check('value.each', 3)"), SENTENCES, "_so = ", "a check among wrong roads"),
        (
            [*WHOLE[:5], code("half__loss = 1\nhalf = 2", "roads"), WHOLE[5]],
            SENTENCES,
            "half__loss",
            "without its road",
        ),
        (walked(more="\nthird__loss = 7"), SENTENCES, "third__loss", "a loss without its road"),
        ([*WHOLE, code(TWO_ROADS, "roads")], SENTENCES, "upside_down = ", "wrong roads without their exercise"),
        ([*WHOLE[:5], code("each = 3"), WHOLE[5]], None, "each = 3", "is an answer of 'value.each' and used elsewhere"),
        ([IMPORTS, code("each = 3"), *WHOLE[2:]], None, "each = 3", "is an answer of 'value.each' and used elsewhere"),
        ([cell.replace("value.each", "churn.each") for cell in WHOLE], "", "check('churn", "not an id of this chapter"),
        (
            [*WALKED, code("again = check\nagain('value.each', 5)"), WHOLE[5]],
            SENTENCES,
            "again(",
            "'value.each' is recorded",
        ),
        (
            [*WALKED, code("again = check\nagain('value.x', 5)"), WHOLE[5]],
            SENTENCES,
            "again(",
            "'value.x' is no exercise",
        ),
        (WHOLE, "", BEGIN, "no sentences for 'value.each'"),
    ],
)
def test_what_is_wrong_in_the_chapter_is_told_with_its_line(course, cells, sentences, at, says):
    root = course(*cells, sentences=sentences)
    at = line_of(root, at)
    found = problems(root)
    assert any(what.startswith(f"chapters/04_value/chapter.md:{at}: ") and says in what for what in found), found


def test_a_table_changed_in_place_is_told(course):
    frame = [IMPORTS, code("import pandas as pd\n\ntable = pd.DataFrame({'a': [1.0, 2.0]})"), WHOLE[3]]
    exercise = code(f"{BEGIN}\ntotal = table['a'].sum()\n{END}\ncheck('value.total', total)", "exercise")
    careless = "def _spoil():\n    table['a'] = 7\n    return 7\n\n\nseven = _spoil()"
    sentences = SENTENCES.split("  roads")[0].replace("each", "total").replace("{{ price / members:.0f}}", "3")
    sentences += "  roads:\n    seven: {en: Seven., zh: 七。}\n"
    for spoiled, said in ((careless, 1), (careless.replace("table['a'] = 7\n    return", "return"), 0)):
        root = course(*frame, exercise, code(spoiled, "roads"), twins("So.", "如此。"), sentences=sentences)
        found = problems(root) if said else (build.build(root), [])[1]
        assert len([what for what in found if "changes 'table' in place" in what]) == said


def test_answers_of_every_kind_are_recorded(course):
    solution = (
        f"{BEGIN}\nhow_many, letters, word = 12, {{'B', 'A'}}, 'basket'\n"
        f"column = pd.Series({{'x': 1.0, 'y': 2.0}})\n{END}\n"
        "check('value.all', how_many, letters, word, column)"
    )
    sentences = SENTENCES.split("  roads")[0].replace("each:", "all:").replace("{{ price / members:.0f}}", "3")
    kinds = "\n".join(f"  - kind: {kind}" for kind in ("count", "set", "text", "table"))
    sentences = sentences.replace("  kind: money", f"  answers:\n{kinds}")
    cells = [IMPORTS, code("import pandas as pd"), GIVENS, WHOLE[3], code(solution, "exercise"), WHOLE[5]]
    root = course(*cells, sentences=sentences)
    count, letters, word, column = key(root)["value.all"]["answers"]
    assert (count["value"], letters["value"], word["value"]) == (12, ["A", "B"], "basket")
    assert column["value"]["rows"] == [[1.0], [2.0]] and column["value"]["index"] == ["x", "y"]


def test_prepare_cells_are_folded_and_may_be_long(course):
    long = code("import math\n\n" + "\n".join(f"x{n} = {n}" for n in range(30)), "prepare")
    root = course(code("first = 1"), long, twins("So.", "如此。"))
    text = build.build(root)["notebooks/en/04_value.ipynb"]
    cell = next(cell for cell in json.loads(text)["cells"] if "math" in "".join(cell["source"]))
    assert cell["metadata"] == {"jupyter": {"source_hidden": True}, "tags": ["prepare"]}
