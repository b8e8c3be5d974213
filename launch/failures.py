"""What a failed installation says: what happened, what to try, and the last lines.  Standard library only."""

import re
import sys

from launch import places
from launch.words import say

# GB: the packages, and what is downloaded and unpacked on the way. Spark alone is a wheel that is built here: 2.4.
ROOM_NEEDED = {"course": 1, "tests": 2, "spark": 4}
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
        f"Files in {places.FOLDER} could not be changed. Close other windows of the course and programs that use "
        "this folder (an editor, a virus scanner, a cloud drive), then start again.",
        f"无法改动 {places.FOLDER} 里的文件。请关闭课程的其他窗口，以及正在使用这个文件夹的程序（编辑器、杀毒软件、"
        "网盘），然后再次启动。",
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
