"""Open the course 打开课程

    python start.py                   open the course in the browser         在浏览器里打开课程
    python start.py update            fetch new versions of the notebooks    取回笔记本的新版本
    python start.py test [...]        run the tests (arguments of pytest)    运行测试（可带 pytest 的参数）
    python start.py build [--check]   make the notebooks, or check them      生成笔记本，或检查是否最新
    python start.py slides [NN ...]   make the lectures' slides (PPTX)       生成讲课用的幻灯片（PPTX）
    python start.py --repair          install again what is broken           重新安装损坏的软件包

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

import os  # Python itself has it already

if __name__ == "__main__":
    # A json.py beside this file, or on PYTHONPATH, must not come before Python's own.
    HERE = os.path.dirname(os.path.realpath(__file__))
    FOREIGN = ["", HERE, os.path.dirname(os.path.abspath(__file__))]
    FOREIGN += os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path = [place for place in sys.path if place not in FOREIGN]
    sys.path.insert(next((n for n, place in enumerate(sys.path) if "-packages" in place), len(sys.path)), HERE)

try:
    import contextlib
    import errno
    import signal
    import subprocess
    from pathlib import Path

    from launch import work
    from launch.environment import prepare
    from launch.failures import failure
    from launch.lock import alone
    from launch.places import JUPYTER, PYTHON, variables
    from launch.server import is_free, running_server, serve, show, wait_for
    from launch.words import Stop, in_utf8, language, say, system_language, tell, this_command, use_language
except KeyboardInterrupt:
    sys.exit("\nStopped. 已停止。")
except ModuleNotFoundError as missing:
    sys.exit(
        "{0} is missing beside start.py: unpack the whole course.\nstart.py 旁边缺少 {0}：请完整解压课程。".format(
            missing.name
        )
    )

ROOT = Path(__file__).resolve().parent
DEFAULT_PORT = 8888


# ---- Open the course -------------------------------------------------------------------------------------------------


def open_course(port, browser):
    with contextlib.ExitStack() as preparing:
        # Until the page answers: who starts the course twice gets two windows on one server, never two servers.
        preparing.enter_context(alone())
        prepare()
        tell_news(bring_notebooks(language()))
        running = running_server()
        if running is None:
            # Who asks for a port (a tunnel, a bookmark) gets that one or none; the default gives way to the next free.
            if port is not None and not is_free(port):
                raise Stop(
                    say(
                        f"Port {port} is taken by another program, or not allowed. Try another, or leave --port out.",
                        f"端口 {port} 被其他程序占用，或者不允许使用。请换一个，或者不写 --port。",
                    )
                )
            return serve(port, DEFAULT_PORT, browser, opened=preparing.close)
    tell(say("The course is already open:", "课程已经打开："))
    show(*running, browser)
    if port not in (None, running[0]):
        tell(
            say(
                f"It uses port {running[0]}. For port {port}, first press Ctrl+C in the window where it runs.",
                f"它用的是端口 {running[0]}。要改用端口 {port}，请先在它运行的窗口里按 Ctrl+C 结束课程。",
            )
        )
    return 0


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


def tell_damage(news):
    """Say which notebooks could not be opened any more; return the rest of the news."""
    for key, what in news.items():
        if isinstance(what, work.Damaged):
            en, zh = what.reason
            tell(
                say(
                    f'work/{key} was damaged: {en}. It is kept as "{what.kept}"; a fresh copy is in its place.',
                    f"work/{key} 已损坏：{zh}。原件保留在旁边，名为“{what.kept}”；原处放了一份新的。",
                )
            )
    return {key: what for key, what in news.items() if not isinstance(what, work.Damaged)}


def tell_news(news):
    news = tell_damage(news)
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


# ---- New versions, tests, build --------------------------------------------------------------------------------------


def update():
    with alone():
        languages = [lang for lang in ("zh", "en") if lang == language() or (ROOT / "work" / lang).is_dir()]
        news = {key: what for lang in languages for key, what in bring_notebooks(lang, update=True).items()}
    for key, what in tell_damage(news).items():
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


def repair():
    with alone():
        prepare(repair=True)
    tell(
        say(
            f"All packages of the course are there and work. To open it: {this_command('').strip()}",
            f"课程的软件包齐全，都能用。打开课程请运行：{this_command('').strip()}",
        )
    )
    return 0


def run_module(*arguments, extra="test"):
    with alone():
        prepare(extra)
    JUPYTER.mkdir(exist_ok=True)  # or IPython warns that it cannot write its folder there
    # Python's own modules come before a json.py that lies beside this file, here and in what is started from there.
    command = [PYTHON, "-P", ROOT / "launch" / "module.py", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=variables(PYTHONSAFEPATH="1"))
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # the process has heard it too, and ends in its own way
            return wait_for(process)


# ---- The command line ------------------------------------------------------------------------------------------------


def read_command(words):
    """Return the command, the options, and what stands after `test`, `build` and `slides`, which is theirs."""
    command, options, words = "open", {"lang": None, "port": None, "browser": True}, list(words)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if name in ("--lang", "--port"):
            options[name[2:]] = value if equals else "".join(words[:1])
            del words[: 0 if equals else 1]
            if name == "--lang" and options["lang"] in ("zh", "en"):
                use_language(options["lang"])  # also what is said of the words behind it
        elif word == "--no-browser":
            options["browser"] = False
        elif word in ("--help", "-h"):
            return "--help", options, []
        elif word in ("test", "build", "slides") and command == "open":
            return word, options, words
        elif word in ("update", "--repair") and command in ("open", word):
            command = word
        elif word in ("test", "build", "slides", "update", "--repair"):
            raise Stop(
                say(f"One command at a time: {command}, then {word}.", f"一次只能用一个命令：先 {command}，再 {word}。")
            )
        else:
            raise Stop(say(f"Not a command or an option: {word}", f"没有这个命令或选项：{word}") + "\n\n" + __doc__)
    return command, options, []


def obey(words):
    command, options, rest = read_command(words)
    lang, port = options["lang"], options["port"]
    if lang not in (None, "zh", "en"):
        raise Stop(say("--lang is zh or en.", "--lang 只能是 zh 或 en。"))
    if port is not None and not (port.isdecimal() and len(port) < 10 and 0 < int(port) < 65536):
        raise Stop(say("--port is a number from 1 to 65535.", "--port 是 1 到 65535 之间的数字。"))
    if command == "--help":
        tell(__doc__)
        return 0
    if command == "update":
        return update()
    if command == "--repair":
        return repair()
    if command == "test":  # "auto" would count physical cores, which leaves a small machine with one worker
        workers = ["-n", "logical", "--maxprocesses", "8", "--dist", "loadgroup"]
        return run_module("pytest", "-o", "pythonpath=", *workers, *rest)  # module.py has put it where it belongs
    if command == "build":
        return run_module("course.build", *rest)
    if command == "slides":
        return run_module("course.slides", *(["--lang", lang] if lang else []), *rest, extra="lecturer")
    return open_course(port and int(port), options["browser"])


def main(words):
    try:
        for name in {"SIGTERM", "SIGHUP"} & set(dir(signal)):  # the window was closed: that is a Ctrl+C too
            signal.signal(getattr(signal, name), signal.default_int_handler)
        use_language(system_language())
        in_utf8()
        return obey(words)
    except Stop as stop:
        tell(str(stop), stream=sys.stderr)
    except OSError as error:
        tell(words_for(error), stream=sys.stderr)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one must not spoil the words
        tell(say("\nStopped. The next start takes it up again.", "\n已停止。下次启动会接着完成。"), stream=sys.stderr)
    return 1


def words_for(error):
    path = error.filename2 or error.filename or ""
    kinds = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR)
    if path and (error.errno in kinds or os.name == "nt" and os.path.isdir(path)):
        places = [*reversed(Path(path).parents), Path(path)]
        no_folder = next((place for place in places if os.path.lexists(place) and not place.is_dir()), None)
        kind, name = (("folder", "文件夹"), no_folder) if no_folder else (("file", "文件"), path)
        return say(
            f"{name} is in the way: the course needs a {kind[0]} of this name. Rename it or move it elsewhere, then "
            "start again.",
            f"{name} 占用了这个名称：课程需要一个同名的{kind[1]}。请给它改名或者移到别处，然后再次启动。",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return say(
            f"This folder cannot be written to: {ROOT}\n({error})\n"
            "Copy the whole folder to a place of your own, such as Documents, and start the course there.",
            f"没有权限写入这个文件夹：{ROOT}\n（{error}）\n"
            "请把整个文件夹复制到自己的目录（例如“文档”），再从那里启动课程。",
        )
    return failure("room" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "other", str(error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
