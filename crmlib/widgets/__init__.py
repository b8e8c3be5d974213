"""What a reader moves: explorers of one chapter each, and the quiz."""

from importlib import import_module

from crmlib.widgets.quiz import quiz

_CHAPTERS = ("churn", "desk", "lifecycle", "segmentation", "value")
__all__ = ["quiz", *_CHAPTERS]


def __getattr__(name):
    if name in _CHAPTERS:
        return import_module(f"crmlib.widgets.{name}")
    raise AttributeError(f"module 'crmlib.widgets' has no attribute {name!r}")
