"""A list of customers is brought into the CRM: each row added, linked to whom it is already, or named as faulty."""

from dataclasses import dataclass
from functools import partial

import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.systems import customer_cells as cells
from crmlib.systems import inputs
from crmlib.systems.customer_files import HEADERS, as_customers, read_list
from crmlib.systems.database import opened
from crmlib.systems.errors import Refused
from crmlib.systems.importing_rows import Writer
from crmlib.systems.matching import NOBODY, known_people, matches
from crmlib.systems.regions import known_regions
from crmlib.systems.words import named

ADDED = ["account_id", "contact_id", "name"]
LINKED = ["account_id", "contact_id", "name", "points", "filled", "differs"]
FAULTS = ["row", "column", "value", "fault", "remedy"]


@dataclass(frozen=True)
class ImportReport:
    """What became of a list: each of its rows is in exactly one of the three tables.

    Attributes
    ----------
    added : pandas.DataFrame
        New customers: ``account_id, contact_id, name``, by row.
    linked : pandas.DataFrame
        Rows that are somebody already: ``account_id, contact_id, name, points, filled, differs``, by row. Empty places
        of the CRM were filled; what differs is in a note on the account, and nothing was overwritten.
    faults : pandas.DataFrame
        ``row, column, value, fault, remedy``, a line for each fault. These rows were not written.
    noted : tuple of str
        Columns that the CRM does not have: what they hold is in a note on the account.
    """

    added: pd.DataFrame
    linked: pd.DataFrame
    faults: pd.DataFrame
    noted: tuple = ()

    def __repr__(self):
        added, linked, faulty = len(self.added), len(self.linked), self.faults["row"].nunique()
        en = f"ImportReport: {added} added, {linked} linked, {faulty} with faults"
        zh = f"导入报告：新增 {added} 条，并入已有客户 {linked} 条，有问题 {faulty} 条"
        if self.noted:
            en += f"; columns that the CRM does not have, kept as notes: {', '.join(self.noted)}"
            zh += f"；CRM 没有、只记入备注的列：{'、'.join(self.noted)}"
        return say(en, zh)


def import_customers(crm, table_or_path, *, source):
    """Bring a list of customers into the CRM; in one transaction, and nothing is lost.

    A row needs a name, a telephone number or an e-mail address, and whether the person has agreed to marketing. Who is
    in the CRM already is found by the points of chapter 05 (name, telephone, birthday, address, e-mail; 6 points or
    more; firms also by their name) and linked: that the same list is imported twice adds nobody. A yes to marketing
    does not undo a no that the CRM knows; a no counts at once. A region is kept by the CRM's word for it (changgeng for
    长庚城), and one that no customer has is a fault. For managers, as others do not see all customers.

    Parameters
    ----------
    crm : CRM
    table_or_path : pandas.DataFrame, str or pathlib.Path
        A table with an index of its own for each row, or a file; see `read_customers` for the names of columns.
    source : str
        Where the list comes from, for the trail and as the proof of consents.

    Returns
    -------
    ImportReport

    Examples
    --------
    >>> from crmlib.systems import open_crm
    >>> customers = pd.DataFrame({"姓名": ["稷芒波", "麦小满", "稷芒波"], "同意营销": "是"})
    >>> customers["手机"] = ["13800138000", "1380013", "138 0013 8000"]
    >>> report = import_customers(open_crm(":memory:"), customers, source="fair of May")
    >>> report
    ImportReport: 1 added, 1 linked, 1 with faults
    >>> report.faults[["row", "column", "value"]].to_numpy().tolist()
    [[1, 'phone', '1380013']]
    """
    if opened(crm).user is not None and crm.user.role != "manager":
        who = f"{crm.user.login} ({named(crm.user.role)})", f"{crm.user.login}（{named(crm.user.role)}）"
        en = f"{who[0]} may not import: who is a customer already is seen by managers only. Those who may: manager."
        raise Refused(say(en, f"{who[1]}无权导入：只有主管能看到全部客户，才能查重。有权的是：主管。"))
    if isinstance(table_or_path, pd.DataFrame):
        table = as_customers(table_or_path)
    else:
        table = read_list(table_or_path, "table_or_path")
    checks.unique_index(table, "table_or_path")
    if "name" not in table:
        en = f"table_or_path: no column with names. Call it name; other columns are {', '.join(HEADERS)}."
        raise ValueError(
            say(en, f"table_or_path：没有姓名这一列。请把它命名为“姓名”，其他列可以是 {'、'.join(HEADERS)}。")
        )
    source = inputs.line(source, "source", 150)
    with crm.read() as session:
        regions = known_regions(session)
    rows, faults = _checked(table, crm.now().date(), regions)
    with crm.write(say(f"import: {source}", f"导入：{source}")) as session:
        known = known_people(session)
        found = matches(known, rows) if len(rows) else {}
        writer = Writer(session, source, known)
        for number, row in rows.iterrows():
            writer.write(number, row.to_dict(), found.get(number, ()))
    faults = pd.DataFrame([*faults, *writer.faults], columns=FAULTS, dtype=object)  # a value may be no text at all
    return ImportReport(
        _by_row(writer.added, ADDED),
        _by_row(writer.linked, LINKED),
        faults.sort_values("row", kind="stable", ignore_index=True, key=_position(table)),
        tuple(str(name) for name in table if name not in HEADERS),
    )


