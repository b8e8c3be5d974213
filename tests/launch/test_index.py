"""A package index that is wrong, blocked, behind or switched off is told apart, with pip and uv as they are.

Nothing is installed: they are asked for a package that does not exist, and only what they would do.
"""

import os
import sys
from pathlib import Path

import pytest

from launch import index as install_index
from launch import install, places, words
from launch.index import explain
from tests.support.indexes import always, index, links, only_to_log_in, with_files, without
from tests.support.ports import free_port

WHEEL = b"crm_false-2.0-py3-none-any.whl"
BEHIND = with_files(links(b"crm_false-1.0-py3-none-any.whl"))


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """The settings of a machine: only what the test sets, and short waits."""
    words.use_language("en")
    for name in os.environ:
        if name.startswith(("PIP_", "UV_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    for name, value in {"PYTHON": Path(sys.executable), "ROOT": tmp_path, "LOG": tmp_path / "install.log"}.items():
        monkeypatch.setattr(places, name, value)
    monkeypatch.setattr(places, "PIP", [sys.executable, "-m", "pip"])
    monkeypatch.setattr(places, "UV", [sys.executable, "-m", "uv", "pip"])
    short = {
        "PIP_RETRIES": "0",
        "UV_HTTP_RETRIES": "0",
        "UV_NO_CACHE": "1",
        "PIP_NO_CACHE_DIR": "1",
        "UV_NO_CONFIG": "1",
    }
    for name, value in (short | {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf"), "PIP_TIMEOUT": "60"}).items():
        monkeypatch.setenv(name, value)

    def write(**values):
        lines = [f"{name.replace('_', '-')} = {value}" for name, value in values.items()]
        (tmp_path / "pip.conf").write_text("\n".join(["[global]", *lines]))

    return write


def message(requirement="crm-false==2.0", *arguments):
    with pytest.raises(words.Stop) as stop:
        install.install("--dry-run", *arguments, requirement)
    assert "secret" not in str(stop.value) and "****" not in str(stop.value)
    return str(stop.value)


NOTHING = (
    "ERROR: Could not find a version that satisfies the requirement crm-false==2.0 (from versions: none)\n"
    "ERROR: No matching distribution found for crm-false==2.0"
)
ANSWERS = {
    "portal": (always(200), "a web page answers", "返回的是网页", "/simple"),
    "a way to a portal": (only_to_log_in, "a web page answers", "返回的是网页", "/simple"),
    "another type": (always(200, "text/plain"), "a web page answers", "返回的是网页", "/simple"),
    "refused": (always(403), "refuses access", "拒绝访问", "403"),
    "name and password": (always(401), "refuses access", "拒绝访问", "401"),
    "nothing there": (always(404), "there is no package index at", "不是软件源的网址", "404"),
    "busy": (always(429), "too much to do", "太忙", "429"),
    "broken": (always(502), "out of order", "出了故障", "502"),
    "an older version": (BEHIND, "does not have crm-false==2.0", "里没有 crm-false==2.0", "crm-false==1.0"),
    "one package missing": (without("crm-false"), "does not have crm-false==2.0", "里没有 crm-false==2.0", "404"),
    "another Python": (
        with_files(links(b"crm_false-2.0-cp27-none-any.whl")),
        "cannot be had for this Python",
        "不支持这个 Python",
        "crm-false==2.0",
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_where_pip_only_found_nothing_it_is_asked_why(settings, case):
    answer, en, zh, reason = ANSWERS[case]
    asked = {}

    def attempt(command):  # the second language hears what the first has heard
        if command[-1] not in asked:
            asked[command[-1]] = install.attempt(command)
        return asked[command[-1]]

    with index(answer) as address:
        settings(index_url=address)
        for lang, sentence in (("en", en), ("zh", zh)):
            words.use_language(lang)
            text = explain(NOTHING, attempt)[1]
            assert sentence in text and reason in text and "secret" not in text
            if case != "another Python":
                assert address.replace("somebody:secret@", "") in text
                assert "pip config set global.index-url" in text


SAID = {
    "does not have crm-false==2.0": "ERROR: Cannot install crm-false because these package versions have conflicting "
    "dependencies.\nThe conflict is caused by:\n    The user requested crm-false>=1.0\n"
    "    The user requested (constraint) crm-false==2.0\nERROR: ResolutionImpossible: for help visit the pages of pip",
    "does not have a file": "ERROR: HTTP error 404 while getting http://index.invalid/crm_false-2.0-py3-none-any.whl",
    "damaged, altered, or a web page": "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
    "pip cache purge": "ERROR: Wheel 'crm-false' located at crm_false-2.0-py3-none-any.whl is invalid.",
    "certificate of the package index": "Could not fetch URL https://index.invalid/simple/uv/: There was a problem "
    "confirming the ssl certificate: HTTPSConnectionPool(host='index.invalid', port=443): Max retries exceeded with "
    "url: /simple/uv/ (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate "
    "verify failed: self-signed certificate in certificate chain'))) - skipping\n" + NOTHING,
    "pip config set global.cert <file>": "error: Request failed after 3 retries\n  cause: error sending request\n"
    "  cause: client error (Connect)\n  cause: invalid peer certificate: UnknownIssuer",
    "its module ssl is missing": "WARNING: pip is configured with locations that require TLS/SSL, however the ssl "
    "module in Python is not available.\nCould not fetch URL https://index.invalid/: There was a problem confirming "
    "the ssl certificate: HTTPSConnectionPool: Max retries exceeded (Caused by SSLError(\"Can't connect to HTTPS URL "
    'because the SSL module is not available.")) - skipping\n' + NOTHING,
    "does not speak https": "WARNING: Retrying (Retry(total=0)) after connection broken by 'SSLError(SSLError(1, "
    "'[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)'))': /simple/uv/\n" + NOTHING,
    "pip config set global.trusted-host index.invalid": "WARNING: The repository located at index.invalid is not a "
    "trusted or secure host and is being ignored.\n" + NOTHING,
    "the proxy on the way": "WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', "
    "OSError('Tunnel connection failed: 407 Proxy Authentication Required'))': /simple/uv/\n" + NOTHING,
    "no connection to the package index http://index.invalid/simple.": "WARNING: Retrying (Retry(total=0)) after "
    "connection broken by 'NewConnectionError(': Failed to establish a new connection: [Errno -2] Name or service not "
    "known')': /simple/uv/\n" + NOTHING,
    "log in first": "ERROR: HTTP error 403 while getting http://name:secret@index.invalid/crm_false-2.0-py3-none-any.whl",
    "Wait some minutes": "error: Request failed after 3 retries\n  cause: HTTP status server error (503 Service "
    "Unavailable) for url (http://somebody:secret@index.invalid/simple/uv/)",
    "cannot be had for this Python": "  cause: Because crm-false==2.0 has no wheels with a matching Python ABI tag",
}


@pytest.mark.parametrize("advice", SAID)
def test_what_was_said_is_understood(workshop, monkeypatch, advice):
    listed = "global.index-url='http://somebody:secret@index.invalid/simple'\n"
    monkeypatch.setattr(install_index, "listed_settings", lambda: listed)
    text = explain(SAID[advice], lambda command: pytest.fail("pip was asked again"))[1]
    assert advice in text and "secret" not in text
    line = max(SAID[advice].splitlines()[-2:], key=len)
    assert line.strip().replace("somebody:secret@", "").replace("name:secret@", "") in text


def test_http_behind_an_address_with_https_is_said(settings):
    with index(always(200)) as address:
        settings(index_url=address.replace("http:", "https:"))
        text = message()
    assert "does not speak https" in text and "127.0.0.1" in text


def test_nobody_at_the_address_is_said(settings):
    settings(index_url=f"http://127.0.0.1:{free_port()}/simple")
    text = message()
    assert "no connection to the package index http://127.0.0.1" in text


def test_a_proxy_that_is_not_there_is_said(settings, monkeypatch):
    settings(index_url="https://index.invalid/simple")
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    text = message()
    assert "the proxy on the way to the package index https://index.invalid" in text


@pytest.mark.parametrize(("lang", "variable"), [("en", True), ("zh", False)])
def test_an_index_that_is_switched_off_names_the_switch(settings, monkeypatch, lang, variable):
    words.use_language(lang)
    monkeypatch.setattr(install, "works", lambda code: False)  # uv
    settings(**{} if variable else {"no_index": "true"})
    if variable:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
    text = message()
    assert ("unset PIP_NO_INDEX" if variable else "pip config unset global.no-index") in text or os.name == "nt"
    assert "PIP_NO_INDEX" in text or "global.no-index" in text


def test_a_variable_that_goes_before_the_settings_is_named(settings, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://somebody:secret@127.0.0.1/simple")
    text = explain("error: error sending request", None)[1]
    assert "remove the variable PIP_INDEX_URL" in text


def test_a_switch_of_uv_alone_does_not_matter(settings, monkeypatch):
    monkeypatch.setenv("UV_OFFLINE", "1")
    with index(BEHIND) as address:
        settings(index_url=address)
        text = message()
    assert "does not have crm-false==2.0" in text


def test_all_is_told_of_the_first_download_too(settings, monkeypatch):
    monkeypatch.setattr(install, "FETCHED", "crm-false")
    with index(always(200)) as address:
        settings(index_url=address)
        (places.ROOT / "constraints.txt").write_text("")
        with pytest.raises(words.Stop, match="a web page answers"):
            install.fetch_uv()
    assert "secret" not in places.LOG.read_text()
