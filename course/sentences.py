"""Reads ``exercises.yml``: what the checks of a chapter say, in both languages, each sentence with its line."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from course.fields import entries, items, line_of, text_of, tree_of
from course.placeholders import Placeholder, fill, read_placeholders
from course.problem import Problem

KINDS = ("count", "number", "money", "share", "letter", "set", "text", "table")
OTHERS = "judge for a long task, sentence for a definition in words"
EXACT = ("count", "letter", "set", "text")
CHOSEN = ("letter", "set")  # from a list of letters
LANGUAGES = ("en", "zh")
TOLERANCE = 1e-3  # relative, where the file says nothing
DIGITS = 12  # decimals; the key holds no more
ANSWER = {"kind", "tolerance", "digits"}


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

    ``sentences``: ``("right", "en")``, ``("hints", "en", 0)``, ``("roads", name, "en")``, ``("missing", "en", 0)``,
    ``("astray", "en")``.
    An answer in words (``sentence``) is right when it holds a word of each group of ``keywords``, and none
    that leads ``astray``.
    """

    name: str
    path: str
    line: int
    answers: list = field(default_factory=list)
    judge: bool = False
    sentence: bool = False
    choices: str = ""
    keywords: dict = field(default_factory=dict)  # language: list of groups of words
    astray: dict = field(default_factory=dict)  # language: list of words
    roads: dict = field(default_factory=dict)  # name: line
    accepted: set = field(default_factory=set)  # roads that are right by the convention of other textbooks
    sentences: dict = field(default_factory=dict)


def read_specs(root, chapter):
    """Read the chapter's exercises.yml into ``chapter.specs``, and hold it to the exercises and roads in the cells."""
    path = f"{chapter.folder}/exercises.yml"
    file = Path(root, path)

    def report(line, what, remedy):
        chapter.problems.append(Problem(path, line, what, remedy))

    tree = tree_of(file, report) if file.exists() else None
    if tree:
        fields = entries(tree, report)
        lines = {str(key.value): line_of(key) for key, _ in tree.value} if fields else {}
        chapter.specs = {name: read_spec(Spec(name, path, lines[name]), node, report) for name, node in fields.items()}
    hold_together(chapter, report)


def read_spec(spec, node, report):
    fields = entries(node, report)
    kind = getattr(fields.get("kind"), "value", None)
    spec.judge, spec.sentence = kind == "judge", kind == "sentence"
    if spec.sentence:
        check_fields(fields, {"kind", "keywords", "missing", "astray", "right", "hints"}, report)
    else:
        check_fields(fields, ANSWER | {"answers", "choices", "right", "hints", "roads"}, report)
    answer = {name: node for name, node in fields.items() if name in ANSWER}
    if spec.sentence:
        read_keywords(spec, fields, report)
        read_astray(spec, fields.get("astray"), report)
    elif "answers" in fields:
        listed = items(fields["answers"])
        if listed is None:
            report(line_of(fields["answers"]), "no list of answers", "answers: [{kind: …}, {kind: …}]")
        elif answer:
            report(
                line_of(next(iter(answer.values()))), f"{next(iter(answer))} beside answers", "say it of each answer"
            )
        spec.answers = [read_answer(entries(part, report), line_of(part), report) for part in listed or []]
    elif not spec.judge:
        spec.answers = [read_answer(answer, spec.line, report)]
        if "choices" in fields:
            read_choices(spec, kind, fields["choices"], report)
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


def check_fields(fields, allowed, report):
    for name in fields.keys() - allowed:
        report(line_of(fields[name]), f"unknown field {name!r}", f"use {', '.join(sorted(allowed))}")


def read_answer(fields, line, report):
    check_fields(fields, ANSWER, report)
    texts = {name: text_of(fields[name], report) for name in sorted(fields.keys() & ANSWER)}
    kind = texts.pop("kind", None)
    if kind not in KINDS:
        report(line, f"an answer of the kind {kind!r}", f"kind: {', '.join(KINDS)}; {OTHERS}")
    answer = {"kind": kind, "tolerance": 0.0 if kind in EXACT else TOLERANCE}
    for name, text in texts.items():
        convert, most, such = (float, 1, "0.002") if name == "tolerance" else (int, DIGITS, "2")
        try:
            answer[name] = convert(text)
            if not 0 <= answer[name] < most:
                raise ValueError
        except ValueError:
            report(line_of(fields[name]), f"{name}: {text!r} is no number from 0 to {most}", f"{name}: {such}")
    if kind in EXACT and texts:
        report(line, f"a {kind} with a tolerance", f"a {kind} is compared exactly: leave {' and '.join(texts)} out")
    return answer


