"""Reads ``exercises.yml``: what the checks of a chapter say, in both languages, each sentence with its line."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from course.placeholders import Placeholder, read_placeholders
from course.problem import Problem

KINDS = ("count", "number", "money", "share", "letter", "set", "text", "table", "judge")
LANGUAGES = ("en", "zh")
TOLERANCE = 1e-3  # relative, where the file says nothing
FIELDS = {"kind", "answers", "tolerance", "digits", "right", "hints", "roads"}
REMEDY = "see docs/maintaining.md, An exercise"


@dataclass(frozen=True)
class Sentence:
    """One sentence in one language, with the placeholders in it."""

    text: str
    line: int
    language: str
    placeholders: tuple[Placeholder, ...] = ()


@dataclass
class Spec:
    """One exercise of the file: how its answers are compared, and its sentences by their place.

    ``sentences``: ``("right", "en")``, ``("hints", "en", 0)``, ``("roads", name, "en")``.
    """

    name: str
    path: str
    line: int
    answers: list = field(default_factory=list)
    judge: bool = False
    roads: dict = field(default_factory=dict)  # name: line
    sentences: dict = field(default_factory=dict)


def read_specs(root, chapter):
    """Read the chapter's exercises.yml into ``chapter.specs``, and hold it to the exercises and roads in the cells."""
    path = f"{chapter.folder}/exercises.yml"
    file = Path(root, path)

    def report(line, what, remedy):
        chapter.problems.append(Problem(path, line, what, remedy))

    if file.exists():
        try:
            tree = yaml.compose(file.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            report(mark.line + 1 if mark else 1, f"not valid YAML: {getattr(error, 'problem', error)}", "quote it")
            return
        for key, node in tree.value if isinstance(tree, yaml.MappingNode) else []:
            if key.value in chapter.specs:
                report(line_of(key), f"{key.value!r} stands twice", "delete one")
            chapter.specs[key.value] = read_spec(path, key, node, report)
    hold_together(chapter, report)


def line_of(node):
    return node.start_mark.line + 1


def entries(node, report):
    """The fields of a mapping, by name."""
    if not isinstance(node, yaml.MappingNode):
        report(line_of(node), "a value where fields are expected", REMEDY)
        return {}
    return {key.value: value for key, value in node.value}


def read_spec(path, key, node, report):
    spec = Spec(key.value, path, line_of(key))
    fields = entries(node, report)
    for name in fields.keys() - FIELDS:
        report(line_of(fields[name]), f"unknown field {name!r}", f"use {', '.join(sorted(FIELDS))}")
    spec.judge = getattr(fields.get("kind"), "value", None) == "judge"
    if "answers" in fields:
        spec.answers = [read_answer(entries(part, report), line_of(part), report) for part in fields["answers"].value]
    elif not spec.judge:
        spec.answers = [read_answer(fields, spec.line, report)]
    for name in ("right", "hints"):
        if name in fields:
            read_sentences(spec, (name,), fields[name], report)
        elif not (spec.judge and name == "right"):
            report(spec.line, f"{spec.name!r} without {name}", f"give {name} in en and zh")
    for name, texts in entries(fields["roads"], report).items() if "roads" in fields else []:
        spec.roads[name] = line_of(texts)
        read_sentences(spec, ("roads", name), texts, report)
    for language in LANGUAGES:
        count = sum(place[:2] == ("hints", language) for place in spec.sentences)
        if count != 2:
            report(spec.line, f"{count} hints in {language}", "give two: a step, then the next")
    return spec


def read_answer(fields, line, report):
    kind = getattr(fields.get("kind"), "value", None)
    if kind not in KINDS:
        report(line, f"an answer of the kind {kind!r}", f"kind: {', '.join(KINDS)}")
    answer = {"kind": kind, "tolerance": 0.0 if kind in ("count", "letter", "set", "text") else TOLERANCE}
    for name, convert in (("tolerance", float), ("digits", int)):
        if name in fields:
            try:
                answer[name] = convert(fields[name].value)
            except ValueError:
                report(line_of(fields[name]), f"{name}: {fields[name].value!r} is no number", f"{name}: {convert(1)}")
    if kind == "count" and answer["tolerance"]:
        report(line, "a count with a tolerance", "counts are exact: leave it out")
    return answer


def read_sentences(spec, place, node, report):
    texts = entries(node, report)
    if set(texts) != set(LANGUAGES):
        report(line_of(node), f"{'.'.join(place)} speaks {', '.join(texts) or 'nothing'}", "give en and zh, no more")
    for language in set(texts) & set(LANGUAGES):
        parts = texts[language].value if isinstance(texts[language], yaml.SequenceNode) else [texts[language]]
        for number, part in enumerate(parts):
            where = (*place, language, number) if place[0] == "hints" else (*place, language)
            found = tuple(read_placeholders(part.value, line_of(part), report))
            spec.sentences[where] = Sentence(part.value, line_of(part), language, found)


def hold_together(chapter, report):
    """Each exercise has its entry, each road its sentence, each loss its place in the sentence; and the other way."""
    asked = {exercise.short: exercise for exercise in chapter.exercises.values()}
    roads = {cell.roads.exercise.short: (cell, cell.roads) for cell in chapter.code if cell.roads}
    for name in asked.keys() - chapter.specs.keys():
        chapter.problem(asked[name].line, f"no sentences for {asked[name].id!r}", f"add {name}: to exercises.yml")
    for name in chapter.specs.keys() - asked.keys():
        report(chapter.specs[name].line, f"no exercise asks {name!r}", "delete the entry, or ask it in the chapter")
    for name in asked.keys() & chapter.specs.keys():
        spec = chapter.specs[name]
        if not spec.judge and len(spec.answers) != len(asked[name].names):
            report(
                spec.line,
                f"{len(spec.answers)} answers, but the check receives {len(asked[name].names)}",
                "answers: […]",
            )
        cell, walked = roads.get(name, (None, None))
        there = walked.roads if walked else {}
        for road in there.keys() - spec.roads.keys():
            chapter.problem(
                cell.line + there[road].lineno - 1, f"the road {road!r} has no sentence", f"add it to {spec.path}"
            )
        for road in spec.roads.keys() - there.keys():
            report(spec.roads[road], f"no cell walks the road {road!r}", "write it into the roads cell, or delete it")
        for road in spec.roads.keys() & there.keys():
            check_loss(spec, road, road in walked.losses, report)


def check_loss(spec, road, lost, report):
    for language in LANGUAGES:
        sentence = spec.sentences.get(("roads", road, language))
        if sentence and bool(re.search(r"\{loss\b", sentence.text)) != lost:
            what = "tells a loss that no cell computes" if not lost else "does not tell its loss"
            report(sentence.line, f"the road {road!r} {what}", f"{road}__loss = … and {{loss:,.0f}} belong together")
