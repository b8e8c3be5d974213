"""What a reader moves: explorers of one chapter each, and the quiz."""

from importlib import import_module

from crmlib.widgets.quiz import quiz

__all__ = ["quiz", "value"]


def __getattr__(name):
    if name == "value":
        return import_module("crmlib.widgets.value")
    raise AttributeError(f"module 'crmlib.widgets' has no attribute {name!r}")
