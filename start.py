"""Open the course 打开课程

    python start.py                   open the course in the browser         在浏览器里打开课程
    python start.py update            fetch new versions of the notebooks    取回笔记本的新版本
    python start.py test [...]        run the tests (arguments of pytest)    运行测试（可带 pytest 的参数）
    python start.py build [--check]   make the notebooks, or check them      生成笔记本，或检查是否最新

    --lang zh|en     language; the system's if left out         语言，不写就跟随系统
    --no-browser     print the address, open no browser         只显示网址，不打开浏览器
    --port N         this port and no other (default: 8888, or the next that is free)
                     只用这个端口（不写就用 8888，被占用时顺延）

It needs Python 3.11 or newer and nothing else: the first start makes the folder .venv beside this file and installs
into it what constraints.txt lists. Your own notebooks are in the folder work; nothing here overwrites what you changed.
只需要 Python 3.11 或更新的版本：第一次启动会在本文件旁建立 .venv 文件夹，并装入 constraints.txt 列出的软件。
你自己的笔记本在 work 文件夹里，改过的内容不会被覆盖。
"""

import sys

# Python 3.6 must be able to read this file, and the standard library must be enough for it and what it imports.
if sys.version_info < (3, 11):
    sys.exit(
        "This is Python {0}, which is too old. Install Python 3.11 or newer and start the course with it.\n"
        "现在用的是 Python {0}，版本太旧。请安装 Python 3.11 或更新的版本，再用它启动课程。".format(
            sys.version.split()[0]
        )
    )

import contextlib
import errno
import http.client
import json
import os
import signal
import socket
import subprocess
import time
import webbrowser
from pathlib import Path

try:
    from launch import work
    from launch.environment import prepare
    from launch.failures import failure
    from launch.lock import alone
    from launch.places import JUPYTER, PYTHON, variables
    from launch.words import Stop, language, say, system_language, tell, this_command, use_language
except ModuleNotFoundError as missing:
    sys.exit(
        "{0} is missing beside start.py: unpack the whole course.\nstart.py 旁边缺少 {0}：请完整解压课程。".format(
            missing.name
        )
    )

ROOT = Path(__file__).resolve().parent
START_PAGE = "00_start_here.ipynb"
DEFAULT_PORT = 8888
# rfc3987_syntax builds a grammar when it is imported: a second, more than all the rest of JupyterLab, for a check of
# addresses that is never made here. Without it, JupyterLab just leaves the check out.
LAUNCH = "import sys; sys.modules['rfc3987_syntax'] = None; from jupyterlab.labapp import main; main()"


# ---- Open the course -------------------------------------------------------------------------------------------------


def open_course(port, browser):
    with alone():
        prepare()
        news = bring_notebooks(language())
    tell_news(news)
    running = running_server()
    if running and port in (None, running[0]):
        tell(say("The course is already open:", "课程已经打开："))
        show(*running, browser)
        return 0
    # Who asks for a port (a tunnel, a bookmark) gets that one or none; the default gives way to the next free one.
    if port is not None and not is_free(port):
        raise Stop(
            say(
                f"Port {port} is taken by another program, or not allowed. Try another, or leave --port out.",
                f"端口 {port} 被其他程序占用，或者不允许使用。请换一个，或者不写 --port。",
            )
        )
    return serve(port, browser)


def bring_notebooks(lang, update=False):
    try:
        return work.bring(ROOT, lang, update)
    except FileNotFoundError as error:
        raise Stop(
            say(
                f"No notebooks in {error}: the course was not unpacked completely. Unpack it again.\n"
                f"(Who has changed the chapters types: {this_command('build')})",
                f"{error} 里没有笔记本：课程没有完整解压，请重新解压。\n"
                f"（改过章节源文件的，请运行：{this_command('build')}）",
            )
        ) from error


