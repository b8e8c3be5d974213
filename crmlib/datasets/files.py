"""Where the course's data files lie, and how they are read."""

from importlib.resources import files
from pathlib import Path

import pandas as pd

from crmlib.language import say


def folder():
    """Return the folder of the data: inside an installed wheel, beside the library in the source tree.

    >>> (folder() / "cdnow_sample.csv").is_file()
    True
    """
    installed = files("crmlib") / "datasets_files"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "datasets"


def find(name):
    """Return the path of a data file; a FileNotFoundError says what to do where it is missing.

    >>> find("cdnow_sample.csv").name
    'cdnow_sample.csv'
    """
    file = folder() / name
    if not file.is_file():
        en = (
            f"The data file {name} is not in {folder()}. The course brings its data along: get the whole course again, "
        )
        zh = f"在 {folder()} 中找不到数据文件 {name}。课程自带全部数据：请重新下载整个课程，再运行 python start.py。"
        raise FileNotFoundError(say(en + "then run python start.py.", zh))
    return file


def read_csv(name, *, flag=None, **options):
    """Read a data file as `pandas.read_csv` does; ``flag`` marks the table, as in ``attrs["invented"]``.

    >>> len(read_csv("sbg_survival.csv"))
    13
    """
    table = pd.read_csv(find(name), **options)
    if flag:
        table.attrs[flag] = True
    return table
