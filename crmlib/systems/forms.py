"""The 18 forms of daily work as one Excel workbook, ready to print: filled where the CRM knows, ruled where not."""

import io
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd
import yaml

from crmlib import checks
from crmlib.language import glossary, say
from crmlib.language import language as current_language
from crmlib.systems.forms_facts import COLUMNS, Facts
from crmlib.systems.forms_tables import rows_of


def forms(crm, path, *, language=None, month=None, firm="", rows=20):
    """Write the forms of daily work, filled from a CRM, into one workbook of Excel, a sheet a form.

    Parameters
    ----------
    crm : CRM
        What the user may not see stays empty. The export is written into the audit trail.
    path : str, pathlib.Path or binary file
        Where the workbook is put, ``….xlsx``; one that is there is replaced.
    language : {"zh", "en"}, optional
        That of the forms, else the language in use; names stay as they are.
    month : str or date, optional
        ``"2025-03"``; else that of the last order.
    firm : str
        What stands at the head of each form.
    rows : int
        How many rows a list has at most; the form says how many there are.

    Returns
    -------
    pathlib.Path
        The file; or what was given to write into.

    Examples
    --------
    >>> from crmlib.systems import new_account, open_crm
    >>> crm = open_crm(":memory:")
    >>> account_id = new_account(crm, "Blue Door Café", "business")
    >>> forms(crm, io.BytesIO(), month="2025-03").getvalue()[:2]
    b'PK'
    """
    from sqlalchemy import select

    from crmlib.systems.database import opened
    from crmlib.systems.model import Base
    from crmlib.systems.rights import view
    from crmlib.systems.trail import record

    crm = opened(crm)
    kinds = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    tables = {}
    for name, columns in COLUMNS.items():
        seen = view(crm.user, kinds[name])
        tables[name] = crm.table(select(*[seen.c[column] for column in columns if column in seen.c]))
    path, by, file = _path(path), crm.user.name if crm.user else "", io.BytesIO()
    form_workbook(tables, file, language=language, month=month, firm=firm, by=by, rows=rows)
    with crm.write("forms") as session:  # nothing leaves the CRM without a line in the trail
        record(session, "export", "accounts", None, after={"file": getattr(path, "name", "")})
        _put(path, file.getvalue())
    return path


def form_workbook(tables, path, *, language=None, month=None, firm="", by="", rows=20):
    """Write the forms from plain tables (``accounts``, ``contacts``, ``orders``, …; see `forms`), as the CRM has them.

    Only ``accounts`` must be there. The same tables give the same bytes. Without any table, or without customers, the
    forms are empty, to be filled in by hand: ``form_workbook({}, "empty.xlsx")``.

    >>> accounts = pd.DataFrame({"account_id": ["A1"], "name": ["Blue Door Café"]})
    >>> form_workbook({"accounts": accounts}, io.BytesIO(), month="2025-03").getvalue()[:2]
    b'PK'
    """
    import xlsxwriter

    from crmlib.systems.forms_sheet import Sheet

    path, chosen = _path(path), _chosen(language)
    rows = checks.whole(rows, "rows", least=1, most=10_000)
    firm, by = checks.text(firm, "firm"), checks.text(by, "by")
    place = ("en", "zh").index(chosen)
    words = {name: pair[place] for name, pair in _source()["words"].items()}
    facts = Facts.of(tables, month)
    steps = [[pair[2 * column + place] for column in range(3)] for pair in _source()["steps"]]
    filled = rows_of(
        facts,
        lambda name: words.get(name) or _term(name, chosen),
        rows,
        pd.DataFrame(steps, columns=["step", "data", "who"]),
        by,
    )
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        made, period = facts.start.to_pydatetime(), "" if facts.month is None else f"{facts.month:%Y-%m}"
        workbook.set_properties({"title": words["title"], "created": made})
        for form in _source()["forms"]:
            blocks, known = filled[form["key"]]
            note = form.get("note" if known.get("all", 1) else "nothing", {}).get(chosen, "").format(**known)
            Sheet(workbook, _in_one_language(form, chosen), words, chosen).draw(blocks, note, firm, period, by)
    _put(path, file.getvalue())
    return path


def form_titles(language=None):
    """Return the titles of the 18 forms, in the order of the sheets.

    >>> form_titles("zh")[:3]
    ['客户地址分类表', '客户总体分类表', '客户区域分析表']
    """
    chosen = _chosen(language)
    return [form[chosen] for form in _source()["forms"]]


