"""The run of a chapter: what it notices of cells and wrong roads that reach further than they should."""

import json
import types

import numpy as np
import pandas as pd
import pytest

from course import build
from course.execute import fingerprint, reached
from course.exercises import BEGIN, END
from tests.support.building import line_of, problems
from tests.support.cells import GIVENS, IMPORTS, WHOLE, code, twins


def table():
    return pd.DataFrame({"a": [1.0, 2.0]}, index=["x", "y"])


def fill(frame):
    frame["a"] = 7


@pytest.mark.parametrize(
    ("thing", "change"),
    [
        (table(), fill),
        (table(), lambda frame: frame.__setitem__("a", frame["a"].to_numpy()[::-1].copy())),
        (table(), lambda frame: frame.attrs.update(unit="yuan")),
        (table(), lambda frame: setattr(frame.index, "name", "customer_id")),
        (table(), lambda frame: frame.__setitem__("a", frame["a"].astype("float32"))),
        (pd.DataFrame({"a": [[1], [2]]}), lambda frame: frame.loc[0, "a"].append(3)),
        ({"t": table()}, lambda box: fill(box["t"])),
        ([np.arange(5000.0)], lambda box: box[0].__setitem__(2500, 7)),
        ([pd.DataFrame({"a": np.arange(1000.0)})], lambda box: box[0].__setitem__("a", 7)),
        (types.SimpleNamespace(t=table()), lambda box: fill(box.t)),
        (np.random.default_rng(1), lambda rng: rng.random()),
    ],
)
def test_a_change_in_place_changes_the_fingerprint(thing, change):
    before = fingerprint(thing)
    assert before == fingerprint(thing) and before is not None
    change(thing)
    assert fingerprint(thing) != before


def test_what_only_reads_leaves_the_fingerprint_alone():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    frame["c"] = frame["a"]
    box = [frame, frame]
    box.append(box)
    before = fingerprint(box)
    frame.groupby("a").sum(), frame.to_numpy(), frame.describe(), repr(frame), frame.index.is_unique
    assert fingerprint(box) == before


def test_roads_reach_what_the_functions_of_the_chapter_read():
    names = {}
    exec("rows = [1]\ndef spoil():\n    rows[0] = 2\ndef again():\n    spoil()", names)
    assert reached({"again", "unknown"}, names) == {"again", "spoil", "rows"}


def exercise(solution, name, answer):
    return code(f"{BEGIN}\n{solution}\n{END}\ncheck('value.{name}', {answer})", "exercise")


def sentences(name, kind, *roads):
    text = f"{name}:\n  kind: {kind}\n" + '  right: {en: "Right.", zh: "正确。"}\n'
    text += '  hints: {en: ["First.", "Then."], zh: ["先。", "后。"]}\n' + ("  roads:\n" if roads else "")
    return text + "".join(f"    {road}: {said}\n" for road, said in roads)


SAID = '{en: "Oops.", zh: "错了。"}'
LOST = '{en: "Lost {loss:.0f}.", zh: "失去 {loss:.0f}。"}'


def test_values_that_do_not_fit_are_told_at_their_road_or_exercise(course):
    """One chapter, an exercise a fault: each is told, none with a traceback."""
    prose = twins("So.", "如此。")
    root = course(
        *[IMPORTS, twins("A", "甲"), GIVENS, WHOLE[3]],
        exercise("big = 1.5", "big", "big"),
        code("half = float('nan')", "roads"),
        prose,
        exercise("gain = 300", "gain", "gain"),
        code("quarter = 75\nquarter__loss = -5", "roads"),
        prose,
        exercise("judged = 3", "judged", "judged"),
        prose,
        exercise("pair, other = 3, 4", "pair", "pair, other"),
        code("triple = 1, 2, 3", "roads"),
        prose,
        sentences=sentences("big", "share", ("half", SAID))
        + sentences("gain", "money", ("quarter", LOST))
        + sentences("judged", "judge")
        + sentences("pair", "x", ("triple", SAID)).replace("kind: x", "answers: [{kind: count}, {kind: count}]"),
    )
    wanted = [
        ("big = 1.5", -1, "value.big: big is 1.5, but a share lies between 0 and 1"),
        ("quarter = ", 0, "value.gain: the loss of the road 'quarter' is -5, but a loss is money lost"),
        ("judged = 3", -1, "value.judged: has no Judge in crmlib/exercises/judges/value.py"),
        ("triple = ", 0, "value.pair: the road 'triple' gives 3 value(s), the check receives 2"),
    ]
    found = problems(root)
    told = [f"chapters/04_value/chapter.md:{line_of(root, at) + below}: {says}" for at, below, says in wanted]
    assert len(found) == len(told) and all(map(str.startswith, found, told)), found


@pytest.mark.parametrize(
    ("cells", "at"),
    [
        ([code("import sys\n\nsys.exit()")], "sys.exit"),
        ([*WHOLE[:5], code("half = exit()", "roads"), WHOLE[5]], "half = exit"),
        ([twins("{{ exit() }}", "{{ exit() }}")], "{{ exit"),
    ],
)
def test_code_that_ends_the_process_is_told_with_its_line(course, cells, at):
    text = sentences("each", "money", ("half", SAID)) if len(cells) > 1 else None
    root = course(*cells, sentences=text)
    assert any(f"chapter.md:{line_of(root, at)}: " in what and "SystemExit" in what for what in problems(root))


def test_answers_and_roads_are_kept_as_they_were_when_the_check_ran(course):
    root = course(
        *[IMPORTS, code("import pandas as pd\n\none = pd.DataFrame({'a': [1.0, 2.0]})\ntwo = one * 2"), WHOLE[3]],
        exercise("column = one", "column", "column"),
        code("double = two", "roads"),
        code("one['a'] = 9.0\ntwo['a'] = 9.0"),
        twins("So.", "如此。"),
        sentences=sentences("column", "table", ("double", SAID)),
    )
    entry = json.loads(build.build(root)["crmlib/exercises/keys/04.json"])["value.column"]
    assert entry["answers"][0]["value"]["rows"] == [[1.0], [2.0]]
    assert entry["roads"][0]["values"][0]["rows"] == [[2.0], [4.0]]
