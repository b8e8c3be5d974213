"""What a reader moves: explorers, a file or package a chapter, and the quiz."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from crmlib.editions import gone
from crmlib.widgets.quiz import quiz

_CHAPTERS = sorted({part.name for part in iter_modules([str(Path(__file__).parent)])} - {"base", "quiz"})


def __getattr__(name):
    if name in _CHAPTERS:
        return import_module(f"crmlib.widgets.{name}")
    return gone(__name__)(name)
