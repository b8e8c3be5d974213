"""What a chapter's run leaves in the key: its answers and wrong roads as JSON, tried once through the real check."""

import math
import numbers
from copy import copy

import crmlib
from crmlib import exercises
from crmlib.exercises import judges, key, tables
from crmlib.exercises.reading import unwrap

DIGITS = 12  # what differs between processors stands further behind


class Unfit(Exception):
    """A value that the key cannot hold; the text says why."""


def encode(value, kind):
    """Return an answer's value as the key keeps it."""
    if kind == "set":
        return sorted(unwrap(item) for item in value)
    if kind == "table":
        if not hasattr(value, "to_numpy"):
            raise Unfit(f"is a {type(value).__name__}, not a table")
        if value.isna().to_numpy().any():
            raise Unfit("is a table with missing values")
        return tables.record(value)
    value = unwrap(value)
    if kind in ("letter", "text"):
        if not isinstance(value, str):
            raise Unfit(f"is a {type(value).__name__}, not text")
        return value
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not math.isfinite(value):
        raise Unfit(f"is {value!r}, not a finite number")
    if kind == "count" and value != int(value):
        raise Unfit(f"is {value!r}, but a count is a whole number")
    return int(value) if value == int(value) and abs(value) < 2**53 else float(f"{value:.{DIGITS}g}")


def entry(spec, names, answers, roads, losses, texts):
    """Return the key's entry of one exercise.

    ``spec`` is the exercise's part of the job, ``answers`` what its check received, ``roads`` and ``losses`` the values
    by road, ``texts`` the filled sentences by place.
    """
    judge = spec["judge"]
    wanted = [{"kind": "object"} for _ in names] if judge else spec["answers"]
    made = {
        "answers": [
            {"name": name} | known | ({} if judge else {"value": encode(answer, known["kind"])})
            for name, known, answer in zip(names, wanted, answers, strict=True)
        ],
        "right": {} if judge else {language: texts["right", language] for language in ("en", "zh")},
        "hints": {language: [texts["hints", language, step] for step in (0, 1)] for language in ("en", "zh")},
        "roads": [
            {
                "name": name,
                "values": [] if judge else road_values(roads[name], spec["answers"], name),
                "en": texts["roads", name, "en"],
                "zh": texts["roads", name, "zh"],
            }
            | ({"loss": encode(losses[name], "money")} if name in losses else {})
            for name in spec["roads"]
        ],
    }
    return made | ({"judge": True, "facts": judges.find(spec["id"]).facts(*answers)} if judge else {})


def road_values(value, wanted, name):
    values = value if isinstance(value, tuple) and len(wanted) > 1 else (value,)
    if len(values) != len(wanted):
        raise Unfit(f"{name} gives {len(values)} value(s), the check receives {len(wanted)}")
    # A wrong road of a count may well be no whole number.
    kinds = ["number" if known["kind"] == "count" else known["kind"] for known in wanted]
    return [None if part is None else encode(part, kind) for part, kind in zip(values, kinds, strict=True)]


def replay(entries, answers, roads):
    """Try the answers and every road through the real check; yield ``(exercise id, road or None, what went wrong)``."""
    with key.instead(entries):
        for name, given in answers.items():
            for language in ("en", "zh"):
                crmlib.use_language(language)
                said = exercises.check(name, *copy(given))
                if said.status != "right":
                    yield name, None, f"the solution does not pass: {said}"
                for road, value in roads.get(name, {}).items():
                    parts = value if isinstance(value, tuple) and len(given) > 1 else (value,)
                    parts = [right if part is None else part for part, right in zip(parts, given, strict=True)]
                    said = exercises.check(name, *parts)
                    if said.status == "right":
                        yield name, road, f"the road {road!r} is within the tolerance of the answer"
                    elif said.misconception != road:
                        yield name, road, f"the check takes the road {road!r} for {said.misconception!r}: {said}"
