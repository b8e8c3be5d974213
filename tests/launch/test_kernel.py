"""The notebooks' kernel: files of a user's beside a notebook stand behind the modules whose names they have."""

import os

from jupyter_client.manager import start_new_kernel

from launch import places, server

ASK = "import json, os, random, typing, pandas, mine\nprint(mine.said, pandas.Series, 'PYTHONSAFEPATH' in os.environ)"


def test_a_stray_file_beside_a_notebook_is_not_imported(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "JUPYTER", tmp_path / "jupyter")
    server.write_settings()
    folder = tmp_path / "work"
    folder.mkdir()
    for name in ("json", "random", "enum", "typing", "site", "pandas"):
        (folder / f"{name}.py").write_text("raise SystemExit('a stray file was imported')\n")
    (folder / "mine.py").write_text("said = 'mine'\n")
    variables = places.variables(IPYTHONDIR=str(tmp_path / "jupyter" / "ipython"), **server.KERNEL_VARIABLES)
    monkeypatch.setattr(os, "environ", variables)
    manager, client = start_new_kernel(cwd=str(folder), startup_timeout=60)
    said = []
    try:
        answer = client.execute_interactive(
            ASK, timeout=60, output_hook=lambda message: said.append(message["content"])
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert answer["content"]["status"] == "ok", answer["content"]
    assert "".join(part.get("text", "") for part in said) == "mine <class 'pandas.Series'> False\n"
