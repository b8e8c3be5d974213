"""A real JupyterLab in a real browser: what the browser tests and the pictures of the README are made with."""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlsplit

from tests.support import PROJECT
from tests.support.ports import free_port

LOCALES = {"zh": "zh_CN", "en": "default"}
# Quiet and offline: no name is found that the browser would look up, and what it asked for is on record all the same.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
# Where the installers of Windows and macOS put a browser of Chromium's family.
USUAL_PLACES = [
    *(
        Path(os.environ[root]) / place
        for root in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        if root in os.environ
        for place in (
            "Google/Chrome/Application/chrome.exe",
            "Chromium/Application/chrome.exe",
            "Microsoft/Edge/Application/msedge.exe",
        )
    ),
    *(
        Path(f"/Applications/{name}.app/Contents/MacOS/{name}")
        for name in ("Google Chrome", "Chromium", "Microsoft Edge")
    ),
]


def find_browser():
    """Return the path of a browser that Playwright can drive, or nothing; CRM_CHROMIUM decides where it is set."""
    if "CRM_CHROMIUM" in os.environ:
        return os.environ["CRM_CHROMIUM"]
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
    found = [shutil.which(name) for name in names] + [str(path) for path in USUAL_PLACES if path.exists()]
    return next(filter(None, found), None)


@contextlib.contextmanager
def server(folder, language):
    """Run JupyterLab on copies of the notebooks laid out as start.py lays them out; yield its address and token."""
    for kind, place in (("notebooks", "work"), ("solutions", "solutions")):
        shutil.copytree(PROJECT / kind / language, folder / "course" / place / language)
    settings = {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
        "@jupyterlab/translation-extension:plugin": {"locale": LOCALES[language]},
    }
    overrides = folder / "JUPYTER_CONFIG_DIR" / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir(parents=True)
    overrides.write_text(json.dumps(settings), encoding="utf-8")
    private = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
        "IPYTHONDIR",
    )
    port, token = free_port(), secrets.token_hex(16)
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "PYTHONUTF8": "1",
        "PYTHONWARNINGS": "",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else the debugger warns as a kernel starts again
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_TOKEN": token,
        **{name: str(folder / name) for name in private},
    }
    options = [
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder / 'course'}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    with open(folder / "server.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 300  # a guard against hanging: a busy machine takes its time
        while not ask(f"{address}/api/status?token={token}"):
            if process.poll() is not None or time.monotonic() > deadline:
                log = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"JupyterLab did not start:\n{log}")
            time.sleep(0.1)
        yield address, token
    finally:
        # Unlike a signal, this ends the kernels on Windows, too.
        ask(f"{address}/api/shutdown?token={token}", method="POST")
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def ask(url, method="GET"):
    """Whether the server answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, method=method), timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


@contextlib.contextmanager
def desk(folder, language, *, width=1400, height=900, scale=1):
    """Open a browser on a server of its own; yield a `Desk`."""
    from playwright.sync_api import sync_playwright

    with server(folder, language) as (address, token), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
        try:
            yield Desk(context, address, token, language)
        finally:
            browser.close()


class Desk:
    """One language's JupyterLab in the browser, and what a person at it must never see."""

    def __init__(self, context, address, token, language):
        self.address, self.token, self.language = address, token, language
        self.console, self.outside = [], []
        context.on("request", lambda request: self._local(request.url))
        self.page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("websocket", lambda socket: self._local(socket.url))
        self.page.on("console", lambda message: self.console.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.console.append(str(error)))

    def _local(self, url):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost"):
            self.outside.append(url)

    def open(self, path):
        """Open a notebook by its path in the course's folder and wait for its kernel."""
        self.page.goto(f"{self.address}/lab/tree/{quote(path)}?reset&token={self.token}")
        self.arrive(path)

    def arrive(self, path):
        """Wait until a notebook is in front and its kernel answers; listen to what that says on stderr from now on."""
        self.page.wait_for_function("path => window.jupyterapp?.shell.currentWidget?.context?.path === path", arg=path)
        self.page.evaluate("""async () => {
            const panel = jupyterapp.shell.currentWidget;
            await panel.context.ready; await panel.sessionContext.ready; await panel.sessionContext.session.kernel.info;
            if (panel.crmNoise) return;
            const noise = panel.crmNoise = [];
            panel.sessionContext.iopubMessage.connect((_, {header, content}) => {
                // JupyterLab asks each new kernel for widgets before any is imported; ipykernel answers "No such comm".
                const text = header.msg_type === 'error' ? content.ename + ': ' + content.evalue
                    : header.msg_type === 'stream' && content.name === 'stderr' ? content.text : '';
                if (text && !text.startsWith('No such comm')) noise.push(text);
                panel.crmFailed ||= header.msg_type === 'error';
            });
        }""")

    def run_all(self):
        """Run all cells and wait until they are done; fail as soon as one of them does."""
        # Not from the menu: clicked as soon as the kernel is idle, it now and then runs nothing.
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(
            """() => {
            const panel = jupyterapp.shell.currentWidget;
            const cells = [...panel.content.model.cells].filter(c => c.type === 'code');
            return panel.sessionContext.session.kernel.status === 'idle' &&
                   (panel.crmFailed ||
                    cells.every(c => c.executionCount !== null || !c.sharedModel.getSource().trim()));
        }""",
            timeout=300_000,  # a guard against hanging, too
        )
        if self.page.evaluate("jupyterapp.shell.currentWidget.crmFailed"):
            raise RuntimeError(f"A cell fails: {self.noise()[-1]}")

    def restart(self):
        """Restart the kernel of the notebook in front, and forget what its cells have shown."""
        self.page.evaluate("""async () => {
            const panel = jupyterapp.shell.currentWidget;
            await panel.sessionContext.restartKernel(); await panel.sessionContext.session.kernel.info;
            await jupyterapp.commands.execute('notebook:clear-all-cell-outputs');
        }""")

    def noise(self):
        """What the kernel of the notebook in front said on stderr: while cells ran, and while widgets moved."""
        return self.page.evaluate("jupyterapp.shell.currentWidget.crmNoise")

    def sources(self):
        """The sources of the cells of the notebook in front; of those that are no code, nothing."""
        return self.page.evaluate("""[...jupyterapp.shell.currentWidget.content.model.cells]
            .map(cell => cell.type === 'code' ? cell.sharedModel.getSource() : '')""")

    @property
    def front(self):
        """The notebook in front."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def cell(self, text):
        """The first code cell whose source holds a text."""
        number = next(i for i, source in enumerate(self.sources()) if text in source)
        return self.front.locator(f'.jp-Cell[data-windowed-list-index="{number}"]')

    def write(self, cell, source):
        """Replace the source of a cell and run it, as a student does."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Control+Enter")


