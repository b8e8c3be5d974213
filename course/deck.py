"""One session as a PPTX file: the slides with the pictures that follow them, the prose as the speaker's notes."""

import io
import re

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from course.fitting import SIZES, table_layout, text_size

WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6  # inches
DARK, BLUE, GREY = RGBColor(0x22, 0x22, 0x22), RGBColor(0x00, 0x72, 0xB2), RGBColor(0x6B, 0x6B, 0x6B)
FONTS = {"latin": "Calibri", "ea": "Microsoft YaHei"}
HEADINGS = (32, 28, 26, 24)  # points: a heading stands in one line where it can
TOP, TALL = 1.4, 5.4  # inches: where pictures and tables stand
BLANK = 6  # the layout of python-pptx's own template that holds nothing
BOLD = re.compile(r"\*\*(.+?)\*\*")


class Deck:
    """A presentation under way; `footer` stands at the bottom of each slide, `notes` below the title."""

    def __init__(self, title, lines, footer, notes=""):
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Inches(WIDTH), Inches(HEIGHT)
        self.footer = footer
        page = self._page()
        _write(page, [title], 0.9, 2.3, WIDTH - 1.8, 1.4, size=44, bold=True, colour=BLUE)
        _write(page, lines, 0.9, 3.9, WIDTH - 1.8, 2.0, size=24, colour=GREY)
        _speak(page, notes)

    def add(self, heading, bullets=(), shown=None, notes=""):
        """Add a slide: heading, bullets, and what is shown: ``("picture", png, alt)``, ``("table", rows)`` or None."""
        page = self._page()
        wide = WIDTH - 2 * MARGIN
        size = text_size([heading], wide, 0.8, HEADINGS, space=0)
        _write(page, [heading], MARGIN, 0.35, wide, 0.9, size=size, bold=True, colour=BLUE)
        left = wide if shown is None else 4.3 if bullets else 0
        if bullets:
            indent = 0.35 if len(bullets) > 1 else 0
            size = text_size(bullets, left - indent, 5.3, SIZES if shown is None else SIZES[2:])
            _write(page, bullets, MARGIN, 1.5, left, 4.9, size=size, bullet=len(bullets) > 1)
        if shown is not None:
            start = MARGIN + left + (0.3 if left else 0)
            place = start, TOP, WIDTH - MARGIN - start, TALL
            put = _put_picture if shown[0] == "picture" else _put_table
            rest = put(page, *shown[1:], *place)
        number = f"{self.footer} · {len(self.file.slides)}"
        _write(page, [number], MARGIN, 6.95, WIDTH - 2 * MARGIN, 0.35, size=12, colour=GREY)
        _speak(page, notes)
        if shown is not None and rest:
            self.add(heading, shown=("table", rest))

    def save(self, path):
        """Write the file, in a folder that may be new."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file.save(path)

    def _page(self):
        return self.file.slides.add_slide(self.file.slide_layouts[BLANK])


def _speak(page, notes):
    if notes:
        page.notes_slide.notes_text_frame.text = notes


def _write(page, lines, left, top, width, height, *, size, bold=False, colour=DARK, bullet=False):
    frame = page.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height)).text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        if bullet:
            _bullet(paragraph, size)
        # Every second part of a text split at its bold passages is bold.
        for part, text in enumerate(BOLD.split(line)):
            if text:
                _style(paragraph.add_run(), text, size, bold or part % 2 == 1, colour)


def _style(run, text, size, bold, colour):
    run.text = text
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour
    properties = run._r.get_or_add_rPr()
    for kind, name in FONTS.items():
        etree.SubElement(properties, qn(f"a:{kind}")).set("typeface", name)


def _bullet(paragraph, size):
    paragraph.space_after = Pt(size * 0.6)
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(Inches(0.35)))
    properties.set("indent", str(-Inches(0.35)))
    etree.SubElement(properties, qn("a:buChar")).set("char", "•")


def _put_picture(page, png, alt, left, top, width, height):
    picture = page.shapes.add_picture(io.BytesIO(png), Inches(left), Inches(top))
    scale = min(Inches(width) / picture.width, Inches(height) / picture.height)
    picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
    picture.left = Inches(left) + (Inches(width) - picture.width) // 2
    picture._element.nvPicPr.cNvPr.set("descr", alt)  # for screen readers


def _put_table(page, rows, left, top, width, height):
    """Put a table; return what is left of it for a slide of its own: its head, and the rows that did not fit."""
    size, widths, tall = table_layout(rows, width, height)
    fitting = max(2, sum(sum(tall[: end + 1]) <= height for end in range(len(rows))))
    shown = rows[:fitting]
    shape = page.shapes.add_table(
        len(shown), len(widths), Inches(left), Inches(top), Inches(sum(widths)), Inches(sum(tall[:fitting]))
    )
    for column, share in zip(shape.table.columns, widths, strict=True):
        column.width = Inches(share)
    for y, row in enumerate(shown):
        shape.table.rows[y].height = Inches(tall[y])
        for x, text in enumerate(row):
            cell = shape.table.cell(y, x)
            colour = RGBColor(0xFF, 0xFF, 0xFF) if y == 0 else DARK
            _style(cell.text_frame.paragraphs[0].add_run(), text, size, y == 0, colour)
    return [rows[0], *rows[fitting:]] if fitting < len(rows) else []