def tell_news(news):
    copied = [key for key, what in news.items() if what == "copied"]
    waiting = [key for key, what in news.items() if what == "waiting"]
    if copied:
        tell(
            say(
                f"{len(copied)} files copied to work/{language()}. They are yours to change.",
                f"已把 {len(copied)} 个文件复制到 work/{language()}，可以放心修改。",
            )
        )
    if waiting:
        tell(
            say(
                f"There are new versions of: {', '.join(waiting)}\nTo get them: {this_command('update')}",
                f"以下文件有新版：{'、'.join(waiting)}\n取回新版请运行：{this_command('update')}",
            )
        )


def running_server(token=None):
    """Port and token of a server that serves this folder; with a token, of that one."""
    for file in (JUPYTER / "runtime").glob("jpserver-*.json"):
        with contextlib.suppress(OSError, ValueError, KeyError):  # a file that is just being written, or deleted
            server = json.loads(file.read_text(encoding="utf-8"))
            ours = server["root_dir"] == str(ROOT) and token in (None, server["token"])
            if ours and answers(server["port"], server["token"]):
                return server["port"], server["token"]
    return None


def answers(port, token):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/api/status", headers={"Authorization": f"token {token}"})
        return connection.getresponse().status == 200
    return False


def is_free(port):
    with socket.socket() as probe, contextlib.suppress(OSError):
        if os.name != "nt":  # as the server does: a port that another program just left is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False


def show(port, token, browser):
    url = f"http://127.0.0.1:{port}/lab/tree/work/{language()}/{START_PAGE}?token={token}"
    tell(f"    {url}")
    screen = os.name == "nt" or sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"} & set(os.environ)
    if browser and screen:
        webbrowser.open(url)


