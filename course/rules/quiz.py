"""The files beside a chapter, quiz and sentences of the checks: both languages, every option explained."""

import re

import yaml

from course.fields import entries, items, line_of, text_of, tree_of
from course.placeholders import CODE_SPAN, MATHS, blank, fill
from course.problem import Problem
from course.publish import as_json, content_of, published
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
            lint_questions(tree, report)
        try:
            as_json(content_of(file))
        except (TypeError, ValueError, yaml.YAMLError) as error:
            report(1, f"what JSON cannot hold: {getattr(error, 'problem', error)}", "quote it")
    return found


def lint_questions(tree, report):
    """A quiz speaks both languages, has one right option in each question, and explains every option."""
    questions = items(tree)
    if questions is None:
        report(1, "no list of questions", "- question: {en: …, zh: …}, with its options")
    for question in questions or []:
        line = line_of(question)
        listed = items(entries(question, report).get("options"))
        if listed is None:
            report(line, "a question without options", "options: a list, each option with en, zh, why")
        options = [(line_of(option), entries(option, report)) for option in listed or []]
        right = [option for _, option in options if "right" in option and option["right"].value == "true"]
        if len(right) != 1:
            report(line, f"{len(right)} right options", "mark exactly one with right: true")
        for at, option in options:
            if "why" not in option:
                report(at, "an option without why", "say why it is right or wrong")
        check_bilingual(question, report)


def check_bilingual(node, report):
    """Every mapping that speaks one language speaks the other."""
    if isinstance(node, yaml.MappingNode):
        texts = entries(node, report)
        if len(texts.keys() & set(LANGUAGES)) == 1:
            report(line_of(node), "a text in one language", "give en and zh")
        if "zh" in texts:
            check_width(line_of(texts["zh"]), blank(MATHS, text_of(texts["zh"], report)), report)
        if "en" in texts and (run := re.search(f"[{HAN}]+", text_of(texts["en"], report))):
            report(line_of(texts["en"]), f"Chinese where English stands: {run.group()!r}", "use English")
        for language in texts.keys() & set(LANGUAGES):
            check_points(line_of(texts[language]), blank(MATHS, text_of(texts[language], report)), report)
        for child in texts.values():
            check_bilingual(child, report)
    for child in items(node) or []:
        check_bilingual(child, report)


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
