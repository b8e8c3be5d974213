"""How large text may be written: lines of a text, widths of columns, and the smallest type that a hall can read."""

import pytest
from pptx import Presentation

from course.deck import Deck
from course.fitting import SMALLEST, breadth, lines, table_layout, text_size

LONG = [
    ["动因", "定位", "数字"],
    ["内部管理", "原始动力", "销售人员只有四成的时间在推销，其余的时间花在找客户、查资料上。" * 2],
]


@pytest.mark.parametrize(
    ("text", "room", "taken"), [("四个汉字", 4, 1), ("五个汉字吗", 4, 2), ("a word", 3, 2), ("", 3, 1)]
)
def test_lines_break_between_chinese_characters_and_between_words(text, room, taken):
    assert lines(text, room) == taken


def test_a_letter_is_narrower_than_a_chinese_character():
    assert breadth("客户") == 2 and breadth("ab") == pytest.approx(1.2)


def test_short_text_is_written_larger_than_long_text():
    assert text_size(["客户"], 12, 5) == 28
    assert text_size(["客户" * 500], 12, 5) == SMALLEST


def test_the_long_column_is_the_widest_and_all_rows_fit():
    size, widths, heights = table_layout(LONG, 12, 5)
    assert size == 24 and widths[2] > 3 * widths[0] and sum(widths) == pytest.approx(12, abs=0.1)
    assert sum(heights) <= 5 and heights[1] > heights[0]


def test_rows_that_do_not_fit_stand_on_a_second_slide_below_the_head(tmp_path):
    deck = Deck("01", ["Session"], "CRM")
    deck.add("Many", shown=("table", [["n", "text"], *([str(n), "word " * 60] for n in range(12))]))
    deck.save(tmp_path / "deck.pptx")
    pages = list(Presentation(tmp_path / "deck.pptx").slides)[1:]
    tables = [shape.table for page in pages for shape in page.shapes if shape.has_table]
    assert len(tables) > 1 and all(table.cell(0, 0).text == "n" for table in tables)
    assert [row.cells[0].text for table in tables for row in list(table.rows)[1:]] == list(map(str, range(12)))
    size = tables[0].cell(1, 1).text_frame.paragraphs[0].runs[0].font.size.pt
    assert size >= SMALLEST
