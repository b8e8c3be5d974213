"""Makes the folder .venv and keeps it right: the pinned packages, and crmlib as a wheel.  Standard library only."""

import ast
import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import tomllib
from pathlib import Path

from launch.words import Stop, say, tell
from launch.work import write_json

OLDEST_PYTHON = (3, 11)
# GB: the packages, and what is downloaded and unpacked on the way. Spark alone is a wheel that is built here: 2.4.
ROOM_NEEDED = {"course": 1, "tests": 2, "spark": 4}
ROOT = Path(__file__).resolve().parents[1]
# What goes into crmlib's wheel: when one of these changes, the wheel is made again.
SOURCES = ["pyproject.toml", "README.md", "LICENSE", "crmlib", "datasets"]


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


# ---- Is it right? ----------------------------------------------------------------------------------------------------


def prepare(test=False):
    """Make the environment complete and up to date, in as little time as it takes to see that it is."""
    stamp, base = read_stamp(), base_python()
    if stamp.get("complete") and (base is None or base != stamp.get("base")) and not works("import crmlib, jupyterlab"):
        stamp = {"complete": False}
    extras = {"test": test, "spark": test and bool(os.environ.get("CRM_REQUIRE_SPARK"))}
    extras = {name: bool(asked or stamp.get(name)) for name, asked in extras.items()}  # what came once stays
    pins = digest((ROOT / "constraints.txt").read_bytes(), repr(requirements(extras)).encode())
    wanted = {"complete": True, **extras, "pins": pins, "sources": digest_of_sources(), "base": base}
    if stamp == wanted:
        return
    if stamp.get("pins") != pins:
        install_packages(stamp, extras)
        install_crmlib()
    elif stamp.get("sources") != wanted["sources"]:
        tell(
            say("The library of the course has changed: installing it again.", "课程自带的程序库有变动，正在重新安装。")
        )
        write_stamp(**stamp | {"sources": "being installed"})
        install_crmlib()
    write_stamp(**wanted | {"base": base_python()})


def read_stamp():
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:  # the computer went down while it was written
        return {"complete": False}


def write_stamp(**stamp):
    write_json(STAMP, stamp)


def works(code):
    """Does this code run in the environment?"""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with contextlib.suppress(OSError):
        return subprocess.call([PYTHON, "-I", "-c", code], env=variables(), **quiet) == 0
    return False


