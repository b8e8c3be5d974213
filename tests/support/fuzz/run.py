"""The fuzzer's run over one function: hypothesis draws, the judge judges."""

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.fuzz.judge import judged, measured
from tests.support.fuzz.odd import spoil
from tests.support.fuzz.starts import starts


def fuzz(target, calls, seed=None):
    """Make so many spoilt calls of a function; return how many, and the findings by key. No seed: always the same."""
    known, found, made = [measured(start) for start in starts(target)], {}, 0
    if not known:
        return 0, {}

    @settings(
        max_examples=calls,
        deadline=None,
        derandomize=seed is None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def run(data):
        nonlocal made
        made += 1
        start = data.draw(st.sampled_from(known))
        spoilt = _spoilt(data.draw, start)
        for finding in judged(start, spoilt, data.draw(st.sampled_from(["en", "zh"]))):
            found.setdefault(finding.key, finding)

    (run if seed is None else hypothesis.seed(seed)(run))()
    return made, found


def _spoilt(draw, start):
    """Draw one or two arguments and what takes their places: {name: (what was done, value)}."""
    names = start.target.arguments
    two = len(names) > 1 and draw(st.integers(0, 3)) == 0
    chosen = draw(st.lists(st.sampled_from(names), min_size=1 + two, max_size=1 + two, unique=True))
    return {name: spoil(draw, start.value(name)) for name in chosen}
