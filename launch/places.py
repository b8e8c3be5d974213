"""Where the environment lies, and the variables for everything that runs in it.  Standard library only."""

import os
import sys
import sysconfig
from pathlib import Path

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
    foreign |= {"VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTERLAB_DIR"}
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
        | more
    )
