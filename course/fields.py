"""A YAML file as nodes that know their lines; a file or a node of the wrong form is told."""

import yaml

REMEDY = "see docs/maintaining.md, An exercise"


def decoded(file, report):
    """The text of a file; None where it is not UTF-8."""
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        report(error.object.count(b"\n", 0, error.start) + 1, "not UTF-8", "save the file as UTF-8")


def tree_of(file, report):
    """The top node of a file; None where it is empty or cannot be read."""
    try:
        return yaml.compose(decoded(file, report) or "")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or getattr(error, "reason", "no reason given")
        report(mark.line + 1 if mark else 1, f"not valid YAML: {what}", "quote the text, indent with spaces")


def line_of(node):
    return node.start_mark.line + 1


def entries(node, report):
    """The fields of a mapping, by name."""
    if not isinstance(node, yaml.MappingNode):
        report(line_of(node), "a value where fields are expected", REMEDY)
        return {}
    found = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            report(line_of(key), "a name that is no text", REMEDY)
        elif key.value in found:
            report(line_of(key), f"{key.value!r} stands twice", "delete one")
        else:
            found[key.value] = value
    return found


def items(node):
    """The nodes of a list; None where the node is no list."""
    return node.value if isinstance(node, yaml.SequenceNode) else None


def text_of(node, report):
    if isinstance(node, yaml.ScalarNode) and node.value.strip():
        return node.value
    report(line_of(node), "no text where a text is expected", REMEDY)
    return ""
