"""The fuzzer: every public function, called as its docstring's example calls it, with one or two arguments spoilt.

``targets()`` finds the functions by walking the library; ``starts(target)`` runs the example and keeps the arguments;
``spoil`` draws what takes an argument's place; ``judged`` calls and says what is wrong with the outcome. ``fuzz`` does
all of it, in the suite (tests/crmlib/test_fuzz.py) a little, in benchmarks/fuzz.py for long.
"""

import os

from tests.support.fuzz.found import targets
from tests.support.fuzz.run import fuzz

os.environ.pop(
    "CRM_PROGRESS", None
)  # in a notebook's terminal: what is tried here is no student's, nor to be forgotten

__all__ = ["fuzz", "targets"]
