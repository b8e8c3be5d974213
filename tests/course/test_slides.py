"""The slides of a session: what stands on them, in which order, and what the speaker reads below."""

import pytest
from pptx import Presentation

from course import build, slides
from tests.support import contract
from tests.support.contract import CLASS, SECTION, pair

MORE = pair(
    "> **Definition · CLV** All profit, in money of today.\n>\n> *Books differ:* revenue.\n\n"
    "| Month | Yuan |\n|---|---|\n| 1 | 30 |\n\n$$\\mathrm{CLV} = \\frac{m r}{1 + i - r}$$\n\n"
    "**Exercise 1.2 ★** Which one?\n\n- A. This.\n- B. That.",
    "> **定义·终身价值** 全部利润，折成今天的钱。\n>\n> *教材说法不一*：收入。\n\n"
    "| 月 | 元 |\n|---|---|\n| 1 | 30 |\n\n$$\\mathrm{CLV} = \\frac{m r}{1 + i - r}$$\n\n"
    "**练习 1.2 ★** 哪一个？\n\n- A. 这个。\n- B. 那个。",
)
NOTES = pair("Say it slowly.", "慢慢说。", "notes")


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The decks of a small chapter, by language."""
    root = tmp_path_factory.mktemp("course")
    at = CLASS.index(SECTION)
    cells = [
        *CLASS[: at + 1],
        MORE,
        NOTES,
        contract.SLIDE.replace("Worth", "Again").replace("价值", "又"),
        *CLASS[at + 1 :],
    ]
    contract.write(root, cells)
    assert slides.main([], root) == 0
    return {language: Presentation(root / "slides" / language / "04_value_1.pptx").slides for language in ("en", "zh")}


def texts(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_the_slides_stand_in_their_order_with_what_a_hall_must_see(decks):
    headings = [texts(slide)[0] for slide in decks["en"]]
    assert headings[0] == "04 Customer value" and headings[1:17] == ["Worth"] * 16
    assert headings[17:23] == ["Definition · CLV", "Worth", "Worth", "Exercise 1.2 ★", "Again", "Again"]
    assert headings[23:] == ["Discussion", "Exercise 1.1 ★"]
    chinese = [texts(slide)[0] for slide in decks["zh"]]
    assert chinese[17] == "定义·终身价值" and chinese[20] == "练习 1.2 ★" and len(chinese) == len(headings)


def test_a_definition_a_table_a_formula_and_an_exercise_are_shown_whole(decks):
    definition, table, formula, exercise = list(decks["en"])[17:21]
    assert "All profit, in money of today." in texts(definition)[1] and "Books differ: revenue." in texts(definition)[1]
    [shape] = [shape for shape in table.shapes if shape.has_table]
    assert [[cell.text for cell in row.cells] for row in shape.table.rows] == [["Month", "Yuan"], ["1", "30"]]
    assert texts(formula)[1] == "CLV = (m r) / (1 + i - r)"
    assert [text in texts(exercise)[1] for text in ("Which one?", "A. This.", "B. That.")] == [True] * 3


def test_a_picture_is_described_and_a_second_one_has_a_slide_of_its_own(decks):
    first, second = list(decks["zh"])[21:23]
    for slide in (first, second):
        [picture] = [shape for shape in slide.shapes if hasattr(shape, "image")]
        assert picture._element.nvPicPr.cNvPr.get("descr")
    assert "今后全部利润" in texts(first)[1]


def test_the_speaker_reads_prose_and_the_lecturers_notes_without_marks(decks):
    said = [slide.notes_slide.notes_text_frame.text for slide in decks["en"] if slide.has_notes_slide]
    assert any("Say it slowly." in text for text in said) and not any("$" in text or "**" in text for text in said)


def notes(slide):
    return slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""


def test_the_title_has_the_plan_of_the_minutes_below_it(decks):
    for language, row, late in (
        ("en", "37 · 1 What is one worth?", "When late"),
        ("zh", "37 · 1 一个值多少？", "来不及时"),
    ):
        title, *others = decks[language]
        assert row in notes(title).replace("  ", " ") and late in notes(title)
        assert not any(row in notes(slide).replace("  ", " ") for slide in others)


def test_what_follows_an_exercise_or_a_table_is_spoken_below_it(decks):
    exercise = list(decks["en"])[20]
    assert "Say it slowly." in notes(exercise) and "Which one?" not in notes(list(decks["en"])[16])


def test_a_question_to_discuss_is_shown_as_a_whole_sentence(decks):
    assert texts(list(decks["en"])[23])[1] == "Is it fair?"
    line = "**Ask the class** to vote: do we write?"
    assert slides.block([line], "Worth", "en").bullets == ("Ask the class to vote: do we write?",)
    assert texts(list(decks["zh"])[23])[:2] == ["课堂讨论", "公平吗？"]


def test_a_picture_after_an_exercise_has_a_slide_of_its_own():
    made = [slides.Page("Worth", ("Profit",)), slides.Page("Exercise 1.2 ★", ("Which one?",), alone=True)]
    slides.put(made, ("picture", b"", "two lines"), "Worth")
    assert made[1].shown is None and (made[2].heading, made[2].shown[2]) == ("Worth", "two lines")


def test_chapters_without_slides_are_told(tmp_path, course, capsys):
    assert slides.main([], course()) == 1
    assert "no slides in these chapters" in capsys.readouterr().out


def test_the_small_chapter_builds_folded(tmp_path):
    contract.write(tmp_path)
    built = {path: text.decode() for path, text in build.build(tmp_path).items()}
    import nbformat

    blank = nbformat.reads(built["notebooks/zh/04_value.ipynb"], as_version=4).cells
    folded = [cell.source for cell in blank if cell.metadata.get(build.COLLAPSED)]
    assert folded == ["# 实验\n\n每个实验都能单独做。"]
    boxes = [cell for cell in blank if cell.source.startswith("ask(")]
    assert len(boxes) == 2 and all(cell.metadata["jupyter"]["source_hidden"] for cell in boxes)
    code = [cell.source for cell in blank if cell.cell_type == "code"]
    assert sum('crmlib.use_language("zh")' in source for source in code) == 4  # the notebook's first cell, three labs
    assert not any("折成今天的钱" in cell.source for cell in blank)  # slides stand in no notebook
    solved = nbformat.reads(built["solutions/en/04_value.ipynb"], as_version=4).cells
    assert any(cell.source.startswith("each = price / members") for cell in solved)