def read_choices(spec, kind, node, report):
    """The letters from which an answer is chosen, ``choices: ABCD``."""
    spec.choices = text_of(node, report)
    if kind not in CHOSEN:
        report(line_of(node), f"choices beside the kind {kind}", "leave them out, or kind: letter, set")
    if not re.fullmatch("[A-Z]{2,}", spec.choices) or len(set(spec.choices)) < len(spec.choices):
        report(line_of(node), f"choices: {spec.choices!r} are not letters", "choices: ABCD")


def read_keywords(spec, fields, report):
    """The groups of words that a sentence must hold, each with what is said where it lacks them, in both languages."""
    for name in ("keywords", "missing"):
        if name not in fields:
            report(spec.line, f"{spec.name!r} without {name}", f"give {name} in en and zh, as many in each")
    if not fields.keys() >= {"keywords", "missing"}:
        return
    groups = entries(fields["keywords"], report)
    spec.keywords = {
        language: [[text_of(word, report) for word in items(group) or [group]] for group in items(node) or []]
        for language, node in groups.items()
    }
    read_sentences(spec, ("missing",), fields["missing"], report)
    for language in LANGUAGES:
        known = len(spec.keywords.get(language, []))
        told = sum(place[:2] == ("missing", language) for place in spec.sentences)
        if known != told or known < 2 or known != len(spec.keywords.get("en", [])):
            what = f"{known} groups of keywords and {told} sentences for missing ones in {language}"
            report(spec.line, what, "as many of each in both languages, two at least")


def read_astray(spec, node, report):
    """The words that lead a sentence astray, and what is said of them, in both languages."""
    if node is None:
        return
    texts = entries(node, report)
    words = entries(texts.pop("words"), report) if "words" in texts else {}
    spec.astray = {language: [text_of(word, report) for word in items(part) or []] for language, part in words.items()}
    if set(spec.astray) != set(LANGUAGES) or not all(spec.astray.values()):
        report(line_of(node), "astray without its words", "words: {en: […], zh: […]}")
    read_texts(spec, ("astray",), texts, node, report)


def read_sentences(spec, place, node, report):
    read_texts(spec, place, entries(node, report), node, report)


def read_texts(spec, place, texts, node, report):
    if place[0] == "roads" and "right" in texts:
        if text_of(texts.pop("right"), report) != "true":
            report(line_of(node), "right says something else than true", "right: true, or leave it out")
        spec.accepted.add(place[1])
    if set(texts) != set(LANGUAGES):
        report(line_of(node), f"{'.'.join(place)} speaks {', '.join(texts) or 'nothing'}", "give en and zh, no more")
    for language in set(texts) & set(LANGUAGES):
        several = place[0] in ("hints", "missing")
        listed = items(texts[language]) if several else None
        for number, part in enumerate(listed or [texts[language]]):
            where = (*place, language, number) if several else (*place, language)
            text = text_of(part, report)
            found = tuple(read_placeholders(text, line_of(part), report))
            spec.sentences[where] = Sentence(text, line_of(part), language, found)


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
        if spec.sentence != asked[name].in_words:
            remedy = 'kind: sentence and the bare ask("id") belong together'
            chapter.problem(asked[name].line, f"{asked[name].id!r} is a sentence in one place only", remedy)
        elif not (spec.judge or spec.sentence) and len(spec.answers) != len(asked[name].names):
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
        for place, sentence in spec.sentences.items():
            check_loss(place, sentence, walked and place[0] == "roads" and place[1] in walked.losses, report)


def check_loss(place, sentence, lost, report):
    name = f"the road {place[1]!r}" if place[0] == "roads" else place[0]
    if bool(re.search(r"\{loss\b", sentence.text)) != bool(lost):
        what = "does not tell its loss" if lost else "tells a loss that no cell computes"
        report(sentence.line, f"{name} {what}", "road__loss = … and {loss:,.0f} belong together")
    elif lost:
        try:
            fill(sentence.text, sentence.placeholders, ["0"] * len(sentence.placeholders)).format(loss=1.0)
        except (LookupError, ValueError, AttributeError) as error:
            what = f"the braces of {name} cannot be filled: {type(error).__name__}: {error}"
            report(sentence.line, what, "write {loss:,.0f}, and no other single braces")
