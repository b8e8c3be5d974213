"""The language that the course speaks: labels from the glossary, sentences given side by side."""

import csv
import os
from functools import cache
from importlib.resources import files

# The only state of the library. The environment sets it for a process that has no set-up cell (tests, scripts).
_current = os.environ.get("CRMLIB_LANGUAGE", "en")


def use_language(language):
    """Choose the language of labels, pictures, widgets, checks and error messages: "zh" or "en".

    >>> use_language("zh")
    >>> label("Retention rate")
    '留存率'
    >>> use_language("en")
    """
    global _current
    if not (isinstance(language, str) and language in ("zh", "en")):
        en = f'The course speaks "zh" and "en", not {language!r}: use_language("zh") or use_language("en").'
        raise ValueError(f'{en} 课程只有中文（"zh"）和英文（"en"）。')
    _current = language


def language():
    """Return the language in use, ``"zh"`` or ``"en"``.

    >>> use_language("en")
    >>> language()
    'en'
    """
    return _current


def say(en, zh):
    """Return the sentence that is in the language in use.

    >>> use_language("en")
    >>> say("Right.", "正确。")
    'Right.'
    """
    return zh if _current == "zh" else en


@cache
def glossary():
    """Return the glossary: ``{English term: {"zh": …, "exam": …}}``.

    ``exam`` holds the numbers of the chapters that examine the term ("04", or "03 04"), or nothing.

    >>> glossary()["Retention rate"]["zh"]
    '留存率'
    """
    with files("crmlib").joinpath("glossary.csv").open(encoding="utf-8", newline="") as file:
        return {row["en"]: row for row in csv.DictReader(file)}


def label(term):
    """Return a short label in the language in use, for an English term spelt as in ``crmlib/glossary.csv``.

    A term that the glossary lacks stays as it is.

    >>> use_language("en")
    >>> label("Retention rate")
    'Retention rate'
    """
    return term if _current == "en" or not isinstance(term, str) else glossary().get(term, {"zh": term})["zh"]


def heading(name):
    """Turn a data name (``cost_to_serve``) into a label in the language in use (Cost to serve, 服务成本).

    What does not look like a data name (``"BG/NBD"``, a customer's name, a number) stays as it is.

    >>> use_language("en")
    >>> heading("cost_to_serve"), heading("BG/NBD"), heading(3), heading("dairy")
    ('Cost to serve', 'BG/NBD', '3', 'Dairy products')
    """
    text = str(name)
    # "Dairy" is a firm (乳品厂); goods of this category are dairy products (乳品).
    text = {"alpha": "α", "beta": "β", "dairy": "dairy_products", "grain_oil": "grain_and_oil"}.get(text, text)
    is_data_name = text.isascii() and text.isidentifier() and text.islower() and len(text) > 1
    return label(text.replace("_", " ").capitalize()) if is_data_name else text
