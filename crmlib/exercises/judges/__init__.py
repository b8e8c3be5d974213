"""Judges of long tasks, which have many good answers: a module a chapter, in it a `Judge` for each task."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Judge:
    """How one long task is marked.

    Attributes
    ----------
    facts : callable
        Takes the course's own answers while the chapter is built; returns the numbers that the key keeps of them.
    verdict : callable
        Takes the `Exercise` and a student's answers; returns a `Feedback`, also for answers of the wrong kind.
    """

    facts: Callable
    verdict: Callable


def find(exercise_id):
    """Return the judge of a task.

    >>> callable(find("churn.save_the_telecom").verdict)
    True
    """
    chapter, _, name = exercise_id.partition(".")
    return import_module(f"crmlib.exercises.judges.{chapter}").JUDGES[name]
