"""What start.py says, in the user's language.  Standard library only: it runs before anything is installed."""

import contextlib
import os
import subprocess
import sys

_language = "en"


class Stop(Exception):
    """The command cannot go on; the message says what happened and what to try."""


def use_language(language):
    global _language
    _language = language


def language():
    return _language


def say(en, zh):
    return zh if _language == "zh" else en


def tell(text, end="\n", stream=None):
    stream = stream or sys.stdout
    # A console that cannot show Chinese shows question marks instead of failing.
    encoding = stream.encoding or "utf-8"
    with contextlib.suppress(OSError):  # nobody can read it any more: the window was closed
        stream.write(text.encode(encoding, "replace").decode(encoding) + end)
        stream.flush()


def in_utf8():
    """Where Python reads the names of files in another encoding (zh_CN.GBK), start again with UTF-8.

    The environment's programs do so, too; what is said stays in the encoding of the console.
    """
    if os.name != "nt" and not sys.flags.utf8_mode and sys.getfilesystemencoding() != "utf-8":
        os.environ.setdefault("PYTHONIOENCODING", sys.stdout.encoding or "utf-8")
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def system_language():
    """The first variable that is set decides; where none speaks, ask Windows or macOS for the language of the menus."""
    values = [os.environ.get(name, "").split(".")[0] for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    locale = next(filter(None, values), "C")
    if locale in ("C", "POSIX"):
        locale = windows_language() if os.name == "nt" else macos_language() if sys.platform == "darwin" else "en"
    return "zh" if locale.lower().startswith("zh") else "en"


def windows_language():
    import ctypes

    language_and_country = ctypes.windll.kernel32.GetUserDefaultUILanguage()
    return "zh" if language_and_country & 0x3FF == 0x04 else "en"


def macos_language():
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return subprocess.check_output(["defaults", "read", "-g", "AppleLocale"], stderr=subprocess.DEVNULL, text=True)
    return "en"


def this_command(word):
    """The command as this user types it: some have `python3`, some are in another directory."""
    python = os.path.basename(sys.executable).removesuffix(".exe")
    script = f'"{sys.argv[0]}"' if " " in sys.argv[0] else sys.argv[0]
    return f"{python} {script} {word}"
