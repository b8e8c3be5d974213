"""Customer relationship management, computed and drawn: the library of the course (客户关系管理).

>>> import crmlib
>>> crmlib.use_language("en")
>>> round(crmlib.value.margin_multiple(retention=0.9, discount=0.1), 2)
4.5
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from crmlib.editions import gone
from crmlib.language import label, language, say, use_language

__version__ = "0.1.0"


def _parts():
    """Return where each package and module lies, found in the folders; the worlds are had from here, too."""
    here = Path(__file__).parent
    worlds = {part.name: f"crmlib.worlds.{part.name}" for part in iter_modules([str(here / "worlds")])}
    return worlds | {part.name: f"crmlib.{part.name}" for part in iter_modules([str(here)])}


def __getattr__(name):
    # A part loads when it is used, so that `import crmlib` stays as light as the language it sets.
    if not name.startswith("_") and name in (parts := _parts()):
        globals()[name] = import_module(parts[name])
        return globals()[name]
    return gone(__name__)(name)


def __dir__():
    return sorted({*globals(), *_parts()})
