"""JupyterLab as the course runs it: by its own settings, not by those of the machine.  Runs in the environment."""

import os
import sys
import threading
from importlib import import_module


def wait_for_the_word():
    """Who started this server says when he has found it; if he dies before, nobody knows of it, and it ends."""
    if not sys.stdin.read(1):
        os._exit(1)


def forget_the_machine():
    """Take no settings, kernels or extensions from /etc, /usr or ProgramData: the environment has the course's own."""
    paths, application = import_module("jupyter_core.paths"), import_module("jupyter_core.application")
    for machine, own in (
        (paths.SYSTEM_CONFIG_PATH, paths.ENV_CONFIG_PATH),
        (paths.SYSTEM_JUPYTER_PATH, paths.ENV_JUPYTER_PATH),
    ):
        if machine != own:
            machine.clear()  # in place: others have imported the list
    # And no file of settings from anywhere: one for the old NotebookApp would even win over the command line.
    application.JupyterApp.load_config_file = lambda *_, **__: None


def main():
    threading.Thread(target=wait_for_the_word, daemon=True).start()
    forget_the_machine()
    # It writes a page with the token that others could read; start.py has its own.
    import_module("jupyter_server.serverapp").ServerApp.write_browser_open_files = lambda _: None
    # Said here, settings cannot empty it, and no list of processes shows it.
    sys.argv.append("--IdentityProvider.token=" + os.environ["JUPYTER_TOKEN"])
    # rfc3987_syntax builds a grammar when it is imported: a second, more than all the rest of JupyterLab, for a check
    # of addresses that is never made here. Without it, JupyterLab just leaves the check out.
    sys.modules["rfc3987_syntax"] = None
    import_module("jupyterlab.labapp").main()


if __name__ == "__main__":
    main()
