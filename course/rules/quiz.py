"""The files beside a chapter, quiz and sentences of the checks: both languages, every option explained."""

import re
from pathlib import Path

import yaml

from course.placeholders import CODE_SPAN, MATHS, blank, fill
from course.problem import Problem
from course.rules.markdown import HAN, PLACEHOLDER_MARK
from course.rules.text import check_width
from course.source import LANGUAGES


def lint_questions(root, chapter):
    """A chapter's quiz speaks both languages, has one right option in each question, and explains every option."""
    file = Path(root, chapter.folder, "questions.yml")
    found = []

    def report(line, what, remedy):
        found.append(Problem(file.relative_to(root).as_posix(), line, what, remedy))

    if not file.exists():
        return found
    try:
        tree = yaml.compose(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        report(mark.line + 1 if mark else 1, f"not valid YAML: {getattr(error, 'problem', error)}", "quote the text")
        return found
    for question in tree.value:
        line = question.start_mark.line + 1
        options = [fields(option) for option in fields(question)["options"].value]
        right = [option for option in options if "right" in option and option["right"].value == "true"]
        if len(right) != 1:
            report(line, f"{len(right)} right options", "mark exactly one with right: true")
        for option in options:
            if "why" not in option:
                report(option["en"].start_mark.line + 1, "an option without why", "say why it is right or wrong")
        check_bilingual(question, report)
    return found


def fields(node):
    return {key.value: value for key, value in node.value}


def check_bilingual(node, report):
    """Every mapping that speaks one language speaks the other."""
    if isinstance(node, yaml.MappingNode):
        texts = fields(node)
        if len(texts.keys() & set(LANGUAGES)) == 1:
            report(node.start_mark.line + 1, "a text in one language", "give en and zh")
        if "zh" in texts:
            check_width(texts["zh"].start_mark.line + 1, blank(MATHS, texts["zh"].value), report)
        if "en" in texts and (run := re.search(f"[{HAN}]+", texts["en"].value)):
            report(texts["en"].start_mark.line + 1, f"Chinese where English stands: {run.group()!r}", "use English")
        for child in texts.values():
            check_bilingual(child, report)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            check_bilingual(child, report)


def lint_sentences(chapter):
    """What the checks say is set in its language."""
    found = []
    for spec in chapter.specs.values():

        def report(line, what, remedy, path=spec.path):
            found.append(Problem(path, line, what, remedy))

        for sentence in spec.sentences.values():
            text = blank(CODE_SPAN, filled(sentence))
            if sentence.language == "zh":
                check_width(sentence.line, blank(MATHS, text), report)
            elif run := re.search(f"[{HAN}]+", text):
                report(sentence.line, f"Chinese where English stands: {run.group()!r}", "use English")
    return found


def filled(sentence):
    """The sentence with a digit for each placeholder."""
    return fill(sentence.text, sentence.placeholders, [PLACEHOLDER_MARK] * len(sentence.placeholders))
