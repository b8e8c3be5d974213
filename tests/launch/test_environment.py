"""The environment: made, kept right, and made anew where it was interrupted, with a stand-in for pip and uv."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from launch import environment, index, install, places, stamps, words
from tests.support import PROJECT
from tests.support.courses import copy_course, run_start, said


def stamp(shop):
    return json.loads((shop.folder / "course.json").read_text())


def test_first_installation(workshop):
    environment.prepare()
    venv, fetch, packages, crmlib = workshop.commands
    assert f"-m venv {workshop.folder}" in venv
    assert "pip install" in fetch and fetch.endswith("-c constraints.txt uv")
    assert "uv install" in packages and "-c constraints.txt" in packages
    assert "jupyterlab>=" in packages and "hatchling" in packages and "pytest>=" not in packages
    assert crmlib.endswith("--no-index --no-deps --no-build-isolation --force-reinstall .")
    assert stamp(workshop)["complete"] and not stamp(workshop)["test"]


def test_a_second_start_runs_nothing(workshop, monkeypatch):
    environment.prepare()
    workshop.commands.clear()
    monkeypatch.setattr(install, "works", lambda code: pytest.fail("a process was started to look"))
    environment.prepare()
    assert workshop.commands == []


@pytest.mark.parametrize(
    "changed", ["crmlib/value.py", "datasets/a.csv", "crmlib/exercises/keys/04.json", "pyproject.toml"]
)
def test_changed_sources_are_installed_offline(workshop, changed):
    environment.prepare()
    workshop.commands.clear()
    file = workshop.root / changed
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((file.read_text(encoding="utf-8") if file.exists() else "") + "\n# changed\n", encoding="utf-8")
    environment.prepare()
    assert len(workshop.commands) == 1 and "--no-index" in workshop.commands[0]
    environment.prepare()
    assert len(workshop.commands) == 1


def test_an_interruption_of_that_costs_no_more_than_that(workshop, monkeypatch):
    environment.prepare()
    source = workshop.root / "crmlib" / "value.py"
    before = source.read_text()
    source.write_text("two = 2\n")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(install, "install_crmlib", lambda: signal.raise_signal(signal.SIGINT))
        environment.prepare()
    workshop.commands.clear()
    source.write_text(before)  # the library in the environment may be broken though its sources are as they were
    environment.prepare()
    assert len(workshop.commands) == 1 and "--no-index" in workshop.commands[0]


def test_traces_of_running_are_no_change_of_the_sources(workshop):
    environment.prepare()
    workshop.commands.clear()
    (workshop.root / "crmlib" / "__pycache__").mkdir()
    (workshop.root / "crmlib" / "__pycache__" / "value.pyc").write_bytes(b"1")
    environment.prepare()
    assert workshop.commands == []


def test_changed_pins_are_installed_into_what_is_there(workshop):
    environment.prepare()
    workshop.commands.clear()
    with (workshop.root / "constraints.txt").open("a") as file:
        file.write("# changed\n")
    environment.prepare()
    assert not any("-m venv" in command for command in workshop.commands)
    assert any("-c constraints.txt hatchling" in command for command in workshop.commands)


def test_test_tools_are_installed_for_tests_and_then_stay(workshop):
    environment.prepare()
    environment.prepare("test")
    assert "pytest>=" in workshop.commands[-2]
    workshop.commands.clear()
    environment.prepare()
    environment.prepare("test")
    assert workshop.commands == []
    assert stamp(workshop)["test"]


def test_slides_need_the_lecturers_tools_only(workshop):
    environment.prepare("lecturer")
    installed = workshop.commands[-2]
    assert "python-pptx>=" in installed and "jupytext>=" in installed and "pytest>=" not in installed
    workshop.commands.clear()
    environment.prepare()  # what came once stays
    assert workshop.commands == []


def test_spark_is_installed_for_the_tests_that_require_it_and_then_stays(workshop, monkeypatch):
    monkeypatch.setenv("CRM_REQUIRE_SPARK", "1")
    environment.prepare()
    assert not any("pyspark" in command for command in workshop.commands)  # a student has no use for it
    environment.prepare("test")
    assert "pytest>=" in workshop.commands[-2] and "pyspark>=" in workshop.commands[-2]
    monkeypatch.delenv("CRM_REQUIRE_SPARK")
    workshop.commands.clear()
    environment.prepare("test")
    environment.prepare()
    assert workshop.commands == []
    assert stamp(workshop)["spark"]


@pytest.mark.parametrize(("spark", "free"), [("", 1.9e9), ("1", 3.9e9)])
def test_the_room_is_that_of_what_is_installed(workshop, monkeypatch, spark, free):
    monkeypatch.setenv("CRM_REQUIRE_SPARK", spark)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    with pytest.raises(words.Stop, match="Make room"):
        environment.prepare("test")
    environment.prepare()


def test_what_an_interruption_left_is_made_anew(workshop):
    environment.prepare()
    stamps.write_stamp(complete=False)
    (workshop.folder / "half").write_text("a half-written package")
    workshop.commands.clear()
    environment.prepare()
    assert "-m venv" in workshop.commands[0]
    assert not (workshop.folder / "half").exists()


@pytest.mark.parametrize("step", ["-m venv", "pip install --retries", "uv install", "--no-index"])
def test_an_interruption_at_any_step_is_seen_by_the_next_start(workshop, monkeypatch, step):
    attempt = install.attempt

    def interrupted(command, **more):
        result = attempt(command, **more)
        if step in workshop.commands[-1]:
            raise KeyboardInterrupt
        return result

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(install, "attempt", interrupted)
        environment.prepare()
    assert not stamp(workshop)["complete"]
    workshop.commands.clear()
    environment.prepare()
    assert len(workshop.commands) == 4


def test_an_interruption_of_the_deleting_is_seen_too(workshop, monkeypatch):
    (workshop.folder / "lib").mkdir(parents=True)
    workshop.works = False

    def interrupted(folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "rmtree", interrupted)
        environment.prepare()
    workshop.works = True
    environment.prepare()
    assert not (workshop.folder / "lib").exists()


def test_a_torn_stamp_counts_as_an_interruption(workshop):
    environment.prepare()
    (workshop.folder / "course.json").write_text('{"complete": tr')
    workshop.commands.clear()
    environment.prepare()
    assert "-m venv" in workshop.commands[0]


def test_an_environment_that_an_editor_made_is_used(workshop):
    workshop.folder.mkdir()
    (workshop.folder / "theirs").write_text("")
    environment.prepare()
    assert not any("-m venv" in command for command in workshop.commands)
    assert (workshop.folder / "theirs").exists()


def test_an_environment_that_does_not_run_is_made_anew(workshop):
    workshop.folder.mkdir()
    workshop.works = False
    environment.prepare()
    assert "-m venv" in workshop.commands[0]


@pytest.mark.parametrize(("works", "made_anew"), [(True, False), (False, True)])
def test_a_moved_folder_or_an_upgraded_python_is_looked_into(workshop, works, made_anew):
    environment.prepare()
    changed = stamp(workshop)
    changed["base"][0] = "/another/place"
    stamps.write_stamp(**changed)
    workshop.commands.clear()
    workshop.works = works
    environment.prepare()
    assert any("-m venv" in command for command in workshop.commands) is made_anew
    assert stamp(workshop)["base"][0] == str(workshop.root)


@pytest.mark.skipif(os.name == "nt", reason="Windows copies its Python and makes no links")
def test_python3_that_became_another_version_is_looked_into(workshop, monkeypatch):
    """The old one is still where pyvenv.cfg has it, but the links of the environment lead to the new one."""
    old, new, python3 = workshop.root / "python3.11", workshop.root / "python3.14", workshop.root / "python3"
    for version in (old, new):
        version.write_text(version.name)
    python3.symlink_to(old)
    environment.prepare()
    places.PYTHON.unlink(missing_ok=True)
    places.PYTHON.symlink_to(python3)
    (workshop.folder / "pyvenv.cfg").write_text(f"home = {workshop.root}\nexecutable = {old}\n")
    environment.prepare()
    workshop.commands.clear()
    environment.prepare()
    assert workshop.commands == []
    python3.unlink()
    python3.symlink_to(new)
    asked = []
    monkeypatch.setattr(install, "works", asked.append)
    environment.prepare()
    assert "jupyterlab" in asked[0]
    assert "-m venv" in workshop.commands[0]


def test_without_uv_pip_does_it(workshop, monkeypatch):
    workshop.answers = {"--retries": (1, "ERROR: No matching distribution found for uv")}
    monkeypatch.setattr(install, "works", lambda code: workshop.folder.exists() and "uv" not in code)
    environment.prepare()
    assert [command.split()[1] for command in workshop.commands[-2:]] == ["pip", "pip"]
    assert stamp(workshop)["complete"]


def test_where_uv_fails_pip_does_it(workshop):
    workshop.answers = {"uv install": (2, "error: something that only uv does")}
    environment.prepare()
    assert [command.split()[1] for command in workshop.commands[-4:]] == ["uv", "pip", "uv", "pip"]
    assert stamp(workshop)["complete"]


OFFLINE = {
    "pip": "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor"
    ".urllib3.connection.HTTPConnection object>: Failed to establish a new connection: [Errno 111]')': /uv/\n"
    "ERROR: Could not find a version that satisfies the requirement uv (from versions: none)\n"
    "ERROR: No matching distribution found for uv",
    "uv": "error: Request failed after 3 retries in 4.4s\n  cause: Failed to fetch: http://mirror.example/simple/\n"
    "  cause: client error (Connect)\n  cause: dns error\n  cause: failed to lookup address information",
}
FETCH, PACKAGES, VENV = "--retries", "-c constraints.txt hatchling", "-m venv"


@pytest.mark.parametrize(
    ("step", "text", "advice"),
    [
        (FETCH, OFFLINE["pip"], "no connection to the package index"),
        (PACKAGES, OFFLINE["uv"], "pip config set global.index-url <mirror>"),
        (FETCH, "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "Make room"),
        (PACKAGES, "cause: failed to copy file: There is not enough space on the disk. (os error 112)", "Make room"),
        (PACKAGES, "ERROR: No matching distribution found for scipy==1.18.1", "does not have scipy"),
        (PACKAGES, "error: [WinError 5] Access is denied: 'libzmq.dll'", "Close other windows"),
        (PACKAGES, "something never seen", "delete the folder .venv"),
        (VENV, "Error: Command returned non-zero exit status 1.", "delete the folder .venv"),
    ],
)
def test_a_failed_step_says_what_to_try(workshop, step, text, advice):
    workshop.answers = {step: (1, text)}
    with pytest.raises(words.Stop) as stop:
        environment.prepare()
    assert advice in str(stop.value)
    assert text.splitlines()[-1].strip() in str(stop.value)
    assert not stamp(workshop)["complete"]
    workshop.answers = {}
    environment.prepare()
    assert stamp(workshop)["complete"]


def test_a_full_disk_is_seen_before_anything_is_done(workshop, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=0.3e9))
    with pytest.raises(words.Stop, match=r"Make room and start again\.\n    0\.3 GB are free"):
        environment.prepare()
    assert workshop.commands == []


def test_a_python_without_venv_is_told_how_to_get_it(tmp_path):
    # None in sys.modules is how Python marks a module that is not there; Debian leaves ensurepip out.
    code = (
        "import os, runpy, sys; sys.modules['ensurepip'] = None; sys.argv[:1] = []; "
        "sys.path[0] = os.path.dirname(sys.argv[0]); runpy.run_path(sys.argv[0], None, '__main__')"
    )
    process = run_start(copy_course(tmp_path), "--lang", "zh", code=["-c", code])
    assert process.returncode == 1
    assert "sudo apt install python3-venv" in said(process)
    assert not (tmp_path / ".venv").exists()


def test_a_folder_in_use_is_told_apart(workshop, monkeypatch):
    environment.prepare()
    stamps.write_stamp(complete=False)

    def refuse(folder):
        raise PermissionError(13, "being used by another process")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(words.Stop, match="Close other windows of the course"):
        environment.prepare()


def test_an_activated_conda_environment_is_used(tmp_path, monkeypatch):
    prefix = tmp_path / "conda"
    (prefix / "conda-meta").mkdir(parents=True)
    packages = prefix / "lib" / "site-packages"
    monkeypatch.setattr(places.sys, "prefix", str(prefix))
    monkeypatch.setattr(places.sysconfig, "get_path", lambda name: str(packages))
    assert places.find_environment()[0] == PROJECT / ".venv"
    (packages / "crmlib-0.1.0.dist-info").mkdir(parents=True)
    assert places.find_environment() == (prefix, Path(sys.executable))
    (prefix / "conda-meta").rmdir()  # any other Python that has crmlib
    assert places.find_environment()[0] == PROJECT / ".venv"


def test_the_users_other_pythons_stay_out(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/somewhere/.jupyter")
    monkeypatch.setenv("PIP_DRY_RUN", "1")
    monkeypatch.setenv("PIP_ROOT", "/somewhere")
    variables = places.variables(EXTRA="1")
    assert not {"PIP_DRY_RUN", "PIP_ROOT"} & set(variables)
    assert "PYTHONPATH" not in variables
    assert variables["JUPYTER_CONFIG_DIR"] == str(places.JUPYTER / "config")
    assert variables["EXTRA"] == "1"


# ---- pip's settings for uv -------------------------------------------------------------------------------------------


def test_pips_settings_are_read_as_pip_prints_them(tmp_path):
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex-url = https://one.example/simple\ntimeout = 5\n"
        "extra-index-url =\n    https://two.example/simple\n    https://three.example/simple\n"
        "[install]\ntimeout = 7\n[list]\nformat = columns\n"
    )
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    variables.update(PIP_CONFIG_FILE=str(tmp_path / "pip.conf"), PIP_TRUSTED_HOST="one.example", PIP_FIND_LINKS="")
    variables.update(dict.fromkeys(["HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "APPDATA"], str(tmp_path)))
    listed = subprocess.check_output([sys.executable, "-m", "pip", "config", "list"], env=variables, encoding="utf-8")
    settings = index.pip_settings(listed)
    assert settings["index-url"] == "https://one.example/simple"
    assert settings["extra-index-url"].split() == ["https://two.example/simple", "https://three.example/simple"]
    assert settings["timeout"] == "7"
    assert settings["trusted-host"] == "one.example"
    assert "find-links" not in settings and "format" not in settings


def test_pips_settings_become_uvs(tmp_path):
    settings = index.uv_settings(
        {
            "index-url": "https://one.example/simple",
            "extra-index-url": "https://two.example/simple\nhttps://three.example/simple",
            "find-links": f"{tmp_path} /no/such/folder",
            "trusted-host": "one.example two.example",
            "proxy": "proxy.example:3128",
            "cert": "/certificates.pem",
            "default-timeout": "180",
        }
    )
    assert settings == {
        "UV_DEFAULT_INDEX": "https://one.example/simple",
        "UV_INDEX": "https://two.example/simple https://three.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": str(tmp_path),
        "UV_INSECURE_HOST": "one.example two.example",
        "HTTP_PROXY": "proxy.example:3128",
        "HTTPS_PROXY": "proxy.example:3128",
        "SSL_CERT_FILE": "/certificates.pem",
        "UV_HTTP_TIMEOUT": "180",
    }
    assert index.uv_settings({}) == {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "1"}
