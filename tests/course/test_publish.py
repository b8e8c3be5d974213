"""What chapters publish: small JSON, the same up to the last digits of its numbers."""

import json

import pytest

from course import publish
from tests.support import PROJECT


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1.0}, {"a": 1.0 + 1e-9}, True),
        ({"a": 1.0}, {"a": 1.0 + 1e-5}, False),
        ({"a": 2}, {"a": 2.0000000001}, True),
        ({"a": 2}, {"a": 3}, False),
        ({"a": [1.5, "x"]}, {"a": [1.5, "y"]}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False),
        ({"a": True}, {"a": 1.0}, False),
        ([1.0], [1.0, 1.0], False),
    ],
)
def test_files_that_differ_in_the_last_digits_are_as_good(one, other, same):
    assert publish.as_good_as(json.dumps(one).encode(), json.dumps(other).encode()) == same


def test_what_is_published_is_small_and_holds_no_solution_of_an_exam():
    files = list((PROJECT / publish.KEYS).glob("*.json"))
    assert files
    for file in files:
        assert file.stat().st_size < publish.LARGEST, file.name
        assert "exam" not in file.stem
