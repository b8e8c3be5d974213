"""Install the libraries that crmlib is measured against into environments of their own, to be thrown away."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from launch.failures import kind_of_failure
from launch.index import pip_settings, uv_settings
from launch.places import variables

ROOT = Path(__file__).resolve().parents[1]
# With the numpy, pandas and scipy of constraints.txt, as crmlib has them, unless a peer names another here: then only
# the library differs.
PEERS = {
    "lifetimes": ["lifetimes==0.11.3", "autograd==1.9.1", "dill==0.4.1"],
    "clvkit": ["clvkit==0.2.1"],
    "lifelines": ["lifelines==0.30.3", "pandas==2.3.3"],  # caps pandas below 3
    "sklift": ["scikit-uplift==0.5.1"],
}


class NotInstalled(Exception):
    """A peer could not be installed; the message says why."""


def install(name, folder):
    """Make an environment with one peer in a folder, and return its Python."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    folder.parent.mkdir(parents=True, exist_ok=True)
    constraints = folder.with_name(f"{folder.name}.txt")
    own = {package.partition("==")[0] for package in PEERS[name]}
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    constraints.write_text("\n".join(pin for pin in pins if pin.partition("==")[0] not in own), encoding="utf-8")
    packages = [*PEERS[name], "pyarrow", "-c", constraints]
    if importlib.util.find_spec("uv"):
        uv = [sys.executable, "-m", "uv"]
        listed = _run([sys.executable, "-m", "pip", "config", "list"])
        settings = uv_settings(pip_settings(listed))
        _run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], **settings)
        _run([*uv, "pip", "install", "--python", python, *packages], **settings)
    else:
        _run([sys.executable, "-m", "venv", "--clear", folder])
        _run([python, "-m", "pip", "install", "--retries", "2", *packages])
    return python


def _run(command, **more):
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=variables(NO_COLOR="1", **more),
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-4:])
        network = kind_of_failure(done.stdout) == "network"
        reason = "no network, or the package index cannot be reached" if network else "the installation failed"
        raise NotInstalled(f"{reason}:\n{last}")
    return done.stdout