def base_python():
    """The Python behind the environment: it may be upgraded or removed, and the folder moved to another place."""
    lines = []
    with contextlib.suppress(FileNotFoundError):  # conda has none
        lines = (FOLDER / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace").splitlines()
    executable = dict(line.partition(" = ")[::2] for line in lines).get("executable", str(PYTHON))
    with contextlib.suppress(OSError):
        status = os.stat(executable)
        return [str(ROOT), executable, PYTHON.exists(), status.st_size, status.st_mtime_ns]
    return None


def requirements(extras):
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    tools = [project["optional-dependencies"].get(name, []) for name, wanted in extras.items() if wanted]
    return pyproject["dependency-groups"]["build"] + project["dependencies"] + sum(tools, [])


def digest_of_sources():
    files = [file for name in SOURCES for file in [ROOT / name, *(ROOT / name).rglob("*")] if file.is_file()]
    files = sorted(file for file in files if "__pycache__" not in file.parts)
    return digest(*(part for file in files for part in (str(file.relative_to(ROOT)).encode(), file.read_bytes())))


def digest(*parts):
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


# ---- Make it right ---------------------------------------------------------------------------------------------------


def install_packages(stamp, extras):
    # A folder without our stamp is somebody else's work (an editor's, conda's): it is used if it works. One with a
    # stamp that says "not complete" was left by an interruption: nobody knows what is in it, so it is made anew.
    usable = stamp.get("complete", True) and works(f"import pip, sys; sys.exit(sys.version_info < {OLDEST_PYTHON})")
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < ROOM_NEEDED["spark" if extras["spark"] else "tests" if extras["test"] else "course"]:
        raise Stop(failure("room", say(f"{free:.1f} GB are free.", f"目前只剩 {free:.1f} GB。")))
    tell(
        say(
            "Setting up the course. This is needed once, takes a few minutes and needs the internet.",
            "正在准备课程环境：只需这一次，要联网，大约几分钟。",
        )
    )
    if not usable and FOLDER == ROOT / ".venv":
        tell(say("  1/4  a Python environment of its own", "  1/4  建立独立的 Python 环境"))
        make_folder()
    write_stamp(complete=False)
    tell(say("  2/4  the installer", "  2/4  安装工具"))
    fetch_uv()
    tell(say("  3/4  JupyterLab and about a hundred packages", "  3/4  JupyterLab 等一百来个软件包"))
    install("-c", "constraints.txt", *requirements(extras))
    tell(say("  4/4  the library of the course", "  4/4  课程自带的程序库"))


def make_folder():
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise Stop(
            say(
                "This Python cannot make an environment: its module venv or ensurepip is missing.\n"
                "On Debian and Ubuntu type: sudo apt install python3-venv\n"
                "Elsewhere install Python again, with pip. Then start the course again.",
                "这个 Python 缺少 venv 或 ensurepip 模块，无法建立环境。\n"
                "Debian 和 Ubuntu 请运行：sudo apt install python3-venv\n"
                "其他系统请重新安装 Python，并选上 pip。然后再次启动课程。",
            )
        )
    try:
        if FOLDER.is_symlink() or FOLDER.is_file():
            FOLDER.unlink()
        FOLDER.mkdir(exist_ok=True)
        write_stamp(complete=False)  # before anything is deleted: that, too, can be interrupted
        for path in set(FOLDER.iterdir()) - {STAMP}:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    except OSError as error:
        raise Stop(failure("rights", str(error))) from error
    # Started with the Python of the folder that was just removed, we still have the one behind it.
    run([getattr(sys, "_base_executable", None) or sys.executable, "-m", "venv", FOLDER])


def fetch_uv():
    """uv installs in seconds where pip takes minutes; if it cannot be had, pip does. Who is offline learns it here."""
    code, output = attempt([*PIP, "install", "--retries", "2", "--progress-bar", "off", "-c", "constraints.txt", "uv"])
    if code and kind_of_failure(output) in ("network", "room"):
        raise Stop(failure(kind_of_failure(output), output))


def install_crmlib():
    install("--no-index", "--no-deps", "--no-build-isolation", "--force-reinstall", ".")


def install(*arguments):
    if works("import uv; uv.find_uv_bin()"):
        listed = subprocess.run([*PIP, "config", "list"], env=variables(), capture_output=True).stdout
        settings = uv_settings(pip_settings(listed.decode(errors="replace")))
        code, output = attempt([*UV, "install", "--python", PYTHON, *arguments], **settings)
        if code == 0:
            return
        if kind_of_failure(output) == "room":
            raise Stop(failure("room", output))
    run([*PIP, "install", "--progress-bar", "off", *arguments])


def pip_settings(listed):
    """Read what `pip config list` prints: the environment wins over the section [install], that over [global]."""
    found = re.findall(r"^(global|install|:env:)\.([\w-]+)=(.+)$", listed, re.MULTILINE)
    found.sort(key=lambda entry: ["global", "install", ":env:"].index(entry[0]))
    settings = ((name, ast.literal_eval(value.strip()).strip()) for _, name, value in found)
    return {name: value for name, value in settings if value}


def uv_settings(pip):
    """A mirror, a proxy or a certificate that is set for pip holds for uv too."""
    links = [link for link in pip.get("find-links", "").split() if "://" in link or Path(link).exists()]
    settings = {
        "UV_DEFAULT_INDEX": pip.get("index-url"),
        "UV_INDEX": " ".join(pip.get("extra-index-url", "").split()),
        "UV_INDEX_STRATEGY": "unsafe-best-match",  # pip's rule: look in every index, not in the first that has the name
        "UV_FIND_LINKS": ",".join(links),
        "UV_NO_INDEX": pip.get("no-index"),
        "UV_INSECURE_HOST": " ".join(pip.get("trusted-host", "").split()),
        "UV_HTTP_TIMEOUT": pip.get("timeout", pip.get("default-timeout")),
        "HTTP_PROXY": pip.get("proxy"),
        "HTTPS_PROXY": pip.get("proxy"),
        "SSL_CERT_FILE": pip.get("cert"),
        "SSL_CLIENT_CERT": pip.get("client-cert"),
        "UV_SYSTEM_CERTS": None if "cert" in pip else "1",
    }
    return {name: value for name, value in settings.items() if value}


def run(command):
    code, output = attempt(command)
    if code:
        raise Stop(failure(kind_of_failure(output), output))


def attempt(command, **more):
    """Run a command; return its exit code and what it said. Each line is shown for a moment and kept in install.log."""
    show, said = sys.stdout.isatty(), []
    environment = variables(NO_COLOR="1", PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1", **more)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n")
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            for line in process.stdout:
                said.append(line)
                log.write(line)
                if show:
                    tell("\r       " + line.strip()[:60].ljust(60), end="")
            process.wait()
        finally:
            process.kill()  # does nothing if it has ended; after Ctrl+C it must not go on behind our back
            process.wait()
            if show:
                tell("\r" + " " * 67, end="\r")
    return process.returncode, "".join(said)


# ---- What can go wrong -----------------------------------------------------------------------------------------------

THIS_PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}, {'64' if sys.maxsize > 2**32 else '32'} bit"
FAILURES = {  # kind: (how it looks, what to say)
    "room": (
        r"No space left on device|not enough space|Disk quota exceeded|Errno 28\b|os error (28|112|122)\b",
        "The disk is too full: the course needs about {course} GB, its tests {tests} GB. "
        "Make room and start again.".format(**ROOM_NEEDED),
        "磁盘空间不足：课程大约需要 {course} GB，运行测试要 {tests} GB。请腾出空间，再次启动。".format(**ROOM_NEEDED),
    ),
    "network": (
        r"connection broken by|Max retries exceeded|error sending request|dns error|timed out|Connection refused"
        r"|SSLError|certificate verify failed|ProxyError|Network is unreachable|not a trusted or secure host",
        "The packages could not be downloaded: no connection to the package index.\n"
        "  - Is this computer online? On a campus network log in first; behind a proxy set HTTPS_PROXY.\n"
        "  - If the index is blocked or slow where you are: pip config set global.index-url <mirror>\n"
        "Then start again.",
        "软件包下载失败：连不上软件源。\n"
        "  - 电脑联网了吗？校园网请先登录；使用代理时，请把环境变量 HTTPS_PROXY 设为代理地址。\n"
        "  - 如果软件源打不开或太慢，请换镜像：pip config set global.index-url <镜像地址>\n"
        "然后再次启动。",
    ),
    "package": (
        r"No matching distribution found|No solution found|Failed to build|Failed building wheel",
        f"A package cannot be had for this Python ({THIS_PYTHON}). Install a 64-bit Python 3.12, 3.13 or 3.14, delete "
        "the folder .venv, and start the course with the new Python.",
        f"有软件包不支持这个 Python（{THIS_PYTHON}）。请安装 64 位的 Python 3.12、3.13 或 3.14，删除 .venv 文件夹，"
        "再用新的 Python 启动课程。",
    ),
    "rights": (
        r"Permission denied|Access is denied|being used by another process|WinError (5|32)\b|os error (5|13|32)\b",
        f"Files in {FOLDER} could not be changed. Close other windows of the course and programs that use this folder "
        "(an editor, a virus scanner, a cloud drive), then start again.",
        f"无法改动 {FOLDER} 里的文件。请关闭课程的其他窗口，以及正在使用这个文件夹的程序（编辑器、杀毒软件、网盘），"
        "然后再次启动。",
    ),
    "other": (
        r"",
        "A step failed. Start again; if that does not help, delete the folder .venv and start again. On Windows a long "
        "path can be the cause: move the course to a short one.",
        "有一步没有成功。请再次启动；如果还不行，删除 .venv 文件夹后再启动。"
        "在 Windows 上也可能是路径太长，请把课程移到较短的路径下。",
    ),
}


def kind_of_failure(output):
    return next(kind for kind, (pattern, *_) in FAILURES.items() if re.search(pattern, output, re.IGNORECASE))


def failure(kind, output):
    """What failed, what to try, and the last that was said."""
    _, en, zh = FAILURES[kind]
    return say(en, zh) + "".join(f"\n    {line.strip()}" for line in output.strip().splitlines()[-5:])


# ---- One at a time ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def alone():
    """Let a second start (the user was impatient) wait until the first one has prepared everything."""
    file = ROOT / "work" / ".lock"
    file.parent.mkdir(exist_ok=True)
    with file.open("w") as handle:
        if not lock(handle):
            tell(say("Another window is preparing the course: waiting for it.", "另一个窗口正在准备课程，请稍候。"))
            while not lock(handle):
                time.sleep(0.5)
        yield


def lock(handle):
    with contextlib.suppress(OSError):
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
