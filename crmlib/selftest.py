"""Does everything work? Checks of the installation, in words that a student understands."""

import csv
import os
import re
import sys
import warnings
from contextlib import suppress
from html import escape
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution, requires, version

from crmlib.language import label, say


def _python():
    found = sys.version_info[:3]
    if found < (3, 11):
        en = "The course needs Python 3.11 or newer: install it, then run python start.py again."
        return False, say(en, "课程需要 Python 3.11 或更新的版本：装好以后再运行 python start.py。")
    shown = ".".join(map(str, found))
    return True, say(f"Python {shown} runs.", f"Python {shown} 运行正常。")


def _libraries():
    """Each library that the course needs: all its files are there, as they were installed, and it can be imported."""
    names, broken = _needed_by("crmlib"), {}
    for name in sorted({"crmlib", *names, *_behind(names)}):
        try:
            library = distribution(name)
            broken[name] = _missing_file(library) or (name in names and _refuses_import(library))
        except PackageNotFoundError:
            broken[name] = say("not installed", "没有安装")
    broken = [f"{name} ({reason})" for name, reason in broken.items() if reason]
    if broken:
        found = say(", ", "、").join(broken)
        return False, say(f"Broken or missing: {found}. {_remedy()}", f"以下程序库损坏或缺失：{found}。{_remedy()}")
    main = say(", ", "、").join(f"{name} {version(name)}" for name in ("pandas", "numpy", "matplotlib", "jupyterlab"))
    return True, say(f"All {len(names)} libraries are here ({main}).", f"{len(names)} 个程序库都在（{main}）。")


def _needed_by(name):
    from packaging.requirements import Requirement

    needed = [Requirement(line) for line in requires(name) or []]
    return [
        re.sub(r"[-_.]+", "-", one.name).lower()
        for one in needed
        if not one.marker or one.marker.evaluate({"extra": ""})
    ]


def _behind(names):
    """The libraries that those need in their turn: without jupyterlab-widgets, say, no slider is shown."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        with suppress(PackageNotFoundError):  # told by who asked
            new = set() if _is_condas(distribution(name)) else set(_needed_by(name)) - found
            found |= new
            waiting += new
    return found


def _is_condas(library):
    return (library.read_text("INSTALLER") or "").strip() == "conda"


def _remedy():
    en = "Close JupyterLab and run: python start.py --repair"
    return say(en, "请关掉 JupyterLab，再运行：python start.py --repair")


def _installed(library):
    """Path and size of each file that was installed. (``library.files`` leaves out, in newer Pythons, what is gone.)"""
    for name, _, size in csv.reader((library.read_text("RECORD") or "").splitlines()):
        if not name.endswith(".pyc"):
            yield name, size


def _missing_file(library):
    """The first file that is gone or has another size; conda keeps lists of its own, which are not asked."""
    if _is_condas(library):
        return None
    place = str(library.locate_file(""))
    for name, size in _installed(library):
        try:
            if os.stat(os.path.join(place, name)).st_size != int(size or -1) and size:
                return name
        except OSError:
            return name
    return None


def _refuses_import(library):
    modules = {name.partition("/")[0] for name, _ in _installed(library) if re.fullmatch(r"\w+/__init__\.py", name)}
    if library.metadata["Name"].lower() == "jupyterlab":
        return None  # it shows this, so it runs; to import it once more takes as long as all the others
    own = library.metadata["Name"].replace("-", "_").lower()
    for module in sorted(name for name in modules if name.lower() == own) or sorted(
        name for name in modules if name[0] != "_"
    ):
        try:
            import_module(module)
        except Exception as error:  # whatever it is, it names the library
            return f"{type(error).__name__}: {error}"
    return None


def _font():
    from crmlib import plots

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        picture = plots.Picture(2, 1)
        picture.text(0.1, 0.5, "客户价值 customer value ★ →")
        picture.png(60)
    if any("missing" in str(warning.message) for warning in caught):
        en = f"Pictures cannot write Chinese: the course's font is missing. {_remedy()}"
        return False, say(en, f"图上的中文显示不出来，课程自带的字体不见了。{_remedy()}")
    return True, say("Pictures can write Chinese and English.", "图上的中文和英文都能显示。")


def _data():
    from crmlib import datasets

    rows = len(datasets.load_cdnow_sample())
    en = f"The data are here: {rows:,} real purchases, read without the internet."
    return rows > 0, say(en, f"数据齐全：{rows} 条真实购买记录，不用联网。")


class Report:
    """What the self-test found, a line for each check; ``passed`` if all is well."""

    def __init__(self, lines):
        self.lines, self.passed = lines, all(good for good, _ in lines)

    def __repr__(self):
        return "\n".join(f"{'✓' if good else '✗'} {words}" for good, words in self.lines)

    def _repr_mimebundle_(self, include=None, exclude=None):
        items = "".join(
            f'<li style="color:{"#009E73" if good else "#D55E00"}">{"✓" if good else "✗"} '
            f'<span style="color:var(--jp-content-font-color1)">{escape(words)}</span></li>'
            for good, words in self.lines
        )
        style = "list-style:none;padding-left:0;line-height:1.8"
        return {"text/html": f'<ul class="crm-selftest" style="{style}">{items}</ul>', "text/plain": repr(self)}


def report():
    """Check Python, the libraries, the Chinese font and the data; return a `Report`.

    >>> report().passed
    True
    """
    lines = []
    for check in (_python, _libraries, _font, _data):
        try:
            lines.append(check())
        except Exception as error:  # whatever breaks here, the student gets a sentence, not a traceback
            lines.append((False, f"{type(error).__name__}: {error} {_remedy()}"))
    return Report(lines)


def _draw(customers):
    import pandas as pd

    from crmlib import plots

    bar = pd.Series({label("Customers"): customers}, name="customers")
    picture = plots.bars(bar, title=label("It works"), horizontal=True, height=1.9)
    picture.axes[0].set_xlim(0, 110)
    en = f"The slider says {customers}. If this sentence follows, everything works."
    return picture, say(en, f"滑块现在是 {customers}。这句话跟着变，就说明一切正常。")


def slider():
    """Return an explorer with one slider and a picture that follows it.

    >>> type(slider()).__name__
    'Explorer'
    """
    from crmlib.widgets import base

    return base.Explorer(_draw, "crm-selftest-slider", customers=base.slider(label("Move me"), 0, 100, 40, 1))
