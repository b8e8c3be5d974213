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
    if name not in cards:
        names = ", ".join(sorted(cards))
        en = f"There is no data file {name!r}. The course has: {names}."
        raise ValueError(say(en, f"没有名为 {name!r} 的数据文件。可用的有：{names}。"))
    english, chinese = cards[name].read_text(encoding="utf-8").split("\n---\n\n")
    return Card(say(english, chinese))
