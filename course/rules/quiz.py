"""The files beside a chapter, quiz and sentences of the checks: both languages, every answer explained."""

import re

import yaml

from course.fields import entries, items, line_of, text_of, tree_of
from course.placeholders import CODE_SPAN, MATHS, blank, fill
from course.problem import Problem
from course.publish import as_json, content_of, published
from course.rules.kinds import KINDS, both, value_of
from course.rules.markdown import HAN, PLACEHOLDER_MARK
from course.rules.text import check_points, check_width
from course.source import LANGUAGES


def lint_files(root, chapter):
    """The files that the chapter publishes can be read; its quiz keeps the rules."""
    found = []
    for file in published(root, chapter):
        path = file.relative_to(root).as_posix()

        def report(line, what, remedy, path=path):
            found.append(Problem(path, line, what, remedy))

        before = len(found)
        tree = tree_of(file, report)
        if len(found) > before:
            continue
        if file.stem == "questions":
            lint_questions(tree, report, file.with_name("class.md").exists())
        try:
            as_json(content_of(file))
        except (TypeError, ValueError, yaml.YAMLError) as error:
            report(1, f"what JSON cannot hold: {getattr(error, 'problem', error)}", "quote it")
    return found


def lint_questions(tree, report, with_class=False):
    """A quiz speaks both languages; each of its questions holds what its kind needs, and explains its answer.

    ``with_class``: the chapter has a class part, so its quiz has 10 to 12 questions and all four kinds.
    """
    questions = items(tree)
    if questions is None:
        report(1, "no list of questions", "- question: {en: …, zh: …}, with its options")
        return
    kinds = [lint_question(question, report) for question in questions]
    fewest, most = (10, 12) if with_class else (8, 12)
    if not fewest <= len(kinds) <= most:
        report(1, f"{len(kinds)} questions", f"a quiz has {fewest} to {most}")
    if with_class and (lacking := [kind for kind in KINDS if kind not in kinds]):
        report(1, f"no question of the kind {', '.join(lacking)}", f"ask at least one of each: {', '.join(KINDS)}")
    places = [place for place in map(place_of_right, questions) if place is not None]
    for place in {place for place in places if places.count(place) > max(2, len(places) / 2)}:
        what = f"the right option is {chr(65 + place)} in {places.count(place)} of {len(places)} choices"
        report(1, what, "move right options: no letter more often than in half of the choices")


def lint_question(question, report):
    """Hold a question to the rules of its kind; return the kind."""
    fields, line = entries(question, report), line_of(question)
    kind = text_of(fields["kind"], report) if "kind" in fields else "choice"
    check_bilingual(question, report)
    if kind not in KINDS:
        report(line, f"a question of the kind {kind!r}", f"kind: {', '.join(KINDS)}; without it, choice")
        return kind
    known, check = KINDS[kind]
    for name in fields.keys() - known - {"kind", "question"}:
        report(line_of(fields[name]), f"unknown field {name!r}", f"{kind} has question, {', '.join(sorted(known))}")
    both(fields, line, ("question",), report)
    check(fields, line, report)
    return kind


def place_of_right(question):
    """The place of the right option of a choice; None for other kinds."""
    asked = value_of(question)
    options = asked.get("options") if isinstance(asked, dict) else None
    options = options if isinstance(options, list) else []
    rights = [isinstance(option, dict) and option.get("right") is True for option in options]
    return rights.index(True) if True in rights else None


def check_bilingual(node, report):
    """Every mapping that speaks one language speaks the other."""
    if isinstance(node, yaml.MappingNode):
        texts = entries(node, report)
        if len(texts.keys() & set(LANGUAGES)) == 1:
            report(line_of(node), "a text in one language", "give en and zh")
        for language in texts.keys() & set(LANGUAGES):
            for part in leaves(texts[language]):
                check_text(part, language, report)
        for child in texts.values():
            check_bilingual(child, report)
    for child in items(node) or []:
        check_bilingual(child, report)


def leaves(node):
    """A text, or the texts of a list and of the lists in it."""
    listed = items(node)
    return [node] if listed is None else [leaf for part in listed for leaf in leaves(part)]


def check_text(node, language, report):
    """A text is set in its language, and speaks of nothing that only the maintainers know."""
    line, text = line_of(node), text_of(node, report)
    if language == "zh":
        check_width(line, blank(MATHS, text), report)
    elif run := re.search(f"[{HAN}]+", text):
        report(line, f"Chinese where English stands: {run.group()!r}", "use English")
    check_points(line, blank(MATHS, text), report)


def lint_sentences(chapter):
    """What the checks say is set in its language."""
    found = []
    for spec in chapter.specs.values():

        def report(line, what, remedy, path=spec.path):
            found.append(Problem(path, line, what, remedy))

        for sentence in spec.sentences.values():
            text = blank(CODE_SPAN, filled(sentence))
            check_points(sentence.line, blank(MATHS, text), report)
            if sentence.language == "zh":
                check_width(sentence.line, blank(MATHS, text), report)
            elif run := re.search(f"[{HAN}]+", text):
                report(sentence.line, f"Chinese where English stands: {run.group()!r}", "use English")
    return found


def filled(sentence):
    """The sentence with a digit for each placeholder."""
    return fill(sentence.text, sentence.placeholders, [PLACEHOLDER_MARK] * len(sentence.placeholders))
