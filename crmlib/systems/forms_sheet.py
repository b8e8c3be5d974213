"""One form on one sheet of a workbook: title, month, tables with ruled lines, fields, signatures, print settings."""

import textwrap
import unicodedata
from datetime import datetime
from math import ceil

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

_FORMATS = {
    "text": {"text_wrap": True},
    "word": {"text_wrap": True, "align": "center"},
    "serial": {"num_format": "0", "align": "center"},
    "count": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.0"},
    "percent": {"num_format": "0.0%"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "time": {"num_format": "hh:mm", "align": "center"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
}
_LABELS = (0.17, 0.5, 0.67)  # where label, value, label and value of fields meet, of the width
_LINE = 15.5  # points, of a line of text


class Sheet:
    """A sheet of `workbook`, an `xlsxwriter.Workbook`; `words` are those of `forms.yml` in one language."""

    def __init__(self, workbook, form, words, language):
        self.book, self.form, self.words, self.language = workbook, form, words, language
        self.sheet = workbook.add_worksheet(form["title"])
        widths = [[column["width"] for column in block["columns"]] for block in form["blocks"] if "columns" in block]
        self.widths = max(widths, key=len) if widths else [16, 28, 16, 28]
        self.last, self.row, self.formats = len(self.widths) - 1, 0, {}
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, width)

    def draw(self, blocks, note, firm, month, by):
        """Write everything: `blocks` are the rows and values of the form by name."""
        self._head(firm, month, by)
        tables = [block for block in self.form["blocks"] if "columns" in block]
        repeated, frozen = 1, 2
        for number, block in enumerate(self.form["blocks"]):
            if number:
                self._height(6)
            if "columns" in block:
                if len(tables) == 1:
                    repeated, frozen = self.row, self.row + 1
                self._table(block, blocks[block["table"]])
            else:
                self._fields(block["items"], blocks[block["fields"]])
        self._foot(note)
        self._print(firm, repeated, frozen)

    def format(self, **looks):
        """A format of the workbook, made once for each look."""
        key = tuple(sorted(looks.items()))
        if key not in self.formats:
            usual = {"font_name": "宋体" if self.language == "zh" else "Arial", "font_size": 10, "valign": "vcenter"}
            self.formats[key] = self.book.add_format(usual | looks)
        return self.formats[key]

    def _span(self, first, last, text, form):
        """Write a text over cells of the present row."""
        if first == last:
            self.sheet.write_string(self.row, first, text, form)
        else:
            self.sheet.merge_range(self.row, first, self.row, last, "", form)
            self.sheet.write_string(self.row, first, text, form)

    def _height(self, points):
        self.sheet.set_row(self.row, points)
        self.row += 1

    def _head(self, firm, month, by):
        self._span(0, self.last, self.form["title"], self.format(bold=True, font_size=16, align="center"))
        self._height(30)
        blank = "＿＿＿＿＿＿" if self.language == "zh" else "____________"
        colon = "：" if self.language == "zh" else ": "
        said = {"firm": firm, "period": f"{month:%Y-%m}", "by": by, "dated": ""}
        texts = [f"{self.words[name]}{colon}{value or blank}" for name, value in said.items()]
        self._span(0, self.last, "        ".join(texts), self.format(align="left"))
        self._height(22)

    def _table(self, block, rows):
        columns = block["columns"]
        lines = 1
        head = self.format(bold=True, border=1, bg_color="#E8EEF4", text_wrap=True, align="center")
        for place, column in enumerate(columns):
            title, width = column["title"], 0.85 * self.widths[place]  # bold letters are wider
            if _lines(title, width) > 1:
                title = title.replace("（", "\n（")  # the unit on a line of its own
            self.sheet.write_string(self.row, place, title, head)
            lines = max(lines, _lines(title, width))
        self._height(max(20, 4 + _LINE * lines))
        first, least = self.row, block.get("height", 20)
        for number in range(max(len(rows), block["lines"])):
            known = rows.iloc[number] if number < len(rows) else {}
            lines = 1
            for place, column in enumerate(columns):
                formula = block.get("formulas", {}).get(column["key"])
                value = known.get(column["key"])
                if formula:
                    cells = {one["key"]: xl_rowcol_to_cell(self.row, at) for at, one in enumerate(columns)}
                    self.sheet.write_formula(self.row, place, formula.format(**cells), self._cell(column), "")
                else:
                    self._write(place, value, self._cell(column))
                if isinstance(value, str):
                    lines = max(lines, _lines(value, self.widths[place]))
            self._height(max(least, 4 + _LINE * lines))
        if "total" in block:
            self._total(block, rows, first)

    def _cell(self, column, **looks):
        return self.format(border=1, **_FORMATS[column["format"]], **looks)

    def _write(self, place, value, form):
        """A value in its cell. A text stays a text, also one that begins like a formula."""
        if value is None or pd.isna(value):
            self.sheet.write_blank(self.row, place, None, form)
        elif isinstance(value, datetime):
            self.sheet.write_datetime(self.row, place, pd.Timestamp(value).to_pydatetime(), form)
        elif isinstance(value, (int, float, np.number)):
            self.sheet.write_number(self.row, place, float(value), form)
        else:
            self.sheet.write_string(self.row, place, str(value), form)

    def _total(self, block, rows, first):
        columns = block["columns"]
        self.sheet.write_string(self.row, 0, self.words["total"], self.format(border=1, bold=True))
        for place, column in enumerate(columns[1:], start=1):
            if column["key"] in block["total"]:
                cells = f"{xl_rowcol_to_cell(first, place)}:{xl_rowcol_to_cell(self.row - 1, place)}"
                value = float(rows[column["key"]].sum()) if column["key"] in rows and len(rows) else ""
                formula = f'=IF(COUNT({cells})=0,"",SUM({cells}))'
                self.sheet.write_formula(self.row, place, formula, self._cell(column, bold=True), value)
            else:
                self.sheet.write_blank(self.row, place, None, self.format(border=1))
        self._height(20)

    def _fields(self, items, values):
        """Label and value of each item, two items a row where both are of half width."""
        lines = []
        for item in items:
            alone = bool(lines) and [one["size"] for one in lines[-1]] == ["half"]
            if alone and item["size"] == "half":
                lines[-1].append(item)
            else:
                lines.append([item])
        for line in lines:
            self._field_row(line, self._cuts(), values)

    def _cuts(self):
        """The columns at which labels and values begin, for two fields a row."""
        right = np.cumsum(self.widths) / sum(self.widths)
        inner = [int(np.abs(right - share).argmin()) + 1 for share in _LABELS]
        return [0, *inner, self.last + 1]

    def _field_row(self, items, cuts, values):
        ends = cuts if len(items) == 2 else [*cuts[:2], cuts[-1]]
        name = self.format(border=1, bg_color="#E8EEF4", text_wrap=True, align="center")
        for number, item in enumerate(items):
            (start, middle), end = ends[2 * number : 2 * number + 2], ends[2 * number + 2]
            self._span(start, middle - 1, item["title"], name)
            look = {"align": "left"} | ({"valign": "top"} if item["size"] == "tall" else {})
            form = self.format(**{"border": 1, "text_wrap": True} | _FORMATS[item["format"]] | look)
            if end - middle > 1:
                self.sheet.merge_range(self.row, middle, self.row, end - 1, "", form)
            self._write(middle, values.get(item["key"]), form)
        self._height((44 if self.form["wide"] else 76) if items[0]["size"] == "tall" else 30)

    def _foot(self, note):
        if note:
            self._span(0, self.last, note, self.format(text_wrap=True, font_size=9, valign="top"))
            self._height(4 + 14 * _lines(note, sum(self.widths)))
        colon = "：" if self.language == "zh" else ": "
        blank = "＿＿＿＿＿＿" if self.language == "zh" else "____________"
        signs = [f"{self.words[sign]}{colon}{blank}" for sign in self.form["signs"]]
        self._span(0, self.last, "        ".join(signs), self.format(align="left", text_wrap=True))
        self._height(30 if len(signs) < 4 or self.form["wide"] else 40)

    def _print(self, firm, repeated, frozen):
        sheet = self.sheet
        sheet.set_paper(9)  # A4
        if self.form["wide"]:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, self.row - 1, self.last)
        sheet.repeat_rows(0, repeated)
        sheet.freeze_panes(frozen, 0)
        page = "第 &P 页 共 &N 页" if self.language == "zh" else "Page &P of &N"
        sheet.set_footer(f"&L{firm.replace('&', '&&')}&C{self.form['title'].replace('&', '&&')}&R{page}")


def _lines(text, width):
    """How many lines a text takes in a column that holds so many narrow letters; a Chinese one is nearly two wide."""
    return sum(_lines_of(line, width) for line in text.split("\n"))


def _lines_of(line, width):
    if line.isascii():
        return max(1, len(textwrap.wrap(line, int(1.25 * width))))
    taken = sum(1.9 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)
    return max(1, ceil(taken / max(width - 1, 1)))
