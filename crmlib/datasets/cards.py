"""The cards of the data files: source, licence, columns with units, known faults."""

from crmlib.datasets import files
from crmlib.language import say


class Card(str):
    """The text of a data card: a string that a notebook shows as a formatted page.

    >>> Card("# cdnow_sample").startswith("#")
    True
    """

    def _repr_markdown_(self):
        return str(self)


def card(name):
    """Return the card of a data file (its name without ending) in the language in use: Markdown, shown formatted.

    >>> card("cdnow_sample").splitlines()[0]
    '# CDNOW, the sample of 2,357 customers'
    """
    cards = {entry.name.removesuffix(".md"): entry for entry in files.folder().iterdir() if entry.name.endswith(".md")}
    if not (isinstance(name, str) and name in cards):
        names = ", ".join(sorted(cards))
        en = f"name = {name!r}: there is no such data file. The course has: {names}."
        raise ValueError(say(en, f"name = {name!r} 不对：没有这个数据文件。可用的有：{names}。"))
    english, chinese = cards[name].read_text(encoding="utf-8").split("\n---\n\n")
    return Card(say(english, chinese))
