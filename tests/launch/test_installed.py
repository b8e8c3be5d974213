"""For real: one installation, in a folder with spaces and Chinese characters, through its accidents.

These share the folder and run in this order, in one worker. They need the package index, or uv's cache of it.
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from tests.support import PROJECT
from tests.support.courses import PATIENCE, PYTHON, copy_course, run_start, said
from tests.support.ports import free_port, taken

pytestmark = pytest.mark.xdist_group("start")
posix = pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")


@pytest.fixture(scope="module")
def default_port():
    """In place of 8888, which another suite or the developer may have: in this course nobody else has its default."""
    return free_port()


@pytest.fixture(scope="module")
def real(tmp_path_factory, default_port):
    folder = copy_course(tmp_path_factory.mktemp("start") / "客户 关系 course", whole=True)
    script = (folder / "start.py").read_text(encoding="utf-8")
    assert script.count("\nDEFAULT_PORT = 8888\n") == 1
    script = script.replace("DEFAULT_PORT = 8888", f"DEFAULT_PORT = {default_port}")
    (folder / "start.py").write_text(script, encoding="utf-8")
    return folder


@contextlib.contextmanager
def no_network():
    """Variables with which every package index is at an address where nobody answers."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/simple"
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
        yield variables | {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": address, "UV_DEFAULT_INDEX": address}


@contextlib.contextmanager
def running(folder, *arguments, **options):
    """Start the course and read what it says until it is open; yield the process, what was said, and the address."""
    options |= {"cwd": "/", "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
    process = subprocess.Popen([PYTHON, folder / "start.py", "--no-browser", *arguments], **options)
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if "Ctrl+C" in line:
                break
        text = "".join(lines)
        assert "http://127.0.0.1:" in text, text
        yield process, text, re.search(r"http://\S+", text).group()
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def complete(folder):
    return json.loads((folder / ".venv" / "course.json").read_text(encoding="utf-8"))["complete"]


def test_first_start_without_a_network(real):
    with no_network() as variables:
        process = run_start(real, "--lang", "zh", "--no-browser", env=variables)
    assert process.returncode == 1
    assert "连不上软件源" in said(process)
    assert "pip config set global.index-url" in said(process)
    assert not complete(real)


@posix
def test_ctrl_c_during_the_installation(real):
    with installation(real, "1/4") as process:
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=PATIENCE)[1].strip() == "Stopped. The next start takes it up again."
        assert process.returncode == 1
    assert not complete(real)


@posix
def test_the_computer_goes_down_during_the_installation(real):
    with installation(real, "3/4") as process:
        while len(list(real.glob(".venv/lib/python*/site-packages/*.dist-info"))) < 20:
            assert process.poll() is None
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
    assert not complete(real)


@contextlib.contextmanager
def installation(folder, step):
    """Install until this step begins. It never ends: a file of the library is a pipe into which nobody writes."""
    command = [PYTHON, folder / "start.py", "--no-browser", "--lang", "en"]
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    pipe = folder / "crmlib" / "pipe.txt"
    os.mkfifo(pipe)
    process = subprocess.Popen(command, cwd="/", start_new_session=True, **output)
    try:
        for line in process.stdout:
            if step in line:
                break
            if "Ctrl+C" in line:
                process.terminate()
        else:
            pytest.fail(f"the installation did not come to step {step}: {process.communicate()[1]}")
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        pipe.unlink()


@posix
def test_the_next_start_opens_the_course(real, default_port):
    before = {path for path in real.rglob("*") if ".venv" not in path.parts}
    with running(real, "--lang", "zh", start_new_session=True) as (process, text, url):
        assert complete(real)
        assert f":{default_port}/lab/tree/work/zh/00_start_here.ipynb?token=" in url
        with urllib.request.urlopen(url) as page:
            assert page.status == 200
        server, _, token = url.partition("/lab/tree/")
        contents = f"{server}/api/contents/work/zh/01_first.ipynb?token={token.partition('token=')[2]}"
        with urllib.request.urlopen(contents) as notebook:
            assert json.load(notebook)["content"]["cells"][0]["source"] == "first"
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{server}/api/contents/work")

        second = run_start(real, "--lang", "en", "--no-browser")
        assert second.returncode == 0
        assert "already open" in said(second)
        assert url.replace("work/zh", "work/en") in said(second)

        kernels = f"{server}/api/kernels?token={token.partition('token=')[2]}"
        urllib.request.urlopen(urllib.request.Request(kernels, b'{"name": "python3"}', method="POST")).close()
        os.killpg(process.pid, signal.SIGINT)  # what Ctrl+C in a terminal does
        rest = process.communicate(timeout=PATIENCE)[0]
        assert process.returncode == 0
        assert "课程已关闭" in rest and "Traceback" not in rest
    with pytest.raises((urllib.error.URLError, ConnectionResetError)):  # refused, or reset
        urllib.request.urlopen(url)
    assert leftovers(real) == []
    new = {path for path in real.rglob("*") if ".venv" not in path.parts} - before
    assert {path.relative_to(real).parts[0] for path in new if "__pycache__" not in path.parts} == {"work"}


def leftovers(folder):
    """What a server and its kernels leave behind that were not ended in order."""
    return [path.name for path in (folder / ".venv/jupyter/runtime").glob("*.json")]


@posix
def test_the_interface_is_chinese_for_zh_and_asks_nothing(real):
    file = real / ".venv/jupyter/config/labconfig/default_setting_overrides.json"
    for lang, locale in (("zh", "zh_CN"), ("en", "default")):
        with running(real, "--lang", lang) as (_, _, url):
            server, token = re.match(r"(http://[^/]+)/.*token=(\w+)", url).groups()
            plugin = f"{server}/lab/api/settings/@jupyterlab/translation-extension:plugin?token={token}"
            with urllib.request.urlopen(plugin) as answer:
                assert json.load(answer)["schema"]["properties"]["locale"]["default"] == locale
        assert json.loads(file.read_text())["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_the_library_is_installed_whole_and_not_from_the_folder(real):
    code = "import crmlib; print(crmlib.__file__)"
    output = subprocess.check_output([installed_python(real), "-c", code], cwd="/", encoding="utf-8")
    assert "site-packages" in output
    installed = Path(output.split("__init__.py")[0].strip())
    for source, target in (("crmlib", "."), ("datasets", "datasets_files")):
        names = {path.relative_to(real / source) for path in (real / source).rglob("*") if path.is_file()}
        names = {name for name in names if "__pycache__" not in name.parts}
        assert names and all((installed / target / name).exists() for name in names)


def installed_python(folder):
    return folder / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@posix
def test_a_changed_library_is_installed_again_without_a_network(real):
    with (real / "crmlib" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write('\nEDITION = "second"\n')
    with no_network() as variables, running(real, "--lang", "en", env=variables) as (_, text, _):
        assert "The library of the course has changed" in text
    code = [installed_python(real), "-c", "import crmlib; print(crmlib.EDITION)"]
    assert subprocess.check_output(code, cwd="/", encoding="utf-8").strip() == "second"


def test_a_deleted_font_is_mended_without_a_network(real):
    python = installed_python(real)
    place = subprocess.check_output(
        [python, "-c", "import crmlib; print(crmlib.__path__[0])"], cwd="/", encoding="utf-8"
    )
    [font] = Path(place.strip(), "fonts").glob("*.otf")
    font.unlink()
    with no_network() as variables:
        process = run_start(real, "--repair", "--lang", "zh", env=variables)
    assert process.returncode == 0, said(process)
    assert font.name in said(process) and "课程的软件包齐全" in said(process)
    assert font.stat().st_size > 100_000


@posix
def test_a_port_that_was_asked_for_is_used_or_refused(real):
    port = free_port()
    with taken(port):
        process = run_start(real, "--no-browser", "--lang", "zh", "--port", str(port))
        assert process.returncode == 1
        assert f"端口 {port} 被其他程序占用" in said(process)
    with running(real, "--lang", "zh", "--port", str(port)) as (_, text, url):
        assert f"http://127.0.0.1:{port}/" in url
        assert "端口" not in text


@posix
def test_the_default_port_gives_way(real, default_port):
    with taken(default_port), running(real, "--lang", "en") as (_, text, url):
        port = re.search(r":(\d+)/", url).group(1)
        assert f"Port {default_port} is taken: using {port}." in text
        assert port != str(default_port)


@posix
def test_a_renamed_folder_still_opens_without_a_network(real):
    moved = real.with_name("renamed 改名")
    real.rename(moved)
    try:
        with no_network() as variables, running(moved, "--lang", "en", env=variables) as (process, text, url):
            assert "Setting up" not in text
            with urllib.request.urlopen(url) as page:
                assert page.status == 200
            process.send_signal(signal.SIGHUP)  # the window is closed
            process.communicate(timeout=PATIENCE)
        assert leftovers(moved) == []
    finally:
        moved.rename(real)


@pytest.fixture
def stray(real):
    """Files of a user's with the names of Python's own modules."""
    files = [real / f"{name}.py" for name in ("json", "random", "site", "typing", "enum", "socket", "string")]
    for file in files:
        file.write_text("raise SystemExit('a stray file was imported')\n")
    yield
    for file in files:
        file.unlink()


@posix
def test_the_test_command_ends_on_pytests_summary_and_with_its_code(real, stray):
    # Its Python is gone, too: the environment must be made anew, now with the test tools.
    python = real / ".venv/bin/python"
    python.unlink()
    python.symlink_to(real / "removed")
    settings = real / ".venv/pyvenv.cfg"
    settings.write_text(re.sub("executable = .*", "executable = /removed/python", settings.read_text()))
    (real / "tests").mkdir()
    (real / "tests" / "test_small.py").write_text(
        "import os\n\ndef test_right():\n    assert os.environ['CRM_REQUIRE_BROWSER'] == '1'\n\n"
        "def test_wrong():\n    assert 1 == 2\n"
    )
    variables = dict(os.environ, CRM_REQUIRE_BROWSER="1")
    process = run_start(real, "--lang", "en", "test", "-k", "right", env=variables)
    assert process.returncode == 0, said(process)
    assert "1/4" in said(process)
    assert re.fullmatch(r"=+ 1 passed in .*s =+", process.stdout.rstrip("\n").splitlines()[-1])
    process = run_start(real, "test", env=variables)
    assert process.returncode == 1
    assert re.fullmatch(r"=+ 1 failed, 1 passed in .*s =+", process.stdout.rstrip("\n").splitlines()[-1])


def test_the_build_command_hands_on_its_arguments_and_its_code(real, stray):
    (real / "course").mkdir()
    (real / "course" / "build.py").write_text("import sys\nprint('build', sys.argv[1:])\nsys.exit(3)\n")
    process = run_start(real, "build", "--check")
    assert process.returncode == 3
    assert process.stdout.splitlines()[-1] == "build ['--check']"


@posix
def test_the_workflow_opens_the_course_and_ends_it(real):
    """The workflow cannot run here; the script in it can."""
    workflow = yaml.safe_load((PROJECT / ".github/workflows/course.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["two-commands"]["steps"]
    [script] = [step["run"] for step in steps if step.get("shell") == "python"]
    assert steps[-1]["run"] == "python start.py test"
    process = subprocess.run([PYTHON, "-c", script], cwd=real, capture_output=True, encoding="utf-8", timeout=PATIENCE)
    assert process.returncode == 0, process.stderr
    assert process.stdout.splitlines()[-1] == "The page answers: 200"
    assert leftovers(real) == []
