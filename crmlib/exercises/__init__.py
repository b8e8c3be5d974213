"""Exercises that answer at once: right, not yet answered, or wrong and why.

The build writes what a check knows into ``keys/NN.json``: the answers, the usual wrong roads, the sentences of both
languages. So nothing is computed here but the distance between what a student gives and what is known. In class an
exercise is answered in a box (`ask`), in the labs in code (`check`); what was answered is counted by `progress`.
"""

from crmlib.exercises import definitions, judges, key, reading, verdict
from crmlib.exercises.ask import ask
from crmlib.exercises.checking import check, hint
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.progress import progress
