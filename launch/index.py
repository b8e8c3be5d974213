"""The package index: what is set for pip holds for uv too; and why a package was not found.  Standard library only."""

import ast
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

from launch import places
from launch.failures import failure, kind_of_failure
from launch.index_failures import MIRROR
from launch.words import say


def listed_settings():
    command = [*places.PIP, "config", "list"]
    return subprocess.run(command, env=places.variables(), capture_output=True).stdout.decode(errors="replace")


def pip_settings(listed):
    """Read what `pip config list` prints: the environment wins over the section [install], that over [global]."""
    found = re.findall(r"^(global|install|:env:)\.([\w-]+)=(.+)$", listed, re.MULTILINE)
    found.sort(key=lambda entry: ["global", "install", ":env:"].index(entry[0]))
    settings = ((name, ast.literal_eval(value.strip()).strip()) for _, name, value in found)
    return {name: value for name, value in settings if value}


def uv_settings(pip):
    """A mirror, a proxy or a certificate that is set for pip holds for uv too."""
    links = [link for link in pip.get("find-links", "").split() if "://" in link or Path(link).exists()]
    settings = {
        "UV_DEFAULT_INDEX": pip.get("index-url"),
        "UV_INDEX": " ".join(pip.get("extra-index-url", "").split()),
        "UV_INDEX_STRATEGY": "unsafe-best-match",  # pip's rule: look in every index, not in the first that has the name
        "UV_FIND_LINKS": ",".join(links),
        "UV_NO_INDEX": pip.get("no-index"),
        "UV_INSECURE_HOST": " ".join(pip.get("trusted-host", "").split()),
        "UV_HTTP_TIMEOUT": pip.get("timeout", pip.get("default-timeout")),
        "HTTP_PROXY": pip.get("proxy"),
        "HTTPS_PROXY": pip.get("proxy"),
        "SSL_CERT_FILE": pip.get("cert"),
        "SSL_CLIENT_CERT": pip.get("client-cert"),
        "UV_SYSTEM_CERTS": None if "cert" in pip else "1",
    }
    return {name: value for name, value in settings.items() if value}


# ---- Why a package was not found -------------------------------------------------------------------------------------


def explain(output, attempt):
    """Return the kind of a failure and its sentences. Where pip only says that it found nothing, ask it why."""
    listed, kind = listed_settings(), kind_of_failure(output)
    pip = pip_settings(listed)
    names = {"index": pip.get("index-url", "PyPI"), "mirror": say(MIRROR, MIRROR.replace("mirror", "镜像地址"))}
    missing = re.findall(r"No matching distribution found for ([\w.-]+)\S*", output)
    asked = re.findall(r"(?:satisfies the requirement|requested \(constraint\)) ([^\s,;]+)", output) or missing
    names["what"] = (asked or [say("a file", "某个文件")])[-1]
    if "PIP_INDEX_URL" in places.variables():  # what pip's settings say does not matter then
        names["mirror"] += say(
            " (and remove the variable PIP_INDEX_URL, which goes before it)",
            "（并取消环境变量 PIP_INDEX_URL，它优先于这个设置）",
        )
    if pip.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        kind = "off"
        names |= dict(zip(("setting", "remedy"), switch(listed), strict=True))
    elif kind == "lag" and missing:
        kind, names["index"], reason = ask_why(missing[-1], names["what"], attempt, names["index"])
        output = output.rstrip() + reason
    names["host"] = urllib.parse.urlsplit(names["index"]).hostname or names["index"]
    return kind, failure(kind, output, **names)


def switch(listed):
    """Where the index is switched off, and how it is switched on again."""
    section = re.findall(r"^(:env:|install|global)\.no-index=", listed, re.MULTILINE)[0]
    if section == ":env:":
        return "PIP_NO_INDEX", "set PIP_NO_INDEX=" if sys.platform == "win32" else "unset PIP_NO_INDEX"
    return f"{section}.no-index", f"pip config unset {section}.no-index"


def ask_why(package, what, attempt, index):
    """Return the kind, the index, and a line with the reason: what pip says when it is asked to say all."""
    said = attempt(look_up(package))[1]
    index = (re.findall(r"^\* (\S+?)/[\w.-]+/?$", said, re.MULTILINE) or [index])[0]
    files = re.findall(r"(?:Found|Skipping) link:? .*?(\S+\.(?:whl|zip|tar\.\w+))\b", said)
    version = what.partition("==")[2]
    status = re.findall(r"Could not fetch URL .*?: (.+?)(?: for url.*)? - skipping", said)
    if files:
        if version and any(f"-{version}-" in file or f"-{version}.tar" in file for file in files):
            return "package", index, ""
        newest = re.findall(r"Found link .*version: (\S+)", said)[-1:]
        return "lag", index, "".join(f"\n{index}: {package}=={found}" for found in newest)
    if not status and not re.search(r"(?:Fetched|Skipping) page", said):
        return "lag", index, ""
    if not status:
        # pip did read a page, and it had no link to any file; or the page had a type that no index has.
        return "portal", index, f"\n{index}: " + say("this is no package index", "不是软件源")
    if not status[0].startswith("404"):
        return kind_of_failure(status[0]), index, f"\n{index}: {status[0]}"
    every = attempt(look_up("pip"))[1]
    known = re.search(r"(?:Found|Skipping) link:? .*\.whl", every)
    return "lag" if known else "address", index, f"\n{index}: {status[0]}"


def look_up(package):
    return [*places.PIP, "install", "-vv", "--dry-run", "--ignore-installed", "--no-deps", "--retries", "0", package]
