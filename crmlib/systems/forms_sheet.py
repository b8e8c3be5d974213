"""One form on one sheet of a workbook: title, month, tables with ruled lines, fields, signatures, print settings."""

from datetime import datetime

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from crmlib.systems.forms_layout import LINE, MARGINS, Row, paginate, text_lines, text_width

_FORMATS = {
    "text": {"text_wrap": True},
    "code": {"shrink": True},
    "word": {"text_wrap": True, "align": "center"},
    "serial": {"num_format": "0", "align": "center"},
    "count": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.0"},
    "percent": {"num_format": "0.0%"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "time": {"num_format": "hh:mm", "align": "center"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    "choice": {"align": "center"},
}
_LABELS = (0.17, 0.5, 0.67)  # where label, value, label and value of fields meet, of the width
_SHADE, _TALL, _LONGEST_ROW = "#E8EEF4", {"tall": 52, "opinion": 58}, 400  # points; Excel's rows end at 409


class Sheet:
    """A sheet of `workbook`, an `xlsxwriter.Workbook`; `words` are those of `forms.yml` in one language."""

    def __init__(self, workbook, form, words, language):
        self.book, self.form, self.words, self.language = workbook, form, words, language
        self.colon = "：" if language == "zh" else ": "
        self.sheet = workbook.add_worksheet(form["title"])
        tables = [block["columns"] for block in form["blocks"] if "columns" in block]
        self.widths = [column["width"] for column in max(tables, key=len)] if tables else [16, 28, 16, 28]
        self.last, self.rows, self.formats = len(self.widths) - 1, [], {}
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, width)

    @property
    def row(self):
        """The row that is written next."""
        return len(self.rows)

    def draw(self, blocks, note, firm, period, by):
        """Write everything: `blocks` are the rows and values of the form by name."""
        self._head({"firm": firm, "period": period, "by": by, "dated": "", "number": ""})
        tables = [block for block in self.form["blocks"] if "columns" in block]
        repeated = self.row
        for number, block in enumerate(self.form["blocks"]):
            if number:
                self._height(6, starts=True)
            if "columns" in block:
                self._table(block, blocks[block["table"]])
                if block is tables[0] and block["lines"] == max(table["lines"] for table in tables):
                    repeated = self.header + 1
            else:
                self._fields(block["items"], blocks[block["fields"]])
        self._foot(note)
        self._print(firm, repeated)

    def format(self, **looks):
        """A format of the workbook, made once for each look."""
        key = tuple(sorted(looks.items()))
        if key not in self.formats:
            usual = {"font_name": "宋体" if self.language == "zh" else "Arial", "font_size": 10, "valign": "vcenter"}
            self.formats[key] = self.book.add_format(usual | looks)
        return self.formats[key]

    def _span(self, first, last, text, form):
        """Write a text over cells of the present row."""
        if first < last:
            self.sheet.merge_range(self.row, first, self.row, last, "", form)
        self.sheet.write_string(self.row, first, text, form)

    def _height(self, points, grows=False, starts=False):
        self.rows.append(Row(min(points, _LONGEST_ROW), grows, starts))

    def _spread(self, texts):
        """Texts over the whole width, as far from each other as there is room."""
        free = 0.92 * sum(self.widths) - sum(map(text_width, texts))
        gap = max(3, int(free / max(len(texts) - 1, 1) / text_width(" "))) if len(texts) > 2 else 12
        line = (" " * min(gap, 24)).join(texts)
        looks = self.format(align="left", text_wrap=True)
        self._span(0, self.last, line, looks)
        return text_lines(line, sum(self.widths))

    def _head(self, values):
        self._span(0, self.last, self.form["title"], self.format(bold=True, font_size=16, align="center"))
        self._height(30)
        shown = self.form["head"]
        texts = [f"{self.words[name]}{self.colon}{values[name] or '_' * 14}" for name in shown]
        self._height(6 + LINE * self._spread(texts))
        rights = self.words[f"rights_{self.form['rights']}"]
        self._span(0, self.last, rights, self.format(text_wrap=True, font_size=8, italic=self.language == "en"))
        self._height(4 + 12 * text_lines(rights, 1.2 * sum(self.widths)))

    def _table(self, block, rows):
        columns, self.header = _placed(block["columns"]), self.row
        head = self.format(bold=True, border=1, bg_color=_SHADE, text_wrap=True, align="center")
        titles = [self._title(column) for column in columns]
        for column, (title, _) in zip(columns, titles, strict=True):
            self._span(column["at"], column["to"], title, head)
        self._height(max(20, 4 + LINE * max(lines for _, lines in titles)))
        first, least = self.row, block.get("height", 20)
        for number in range(max(len(rows), block["lines"])):
            known = rows.iloc[number] if number < len(rows) else {"nr": number + 1}
            lines = [self._value(column, known.get(column["key"]), block, columns) for column in columns]
            self._height(max(least, 4 + LINE * max(lines)), grows=True, starts=number > 1)
        if "total" in block:
            self._total(block, columns, rows, first)

    def _wide(self, column):
        return sum(self.widths[column["at"] : column["to"] + 1])

    def _title(self, column):
        """The title of a column and its lines; a unit that does not fit beside it stands on a line of its own."""
        title, width = column["title"], self._wide(column)
        if text_lines(title, width, bold=True) > 1:
            title = title.replace("（", "\n（")
        return title, text_lines(title, width, bold=True)

    def _value(self, column, value, block, columns):
        """Write one cell of a table and say how many lines it takes."""
        look = self.format(border=1, **_FORMATS[column["format"]])
        if column["at"] < column["to"]:
            self.sheet.merge_range(self.row, column["at"], self.row, column["to"], "", look)
        formula = block.get("formulas", {}).get(column["key"])
        if formula:
            cells = {one["key"]: xl_rowcol_to_cell(self.row, one["at"]) for one in columns}
            self.sheet.write_formula(self.row, column["at"], formula.format(**cells), look, "")
        else:
            self._write(column["at"], value, look)
        return text_lines(value, self._wide(column)) if isinstance(value, str) else 1

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

    def _total(self, block, columns, rows, first):
        """Sums of columns, and ratios of these sums: ``[above, below, less]``."""
        sums = {key: float(rows[key].sum()) for key in block["total"] if key in rows and rows[key].notna().any()}
        cells = {column["key"]: xl_rowcol_to_cell(self.row, column["at"]) for column in columns}
        looks = {"border": 1, "bold": True}
        for column in columns:
            key, place = column["key"], column["at"]
            look = self.format(**looks | _FORMATS[column["format"]])
            if place < column["to"]:
                self.sheet.merge_range(self.row, place, self.row, column["to"], "", look)
            if place == 0:
                self.sheet.write_string(self.row, 0, self.words["total"], self.format(**looks, align="center"))
            elif key in block["total"]:
                part = f"{xl_rowcol_to_cell(first, place)}:{xl_rowcol_to_cell(self.row - 1, place)}"
                formula = f'=IF(COUNT({part})=0,"",SUM({part}))'
                self.sheet.write_formula(self.row, place, formula, look, sums.get(key, ""))
            elif key in block.get("ratios", {}):
                above, below, less = block["ratios"][key]
                value = sums[above] / sums[below] - less if above in sums and sums.get(below) else ""
                formula = f'=IFERROR({cells[above]}/{cells[below]}-{less},"")'
                self.sheet.write_formula(self.row, place, formula, look, value)
            else:
                self.sheet.write_blank(self.row, place, None, look)
        self._height(20)

    def _fields(self, items, values):
        """Label and value of each item, two items a row where both are of half width."""
        lines = []
        for item in items:
            if lines and [one["size"] for one in lines[-1]] == ["half"] and item["size"] == "half":
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
        name = self.format(border=1, bg_color=_SHADE, text_wrap=True, align="center")
        size, lines = items[0]["size"], [1]
        for number, item in enumerate(items):
            (start, middle), end = ends[2 * number : 2 * number + 2], ends[2 * number + 2]
            self._span(start, middle - 1, item["title"], name)
            look = {} if item["format"] == "choice" else {"align": "left"}
            look |= {"tall": {"valign": "top"}, "opinion": {"valign": "bottom"}}.get(size, {})
            form = self.format(**{"border": 1, "text_wrap": True} | _FORMATS[item["format"]] | look)
            if end - middle > 1:
                self.sheet.merge_range(self.row, middle, self.row, end - 1, "", form)
            printed = {"opinion": self._signature(), "choice": self.words["yes_no"]}
            value = values.get(item["key"], printed.get(size, printed.get(item["format"])))
            self._write(middle, value, form)
            lines += [text_lines(item["title"], sum(self.widths[start:middle]))]
            lines += [text_lines(value, sum(self.widths[middle:end])) if isinstance(value, str) else 1]
        least = _TALL.get(size, 26)
        self._height(max(40 if self.form["wide"] and size == "tall" else least, 6 + LINE * max(lines)), True, True)

    def _signature(self):
        signed = [f"{self.words[word]}{self.colon}{'_' * 16}" for word in ("signature", "dated_on")]
        return " " * 12 + (" " * 6).join(signed) + "\n"  # off the line below

    def _foot(self, note):
        if note:
            self._span(0, self.last, note, self.format(text_wrap=True, font_size=9, valign="top"))
            self._height(5 + 13 * text_lines(note, 1.08 * sum(self.widths)))
        signs = [f"{self.words[sign]}{self.colon}{'_' * 14}" for sign in self.form["signs"]]
        self._height(16 + LINE * self._spread(signs))

    def _print(self, firm, repeated):
        sheet, wide = self.sheet, self.form["wide"]
        scale, heights, breaks = paginate(self.rows, repeated, self.widths, wide)
        for row, height in enumerate(heights):
            sheet.set_row(row, height)
        sheet.set_paper(9)  # A4
        if wide:
            sheet.set_landscape()
        sheet.set_margins(**MARGINS)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        if breaks:  # Excel keeps them only where it does not fit the pages itself
            sheet.set_print_scale(int(100 * scale))
            sheet.set_h_pagebreaks(breaks)
        else:
            sheet.fit_to_pages(1, 1)
        sheet.print_area(0, 0, self.row - 1, self.last)
        sheet.repeat_rows(0, repeated - 1)
        sheet.freeze_panes(repeated, 0)
        page = "第 &P 页 共 &N 页" if self.language == "zh" else "Page &P of &N"
        title, firm = (text.replace("&", "&&") for text in (self.form["title"], firm[:80]))
        sheet.set_footer(f"&L{firm}&C{title}&R{page}")


def _placed(columns):
    """The columns with the cells that each takes."""
    placed, at = [], 0
    for column in columns:
        placed.append(column | {"at": at, "to": at + column["span"] - 1})
        at += column["span"]
    return placed
