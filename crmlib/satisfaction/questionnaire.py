"""A questionnaire to print: questions in sections become a Word document in the language in use."""

from io import BufferedIOBase
from pathlib import Path

from crmlib import checks
from crmlib.language import label, say

FONT, CHINESE_FONT = "Times New Roman", "宋体"
LINE = "_" * 60
_RATED = object()


def questionnaire(title, sections, *, path, scale=5, ends=None, introduction=None):
    """Write a questionnaire as a Word document (DOCX, A4) to `path`, and return it. An existing file is replaced.

    `sections` maps a heading to its questions; they are numbered through, in each section those with numbers first. A
    question is a text, answered by a tick from 1 to `scale` (or in a column for those who do not know); a text with a
    list of answers, of which one is ticked; or a text with None, answered in one's own words. `path` is the name of a
    file, or a binary file that is open. `ends` are the words at 1 and at `scale`; `introduction` is read first and
    should say who asks, what for, how long it takes and that names are not asked.

    >>> from io import BytesIO
    >>> asked = {"Delivery": ["The goods came on time", ("How often do you order?", ["weekly", "less often"])]}
    >>> len(questionnaire("Two questions", asked, path=BytesIO()).getvalue()) > 10_000
    True
    """
    points = checks.whole(scale, "scale", least=2, most=11)
    ends = _two_ends(ends)
    sections = {_worded(heading, "sections"): _questions(heading, asked) for heading, asked in _some(sections)}
    _asked_once([text for asked in sections.values() for text, _ in asked])
    document = _blank(_worded(title, "title"))
    usual = label("Tick the number that comes nearest to what you felt. There is no right or wrong answer.")
    document.add_paragraph(usual if introduction is None else checks.text(introduction, "introduction"))
    number = 1
    for heading, asked in sections.items():
        document.add_heading(heading, level=2)
        _rated(document, number, [text for text, answers in asked if answers is _RATED], points, ends)
        _others(document, number, [one for one in asked if one[1] is not _RATED], len(asked))
        number += len(asked)
    document.add_paragraph(label("Thank you for your answers."))
    return _saved(document, path)


def _some(sections):
    found = list(checks.settings(sections, "sections").items())
    if not found:
        raise ValueError(say("sections is empty: give at least one question.", "sections 是空的：至少要有一道题。"))
    return found


def _worded(text, name):
    if not checks.text(text, name).strip():
        en = f"{name}: a text is empty. Write the question or heading, or take it out."
        raise ValueError(say(en, f"{name}：有一处是空白文字。请写上题目或标题，或者把它删掉。"))
    return text


def _questions(heading, asked):
    """The questions of a section as pairs: a text, and how it is answered."""
    if not isinstance(asked, (list, tuple)) or not asked:
        en = f"{heading!r}: a list of questions is needed."
        raise TypeError(say(en, f"{heading!r} 不对：应为题目的列表。"))
    return [_question(heading, one) for one in asked]


def _question(heading, one):
    text, answers = one if isinstance(one, tuple) and len(one) == 2 else (one, _RATED)
    if not isinstance(text, str) or not (answers is None or answers is _RATED or isinstance(answers, (list, tuple))):
        en = f"{heading!r}: {checks.quoted(one)} is no question. Write a text, (text, [answers]) or (text, None)."
        zh = f"{heading!r}：{checks.quoted(one)} 不是题目：应为文本，或文本加选项列表，或文本加 None（填空）。"
        raise TypeError(say(en, zh))
    if isinstance(answers, (list, tuple)) and len({_worded(answer, text) for answer in answers}) < 2:
        en = f"{text!r}: at least two different answers to choose from are needed."
        raise ValueError(say(en, f"{text!r} 不对：至少要有两个不同的选项。"))
    return _worded(text, heading), answers


def _asked_once(texts):
    twice = sorted({text for text in texts if texts.count(text) > 1})
    if twice:
        en = f"Asked twice: {', '.join(map(repr, twice))}. Take one of them out."
        raise ValueError(say(en, f"有题目重复：{'、'.join(map(repr, twice))}。请删去一道。"))


def _two_ends(ends):
    if ends is None:
        return label("Very dissatisfied"), label("Very satisfied")
    if not (isinstance(ends, (list, tuple)) and len(ends) == 2 and all(isinstance(end, str) for end in ends)):
        en = f"ends = {checks.quoted(ends)}: two texts are needed, what 1 means and what the highest number means."
        raise TypeError(say(en, f"ends = {checks.quoted(ends)} 不对：应为两段文字，分别说明 1 分和最高分的含义。"))
    return ends


def _blank(title):
    """An A4 page with its title, in fonts that hold both languages."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(20)
    for name, size in ("Normal", 11), ("Title", 18), ("Heading 2", 13):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if key.endswith("Theme")]:  # the theme's font would hide ours
            del fonts.attrib[theme]
        fonts.set(qn("w:eastAsia"), CHINESE_FONT)
    document.core_properties.title, document.core_properties.author = title, ""
    document.add_heading(title, level=0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    return document


def _rated(document, first, texts, points, ends):
    """A row a question, a column a number, and one for those who do not know."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    if not texts:
        return
    document.add_paragraph(f"1 = {ends[0]}    {points} = {ends[1]}").paragraph_format.keep_with_next = True
    heads = ["", *map(str, range(1, points + 1)), label("Don't know")]
    asked = [[f"{number}. {text}", *"□" * (points + 1)] for number, text in enumerate(texts, first)]
    table = document.add_table(rows=1 + len(texts), cols=len(heads), style="Table Grid")
    table.autofit = False
    narrow, last = 84 / max(points, 8), 18
    widths = [170 - last - points * narrow, *[narrow] * points, last]
    for column, width in zip(table.columns, widths, strict=True):  # Word reads the cells' widths, others the columns'
        column.width = Mm(width)
    for row, words in zip(table.rows, [heads, *asked], strict=True):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, word, width in zip(row.cells, words, widths, strict=True):
            cell.width, cell.text = Mm(width), word
        for cell in row.cells[1:]:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph()


def _others(document, first, others, asked):
    """Answers to choose from, or a line to write on."""
    for number, (text, answers) in enumerate(others, first + asked - len(others)):
        document.add_paragraph(f"{number}. {text}").paragraph_format.keep_with_next = True
        document.add_paragraph(LINE if answers is None else "    ".join(f"□ {answer}" for answer in answers))


def _saved(document, path):
    if isinstance(path, BufferedIOBase) and path.writable():
        document.save(path)
        return path
    if not isinstance(path, (str, Path)) or Path(path).suffix.lower() != ".docx":
        en = f"path = {checks.quoted(path)}: the name of a file that ends in .docx is needed."
        raise ValueError(say(en, f"path = {checks.quoted(path)} 不对：应为以 .docx 结尾的文件名。"))
    try:
        document.save(str(path))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        en = f"path = {path} cannot be written ({reason}): close it in Word, or choose another name or folder."
        zh = f"path = {path} 无法写入（{reason}）：请先在 Word 里关闭它，或者换一个文件名或文件夹。"
        raise ValueError(say(en, zh)) from None
    return Path(path)
