"""Any object may be handed to a check: it answers with a sentence, or says that the number of answers is another."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmlib import use_language
from crmlib.exercises import Feedback, check, key

SCALARS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.decimals(), st.fractions()),
    *(st.text(), st.text("0123456789.,，。：%‰元万¥ -"), st.text("ABCDEFbdＢＤ、, {}“"), st.binary(), st.just(...)),
    *(st.dates(), st.timedeltas(), st.sampled_from([pd.NA, pd.NaT, np.nan, len, float, pd.Series, pd.Timedelta(1)])),
)
NESTED = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        *(st.lists(inner, max_size=4), st.lists(inner, max_size=4).map(tuple), st.dictionaries(st.text(), inner)),
        *(st.frozensets(st.text() | st.integers() | st.none(), max_size=4), st.builds(iter, st.lists(inner))),
    ),
    max_leaves=6,
)
COLUMN = st.lists(st.floats() | st.none() | st.text(max_size=2), max_size=3)
OBJECTS = st.one_of(
    NESTED,
    COLUMN.map(lambda values: pd.Series(values, dtype=object)),
    st.lists(st.floats(), max_size=4).map(np.array),
    st.lists(st.floats() | st.none(), max_size=3).map(lambda values: pd.Series(values, dtype="Float64")),
    COLUMN.map(lambda values: pd.DataFrame({"x": values})),
    st.builds(np.array, st.floats() | st.text()),
)


@pytest.mark.parametrize("language", ["en", "zh"])
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(answer=OBJECTS)
def test_every_exercise_takes_any_object(answer, language):
    use_language(language)
    for name, exercise in key.catalogue().items():
        try:
            said = check(name, *[answer] * len(exercise.answers)), check(name, answer)
        except ValueError as trouble:
            assert re.search(r"takes \d|需要 \d", str(trouble)) and len(exercise.answers) > 1
        else:
            for feedback in said:
                text = re.sub(r'hint\("[\w.]+"\)', "", feedback.message)
                assert isinstance(feedback, Feedback) and bool(re.search("[一-鿿]", text)) == (language == "zh")