def serve(port, browser):
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port or DEFAULT_PORT}"]
    options += [f"--ServerApp.port_retries={0 if port else 50}", f"--ServerApp.root_dir={ROOT}"]
    options += [f"--LabApp.default_url=/lab/tree/work/{language()}/{START_PAGE}", "--LabApp.extension_manager=readonly"]
    options += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # in a container everybody is root
    write_settings()
    token, log = os.urandom(24).hex(), JUPYTER / "server.log"
    with log.open("wb") as output:
        # In a session of its own, so that Ctrl+C in the terminal reaches only us: a server that hears it twice dies
        # without ending its kernels. (Windows has no sessions; there the server hears it, and we leave it to that.)
        server = subprocess.Popen(
            [PYTHON, "-P", "-c", LAUNCH, *options],
            cwd=ROOT,
            env=variables(JUPYTER_TOKEN=token),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        opened = wait_until_open(server, token)
        if opened:
            if port is None and opened[0] != DEFAULT_PORT:
                tell(
                    say(
                        f"Port {DEFAULT_PORT} is taken: using {opened[0]}.",
                        f"端口 {DEFAULT_PORT} 已被占用，改用 {opened[0]}。",
                    )
                )
            tell(say("The course is open:", "课程已打开："))
            show(*opened, browser)
            tell(
                say(
                    "Leave this window open while you work. To end the course press Ctrl+C here.",
                    "学习时请不要关闭这个窗口。要结束课程，请在这里按 Ctrl+C。",
                )
            )
        if wait_for(server) != 0:
            raise Stop(failure("other", log.read_text(encoding="utf-8", errors="replace")))
    except KeyboardInterrupt:
        end(server)
    tell(
        say(
            f"\nThe course is closed. Your notebooks are in {ROOT / 'work' / language()}",
            f"\n课程已关闭。你的笔记本在 {ROOT / 'work' / language()}",
        )
    )
    return 0


def wait_until_open(server, token):
    while server.poll() is None:
        opened = running_server(token)
        if opened:
            return opened
        time.sleep(0.05)
    return None


def write_settings():
    """No news pop-up; and JupyterLab's own menus in Chinese. What the user chooses in the menus goes before this."""
    settings = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    if language() == "zh":
        settings["@jupyterlab/translation-extension:plugin"] = {"locale": "zh_CN"}
    file = JUPYTER / "config" / "labconfig" / "default_setting_overrides.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings, indent=1), encoding="utf-8")


def wait_for(process):
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(1 if os.name == "nt" else None)  # on Windows a wait without end does not hear Ctrl+C


def end(server):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name != "nt":
        server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()


# ---- New versions, tests, build --------------------------------------------------------------------------------------


def update():
    with alone():
        languages = [lang for lang in ("zh", "en") if lang == language() or (ROOT / "work" / lang).is_dir()]
        news = {key: what for lang in languages for key, what in bring_notebooks(lang, update=True).items()}
    for key, what in news.items():
        if what == "copied":
            tell(say(f"work/{key}: copied.", f"work/{key}：已复制。"))
        elif what == "replaced":
            tell(
                say(
                    f"work/{key}: replaced by the new version; you had not changed it.",
                    f"work/{key}：你没有改过，已换成新版。",
                )
            )
        else:
            tell(
                say(
                    f"work/{key}: you changed it, so it stays; the new version is beside it: {what}",
                    f"work/{key}：你改过，原样保留；新版在旁边：{what}",
                )
            )
    if not news:
        tell(say("Your notebooks are up to date.", "你的笔记本已经是最新的。"))
    return 0


def run_module(*arguments):
    with alone():
        prepare(test=True)
    JUPYTER.mkdir(exist_ok=True)  # or IPython warns that it cannot write its folder there
    process = subprocess.Popen([PYTHON, "-m", *arguments], cwd=ROOT, env=variables())
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # the process has heard it too, and ends in its own way
            return wait_for(process)


# ---- The command line ------------------------------------------------------------------------------------------------


def read_command(words):
    """Return the command, the options, and what stands after `test` and `build`, which is for pytest and the build."""
    command, options, words = "open", {"lang": None, "port": None, "browser": True}, list(words)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if name in ("--lang", "--port"):
            options[name[2:]] = value if equals else "".join(words[:1])
            del words[: 0 if equals else 1]
        elif word == "--no-browser":
            options["browser"] = False
        elif word in ("test", "build"):
            return word, options, words
        elif word in ("update", "--help", "-h"):
            command = word
        else:
            raise Stop(say(f"Not a command or an option: {word}", f"没有这个命令或选项：{word}") + "\n\n" + __doc__)
    return command, options, []


def obey(words):
    command, options, rest = read_command(words)
    lang, port = options["lang"], options["port"]
    if lang not in (None, "zh", "en"):
        raise Stop(say("--lang is zh or en.", "--lang 只能是 zh 或 en。"))
    if port is not None and not (port.isdecimal() and 0 < int(port) < 65536):
        raise Stop(say("--port is a number from 1 to 65535.", "--port 是 1 到 65535 之间的数字。"))
    use_language(lang or language())
    if command in ("--help", "-h"):
        tell(__doc__)
        return 0
    if command == "update":
        return update()
    if command == "test":  # "auto" would count physical cores, which leaves a small machine with one worker
        return run_module("pytest", "-n", "logical", "--maxprocesses", "8", "--dist", "loadgroup", *rest)
    if command == "build":
        return run_module("course.build", *rest)
    return open_course(port and int(port), options["browser"])


def main(words):
    use_language(system_language())
    for name in {"SIGTERM", "SIGHUP"} & set(dir(signal)):  # the window was closed: that is a Ctrl+C too
        signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        return obey(words)
    except Stop as stop:
        tell(str(stop), stream=sys.stderr)
    except OSError as error:
        tell(words_for(error), stream=sys.stderr)
    except KeyboardInterrupt:
        tell(say("\nStopped. The next start takes it up again.", "\n已停止。下次启动会接着完成。"), stream=sys.stderr)
    return 1


def words_for(error):
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return say(
            f"This folder cannot be written to: {ROOT}\n({error})\n"
            "Copy the whole folder to a place of your own, such as Documents, and start the course there.",
            f"没有权限写入这个文件夹：{ROOT}\n（{error}）\n"
            "请把整个文件夹复制到自己的目录（例如“文档”），再从那里启动课程。",
        )
    return failure("room" if error.errno == errno.ENOSPC else "other", str(error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
