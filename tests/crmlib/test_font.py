"""The Chinese font that the pictures carry: its licence, its name, its characters."""

import csv
import runpy
import warnings

import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager, rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tests.support import PROJECT

FONTS = PROJECT / "crmlib" / "fonts"
FONT = FONTS / "CRMSansSC-Regular.otf"
MAKER = runpy.run_path(str(PROJECT / "docs" / "make_font.py"))


@pytest.fixture(scope="module")
def font():
    return TTFont(FONT)


def chinese_labels():
    with (PROJECT / "crmlib" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return [row["zh"] for row in csv.DictReader(file)]


def is_chinese(sign):
    """Ideographs, Chinese punctuation and full-width signs."""
    return "\u3000" <= sign <= "\u9fff" or "\uf900" <= sign <= "\ufaff" or "\uff00" <= sign <= "\uffef"


def test_glossary_is_covered(font):
    signs = set("".join(chinese_labels()))
    assert signs, "the glossary is empty"
    missing = sorted(sign for sign in signs if ord(sign) not in font.getBestCmap())
    assert not missing, f"add {''.join(missing)} to SIGNS in docs/make_font.py and make the font again"


def test_course_is_covered(font):
    chapters, library = PROJECT / "chapters", PROJECT / "crmlib"
    sources = [*chapters.rglob("*.md"), *chapters.rglob("*.yml"), *library.rglob("*.py")]
    missing = {}
    for path in sources:
        for sign in set(filter(is_chinese, path.read_text(encoding="utf-8"))):
            if ord(sign) not in font.getBestCmap():
                missing.setdefault(sign, []).append(path.name)
    assert not missing, f"add to SIGNS in docs/make_font.py and make the font again: {missing}"


def test_font_was_made_by_the_script(font):
    kept = set(font.getBestCmap())
    assert {ord(sign) for sign in MAKER["SIGNS"]} <= kept
    ideographs = {code for code in MAKER["characters"]() if 0x4E00 <= code <= 0x9FFF}
    assert len(ideographs) >= 6763 and ideographs <= kept


def test_font_has_a_name_of_its_own(font):
    names = {record.nameID: record.toUnicode() for record in font["name"].names}
    assert names[1] == names[4] == "CRM Sans SC" and names[6] == "CRMSansSC-Regular"
    presented = [names[number] for number in (1, 3, 4, 6)]
    top = font["CFF "].cff.topDictIndex[0]
    presented += [*font["CFF "].cff.fontNames, top.FullName, top.FamilyName, *(part.FontName for part in top.FDArray)]
    assert not [name for name in presented if "Noto" in name or "Source" in name or "Adobe" in name]


def test_licence_travels_with_the_font(font):
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence and "PERMISSION & CONDITIONS" in licence
    assert licence.startswith("Copyright 2014-2021 Adobe")
    assert "Adobe" in font["name"].getDebugName(0) and "SIL Open Font License" in font["name"].getDebugName(13)


def test_font_is_small_and_free_of_dropped_tables(font):
    assert FONT.stat().st_size < 2_000_000
    assert not set(MAKER["DROPPED"]) & set(font.keys())


def test_matplotlib_draws_chinese_without_a_missing_glyph():
    font_manager.fontManager.addfont(str(FONT))
    text = "\n".join([*chinese_labels(), "客户终身价值（元）：−1.5 → ¥100，“好客户”≥ 90％ ✓ ★", MAKER["SIGNS"]])
    # One family and no fallback: what this font lacks must warn.
    with rc_context({"font.family": ["CRM Sans SC"], "axes.unicode_minus": True}), warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = Figure()
        axes = figure.add_subplot()
        axes.plot([-1, 1])
        axes.text(0, 0, text)
        FigureCanvasAgg(figure).draw()


def test_matplotlib_warns_of_a_missing_glyph():
    """The test above can fail: a character that the font lacks does warn."""
    font_manager.fontManager.addfont(str(FONT))
    with rc_context({"font.family": ["CRM Sans SC"]}), pytest.warns(UserWarning, match="missing from font"):
        figure = Figure()
        figure.text(0, 0, "\u9f98")
        FigureCanvasAgg(figure).draw()
