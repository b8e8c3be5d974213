"""Where the environment lies, and the variables for everything that runs in it.  Standard library only."""

import os
import sys
import sysconfig
from pathlib import Path

from launch.words import Stop, say

ROOT = Path(__file__).resolve().parents[1]


def find_environment():
    """.venv in the course's folder; but inside a conda environment made from environment.yml, that environment."""
    prefix = Path(sys.prefix)
    if (prefix / "conda-meta").is_dir() and any(Path(sysconfig.get_path("purelib")).glob("crmlib-*.dist-info")):
        return prefix, Path(sys.executable)
    folder = ROOT / ".venv"
    return folder, folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


FOLDER, PYTHON = find_environment()
STAMP = FOLDER / "course.json"  # written last, so it says that an installation is complete, and of what
JUPYTER = FOLDER / "jupyter"  # the user's own Jupyter and its settings are not touched
LOG = FOLDER / "install.log"
PIP = [PYTHON, "-P", "-m", "pip"]  # -P: a file of the user's called random.py must not come in between
UV = [PYTHON, "-P", "-m", "uv", "pip"]


def variables(**more):
    """For everything that runs in the environment: the user's other Pythons and Jupyters stay out of it."""
    foreign = {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONDONTWRITEBYTECODE", "__PYVENV_LAUNCHER__"}
    foreign |= {"PYTHONIOENCODING"}  # of the console; between programs all is UTF-8
    foreign |= {"CRM_PROGRESS"}  # what a build or a test answers, started from a notebook's terminal, is no student's
    foreign |= {"VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_REQUIREMENT"}  # elsewhere
    foreign |= {"PIP_DRY_RUN", "PIP_NO_DEPS", "PIP_REQUIRE_HASHES", "PIP_ONLY_BINARY", "PIP_NO_BINARY"}  # not all of it
    # A gateway, a port, a server that this one is said to belong to … But some network drives need this one:
    foreign |= {name for name in os.environ if name.startswith(("JUPYTER", "JPY_"))} - {"JUPYTER_ALLOW_INSECURE_WRITES"}
    return (
        {name: value for name, value in os.environ.items() if name not in foreign}
        | {
            "PATH": os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", "")]),
            "PYTHONNOUSERSITE": "1",
            "PYTHONUTF8": "1",
            "PIP_USER": "0",
            "IPYTHONDIR": str(JUPYTER / "ipython"),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "JUPYTER_CONFIG_DIR": str(JUPYTER / "config"),
            "JUPYTER_DATA_DIR": str(JUPYTER / "data"),
            "JUPYTER_RUNTIME_DIR": str(JUPYTER / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(JUPYTER / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(JUPYTER / "workspaces"),
        }
        | utf8_locale()
        | more
    )


def utf8_locale():
    """PYTHONUTF8 does not reach an isolated Python, by which uv asks where to install: a locale does."""
    spoken = [os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    locale = next(filter(None, spoken), "C")
    utf8 = os.name == "nt" or locale in ("C", "POSIX") or locale.lower().replace("-", "").split("@")[0].endswith("utf8")
    return {} if utf8 else {"LC_ALL": "C.UTF-8"}


def check_place():
    """Refuse a path in which no environment can work, in a sentence instead of somebody else's traceback."""
    if FOLDER != ROOT / ".venv":
        return
    try:
        str(ROOT).encode("utf-8")
    except UnicodeEncodeError:
        raise Stop(
            say(
                f"The name of this folder is not written in UTF-8: {ROOT}\n"
                "Rename it, or move the course to another folder, and start it there.",
                f"这个文件夹的名称不是 UTF-8 编码：{ROOT}\n请改名，或者把课程移到别的文件夹，再从那里启动。",
            )
        ) from None
    if os.pathsep in str(ROOT):
        raise Stop(
            say(
                f'The path of this folder has a "{os.pathsep}" in it, with which no Python environment works: {ROOT}\n'
                "Rename the folder and start the course again.",
                f"文件夹的路径里有“{os.pathsep}”，Python 环境在这里无法使用：{ROOT}\n请给文件夹改名，再启动课程。",
            )
        )
