"""What was installed and is broken since is seen at the next start, and installed again."""

import base64
import hashlib
import json
import shutil

import pytest

from launch import environment, install, places, promises, words


@pytest.fixture
def shop(workshop, monkeypatch):
    """A workshop whose packages are there: ``shop.put(name)`` installs one."""
    site = workshop.folder / "lib" / "python3.11" / "site-packages"

    def put(name, text="one = 1"):
        (site / name).mkdir(parents=True, exist_ok=True)
        (site / name / "__init__.py").write_text(text)
        (site / name / "tests").mkdir(exist_ok=True)
        (site / name / "tests" / "test_one.py").write_text("")
        listed = site / f"{name}-1.0.dist-info"
        listed.mkdir(exist_ok=True)
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines = [f"{name}/__init__.py,sha256={digest},{len(text)}", f"{name}/tests/test_one.py,,0"]
        (listed / "RECORD").write_text("\n".join([*lines, f"{name}-1.0.dist-info/RECORD,,", ""]))

    workshop.site, workshop.put = site, put
    attempt = install.attempt

    def installing(command, **more):
        result = attempt(command, **more)
        for name in ("scipy", "pandas"):
            if result[0] == 0 and name in list(map(str, command)):
                put(name)
        return result

    monkeypatch.setattr(install, "attempt", installing)
    environment.prepare()
    for name in ("scipy", "pandas", "crmlib", "theirs"):
        put(name)
    changed = json.loads(places.STAMP.read_text())
    del changed["names"]
    places.STAMP.write_text(json.dumps(changed))  # a stamp from before packages were listed
    environment.prepare()
    assert json.loads(places.STAMP.read_text())["names"] == ["crmlib", "pandas", "scipy"]
    workshop.commands.clear()
    return workshop


def delete(site):
    shutil.rmtree(site / "scipy")


def empty(site):
    (site / "scipy" / "__init__.py").write_text("")


def uninstall(site):
    shutil.rmtree(site / "scipy")
    shutil.rmtree(site / "scipy-1.0.dist-info")


def lose_the_list(site):
    (site / "scipy-1.0.dist-info" / "RECORD").unlink()


@pytest.mark.parametrize("damage", [delete, empty, uninstall, lose_the_list])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_broken_package_is_named_and_installed_again(shop, capsys, damage, lang):
    words.use_language(lang)
    damage(shop.site)
    environment.prepare()
    [command] = shop.commands
    assert command.endswith("--no-cache-dir --no-deps --force-reinstall -c constraints.txt scipy")
    said = capsys.readouterr().out
    assert "scipy" in said and ("installing it again" if lang == "en" else "正在重新安装") in said
    shop.commands.clear()
    environment.prepare()
    assert shop.commands == []


def test_the_library_of_the_course_is_mended_without_a_network(shop, monkeypatch):
    (shop.site / "crmlib" / "__init__.py").unlink()
    monkeypatch.setattr(install, "install_crmlib", lambda: shop.put("crmlib"))
    environment.prepare()
    assert shop.commands == [] and promises.broken() == {}


def test_who_is_offline_opens_with_what_there_is(shop, capsys):
    delete(shop.site)
    shop.answers = {"--force-reinstall": (1, "error: dns error")}
    environment.prepare()
    assert "no connection to the package index" in capsys.readouterr().out
    shop.answers = {}
    environment.prepare()
    assert promises.broken(["scipy"]) == {}


@pytest.mark.parametrize(("lang", "told"), [("en", "could not be repaired"), ("zh", "没有修好")])
def test_a_repair_that_fails_says_so(shop, lang, told):
    words.use_language(lang)
    uninstall(shop.site)
    shop.answers = {"--force-reinstall": (1, "error: dns error")}
    for _ in range(2):
        with pytest.raises(words.Stop, match=told):
            environment.prepare(repair=True)
    environment.prepare()
    shop.answers = {}
    environment.prepare(repair=True)
    assert promises.broken(["scipy"]) == {}


@pytest.mark.parametrize("written", ["", "null", "[]", '"x"', "3", "{"])
def test_a_stamp_that_says_nothing_means_anew(shop, written):
    places.STAMP.write_text(written)
    environment.prepare()
    assert "-m venv" in shop.commands[0]


def test_what_cannot_be_mended_and_does_not_work_stops(shop):
    delete(shop.site)
    shop.answers, shop.works = {"--force-reinstall": (1, "error: dns error")}, False
    with pytest.raises(words.Stop, match="no connection"):
        environment.prepare()


def test_a_file_that_vanishes_again_is_said(shop, monkeypatch, capsys):
    delete(shop.site)
    monkeypatch.setattr(install, "install", lambda *_: None)
    environment.prepare()
    assert "virus scanner" in capsys.readouterr().out


def test_what_users_do_with_their_own_packages_is_theirs(shop):
    shutil.rmtree(shop.site / "theirs")
    shutil.rmtree(shop.site / "theirs-1.0.dist-info")
    (shop.site / "scipy" / "tests" / "test_one.py").unlink()
    (shop.site / "scipy" / "__pycache__").mkdir()
    environment.prepare()
    assert shop.commands == []


def test_repair_reads_every_file(shop):
    (shop.site / "scipy" / "__init__.py").write_text("one = ?")  # as long as it was
    environment.prepare()
    assert shop.commands == []
    environment.prepare(repair=True)
    assert shop.commands[0].endswith("scipy")
    assert promises.broken(thorough=True) == {}


def test_repair_makes_all_anew_where_no_file_is_to_blame(shop):
    environment.prepare(repair=True)
    assert shop.commands == []
    shop.works = False
    environment.prepare(repair=True)
    assert "-m venv" in shop.commands[0]


def test_a_package_of_conda_is_not_asked(shop):
    (shop.site / "scipy-1.0.dist-info" / "INSTALLER").write_text("conda\n")
    delete(shop.site)
    assert promises.broken() == {}
