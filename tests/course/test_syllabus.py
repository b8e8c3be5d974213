"""The syllabus: each rule of its list is seen to break, and each way in which a chapter may leave a point out."""

from types import SimpleNamespace

import pytest
import yaml

from course.parts import parts
from course.rules.syllabus import PLACES, ROWS, check_points_taught, heads, lint_syllabus, texts_of
from course.source import read_cells
from course.syllabus import FILE, points_of, read_syllabus
from tests.support import PROJECT
from tests.support.cells import code, twins


def point(name="L2.1", **changes):
    """An entry of the list, right but for the changes; None takes a field away."""
    chapter = ROWS.get(name.partition(".")[0], "03")
    entry = {
        "id": name,
        "chapter": chapter,
        "place": PLACES[chapter][0],
        "kind": "考核" if chapter == "00" else "知识点",
        "level": "掌握",
        "source": ["S", "P"],
        "taught": "course" if chapter == "00" else "class",
        "zh": "五个阶段：成长期、成熟期。",
        "en": "Five stages: growth and maturity",
        "words": ["成长期", ["成熟期", "成熟阶段"]],
        "words_en": ["growth", ["maturity", "mature"]],
    }
    return {field: value for field, value in (entry | changes).items() if value is not None}


WHOLE = {f"{row}.1": point(f"{row}.1") for row in ROWS}
DEFINED = {
    "kind": "名词",
    "define": True,
    "words": [["客户生命周期", "客户关系生命周期"], "终止"],
    "words_en": ["lifecycle", "end"],
}


def written(folder, entries):
    """Write a list, an entry a line."""
    (folder / "chapters").mkdir(exist_ok=True)
    lines = [
        entry
        if isinstance(entry, str)
        else yaml.safe_dump(entry, allow_unicode=True, default_flow_style=True, width=9999)
        for entry in entries
    ]
    (folder / FILE).write_text("".join(f"- {line.strip()}\n" for line in lines), encoding="utf-8")
    return folder


def told(folder, *entries, without=()):
    """What is said of a whole list in which some entries stand in the place of those of the same id."""
    ids = {entry["id"] for entry in entries if isinstance(entry, dict) and "id" in entry}
    kept = [entry for name, entry in WHOLE.items() if name not in ids and name.partition(".")[0] not in without]
    return [str(problem) for problem in lint_syllabus(written(folder, [*entries, *kept]))]


# --- the list ---------------------------------------------------------------------------------------------------


def test_the_courses_own_list_keeps_its_rules():
    assert lint_syllabus(PROJECT) == []


@pytest.mark.parametrize("number", sorted(PLACES.keys() - {"00"}))
def test_each_chapter_has_points_of_each_use(number):
    points = points_of(read_syllabus(PROJECT)[0], number)
    assert len(points) >= 15
    assert any(point.define for point in points)
    assert {point.line for point in points} and len({point.line for point in points}) == len(points)


def test_each_homework_case_and_value_of_the_syllabus_is_in_the_list():
    points, _ = read_syllabus(PROJECT)
    of_kind = {kind: [point for point in points if point.kind == kind] for kind in ("作业", "案例", "课程思政")}
    assert [point.zh[:3] for point in of_kind["作业"]] == [f"作业{number}" for number in range(1, 7)]
    assert {point.level for point in of_kind["作业"]} == {"掌握"}
    assert sorted(point.row for point in of_kind["课程思政"]) == [f"E{number}" for number in range(1, 9)]
    told = " ".join(point.zh for point in of_kind["案例"])
    for case in "星巴克 吉拉德 宝洁 联想 海底捞 汇丰 宜家 政府 Costco 中国移动".split():
        assert case in told


