"""Installs: the folder .venv, the pinned packages, and crmlib as a wheel.  Standard library only."""

import contextlib
import importlib.util
import shutil
import subprocess
import sys

from launch import places, promises, stamps
from launch.failures import FULL, ROOM_NEEDED, failure, kind_of_failure
from launch.index import explain, listed_settings, pip_settings, uv_settings
from launch.words import Stop, say, tell

OLDEST_PYTHON = (3, 11)
FETCHED = "uv"  # by pip, to install the rest


def install_packages(stamp, extras, requirements):
    # A folder without our stamp is somebody else's work (an editor's, conda's): it is used if it works. One with a
    # stamp that says "not complete" was left by an interruption: nobody knows what is in it, so it is made anew.
    usable = stamp.get("complete", True) and works(f"import pip, sys; sys.exit(sys.version_info < {OLDEST_PYTHON})")
    free = shutil.disk_usage(places.ROOT).free / 1e9
    if free < ROOM_NEEDED["spark" if extras["spark"] else "tests" if extras["test"] else "course"]:
        raise Stop(failure("room", say(f"{free:.1f} GB are free.", f"目前只剩 {free:.1f} GB。")))
    tell(
        say(
            "Setting up the course. This is needed once, takes a few minutes and needs the internet.",
            "正在准备课程环境：只需这一次，要联网，大约几分钟。",
        )
    )
    if not usable and places.FOLDER == places.ROOT / ".venv":
        tell(say("  1/4  a Python environment of its own", "  1/4  建立独立的 Python 环境"))
        make_folder()
    stamps.write_stamp(complete=False)
    tell(say("  2/4  the installer", "  2/4  安装工具"))
    fetch_uv()
    tell(say("  3/4  JupyterLab and about a hundred packages", "  3/4  JupyterLab 等一百来个软件包"))
    install("-c", "constraints.txt", *requirements)
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
        if places.FOLDER.is_symlink() or places.FOLDER.is_file():
            places.FOLDER.unlink()
        places.FOLDER.mkdir(exist_ok=True)
        stamps.write_stamp(complete=False)  # before anything is deleted: that, too, can be interrupted
        for path in set(places.FOLDER.iterdir()) - {places.STAMP}:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    except OSError as error:
        kind = "room" if error.errno in FULL else "rights"
        raise Stop(failure(kind, str(error))) from error
    # Started with the Python of the folder that was just removed, we still have the one behind it.
    run([getattr(sys, "_base_executable", None) or sys.executable, "-P", "-m", "venv", places.FOLDER])


def fetch_uv():
    """uv installs in seconds where pip takes minutes; if it cannot be had, pip does. Who is offline learns it here."""
    code, output = attempt(
        [*places.PIP, "install", "--retries", "2", "--progress-bar", "off", "-c", "constraints.txt", FETCHED]
    )
    if code:
        kind, text = explain(output, attempt)
        if kind not in ("lag", "package", "other"):
            raise Stop(text)


def install_crmlib():
    install("--no-index", "--no-deps", "--no-build-isolation", "--force-reinstall", ".")


def mend(damage, promised):
    """Install again what is broken, a package at a time; return whether all is there then.

    Who is offline goes on with what there is, if that is enough to open the course.
    """
    listed = [f"{name} ({file})" if file else name for name, file in sorted(damage.items())]
    shown = ", ".join(listed[:3]) + (" ..." if len(listed) > 3 else "")
    tell(say(f"Broken or missing, installing it again: {shown}", f"以下软件包损坏或缺失，正在重新安装：{shown}"))
    try:
        for folder in promises.packages():  # without its list a package cannot be taken out: it is forgotten instead
            if damage.get(promises.name_of(folder), "").endswith("RECORD"):
                shutil.rmtree(folder)
        others = sorted(set(damage) - {"crmlib"})
        if others:  # not from uv's store: its files are the same as those that were damaged
            install("--no-cache-dir", "--no-deps", "--force-reinstall", "-c", "constraints.txt", *others)
        if "crmlib" in damage:
            install_crmlib()
        left = promises.broken(promised)
        if not left:
            return True
        name, file = next(iter(left.items()))
        problem = say(
            f"{file or name} is missing again right after it was installed: does a virus scanner take it away?",
            f"{file or name} 刚装好又不见了：是不是被杀毒软件删除了？",
        )
    except Stop as stop:
        problem = str(stop)
    if not works("import crmlib, jupyterlab"):
        raise Stop(problem)
    tell(problem)
    tell(say("The course opens all the same.", "课程仍然可以打开。"))
    return False


def install(*arguments):
    if works("import uv; uv.find_uv_bin()"):
        settings = uv_settings(pip_settings(listed_settings()))
        code, output = attempt([*places.UV, "install", "--python", places.PYTHON, *arguments], **settings)
        if code == 0:
            return
        if kind_of_failure(output) == "room":
            raise Stop(failure("room", output))
    run([*places.PIP, "install", "--progress-bar", "off", *arguments])


def run(command):
    code, output = attempt(command)
    if code:
        raise Stop(explain(output, attempt)[1])


def attempt(command, **more):
    """Run a command; return its exit code and what it said. Each line is shown for a moment and kept in install.log."""
    show, said = sys.stdout.isatty(), []
    environment = places.variables(
        NO_COLOR="1", PYTHONSAFEPATH="1", PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1", **more
    )
    with places.LOG.open("a", encoding="utf-8", errors="backslashreplace") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n")
        process = subprocess.Popen(
            command,
            cwd=places.ROOT,
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


def works(code):
    """Does this code run in the environment?"""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with contextlib.suppress(OSError):
        return subprocess.call([places.PYTHON, "-I", "-c", code], env=places.variables(), **quiet) == 0
    return False
