"""One call, and what is wrong with it: an error that is not ours, an input changed, new NaN, too long a time."""

import contextlib
import copy
import io
import re
import signal
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

import crmlib
from crmlib.plots import Picture

LIBRARY = str(Path(crmlib.__file__).parent)
SECONDS = 2  # of processor time: other programs do not count
HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Finding:
    """What is wrong with a call. `kind`: raw, language, unnamed, changed, NaN, warning, slow."""

    function: str
    kind: str
    argument: str
    value: str
    told: str
    line: str

    @property
    def key(self):
        """Findings with the same key have the same cause."""
        return self.function, self.kind, self.line or self.argument


class TooSlow(BaseException):
    """Raised by the alarm; a BaseException, so that no `except Exception` swallows it."""


def measured(start):
    """Call once as the example does, and note the gaps in its result and the names in its arguments."""
    given = start.fresh()
    with contextlib.redirect_stdout(io.StringIO()):
        result = start.target.function(*given.args, **given.kwargs)
    words = frozenset().union(*map(_words, given.arguments.values()))
    return replace(start, holes=_holes(result), words=words)


def judged(start, spoilt, language="en"):
    """Call with the arguments in `spoilt`, {name: (what was done, value)}; return the findings.

    What is refused is called again in the other language: the two sentences must be of one kind.
    """
    error, problems = _called(start, spoilt, language)
    if isinstance(error, Exception):
        other, more = _called(start, spoilt, {"en": "zh", "zh": "en"}[language])
        # A sentence of Python's own names no argument, and shows itself only in Chinese.
        problems = [one for one in problems + more if one[0] == "raw"] or problems + more
        if not problems:
            problems = _of_languages(spoilt, *((error, other) if language == "en" else (other, error)))
    told = ", ".join(f"{name}: {what}" for name, (what, _) in spoilt.items())
    shown = ", ".join(_short(value) for _, value in spoilt.values())
    return {Finding(str(start.target), kind, told, shown, text, line) for kind, text, line in problems}


def _called(start, spoilt, language):
    """Call once: the error (None without), and what is wrong with it or with the result."""
    given = start.fresh()
    for name, (_, value) in spoilt.items():
        put(given, name, _copy(value))
    before = _copy(given.arguments)
    crmlib.use_language(language)
    error = result = None
    with warnings.catch_warnings(record=True) as told, contextlib.redirect_stdout(io.StringIO()), _alarm():
        warnings.simplefilter("always")
        try:
            result = start.target.function(*given.args, **given.kwargs)
            _show(result)
        except (Exception, TooSlow) as raised:
            error = raised
    crmlib.use_language("en")
    problems = (
        list(_of_error(start, spoilt, error, language))
        if error is not None
        else list(_of_result(start, spoilt, result))
    )
    problems += [("warning", f"{one.category.__name__}: {one.message}", _at(one)) for one in told if _is_foreign(one)]
    problems += [("changed", name, "") for name in before if _changed(start, name, before, given.arguments)]
    return error, problems


def put(given, name, value):
    """Give an argument another value; what a function takes as ``*args`` or ``**options`` becomes one more of them."""
    kind = given.signature.parameters[name].kind
    if kind is kind.VAR_POSITIONAL:
        value = (value,)
    elif kind is kind.VAR_KEYWORD:
        value = value if isinstance(value, dict) and all(isinstance(key, str) for key in value) else {}
    given.arguments[name] = value


@contextlib.contextmanager
def _alarm():
    """Raise TooSlow in the block once it has used up its time (where the system has such a clock)."""
    if not hasattr(signal, "SIGPROF"):
        yield
        return

    def ring(*_):
        raise TooSlow

    former = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, former)


def _show(result):
    """Look at a result as a notebook does: some find out only then that they cannot be shown."""
    if isinstance(result, Picture):
        result.png(30)
    elif hasattr(result, "_repr_html_"):
        result._repr_html_()
    else:
        repr(result)


def _of_error(start, spoilt, error, language):
    if isinstance(error, TooSlow):
        yield "slow", f"more than {SECONDS} s", _where(error)
        return
    last = traceback.extract_tb(error.__traceback__)[-1]
    kinds = (ValueError, TypeError)
    named = type(error) in kinds or (isinstance(error, kinds) and type(error).__module__.startswith("crmlib."))
    ours = named and last.filename.startswith(LIBRARY)
    if not ours or (language == "zh" and not HAN.search(str(error))):
        yield "raw", f"{type(error).__name__}: {_line(error)}", _where(error)
    elif language == "en" and not _names(start, spoilt, str(error)):
        yield "unnamed", _line(error), _where(error)