@cache
def _source():
    return yaml.safe_load(files("crmlib.systems").joinpath("forms.yml").read_text(encoding="utf-8"))


def _in_one_language(form, language):
    """A form of the source with its titles in one language, columns and items by name."""
    place = ("en", "zh").index(language)
    blocks = []
    for block in form["blocks"]:
        block = dict(block)
        if "columns" in block:
            block["columns"] = [
                {"key": key, "title": (en, zh)[place], "width": width, "format": kind, "span": span}
                for key, en, zh, width, kind, span in (_whole(one, "text", 1) for one in block["columns"])
            ]
        else:
            block["items"] = [
                {"key": key, "title": (en, zh)[place], "size": size, "format": kind}
                for key, en, zh, size, kind in (_whole(one, "half", "text", of=5) for one in block["items"])
            ]
        blocks.append(block)
    usual = {"wide": False, "head": ["firm", "period", "by", "dated"], "rights": "personal"}
    return usual | form | {"title": form[language], "blocks": blocks}


def _whole(entry, *usual, of=6):
    """An entry of the source with what it leaves out at its end."""
    missing = of - len(entry)
    return [*entry, *usual[len(usual) - missing :]] if missing else entry


def _chosen(language):
    return checks.one_of(current_language() if language is None else language, "language", ("zh", "en"))


def _term(name, language):
    """A data name ("qiming") as the glossary has it; a name that people gave stays as it is."""
    if not (name.isascii() and name.isidentifier() and name.islower()):
        return name
    term = name.replace("_", " ").capitalize()
    return term if language == "en" else glossary().get(term, {"zh": name})["zh"]


def _path(path):
    if hasattr(path, "write"):
        return path
    if not isinstance(path, (str, Path)):
        en = f"path = {checks.quoted(path)}: the name of a file is needed, forms.xlsx."
        raise TypeError(say(en, f"path = {checks.quoted(path)} 不对：应为文件名，如 forms.xlsx。"))
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        likely = "forms" if path.name.startswith(".") or not path.name else path.stem
        en = f"path = '{path.name}': the workbook's name must end in .xlsx, {likely}.xlsx."
        raise ValueError(say(en, f"path = '{path.name}' 不对：文件名要以 .xlsx 结尾，如 {likely}.xlsx。"))
    if set(path.name) & set('\0<>:"|?*') or len(path.name.encode()) > 200:  # what Windows has, and others not
        shown = checks.quoted(path.name[:40])
        en = f'path = {shown}: a file cannot have this name. Give a short one without <>:"|?*.'
        zh = f'path = {shown} 不能用作文件名。请换一个短的名字，不含 <>:"|?* 等符号。'
        raise ValueError(say(en, zh))
    if not path.parent.is_dir():
        en = f"path: there is no folder {path.parent}. Make it first: Path({str(path.parent)!r}).mkdir(parents=True)."
        raise ValueError(
            say(en, f"path：没有文件夹 {path.parent}。请先建立：Path({str(path.parent)!r}).mkdir(parents=True)。")
        )
    if path.is_dir():
        en = f"path: {path} is a folder. Name a file, {path / 'forms.xlsx'}."
        raise ValueError(say(en, f"path：{path} 是文件夹。请写文件名，如 {path / 'forms.xlsx'}。"))
    return path


def _put(path, content):
    """Write a file whole; one that is open in Excel or LibreOffice is left alone."""
    if hasattr(path, "write"):
        path.write(content)
        return
    locks = [path.with_name(f".~lock.{path.name}#"), path.with_name(f"~${path.name}")]
    lock = next((lock.name for lock in locks if lock.exists()), None)
    try:
        if lock is not None:
            raise PermissionError(lock)
        path.write_bytes(content)
    except PermissionError as error:
        if lock is None and not path.exists():
            en = f"{path.parent}: nothing may be written into this folder. Choose a folder of your own."
            raise PermissionError(
                say(en, f"{path.parent}：没有写入这个文件夹的权限。请换一个自己的文件夹。")
            ) from error
        en = f"{path.name} is open in another program, so nothing was written. Close it there, or give another name"
        zh = f"{path.name} 正在另一个程序中打开，没有写入。请先在那里关闭，或者换一个文件名"
        if lock is not None:  # of a program that has crashed
            en, zh = (
                f"{en}; if nobody has it open, delete {lock} beside it",
                f"{zh}；如果没有人打开它，请删除旁边的 {lock}",
            )
        raise PermissionError(say(f"{en}.", f"{zh}。")) from error
