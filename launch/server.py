"""The course's JupyterLab: found where it runs, started, shown in the browser, ended.  Standard library only."""

import contextlib
import html
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from pathlib import Path

from launch.failures import failure, is_full
from launch.places import JUPYTER, PYTHON, variables
from launch.words import Stop, language, say, tell, this_command

ROOT = Path(__file__).resolve().parents[1]
RUNTIME = JUPYTER / "runtime"
START_PAGE = "00_start_here.ipynb"
PATIENCE = 300  # seconds for a server to open: a slow disk and a virus scanner need a minute
LONG = 20  # seconds after which whoever waits is told that it goes on
# A random.py of the user's beside a notebook must not take the place of Python's own, nor a pandas.py that of pandas:
# such files can be imported, but come last. (What is started from a notebook finds its modules as always.)
KERNEL = """c.InteractiveShellApp.ignore_cwd = True
c.InteractiveShellApp.exec_lines = [
    "__import__('sys').path.append('')",
    "__import__('os').environ.pop('PYTHONSAFEPATH', None);",
]
"""
KERNEL_VARIABLES = {"PYTHONSAFEPATH": "1"}
PROGRESS = ROOT / "work" / ".progress"  # where the notebooks count what was answered; deleted, it begins anew
# What settings of the machine may say otherwise is said here: the command line wins over every file.
OPTIONS = [
    "--no-browser",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.base_url=/",
    "--ServerApp.sock=",
    "--ServerApp.certfile=",
    "--ServerApp.keyfile=",
    "--ServerApp.client_ca=",
    "--ServerApp.allow_origin=",
    "--ServerApp.allow_origin_pat=",
    "--ServerApp.allow_remote_access=False",
    "--ServerApp.allow_unauthenticated_access=False",
    "--ServerApp.disable_check_xsrf=False",
    "--ServerApp.identity_provider_class=jupyter_server.auth.identity.PasswordIdentityProvider",
    "--ServerApp.authorizer_class=jupyter_server.auth.authorizer.AllowAllAuthorizer",
    "--PasswordIdentityProvider.hashed_password=",
    "--PasswordIdentityProvider.password_required=False",
    "--GatewayClient.url=",
    "--MultiKernelManager.default_kernel_name=python3",
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]


# ---- Is one running? -------------------------------------------------------------------------------------------------


def running_server(token=None):
    """Port and token of a server that serves this folder; with a token, of that one."""
    for file in RUNTIME.glob("jpserver-*.json"):
        # Such a file may just be written, or deleted, or be of another kind.
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            server = json.loads(file.read_text(encoding="utf-8"))
            ours = server["token"] == token if token else server["token"] and server["root_dir"] == str(ROOT)
            if ours and answers(server["port"], server["token"]):
                return server["port"], server["token"]
    return None


def answers(port, token):
    """Whether a server lets in who has the token, and nobody else.

    The record of a server that died may name a port where another program answers by now.
    """
    return status(port, {"Authorization": f"token {token}"}) == 200 and status(port, {}) == 403