def _of_languages(spoilt, en, zh):
    if en is None or type(en) is not type(zh):
        yield "language", f"{en!r} in English, {zh!r} in Chinese", _where(en or zh)
    elif HAN.search(str(en)) and not HAN.search("".join(_short(value, 10_000) for _, value in spoilt.values())):
        yield "language", _line(en), _where(en)


def _of_result(start, spoilt, result):
    holes = _holes(result)
    if holes and not any(_holes(value) for _, value in spoilt.values()) and holes > start.holes:
        documented = re.search(r"NaN|infinite|missing|None", start.target.function.__doc__ or "")
        if not documented:
            yield "NaN", f"{holes} missing or infinite, {start.holes} in the example", ""


def _names(start, spoilt, text):
    """Whether a sentence names the argument, or a column, key or word of it."""
    words = {*start.arguments.signature.parameters, *start.words}
    for _, value in spoilt.values():
        words |= _words(value)
    return any(word in text for word in words if word)


def _words(value):
    """The names that an argument holds: of columns, of keys, texts."""
    if isinstance(value, pd.DataFrame):
        return {*map(str, value.columns), *map(str, value.index.names)}
    if isinstance(value, pd.Series):
        return {str(value.name)}
    if isinstance(value, Mapping):
        return set(map(str, value))
    if isinstance(value, (list, tuple)):
        return {one for one in value if isinstance(one, str)}
    return {value} if isinstance(value, str) else set()


def _holes(result):
    """How many numbers of a result are missing or infinite, in its attrs too."""
    if isinstance(result, pd.DataFrame):
        return sum(_holes(result.iloc[:, i]) for i in range(result.shape[1])) + _holes(result.attrs)
    if isinstance(result, (pd.Series, pd.Index, pd.api.extensions.ExtensionArray)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            numbers = pd.api.types.is_any_real_numeric_dtype(result)
            values = result.to_numpy(dtype=float, na_value=np.nan) if numbers else np.asarray(result, dtype=object)
        return _holes(values) + _holes(getattr(result, "attrs", {}))
    if isinstance(result, np.ndarray):
        if result.dtype.kind == "f":
            return int((~np.isfinite(result)).sum())
        return sum(map(_holes, result.ravel())) if result.dtype.kind == "O" else 0
    if isinstance(result, Mapping):
        return sum(map(_holes, result.values()))
    if isinstance(result, (list, tuple)):
        return sum(map(_holes, result))
    if result is None or result is pd.NaT or result is pd.NA:
        return 1
    return int(isinstance(result, (float, np.floating)) and not np.isfinite(result))


def _changed(start, name, before, after):
    """Whether a call has changed what it was given; a model that learns may change itself."""
    return name != "self" and not same(before.get(name), after.get(name))


def same(one, other):
    """Whether two arguments are equal in every part that we know how to compare."""
    if type(one) is not type(other):
        return False
    if isinstance(one, pd.DataFrame):
        return (
            one.columns.equals(other.columns)
            and one.attrs == other.attrs
            and one.index.equals(other.index)
            and all(same(one.iloc[:, i], other.iloc[:, i]) for i in range(one.shape[1]))
        )
    if isinstance(one, pd.Series):
        return (
            one.dtype == other.dtype
            and one.index.equals(other.index)
            and one.equals(other)
            and one.name is other.name
            or one.name == other.name
        )
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and all(map(same, one.ravel().tolist(), other.ravel().tolist()))
        )
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (float, int, str)):
        return one == other or one != one
    return True


def _copy(value):
    try:
        return copy.deepcopy(value)
    except Exception:  # a connection to a database
        return value


def _is_foreign(warning):
    """Whether a warning is not the library's own word, said in the language in use."""
    return issubclass(warning.category, (RuntimeWarning, FutureWarning, DeprecationWarning)) or "sklearn" in str(
        warning.category
    )


def _at(warning):
    return f"{Path(warning.filename).name}:{warning.lineno}"


def _where(error):
    """The last line of the library that an error went through."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    ours = [frame for frame in frames if frame.filename.startswith(LIBRARY)]
    if not ours:
        return "(before the library)"
    return f"crmlib{ours[-1].filename.removeprefix(LIBRARY)}:{ours[-1].lineno}"


def _line(error):
    return _short_text(str(error).partition("\n")[0])


def _short_text(text, most=150):
    return text if len(text) <= most else text[:most] + "…"


def _short(value, most=60):
    try:
        return _short_text(" ".join(repr(value).split()), most)
    except Exception as error:
        return f"{type(value).__name__} ({error})"
