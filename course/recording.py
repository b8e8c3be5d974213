"""What a chapter's run leaves in the key: its answers and wrong roads as JSON, tried once through the real check."""

import math
import numbers
import reprlib
from contextlib import contextmanager

import crmlib
from crmlib import exercises
from crmlib.exercises import judges, key, tables
from crmlib.exercises.reading import plain, unwrap

DIGITS = 12  # what differs between processors stands further behind


class Unfit(Exception):
    """A value that the key cannot hold; the text says why, ``road`` whose it is if not the answer's."""

    def __init__(self, text, road=None):
        super().__init__(text)
        self.road = road


@contextmanager
def named(who, road=None):
    """Say of whom a refusal speaks."""
    try:
        yield
    except Unfit as unfit:
        raise Unfit(f"{who} {unfit}", road) from None


def is_finite(value):
    try:
        return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # a whole number of more than 300 digits
        return False


def encode(value, kind):
    """Return an answer's value as the key keeps it."""
    if kind == "set":
        if isinstance(value, str) or not hasattr(value, "__iter__"):
            raise Unfit(f"is a {type(value).__name__}, not a set or a list")
        items = [unwrap(item) for item in value]
        if not all(isinstance(item, str) for item in items) and not all(map(is_finite, items)):
            raise Unfit("is a set of neither texts nor finite numbers")
        return sorted(items)
    if kind == "table":
        return encode_table(value)
    value = unwrap(value)
    if kind in ("letter", "text"):
        if not isinstance(value, str):
            raise Unfit(f"is a {type(value).__name__}, not text")
        if not plain(value):
            raise Unfit("is an empty text")
        if kind == "letter" and len(plain(value)) > 1:
            raise Unfit(f"is {value!r}, but a letter is one")
        return value
    if not is_finite(value):
        raise Unfit(f"is {reprlib.repr(value)}, not a finite number")
    if kind == "count" and value != int(value):
        raise Unfit(f"is {value!r}, but a count is a whole number")
    return int(value) if value == int(value) and abs(value) < 2**53 else float(f"{float(value):.{DIGITS}g}")


def encode_table(value):
    import pandas

    if not isinstance(value, (pandas.DataFrame, pandas.Series)):
        raise Unfit(f"is a {type(value).__name__}, not a table")
    frame = pandas.DataFrame(value)
    if not all(dtype.kind in "iufb" for dtype in frame.dtypes):
        raise Unfit("is a table of other things than numbers")
    if not frame.map(math.isfinite).all(axis=None):
        raise Unfit("is a table with missing values")
    return tables.record(value)


def entry(spec, answers, roads, losses, texts):
    """Return the key's entry of one exercise.

    ``spec`` is the exercise's part of the job, ``answers`` what its check received, ``roads`` and ``losses`` the values
    by road, ``texts`` the filled sentences by place.
    """
    made = {
        "answers": encode_answers(spec, answers),
        "right": {} if spec["judge"] else {language: texts["right", language] for language in ("en", "zh")},
        "hints": {language: [texts["hints", language, step] for step in (0, 1)] for language in ("en", "zh")},
        "roads": [
            {
                "name": name,
                "values": [] if spec["judge"] else encode_road(roads[name], spec["answers"], name),
                "en": texts["roads", name, "en"],
                "zh": texts["roads", name, "zh"],
            }
            | ({"loss": encode_loss(losses[name], name)} if name in losses else {})
            | ({"right": True} if name in spec["accepted"] else {})
            for name in spec["roads"]
        ],
    }
    if spec["choices"]:
        check_choices(made, spec["choices"])
        made["choices"] = spec["choices"]
    return made | ({"judge": True, "facts": judge_of(spec["id"]).facts(*answers)} if spec["judge"] else {})


