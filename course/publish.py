"""The files that a chapter gives to the library: ``crmlib/exercises/keys/NN.json``, ``NN_questions.json``, …

They travel in crmlib's wheel, so they are JSON, and small; the sources in YAML stay with the chapter.
"""

import json
import math
from pathlib import Path

import yaml

KEYS = "crmlib/exercises/keys"
LARGEST = 200_000  # bytes
SAME = 1e-6  # relative: fitted values differ that much between processors


def files(root, chapter, key):
    """What a chapter publishes, as bytes by path."""
    made = {f"{KEYS}/{chapter.number}.json": as_json(key)} if key else {}
    for file in published(root, chapter):
        made[f"{KEYS}/{chapter.number}_{file.stem}.json"] = as_json(content_of(file))
    return made


def published(root, chapter):
    """The files beside a chapter that travel as they are."""
    return [file for file in sorted(Path(root, chapter.folder).glob("*.yml")) if file.stem != "exercises"]


def content_of(file):
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def as_json(content):
    return (json.dumps(content, ensure_ascii=False, indent=0, allow_nan=False) + "\n").encode("utf-8")


def as_good_as(one, other):
    """Whether two files are JSON that differs in the last digits of its numbers only."""
    try:
        return same(json.loads(one), json.loads(other))
    except ValueError:
        return False


def same(one, other):
    if isinstance(one, float) or isinstance(other, float):
        numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (one, other))
        return numbers and math.isclose(one, other, rel_tol=SAME, abs_tol=1e-12)
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other