def test_a_right_list_passes(tmp_path):
    assert told(tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "概念"}, ":1: kind is '概念' — use 名词, 知识点"),
        ({"level": "精通"}, ":1: level is '精通' — use 了解, 理解, 掌握"),
        ({"taught": "book"}, ":1: taught is 'book' — use class"),
        ({"source": ["S", "X"]}, ":1: source is X — use S, P, T"),
        ({"source": "S"}, ":1: source is no list"),
        ({"source": []}, ":1: source is no list, or empty"),
        ({"words": []}, ":1: words is no list, or empty"),
        ({"words": "成长期"}, ":1: words is no list"),
        ({"words_en": [["growth", {"a": "b"}]]}, ":1: no text where a text is expected — see the head of"),
        ({"zh": ""}, ":1: no text where a text is expected — see the head of chapters/syllabus.yml"),
        ({"en": None, "words_en": None}, ":1: 'L2.1' without en, words_en"),
        ({"stars": 3}, ":1: unknown field 'stars' — use id, "),
        ({"define": "yes"}, ":1: define is 'yes' — define: true, or leave it out"),
        ({"place": "第三章第二节"}, ":1: 'L2.1' is placed in '第三章第二节' — chapter 03 is 第三章第一节"),
        ({"chapter": "04"}, ":1: 'L2.1' is put into chapter '04' — L2 is of chapter 03"),
        ({"taught": "exam"}, ":1: 'L2.1' is asked, and only on the exam page — taught: class"),
        ({"taught": "lab"}, ":1: 'L2.1' is asked, and only in the lab"),
        ({"taught": "course"}, ":1: 'L2.1': taught 'course' does not go with 知识点"),
        ({"kind": "考核"}, ":1: 'L2.1': taught 'class' does not go with 考核"),
        ({"kind": "名词"}, ":1: 'L2.1' has no definition — define: true"),
        ({"define": True}, ":1: 'L2.1' has a definition — leave define out"),
        (DEFINED | {"source": ["T"]}, ":1: 'L2.1' has a definition"),
        ({"zh": "成长期,成熟期"}, ":1: half-width ','"),
        ({"en": "Growth 成长"}, ":1: Chinese where English stands: '成长'"),
        ({"words_en": ["growth", ["成熟"]]}, ":1: Chinese where English stands: '成熟'"),
    ],
)
def test_a_wrong_entry_is_told_with_its_line(tmp_path, changes, says):
    found = told(tmp_path, point(**changes))
    assert any(problem.startswith(FILE + says) for problem in found), found


@pytest.mark.parametrize("changes", [DEFINED, {"source": ["T"], "taught": "exam"}, {"kind": "计算", "taught": "lab"}])
def test_an_entry_of_another_right_form_passes(tmp_path, changes):
    assert told(tmp_path, point(**changes)) == []


@pytest.mark.parametrize("name", ["L9.1", "Q1.1", "L2", "L2.x"])
def test_an_id_that_the_digest_has_not_is_told(tmp_path, name):
    assert any(f"{name!r} is not of a row of the digest" in problem for problem in told(tmp_path, point(name)))


def test_an_id_that_stands_twice_is_told(tmp_path):
    found = told(tmp_path, point(), point(zh="又一个。"))
    assert found == [f"{FILE}:2: 'L2.1' stands twice — give it a number of its own: line 1 has this"]


def test_a_row_and_a_chapter_that_are_missing_are_told(tmp_path):
    found = told(tmp_path, without=[row for row, chapter in ROWS.items() if chapter == "10"])
    assert f"{FILE}:1: no point of chapter 10 — add what the syllabus asks of it" in found
    assert f"{FILE}:1: nothing of N2 — add a point N2.1 to chapter 10" in found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, ":1: no syllabus — restore it"),
        ("points: 3", ":1: no list of points"),
        ("", ":1: no list of points"),
        ("- [", ":2: not valid YAML"),
        ("- L2.1", ":1: a value where fields are expected — see the head of"),
        ("- {id: L2.1, id: L2.2}", ":1: 'id' stands twice"),
    ],
)
def test_a_file_of_another_form_is_told(tmp_path, text, says):
    (tmp_path / "chapters").mkdir()
    if text is not None:
        (tmp_path / FILE).write_text(text + "\n", encoding="utf-8")
    points, problems = read_syllabus(tmp_path)
    assert points == []
    assert any(str(problem).startswith(FILE + says) for problem in problems), problems
    assert lint_syllabus(tmp_path) == sorted(problems)


# --- a chapter --------------------------------------------------------------------------------------------------

