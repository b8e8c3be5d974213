"""A notebook of a former edition asks for names that are gone: one sentence tells how to fetch the new copy."""

from functools import wraps
from inspect import signature

from crmlib.language import say


def _fetch():
    return say(
        "If your notebook is a copy of an earlier edition, fetch the new one with: python start.py update",
        "如果你的笔记本是旧版的副本，请运行 python start.py update 取回新版。",
    )


def gone(module):
    """Return a module's ``__getattr__``: what the module has no longer, or never had, is answered in a sentence.

    >>> gone("crmlib.churn")("uplift_bins")
    Traceback (most recent call last):
        ...
    AttributeError: crmlib.churn has no 'uplift_bins'. If your notebook is a copy of an earlier edition, fetch ...
    """

    def missing(name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(say(f"{module} has no {name!r}. ", f"{module} 里没有 {name!r}。") + _fetch())

    return missing


def takes_givens(function):
    """Let a function whose arguments come from its chapter say so where they are missing.

    >>> takes_givens(lambda margin: margin)(margin=3)
    3
    """
    form = signature(function)

    @wraps(function)
    def checked(*args, **kwargs):
        try:
            form.bind(*args, **kwargs)
        except TypeError:
            told = say("Its chapter calls it ", "本章里写的是 ") + f"{function.__name__}{form}" + say(". ", "。")
            raise TypeError(told + _fetch()) from None
        try:
            return function(*args, **kwargs)
        except Exception as error:  # of whatever lies below: sliders, pictures, models
            given = ", ".join(
                f"{name} = {_short(value)}" for name, value in form.bind(*args, **kwargs).arguments.items()
            )
            told = say(f"It cannot be drawn with {given}: ", f"画不出来，给出的是 {given}：")
            raise (ValueError if isinstance(error, ValueError) else TypeError)(f"{told}{error}") from error

    return checked


def _short(value):
    """A value as a sentence shows it: its type where it would fill more than a line."""
    shown = repr(value)
    return shown if len(shown) <= 40 and "\n" not in shown else type(value).__name__