def entry_in_words(spec, texts):
    """Return the key's entry of an exercise that is answered in words."""
    missing = {
        language: [texts["missing", language, number] for number in range(len(spec["keywords"][language]))]
        for language in ("en", "zh")
    }
    astray = {"words": spec["astray"]} | {language: texts["astray", language] for language in spec["astray"]}
    return {
        "answers": [{"name": "sentence", "kind": "sentence"}],
        "right": {language: texts["right", language] for language in ("en", "zh")},
        "hints": {language: [texts["hints", language, step] for step in (0, 1)] for language in ("en", "zh")},
        "roads": [],
        "keywords": spec["keywords"],
        "missing": missing,
    } | ({"astray": astray} if spec["astray"] else {})


def check_choices(made, choices):
    """Refuse letters that nobody can choose."""
    given = [("the answer", None, made["answers"][0]["value"])]
    given += [(f"the road {road['name']!r}", road["name"], road["values"][0]) for road in made["roads"]]
    for who, road, value in given:
        if not set(value) <= set(choices):
            raise Unfit(f"{who} is {value!r}, but the choices are {choices}", road)


def encode_answers(spec, answers):
    if spec["judge"]:
        return [{"name": name, "kind": "object"} for name in spec["names"]]
    made = []
    for name, known, answer in zip(spec["names"], spec["answers"], answers, strict=True):
        with named(name):
            value = encode(answer, known["kind"])
            if known["kind"] == "share" and not 0 <= value <= 1:
                raise Unfit(f"is {value!r}, but a share lies between 0 and 1: kind: number")
        made.append({"name": name} | known | {"value": value})
    return made


def encode_road(value, wanted, name):
    with named(f"the road {name!r}", name):
        values = value if isinstance(value, tuple) and len(wanted) > 1 else (value,)
        if len(values) != len(wanted):
            raise Unfit(f"gives {len(values)} value(s), the check receives {len(wanted)}")
        # A wrong road of a count may well be no whole number.
        kinds = ["number" if known["kind"] == "count" else known["kind"] for known in wanted]
        return [None if part is None else encode(part, kind) for part, kind in zip(values, kinds, strict=True)]


def encode_loss(value, road):
    with named(f"the loss of the road {road!r}", road):
        loss = encode(value, "money")
        if loss <= 0:
            raise Unfit(f"is {loss}, but a loss is money lost")
        return loss


def judge_of(exercise_id):
    try:
        return judges.find(exercise_id)
    except (ImportError, KeyError):
        raise Unfit(f"has no Judge in crmlib/exercises/judges/{exercise_id.partition('.')[0]}.py") from None


def replay(entries, answers, roads):
    """Try the answers and every road through the real check; yield ``(exercise id, road or None, what went wrong)``."""
    with key.instead(entries):
        for name, made in entries.items():
            for language in ("en", "zh") if "keywords" in made else ():
                crmlib.use_language(language)
                if (said := said_of(name, (made["right"][language],))).status != "right":
                    yield name, None, f"the model sentence does not pass ({language}): {said}"
        for name, given in answers.items():
            for language in ("en", "zh"):
                crmlib.use_language(language)
                said = said_of(name, given)
                if said.status != "right":
                    yield name, None, f"the solution does not pass: {said}"
                for road, value in roads.get(name, {}).items():
                    parts = value if isinstance(value, tuple) and len(given) > 1 else (value,)
                    parts = [right if part is None else part for part, right in zip(parts, given, strict=True)]
                    said, accepted = said_of(name, parts), exercise_road(entries[name], road).get("right", False)
                    if said.status == "right" and not (accepted and said.misconception == road):
                        yield name, road, f"the road {road!r} is within the tolerance of the answer"
                    elif said.misconception != road:
                        yield name, road, f"the check takes the road {road!r} for {said.misconception!r}: {said}"


def exercise_road(entry, name):
    return next(road for road in entry["roads"] if road["name"] == name)


def said_of(name, answers):
    try:
        return exercises.check(name, *answers)
    except Exception as error:  # in a judge, or in a sentence
        return exercises.Feedback("wrong", f"{type(error).__name__}: {error}", "error")
