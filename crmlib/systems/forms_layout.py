"""How much room the text of a form takes, and how its rows fill pages of A4: higher rows, or breaks at good places."""

import re
import unicodedata
from dataclasses import dataclass

LINE = 14.5  # points, of a line of text of 10 points
A4 = {True: (841.9, 595.3), False: (595.3, 841.9)}  # points: landscape, portrait
MARGINS = {"left": 0.5, "right": 0.5, "top": 0.6, "bottom": 0.7}  # inches
_SMALLEST, _HIGHER = 0.75, 1.7  # of the size of letters; of the height of a row
_ACROSS, _DOWN = 0.92, 0.97  # of the page: LibreOffice draws columns 6% wider than Excel, and printers differ a little
_EM = 10 / 0.75  # pixels, of letters of 10 points
_WIDE, _NARROW = set("mwMW%@＿"), set("ijltfrI.,:;'|!()[]/- ")


def text_width(text, bold=False):
    """The width of a text in units of Excel's columns (a digit of the usual font), as Arial or 宋体 of 10 points.

    >>> round(text_width("客户名称")), round(text_width("Customer"))
    (8, 8)
    """
    return sum(map(_em, text)) * _EM / 7 * (1.1 if bold else 1)


def _em(letter):
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _NARROW:
        return 0.33
    return 0.86 if letter in _WIDE else 0.69 if letter.isupper() else 0.56


def text_lines(text, width, bold=False):
    """How many lines a text takes in a column of this width, broken between words and Chinese letters.

    >>> text_lines("Lunar South Pole Canteen", 20), text_lines("月球南极食堂", 20)
    (2, 1)
    """
    return sum(_wrapped(line, width - 0.1, bold) for line in text.split("\n"))


def _wrapped(line, width, bold):
    lines, taken = 1, 0.0
    for word in re.findall(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+", line):
        room = text_width(word, bold)
        if taken and taken + text_width(word.rstrip(), bold) > width:
            lines, taken = lines + 1, 0.0
        lines, taken = lines + int(room // width), taken + room % width if room > width else taken + room
    return lines


@dataclass
class Row:
    """A row of a sheet: its height in points, how much of it may grow, and whether a page may begin with it."""

    height: float
    grows: bool = False
    starts: bool = False


def points_wide(widths):
    """The width of columns in points, as Excel draws them.

    >>> points_wide([8, 8])
    91.5
    """
    return sum(7 * width + 5 for width in widths) * 0.75


def paginate(rows, repeated, widths, wide):
    """Fit rows on pages of A4: ``(scale, heights, breaks)``; no breaks: it is one page.

    One page, made smaller by a fifth at most, is filled by higher rows. Else pages begin with rows that may begin one;
    the rows before `repeated` stand on each page.

    >>> paginate([Row(30), *[Row(20, True, True)] * 5], 1, [40], False)[1:]
    ([30, 34.0, 34.0, 34.0, 34.0, 34.0], [])
    >>> len(paginate([Row(30), *[Row(20, True, True)] * 90], 1, [90], False)[2])
    2
    """
    across, down = A4[wide]
    across -= 72 * (MARGINS["left"] + MARGINS["right"])
    down = (down - 72 * (MARGINS["top"] + MARGINS["bottom"])) * _DOWN
    scale = min(1.0, across * _ACROSS / points_wide(widths))
    heights = [row.height for row in rows]
    total = sum(heights)
    if total * min(scale, _SMALLEST) <= down:
        scale = min(scale, down / total)
        free, growing = down / scale - total, sum(row.height for row in rows if row.grows)
        more = min(_HIGHER, 1 + free / growing) if growing else 1
        return scale, [row.height * more if row.grows else row.height for row in rows], []
    page = down / scale
    breaks = _breaks(rows, repeated, page)
    while len(fuller := _breaks(rows, repeated, page := 0.97 * page)) == len(breaks):  # of about the same length
        breaks = fuller
    return scale, heights, breaks


def _breaks(rows, repeated, page):
    """The rows with which further pages begin; the last page takes at least the rows from the last start on."""
    breaks, taken, head = [], 0.0, sum(row.height for row in rows[:repeated])
    start = None  # the last row with which a page may begin
    for place, row in enumerate(rows):
        if row.starts and place > repeated:
            start = place
        if taken + row.height > page and start is not None and start not in breaks:
            breaks.append(start)
            taken = head + sum(one.height for one in rows[start:place])
        taken += row.height
    return breaks