def status(port, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/api/status", headers=headers)
        return connection.getresponse().status
    return None


def is_free(port):
    with socket.socket() as probe, contextlib.suppress(OSError):
        if os.name != "nt":  # as the server does: a port that another program just left is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False


# ---- Show it ---------------------------------------------------------------------------------------------------------


def show(port, token, browser):
    url = f"http://127.0.0.1:{port}/lab/tree/work/{language()}/{START_PAGE}?token={token}"
    tell(f"    {url}")
    screen = os.name == "nt" or sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"} & set(os.environ)
    if browser and screen:
        with contextlib.suppress(OSError):  # the disk is full: the address stands above
            if "VSCODE_IPC_HOOK_CLI" not in os.environ:  # it opens addresses on another machine, by a command line here
                webbrowser.open(url if is_inside_another_system() else write_redirect(url).as_uri())
        tell(
            say(
                "If no page appears, copy this address into a browser.",
                "如果网页没有打开，请把这个网址复制到浏览器里。",
            )
        )


def is_inside_another_system():
    """Linux in Windows or in ChromeOS: one person's, and the browser stands outside, where it cannot read our files."""
    release = os.uname().release.lower() if hasattr(os, "uname") else ""
    return "microsoft" in release or os.path.exists("/dev/.cros_milestone")


def write_redirect(url):
    """Write a page that leads to the address, and that only this user can read.

    The address itself would stand on the browser's command line, where everybody on the machine can read the token.
    """
    page = RUNTIME / f"open-{language()}.html"
    page.unlink(missing_ok=True)
    target = html.escape(url)
    with open(os.open(page, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(
            f'<!DOCTYPE html>\n<meta charset="utf-8"><meta http-equiv="refresh" content="0;url={target}">\n'
            f'<title>CRM 客户关系管理</title>\n<a href="{target}">Open the course 打开课程</a>\n'
        )
    return page


def remove_redirects():
    for page in RUNTIME.glob("open-*.html"):
        with contextlib.suppress(OSError):
            page.unlink()


# ---- Start it, and stay with it --------------------------------------------------------------------------------------


def serve(port, default, browser, opened):
    """Run a server until it ends or Ctrl+C is pressed; call `opened` as soon as the next start can find it."""
    write_settings()
    remove_redirects()
    token, log = os.urandom(24).hex(), JUPYTER / "server.log"
    server = None
    try:
        with held_back():  # or a Ctrl+C in the midst of it would leave a server that nobody ends
            server = start(port, default, token, log)
        found = wait_until_open(server, token, log)
        opened()
        if port is None and found[0] != default:
            tell(say(f"Port {default} is taken: using {found[0]}.", f"端口 {default} 已被占用，改用 {found[0]}。"))
        tell(say("The course is open:", "课程已打开："))
        show(*found, browser)
        tell(
            say(
                "Leave this window open while you work. To end the course press Ctrl+C here.",
                "学习时请不要关闭这个窗口。要结束课程，请在这里按 Ctrl+C。",
            )
        )
        if wait_for(server) != 0:
            raise Stop(ended_by_itself(server, log))
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    finally:
        if server is not None:
            end(server)
        remove_redirects()
    tell(
        say(
            f"\nThe course is closed. Your notebooks are in {ROOT / 'work' / language()}",
            f"\n课程已关闭。你的笔记本在 {ROOT / 'work' / language()}",
        )
    )
    return 0


@contextlib.contextmanager
def held_back():
    """Let a Ctrl+C, or the closing of the window, wait until the end of the block."""
    heard = []
    signals = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {one: signal.signal(one, lambda *what: heard.append(what)) for one in signals}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    if heard:
        raise KeyboardInterrupt


def start(port, default, token, log):
    options = [f"--ServerApp.port={port or default}", f"--ServerApp.port_retries={0 if port else 50}"]
    options += [f"--ServerApp.root_dir={ROOT}", f"--LabApp.default_url=/lab/tree/work/{language()}/{START_PAGE}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # in a container everybody is root
    with log.open("wb") as output:
        # In a session of its own, so that Ctrl+C in the terminal reaches only us: a server that hears it twice dies
        # without ending its kernels. (Windows has no sessions; there the server hears it, and we leave it to that.)
        return subprocess.Popen(
            [PYTHON, "-P", Path(__file__).with_name("lab.py"), *OPTIONS, *options],
            cwd=ROOT,
            env=variables(JUPYTER_TOKEN=token, CRM_PROGRESS=str(PROGRESS), **KERNEL_VARIABLES),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_until_open(server, token, log):
    begin, told = time.monotonic(), False
    while server.poll() is None:
        if found := running_server(token):
            with contextlib.suppress(OSError):
                server.stdin.write(b"!")
                server.stdin.close()
            return found
        waited = time.monotonic() - begin
        if waited > PATIENCE:
            raise Stop(no_answer(log))
        if waited > LONG and not told:
            told = True
            tell(
                say(
                    "Still starting JupyterLab: the first time can take minutes.",
                    "JupyterLab 还在启动，第一次可能要几分钟。",
                )
            )
        time.sleep(0.05)
    raise Stop(ended_by_itself(server, log))


def no_answer(log):
    return last_words(
        log,
        f"JupyterLab was started and has not answered for {PATIENCE:.0f} seconds, so it was ended. Start again. If "
        "that does not help, see whether a virus scanner or a firewall holds up connections to 127.0.0.1.",
        f"JupyterLab 启动后 {PATIENCE:.0f} 秒没有应答，已经把它关掉。请再次启动；如果还不行，请检查杀毒软件或防火墙"
        "是否拦截了到 127.0.0.1 的连接。",
    )


def ended_by_itself(server, log):
    return last_words(
        log,
        f"JupyterLab ended by itself (code {server.returncode}). What was saved is in the folder work. Start again; if "
        f"that does not help: {this_command('--repair')}",
        f"JupyterLab 自己退出了（代码 {server.returncode}）。已保存的内容在 work 文件夹里。请再次启动；如果还不行，"
        f"请运行：{this_command('--repair')}",
    )


def last_words(log, en, zh):
    """What happened, and the last lines that the server wrote; on a full disk it could not write them."""
    if is_full(JUPYTER):
        return failure("room", "")
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
    more = say(f"All that it said is in {log}:", f"它的全部输出在 {log}：") if lines else ""
    return "\n".join([say(en, zh), *filter(None, [more]), *(f"    {line.strip()}" for line in lines)])


def write_settings():
    """No news pop-up; and JupyterLab's own menus in Chinese. What the user chooses in the menus goes before this."""
    settings = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    if language() == "zh":
        settings["@jupyterlab/translation-extension:plugin"] = {"locale": "zh_CN"}
    file = JUPYTER / "config" / "labconfig" / "default_setting_overrides.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings, indent=1), encoding="utf-8")
    file = JUPYTER / "ipython" / "profile_default" / "ipython_kernel_config.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(KERNEL, encoding="utf-8")


def wait_for(process):
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(1 if os.name == "nt" else None)  # on Windows a wait without end does not hear Ctrl+C


def end(server):
    if os.name != "nt":
        server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