def _position(table):
    places = {number: place for place, number in enumerate(table.index)}
    return lambda rows: rows.map(places)


def _by_row(lines, columns):
    table = pd.DataFrame(lines, columns=["row", *columns])
    return table.set_index("row")


_PARSERS = {
    "name": partial(cells.written, most=100),
    "contact": partial(cells.written, most=100),
    "position": partial(cells.written, most=100),
    "phone": cells.telephone,
    "email": cells.mail,
    "address": cells.written,
    "industry": partial(cells.written, most=100),
    "grade": cells.grade_of,
    "consent": cells.agreement,
}


def _checked(table, today, regions):
    """The rows that can be kept, with the CRM's values; and the faults of the others."""
    kept, faults = {}, []
    parsers = _PARSERS | dict.fromkeys(("birthday", "since"), partial(cells.calendar_day, latest=today))
    parsers |= {"region": partial(cells.town, known=regions)}
    for number, row in zip(table.index, table.astype(object).to_dict("records"), strict=True):
        values, wrong = {}, []
        firm = any(cells.known(row.get(column)) for column in ("contact", "industry"))
        for column, parse in (parsers | {"kind": partial(cells.kind_of, firm=firm)}).items():
            try:
                values[column] = parse(row.get(column))
            except cells.Fault as fault:
                wrong.append((number, column, row.get(column), fault.fault, fault.remedy))
        wrong += [(number, *missing) for missing in _missing(values, {column for _, column, *_ in wrong})]
        try:
            values["notes"] = _rest(row)
        except cells.Fault as fault:
            wrong.append((number, "notes", row.get("notes"), fault.fault, fault.remedy))
        faults += wrong
        if not wrong:
            firm = values["kind"] == "business"
            if not firm and values["contact"]:
                values["notes"] = "\n".join(filter(None, [f"contact: {values['contact']}", values["notes"]]))
            kept[number] = values | {
                "account": values["name"],
                "name": (values["contact"] or say(*NOBODY)) if firm else values["name"],
            }
    columns = [*parsers, "kind", "account", "notes"]
    return pd.DataFrame.from_dict(kept, orient="index", columns=columns, dtype=object), faults


def _missing(values, faulty):
    """What every row needs."""
    if "name" not in faulty and values["name"] is None:
        yield "name", None, say("no name", "没有姓名"), say("write who it is", "请填写姓名或单位名称")
    if not {"phone", "email"} & faulty and values["phone"] is None and values["email"] is None:
        fault = say(
            "neither telephone nor e-mail: nobody to reach, nor to know again", "没有电话和邮箱：联系不上，也认不出来"
        )
        yield "phone", None, fault, say("write one of them", "请至少填一项")


def _rest(row):
    """Notes, and what stands in columns that the CRM does not have."""
    notes = [cells.written(row.get("notes"), 5000, lines=True)]
    others = {name: cells.written(value, 1000, lines=True) for name, value in row.items() if name not in HEADERS}
    notes += [f"{name}: {value}" for name, value in others.items() if value is not None]
    return "\n".join(filter(None, notes))