SAID = {
    "zh": {"class": "**客户成长期**之后，是客户成\n> 熟期。", "exam": "", "lab": ""},
    "en": {"class": "The growth-\nstage; then maturity.", "exam": "", "lab": ""},
}
BOXED = {
    "zh": {"class": "> **定义·客户生命周期** 从建立到\n> 完全终止。\n\n后文。", "exam": ""},
    "en": {"class": "> **Definition · the lifecycle** To the *end*.\n\nMore.", "exam": ""},
}


def lacking(folder, texts, number="03", **changes):
    """What is said of a chapter's texts that are to teach one point."""
    points, problems = read_syllabus(written(folder, [point(**changes)]))
    assert problems == []
    found = []
    check_points_taught(points, number, texts, lambda *problem: found.append(problem))
    return [what for _, what, _ in found]


def test_a_point_that_is_said_passes(tmp_path):
    assert lacking(tmp_path, SAID) == []


def test_a_point_of_another_chapter_is_not_looked_for(tmp_path):
    assert lacking(tmp_path, {"zh": {"class": ""}}, number="04") == []


def test_what_a_chapter_does_not_say_is_told_with_the_words_and_the_entry(tmp_path):
    points, _ = read_syllabus(written(tmp_path, ["{}", point()]))
    found = []
    texts = {"zh": {"class": "成长期", "exam": "成熟期"}, "en": {"class": "no", "exam": "growth, maturity"}}
    check_points_taught(points, "03", texts, lambda *problem: found.append(problem))
    assert found == [
        (
            1,
            "L2.1 in Chinese: no '成熟期' / '成熟阶段' in the class part",
            f"teach it in the examined words: 五个阶段：成长期、成熟期。 ({FILE}:2)",
        ),
        (
            1,
            "L2.1 in English: no 'growth'; no 'maturity' / 'mature' in the class part",
            f"teach it in the examined words: Five stages: growth and maturity ({FILE}:2)",
        ),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "成长期、成熟的阶段"),
        ("zh", "成长期、{{ 成熟期 }}"),
        ("en", "growth, immaturity"),
        ("en", "growth, {{ maturity }}"),
        ("en", "outgrowth, maturity"),
    ],
)
def test_what_only_looks_like_the_word_does_not_teach_it(tmp_path, language, text):
    assert len(lacking(tmp_path, {language: {"class": text}})) == 1


def test_what_may_stand_on_the_exam_page_is_found_there_or_in_class(tmp_path):
    for part in ("class", "exam"):
        texts = {"zh": {"class": "", "exam": "", part: "成长期与成熟阶段"}}
        assert lacking(tmp_path, texts, source=["T"], taught="exam") == []
    texts = {"zh": {"class": "成长期", "exam": "", "lab": "成熟期"}}
    found = lacking(tmp_path, texts, source=["T"], taught="exam")
    assert found == ["L2.1 in Chinese: no '成熟期' / '成熟阶段' in the exam page or the class part"]


def test_what_may_stand_in_the_lab_is_looked_for_where_there_is_one(tmp_path):
    in_lab = {"kind": "计算", "taught": "lab"}
    assert lacking(tmp_path, {"zh": {"class": "", "exam": ""}}, **in_lab) == []
    assert lacking(tmp_path, {"zh": {"class": "成长期", "exam": "", "lab": "成熟期"}}, **in_lab) == []
    found = lacking(tmp_path, {"zh": {"class": "成长期", "exam": "", "lab": ""}}, **in_lab)
    assert found == ["L2.1 in Chinese: no '成熟期' / '成熟阶段' in the chapter"]


def test_a_rule_of_assessment_is_looked_for_in_no_chapter(tmp_path):
    assert lacking(tmp_path, {"zh": {"class": "", "exam": "", "lab": ""}}, number="00", name="A1.1") == []


@pytest.mark.parametrize(
    "box",
    [
        "> **定义·客户生命周期** 终止。",
        "> **定义·客户（关系）生命周期** 终止。",
        "> **定义·客户生命周期（CLC）** 终止。",
        "> **定义·客户关系与客户生命周期** 终止。",
        "> **定义·客户生命周期的五个阶段** 终止。",
        "> **定义·客户生命周期** 起。\n> *教材说法不一：*……\n> 终\n> 止。",
        "> **定义·客户** 起。\n>\n> **定义·客户生命周期** 终止。",
        "> **定义·客户生命周期** 起。\n\n> **定义·客户关系生命周期** 终止。",
    ],
)
def test_a_definition_stands_in_a_box_called_so(tmp_path, box):
    assert lacking(tmp_path, {"zh": {"class": box}}, **DEFINED) == []


