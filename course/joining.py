"""Chinese written a sentence a line becomes paragraphs: Markdown would put a space at each end of a line."""

import re

from course.rules.markdown import HAN, parser

ENDS = re.compile(r"[，。？：；！、（）“”…—《》]\**$")  # after these no space belongs
HAN_END, HAN_START = re.compile(rf"[{HAN}]\**$"), re.compile(rf"\**[{HAN}“（《]")
LEAD = re.compile(r"^[ >]*")


def joined(text):
    """Return a text with the lines of each Chinese paragraph joined; all else stays as it is.

    >>> joined("第一句。\\n第二句。\\n\\n- 一项，\\n  接着写。")
    '第一句。第二句。\\n\\n- 一项，接着写。'
    """
    lines = text.split("\n")
    below = set()  # lines that go on in the paragraph of the line above
    for token in parser().parse(text):
        if token.type == "inline" and token.map:
            below |= set(range(token.map[0] + 1, token.map[1]))
    made = []
    for number, line in enumerate(lines):
        rest = LEAD.sub("", line)
        if number in below and made and goes_on(made[-1], rest):
            made[-1] = made[-1].rstrip() + rest
        else:
            made.append(line)
    return "\n".join(made)


def goes_on(above, rest):
    """Whether no space belongs between two lines; two spaces at the end of a line are a break that is meant."""
    if above.endswith(("  ", "\\")):
        return False
    return bool(ENDS.search(above) or HAN_END.search(above) and HAN_START.match(rest))