class Explorer:
    """A widget of sliders and lists, its picture and read-out, seen from outside."""

    def __init__(self, root):
        self.root, self.page = root, root.page
        self.sliders, self.lists = root.locator("[role=slider]"), root.locator("select")
        self.picture, self.words = root.locator("figure img"), root.locator(".crm-readout")
        root.scroll_into_view_if_needed()
        # A clock in the page, from press or choice to the picture that is ready: no way to and from Python is in it.
        root.evaluate("""root => {
            const image = () => root.querySelector('figure img');
            const words = () => root.querySelector('.crm-readout').textContent;
            const crm = root.crm = {pressed: null, seen: null, times: []};
            crm.now = () => ({picture: image().src, words: words()});
            crm.first = crm.now();
            crm.wait = (wanted, told) => new Promise((done, failed) => {
                const end = performance.now() + 15000, look = () => {
                    if (image().complete && image().naturalWidth && wanted()) done();
                    else if (performance.now() > end) failed(new Error(told() + ', after 15 s. Read-out: ' + words()));
                    else requestAnimationFrame(look);
                };
                look();
            });
            for (const moved of ['keydown', 'change'])  // a key on a slider, a choice in a list
                root.addEventListener(moved, () => { crm.pressed = performance.now(); crm.seen = image().src; }, true);
            new MutationObserver(async () => {
                const pressed = crm.pressed;
                if (pressed === null || !image() || image().src === crm.seen) return;
                crm.pressed = null;
                await image().decode();
                crm.times.push(performance.now() - pressed);
            }).observe(root, {subtree: true, childList: true, attributes: true, attributeFilter: ['src']});
        }""")

    @property
    def milliseconds(self):
        """How long each key press, each choice took to its new picture."""
        return self.root.evaluate("root => root.crm.times")

    @contextlib.contextmanager
    def changing(self):
        """What is done inside must bring another picture and other words, both."""
        self.root.evaluate("root => { root.crm.before = root.crm.now(); }")
        yield
        self.root.evaluate("""root => root.crm.wait(
            () => root.crm.now().picture !== root.crm.before.picture && root.crm.now().words !== root.crm.before.words,
            () => `the picture is ${root.crm.now().picture === root.crm.before.picture ? 'as before' : 'new'}, ` +
                  `the words are ${root.crm.now().words === root.crm.before.words ? 'as before' : 'new'}`)""")

    def wait_for_first(self):
        """Wait until picture and words are what they were when the explorer was met."""
        self.root.evaluate("""root => root.crm.wait(
            () => root.crm.now().picture === root.crm.first.picture && root.crm.now().words === root.crm.first.words,
            () => `the picture is ${root.crm.now().picture === root.crm.first.picture ? 'the first' : 'another'}, ` +
                  `the words were: ${root.crm.first.words}`)""")

    def values(self):
        """What the controls show: numbers of sliders, numbers of chosen options of lists, in the order of the page."""
        return self.root.evaluate("""root => [...root.querySelectorAll('[role=slider], select')]
            .map(e => e.tagName === 'SELECT' ? e.selectedIndex : Number(e.getAttribute('aria-valuetext')))""")
