"""The package index: what is set for pip holds for uv too.  Standard library only."""

import ast
import re
from pathlib import Path


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
