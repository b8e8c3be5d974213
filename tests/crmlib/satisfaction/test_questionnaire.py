"""A questionnaire on paper: every question once, numbered through, in both languages; what Word opens."""

import pytest
from docx import Document
from docx.oxml.ns import qn

from crmlib import satisfaction, use_language

ASKED = {
    "送货": ["送货准时", "商品完好", ("您多久买一次？", ["每周", "每月", "更少"])],
    "其他": [("还有什么建议？", None), "总体满意"],
}


@pytest.fixture
def written(tmp_path):
    use_language("zh")
    return Document(satisfaction.questionnaire("青禾优选客户问卷", ASKED, path=tmp_path / "问卷.docx", scale=7))


def texts(document):
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells[:1]]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_every_question_stands_once_and_is_numbered_through(written):
    numbered = sorted(text for text in texts(written) if text[:2] in {f"{number}." for number in range(1, 10)})
    assert numbered == ["1. 送货准时", "2. 商品完好", "3. 您多久买一次？", "4. 总体满意", "5. 还有什么建议？"]


def test_a_rated_question_has_a_box_for_each_number_and_one_for_who_does_not_know(written):
    head, row, _ = written.tables[0].rows
    assert [cell.text for cell in head.cells] == ["", "1", "2", "3", "4", "5", "6", "7", "不清楚"]
    assert [cell.text for cell in row.cells[1:]] == ["□"] * 8
    assert "□ 每周    □ 每月    □ 更少" in texts(written)


@pytest.mark.parametrize(("language", "end"), [("zh", "非常不满意"), ("en", "Very dissatisfied")])
def test_it_speaks_the_language_in_use(language, end, tmp_path):
    use_language(language)
    assert any(
        end in text for text in texts(Document(satisfaction.questionnaire("Q", ASKED, path=tmp_path / "q.docx")))
    )


def test_chinese_is_set_in_a_chinese_font(written):
    for name in "Normal", "Title", "Heading 2":
        assert written.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sections": {}}, "sections is empty"),
        ({"sections": {"A": []}}, "list of questions"),
        ({"sections": {"A": ["x", "x"]}}, "Asked twice: 'x'"),
        ({"sections": {"A": [("x", ["one"])]}}, "at least two different answers"),
        ({"sections": {"A": [3]}}, "is no question"),
        ({"title": " "}, "a text is empty"),
        ({"scale": 1}, "scale = 1"),
        ({"ends": ("bad",)}, "ends = "),
        ({"path": "q.doc"}, ".docx is needed"),
        ({"path": "no such folder/q.docx"}, "cannot be written"),
    ],
)
def test_what_cannot_be_printed_is_named(change, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    use_language("en")
    given = {"title": "Q", "sections": ASKED, "path": "q.docx"} | change
    with pytest.raises((TypeError, ValueError), match=words):
        satisfaction.questionnaire(given.pop("title"), given.pop("sections"), **given)
