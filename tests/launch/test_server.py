"""The server: one for a folder, by the course's settings alone, its token on no command line, a deadline."""

import contextlib
import http.server
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest

from launch import places, server
from tests.support.courses import PATIENCE, PYTHON, copy_course, run_start, said
from tests.support.ports import free_port, taken

posix = pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")


@pytest.fixture
def ready(tmp_path):
    """A course that needs no installation: its environment is the one in which the tests run."""
    folder = copy_course(tmp_path / "课程 50% of #1")
    change(folder, "launch/places.py", "FOLDER, PYTHON = find_environment()", f"FOLDER, PYTHON = {ENVIRONMENT}")
    with (folder / "launch/environment.py").open("a") as file:
        file.write("\n\ndef prepare(**_):\n    places.FOLDER.mkdir(exist_ok=True)\n")
    change(folder, "start.py", "DEFAULT_PORT = 8888", f"DEFAULT_PORT = {free_port()}")
    return folder


ENVIRONMENT = f"ROOT / '.venv', Path({sys.executable!r})"


def change(folder, name, old, new):
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, (name, old)
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def begin(folder, *arguments, **variables):
    """Start the course in a session of its own, as a window does."""
    return subprocess.Popen(
        [PYTHON, folder / "start.py", *arguments],
        cwd=folder.parent,
        env=dict(os.environ, LC_ALL="C.UTF-8", **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )


def read_until(process, part):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if part in line:
            return "".join(lines)
    pytest.fail("".join(lines))


@contextlib.contextmanager
def running(folder, *arguments, **variables):
    """Start the course and wait until it is open; yield the process, what it said, and the address."""
    process = begin(folder, "--no-browser", *arguments, **variables)
    try:
        text = read_until(process, "Ctrl+C")
        yield process, text, re.search(r"http://\S+", text).group()
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def servers(folder):
    """The servers that serve this folder, by what the machine's list of processes shows."""
    return [line for line in command_lines() if f"root_dir={folder}" in line]


def command_lines():
    """What anybody on this machine can read."""
    command = ["ps", "-A", "-ww", "-o", "pid=,args="]
    return subprocess.check_output(command, env={**os.environ, "LC_ALL": "C.UTF-8"}, encoding="utf-8").splitlines()


def fetch(url):
    try:
        with urllib.request.urlopen(url) as page:
            return page.status
    except urllib.error.HTTPError as error:
        return error.code


# ---- Two starts ------------------------------------------------------------------------------------------------------


@posix
def test_the_second_of_two_starts_opens_the_page_of_the_first(ready):
    """Both begin at once: the second comes while the first prepares, or while its server is not yet up."""
    windows = [begin(ready, "--no-browser", "--lang", "zh") for _ in range(2)]
    try:
        while all(window.poll() is None for window in windows):
            time.sleep(0.05)
        first, second = sorted(windows, key=lambda window: window.poll() is not None)
        text = second.communicate(timeout=PATIENCE)[0]
        assert second.returncode == 0 and "课程已经打开" in text, text
        address = re.search(r"http://\S+", text).group()
        assert address in read_until(first, "http://")
        assert len(servers(ready)) == 1 and fetch(address) == 200
        for lang, told, again in (("en", "already open", "It uses port"), ("zh", "已经打开", "它用的是端口")):
            third = run_start(ready, "--no-browser", "--lang", lang, "--port", str(free_port()))
            assert third.returncode == 0 and told in said(third) and again in said(third)
            assert address.replace("work/zh", f"work/{lang}") in said(third)
        assert len(servers(ready)) == 1
    finally:
        for window in windows:
            window.terminate()
            window.wait(PATIENCE)
    assert servers(ready) == []


@posix
def test_ctrl_c_in_the_midst_of_starting_a_server_ends_it(monkeypatch, capsys):
    """The server runs, but nobody has been told of it yet: still it is ended."""
    ended = []

    def start(*_):
        os.kill(os.getpid(), signal.SIGINT)
        return "a server"

    for name, replacement in {"write_settings": lambda: None, "remove_redirects": lambda: None, "start": start}.items():
        monkeypatch.setattr(server, name, replacement)
    monkeypatch.setattr(server, "end", ended.append)
    kept = signal.getsignal(signal.SIGINT)
    try:
        assert server.serve(None, 8888, False, lambda: None) == 0
    finally:
        signal.signal(signal.SIGINT, kept)
    assert ended == ["a server"] and capsys.readouterr().out


@posix
@pytest.mark.parametrize(("lang", "told"), [("en", "The course is closed"), ("zh", "课程已关闭")])
def test_ctrl_c_while_the_server_comes_up_ends_it(ready, lang, told):
    process = begin(ready, "--no-browser", "--lang", lang)
    while not servers(ready):
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    text = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 0 and told in text and "Traceback" not in text
    assert servers(ready) == []


@posix
def test_a_start_that_is_killed_while_its_server_comes_up_leaves_none(ready):
    process = begin(ready, "--no-browser")
    while not servers(ready):
        assert process.poll() is None
    process.kill()
    process.wait()
    with running(ready) as (_, text, url):
        assert "already open" not in text and fetch(url) == 200
        assert len(servers(ready)) == 1
    assert servers(ready) == []


@posix
def test_a_server_whose_window_was_killed_is_found_again(ready):
    with running(ready) as (process, _, url):
        process.kill()
        process.wait()
        second = run_start(ready, "--no-browser", "--lang", "zh")
        assert "已经打开" in said(second) and re.search(r"http://[^/]+/", url).group() in said(second)
        for line in servers(ready):
            os.kill(int(line.split()[0]), signal.SIGTERM)
    while servers(ready):
        time.sleep(0.05)


class Answering(http.server.BaseHTTPRequestHandler):
    """A program that answers everybody, and everything with 200."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@posix
def test_the_record_of_a_dead_server_whose_port_another_has_is_stale(ready):
    """Another that says yes to everything, one that takes connections and says nothing, or nobody."""
    runtime = ready / ".venv" / "jupyter" / "runtime"
    runtime.mkdir(parents=True)
    other = http.server.HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    silent = free_port()
    for number, port in enumerate((other.server_port, silent, free_port()), 9_999_991):
        record = {"port": port, "token": "a" * 48, "root_dir": str(ready), "pid": number}
        (runtime / f"jpserver-{number}.json").write_text(json.dumps(record))
    (runtime / "jpserver-9999994.json").write_text("[half a rec")
    try:
        with taken(silent), running(ready) as (_, text, url):
            assert "already open" not in text and f":{other.server_port}/" not in url
            assert fetch(url) == 200
    finally:
        other.shutdown()
        other.server_close()


# ---- Settings of the machine -----------------------------------------------------------------------------------------

SETTINGS = {
    "ServerApp": {
        "base_url": "/hub/",
        "certfile": "/nowhere/cert.pem",
        "keyfile": "/nowhere/key.pem",
        "sock": "/nowhere/socket",
        "ip": "0.0.0.0",
        "port": 1,
        "port_retries": 0,
        "root_dir": "/",
        "password": "",
        "token": "",
        "open_browser": True,
        "allow_remote_access": True,
        "allow_origin": "*",
        "disable_check_xsrf": True,
        "default_url": "/tree",
        "identity_provider_class": "nowhere.Provider",
    },
    "NotebookApp": {"notebook_dir": "/", "token": "", "ip": "0.0.0.0"},
    "LabApp": {"default_url": "/tree", "open_browser": True},
    "IdentityProvider": {"token": ""},
    "PasswordIdentityProvider": {"hashed_password": "argon2:x", "password_required": True},
    "GatewayClient": {"url": "http://127.0.0.1:1"},
    "MultiKernelManager": {"default_kernel_name": "nowhere"},
}


def as_python(settings):
    lines = [f"c.{name}.{key} = {value!r}" for name, part in settings.items() for key, value in part.items()]
    return "\n".join(["c = get_config()", *lines])


@posix
@pytest.mark.parametrize("name", ["jupyter_server_config.json", "jupyter_config.py"])
def test_settings_of_the_machine_change_nothing(ready, tmp_path, name):
    """Where they are strongest: in the folder of settings of the course's own server, and in all variables."""
    text = json.dumps(SETTINGS) if name.endswith("json") else as_python(SETTINGS)
    for folder in (ready / ".venv/jupyter/config", tmp_path / "machine", tmp_path / "home/.jupyter"):
        folder.mkdir(parents=True)
        (folder / name).write_text(text)
    variables = {
        "HOME": str(tmp_path / "home"),
        "JUPYTER_CONFIG_PATH": str(tmp_path / "machine"),
        "JUPYTER_GATEWAY_URL": "http://127.0.0.1:1",
        "JUPYTER_PORT": "1",
        "JUPYTER_TOKEN": "known",
        "JUPYTER_TOKEN_FILE": str(tmp_path / "none"),
        "JUPYTER_SERVER_ALLOW_UNAUTHENTICATED_ACCESS": "1",
        "JPY_PARENT_PID": "1",
        "JPY_SESSION_NAME": "x",
    }
    with running(ready, "--lang", "zh", **variables) as (process, _, url):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/lab/tree/work/zh/00_start_here\.ipynb\?token=\w{48}", url)
        assert fetch(url) == 200
        place, token = re.match(r"(http://[^/]+)/.*token=(\w+)", url).groups()
        assert fetch(f"{place}/api/contents/work/zh/01_first.ipynb?token={token}") == 200
        assert fetch(f"{place}/api/contents/work") == 403
        assert fetch(f"{place}/api/contents/work?token=known") == 403
        request = urllib.request.Request(f"{place}/api/kernels?token={token}", b'{"path": ""}', method="POST")
        with urllib.request.urlopen(request) as kernel:
            assert json.load(kernel)["name"] == "python3"
        [line] = servers(ready)
        assert token not in line
        [record] = (ready / ".venv/jupyter/runtime").glob("jpserver-*.json")
        assert json.loads(record.read_text())["hostname"] == "127.0.0.1"


def test_the_machines_own_folders_are_not_looked_into():
    code = "import lab; lab.forget_the_machine(); from jupyter_core import paths as p; "
    code += "print(*p.jupyter_config_path(), *p.jupyter_path(), sep='\\n')"
    command = [sys.executable, "-c", code]
    folders = subprocess.check_output(command, cwd=places.ROOT / "launch", env=places.variables(), encoding="utf-8")
    allowed = (str(places.JUPYTER), sys.prefix)
    assert len(folders.splitlines()) >= 4
    assert all(line.startswith(allowed) for line in folders.splitlines()), folders


def test_variables_of_other_jupyters_are_dropped(monkeypatch):
    kept = {"JUPYTER_ALLOW_INSECURE_WRITES": "true"}  # of a drive without permissions, where it is needed
    for name in ("JUPYTER_GATEWAY_URL", "JUPYTER_PORT", "JUPYTERHUB_API_TOKEN", "JPY_PARENT_PID", *kept):
        monkeypatch.setenv(name, "true")
    found = {name: text for name, text in places.variables().items() if name.startswith(("JUPYTER", "JPY"))}
    assert kept.items() <= found.items()
    assert all(
        str(places.JUPYTER) in text for name, text in found.items() if name not in {*kept, "JUPYTER_PREFER_ENV_PATH"}
    )


@posix
@pytest.mark.parametrize(("lang", "told"), [("en", "has not answered for 1 seconds"), ("zh", "1 秒没有应答")])
def test_a_server_that_never_answers_is_given_up(ready, lang, told):
    change(ready, "launch/server.py", "PATIENCE = 300", "PATIENCE, LONG = 1, 0.1")
    change(ready, "launch/server.py", "LONG = 20", "")
    (ready / "launch" / "lab.py").write_text("print('my last words', flush=True)\nimport time\ntime.sleep(600)\n")
    process = run_start(ready, "--no-browser", "--lang", lang)
    assert process.returncode == 1
    assert (
        told in said(process)
        and "my last words" in said(process)
        and ".venv" not in said(process).split("server.log")[1]
    )
    assert servers(ready) == []


@posix
@pytest.mark.parametrize(("lang", "told"), [("en", "ended by itself (code 3)"), ("zh", "自己退出了（代码 3）")])
def test_a_server_that_ends_by_itself_says_what_it_said(ready, lang, told):
    (ready / "launch" / "lab.py").write_text("import sys\nprint('my last words')\nsys.exit(3)\n")
    process = run_start(ready, "--no-browser", "--lang", lang)
    assert process.returncode == 1
    assert told in said(process) and "    my last words" in said(process)
    assert "--repair\n" in said(process)


@posix
def test_a_server_open_to_everybody_is_never_shown(ready):
    """Should a setting still empty the token: better no course than one that lets everybody on the machine in."""
    change(
        ready,
        "launch/lab.py",
        '"--IdentityProvider.token=" + os.environ["JUPYTER_TOKEN"]',
        '"--IdentityProvider.token="',
    )
    change(ready, "launch/server.py", "PATIENCE = 300", "PATIENCE = 5")
    process = run_start(ready, "--no-browser", "--lang", "en")
    assert process.returncode == 1 and "is open" not in said(process) and "\n    http:" not in said(process)
    assert servers(ready) == []


# ---- The browser -----------------------------------------------------------------------------------------------------


@posix
def test_no_command_line_shows_the_token(ready, tmp_path):
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$@" > "{seen}.part"; mv "{seen}.part" "{seen}"\n')
    browser.chmod(0o755)
    process = begin(ready, "--lang", "zh", BROWSER=f"{browser} %s")
    try:
        text = read_until(process, "Ctrl+C")
        url = re.search(r"http://\S+", text).group()
        while not seen.exists():
            time.sleep(0.05)
        argument = seen.read_text().strip()
        assert argument.startswith("file://") and "token" not in argument and "请把这个网址复制" in text
        [page] = (ready / ".venv/jupyter/runtime").glob("*.html")
        assert page.as_uri() == argument
        assert stat.S_IMODE(page.stat().st_mode) == 0o600
        assert f'content="0;url={url}"' in page.read_text(encoding="utf-8")
        assert re.search(r"token=(\w+)", url).group(1) not in "".join(command_lines())
        seen.unlink()
        second = begin(ready, "--lang", "en", BROWSER=f"{browser} %s")
        second.communicate(timeout=PATIENCE)
        while not seen.exists():
            time.sleep(0.05)
        assert seen.read_text().strip().endswith("open-en.html")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert list((ready / ".venv/jupyter/runtime").glob("*.html")) == []


def test_a_page_that_someone_put_there_is_not_written_into(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "RUNTIME", tmp_path)
    (tmp_path / "mine").write_text("mine")
    os.symlink(tmp_path / "mine", tmp_path / "open-en.html")
    page = server.write_redirect('http://127.0.0.1/?token="><script>')
    assert (tmp_path / "mine").read_text() == "mine" and not page.is_symlink()
    assert "<script>" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("release", "variables", "opened"),
    [
        ("6.1.0-18-amd64", {}, ["file://"]),
        ("5.15.146.1-microsoft-standard-WSL2", {}, ["http://"]),
        ("6.1.0-18-amd64", {"VSCODE_IPC_HOOK_CLI": "vscode.sock"}, []),
    ],
)
def test_a_browser_outside_gets_what_it_can_open(tmp_path, monkeypatch, capsys, release, variables, opened):
    calls = []
    monkeypatch.setattr(server, "RUNTIME", tmp_path)
    monkeypatch.setattr(server.os, "uname", lambda: SimpleNamespace(release=release), raising=False)
    monkeypatch.setattr(server.webbrowser, "open", calls.append)
    for name, value in ({"BROWSER": "x"} | variables).items():
        monkeypatch.setenv(name, value)
    server.show(8888, "secret", browser=True)
    assert [call[:7] for call in calls] == opened
    assert "?token=secret\n" in capsys.readouterr().out


# ---- Ports -----------------------------------------------------------------------------------------------------------


def test_a_free_port_is_told_from_a_taken_one():
    port = free_port()
    with taken(port):
        assert not server.is_free(port)
    assert server.is_free(port)
