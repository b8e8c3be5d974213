"""The kinds of a quiz's questions: what each holds, and the rules for it."""

import math

import yaml
from yaml.constructor import SafeConstructor

import crmlib
from course.fields import entries, items, line_of
from course.source import LANGUAGES
from crmlib.exercises.checking import judged
from crmlib.exercises.questions import calculation, definition


def check_choice(fields, line, report):
    listed = items(fields.get("options"))
    if listed is None:
        report(line, "a question without options", "options: a list, each option with en, zh, why")
    options = [(line_of(option), entries(option, report)) for option in listed or []]
    right = [option for _, option in options if "right" in option and option["right"].value == "true"]
    if len(right) != 1:
        report(line, f"{len(right)} right options", "mark exactly one with right: true")
    for at, option in options:
        if "why" not in option:
            report(at, "an option without why", "say why it is right or wrong")


def check_true_false(fields, line, report):
    both(fields, line, ("why",), report)
    right = getattr(fields.get("right"), "value", None)
    if right not in ("true", "false"):
        report(line, "a statement that is neither true nor false", "right: true, or right: false with its mend")
    elif right == "false":
        both(fields, line, ("mend",), report)
    elif "mend" in fields:
        report(line_of(fields["mend"]), "a true statement that is mended", "leave mend out, or right: false")


def check_definition(fields, line, report):
    if not both(fields, line, ("keywords", "missing", "right"), report):
        return
    words, told = value_of(fields["keywords"]), value_of(fields["missing"])
    lists = [words.get(language) for language in LANGUAGES]
    if not all(isinstance(groups, list) and all(map(is_group, groups)) for groups in lists):
        report(line_of(fields["keywords"]), "keywords that are no groups of words", "en: [[path, course], [end]]")
        return
    counts = {len(groups) for groups in lists}
    counts |= {len(said) if is_group(said) else 0 for said in map(told.get, LANGUAGES)}
    if len(counts) > 1 or min(counts) < 2:
        what = "groups of keywords, and sentences for missing ones, that do not match"
        report(line_of(fields["missing"]), what, "as many of each in both languages, two at least")
        return
    parts = {"keywords": words, "missing": told, "right": value_of(fields["right"])}
    exercise = definition(parts)
    for language, said in tried(exercise, parts["right"]):
        if said.status != "right":
            what = f"the model sentence does not pass ({language}): {said.message}"
            report(line_of(fields["right"]), what, "let it hold a keyword of each group, in a sentence")


def is_group(words):
    return isinstance(words, list) and bool(words) and all(isinstance(word, str) and word.strip() for word in words)


def check_calculation(fields, line, report):
    if not both(fields, line, ("why",), report) or ("unit" in fields and not both(fields, line, ("unit",), report)):
        return
    answer, digits = value_of(fields.get("answer")), value_of(fields.get("digits"))
    if not is_number(answer):
        report(line, "a calculation without its number", "answer: 266.67")
        return
    if digits is not None and not (type(digits) is int and 0 <= digits <= 6):
        report(line_of(fields["digits"]), f"digits: {digits!r}", "how many decimals are enough: digits: 2")
        return
    made = {"answer": answer, "digits": digits, "why": value_of(fields["why"])}
    made |= {"unit": value_of(fields["unit"])} if "unit" in fields else {}
    for node in items(fields.get("roads")) or []:
        road = value_of(node)
        if not (isinstance(road, dict) and is_number(road.get("value")) and set(LANGUAGES) <= road.keys()):
            report(line_of(node), "a wrong road without value, en or zh", "roads: [{value: 400, en: …, zh: …}]")
            continue
        exercise, value = calculation(made | {"roads": [road]}), road["value"]
        if {said.misconception for _, said in tried(exercise, dict.fromkeys(LANGUAGES, value))} != {"1"}:
            report(line_of(node), "a wrong road within the tolerance of the answer", "drop it, or change the givens")


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


KINDS = {  # the fields beside kind and question, and the rules
    "choice": ({"options"}, check_choice),
    "true_false": ({"right", "mend", "why"}, check_true_false),
    "definition": ({"keywords", "missing", "right"}, check_definition),
    "calculation": ({"answer", "digits", "unit", "why", "roads"}, check_calculation),
}


def both(fields, line, names, report):
    """Whether the fields of these names speak both languages; what lacks is told."""
    lacking = [name for name in names if not set(LANGUAGES) <= spoken(fields.get(name))]
    for name in lacking:
        report(
            line_of(fields[name]) if name in fields else line,
            f"no {name} in both languages",
            f"{name}: {{en: …, zh: …}}",
        )
    return not lacking


def spoken(node):
    return {key.value for key, _ in node.value} if isinstance(node, yaml.MappingNode) else set()


def value_of(node):
    """What stands in a node; None for what cannot be read."""
    try:
        return SafeConstructor().construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError):
        return None


def tried(exercise, given):
    """What the checks say, in each language, to what is given in it."""
    before = crmlib.language()
    try:
        for language in LANGUAGES:
            crmlib.use_language(language)
            yield language, judged(exercise, [given[language]])
    finally:
        crmlib.use_language(before)
