"""What a failed installation says: what happened, what to try, and the last lines.  Standard library only."""

import contextlib
import errno
import re
import sys

from launch import places
from launch.index_failures import INDEX, LAG, MIRROR
from launch.words import say

# GB: the packages, and what is downloaded and unpacked on the way. Spark alone is a wheel that is built here: 2.4.
ROOM_NEEDED = {"course": 1, "tests": 2, "spark": 4}
THIS_PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}, {'64' if sys.maxsize > 2**32 else '32'} bit"
FULL = {errno.ENOSPC, errno.EDQUOT}
RIGHTS = (
    r"Permission denied|Access is denied|being used by another process|WinError (5|32)\b|os error (5|13|32)\b",
    f"Files in {places.FOLDER} could not be changed. Close other windows of the course and programs that use "
    "this folder (an editor, a virus scanner, a cloud drive), then start again.",
    f"无法改动 {places.FOLDER} 里的文件。请关闭课程的其他窗口，以及正在使用这个文件夹的程序（编辑器、杀毒软件、"
    "网盘），然后再次启动。",
)
FAILURES = {  # kind: (how it looks, what to say)
    "room": (
        r"No space left on device|not enough space|Disk quota exceeded|Errno 28\b|os error (28|112|122)\b",
        "The disk is too full: the course needs about {course} GB, its tests {tests} GB. "
        "Make room and start again.".format(**ROOM_NEEDED),
        "磁盘空间不足：课程大约需要 {course} GB，运行测试要 {tests} GB。请腾出空间，再次启动。".format(**ROOM_NEEDED),
    ),
    "rights": RIGHTS,
    **INDEX,
    "package": (
        r"Failed to build|Failed building wheel|no wheels with a matching|does not satisfy Python",
        f"A package cannot be had for this Python ({THIS_PYTHON}). Install a 64-bit Python 3.12, 3.13 or 3.14, delete "
        "the folder .venv, and start the course with the new Python.",
        f"有软件包不支持这个 Python（{THIS_PYTHON}）。请安装 64 位的 Python 3.12、3.13 或 3.14，删除 .venv 文件夹，"
        "再用新的 Python 启动课程。",
    ),
    "lag": LAG,
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


def failure(kind, output, **names):
    """What failed, what to try, the line that shows it, and the last that was said."""
    pattern, en, zh = FAILURES[kind]
    text, output = say(en, zh), without_password(output)
    for name, value in {"index": "PyPI", "host": "", "mirror": MIRROR, **names}.items():
        text = text.replace(f"{{{name}}}", without_password(value))
    lines = [line.strip() for line in output.strip().splitlines()]
    shown = [line for line in lines[:-5] if pattern and re.search(pattern, line, re.IGNORECASE)][-1:] + lines[-5:]
    return text + "".join(f"\n    {line}" for line in shown)


def without_password(text):
    """An address may hold the name and the password of its user: https://name:password@index.example/simple"""
    return re.sub(r"(?<=://)[^/\s@]+@", "", text)


def is_full(folder):
    """Can nothing be written any more? The free space would not tell: a user may have used up what is theirs."""
    probe = folder / ".probe"
    try:
        probe.write_bytes(bytes(100_000))
    except OSError as error:
        return error.errno in FULL
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return False