@pytest.mark.parametrize(
    ("box", "says"),
    [
        ("**定义·客户生命周期** 终止。", "no box '> **定义·客户生命周期' in the class part"),
        ("> 客户生命周期，到终止。", "no box"),
        ("> **定义·客户** 客户生命周期到终止。", "no box"),
        ("> **定义·客户生命周期** 起。\n\n终止。", "no '终止' in the box '客户生命周期'"),
        ("> **定义·客户生命周期** 起。\n\n> 终止。", "no '终止' in the box '客户生命周期'"),
        ("> **定义·客户生命周期** 起。\n> **定义·客户** 终止。", "no '终止' in the box '客户生命周期'"),
        ("> **定义·客户生命周期** 起。\n\n> **定义·客户生命周期管理** 终止。", "no '终止' in the box '客户生命周期'"),
    ],
)
def test_a_definition_outside_its_box_is_told(tmp_path, box, says):
    (found,) = lacking(tmp_path, {"zh": {"class": box}}, **DEFINED)
    assert says in found


def test_an_english_definition_stands_in_a_box_called_so_too(tmp_path):
    assert lacking(tmp_path, BOXED, **DEFINED) == []
    (found,) = lacking(tmp_path, {"en": {"class": "> **Definition · life** The lifecycle, to the end."}}, **DEFINED)
    assert found == "L2.1 in English: no box '> **Definition · lifecycle' in the class part"


@pytest.mark.parametrize(
    ("title", "language", "read"),
    [
        ("客户细分（客户分类）", "zh", {"客户细分", "客户分类"}),
        ("客户（关系）生命周期", "zh", {"客户生命周期", "客户关系生命周期"}),
        ("主动流失与被动流失", "zh", {"主动流失", "被动流失"}),
        ("Cross-selling and up-selling", "en", {"cross selling", "up selling"}),
        ("Customer lifetime value (CLV)", "en", {"customer lifetime value", "clv"}),
        ("The 80/20 rule", "en", {"80/20 rule"}),
        ("Most valuable customers", "en", {"most valuable customer"}),
    ],
)
def test_a_title_names_one_term_or_several(title, language, read):
    assert read <= heads(title, language)


# --- its texts --------------------------------------------------------------------------------------------------

CELLS = [
    twins("# 03 Lifecycle\n\nOpening.", "# 03 客户生命周期\n\n开场。"),
    "+++\n\n| Term | 术语 |\n|---|---|\n| Lifecycle | 生命周期 |\n",
    *(
        twins(f"{role} cell", f"{role}格").replace('["en"]', f'["{role}", "en"]').replace('["zh"]', f'["{role}", "zh"]')
        for role in ("slide", "notes", "reading")
    ),
    twins("# Session 1 · Stages\n\nMinutes.", "# 第一次课 · 阶段\n\n分钟。")
    .replace('["en"]', '["plan", "en"]')
    .replace('["zh"]', '["plan", "zh"]'),
    twins("## 1 Who?\n\nClass.", "## 1 是谁？\n\n课堂。"),
    code("stage = 'code'"),
    twins("# Exam points\n\nAsked.", "# 考点\n\n考。"),
    twins("# Labs\n\nWrite.", "# 实验\n\n动手。"),
    twins("# After class\n\nHomework.", "# 课后\n\n作业。"),
]


def test_a_students_prose_is_what_teaches():
    texts = texts_of(parts(SimpleNamespace(cells=read_cells("\n".join(CELLS)))))
    assert {part: text.split() for part, text in texts["en"].items()} == {
        "class": "# 03 Lifecycle Opening. reading cell ## 1 Who? Class.".split(),
        "exam": "# Exam points Asked.".split(),
        "lab": "# Labs Write. # After class Homework.".split(),
    }
    assert "课堂。" in texts["zh"]["class"] and "考。" in texts["zh"]["exam"] and "作业。" in texts["zh"]["lab"]
