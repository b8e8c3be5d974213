"""What a check or a hint says, as a notebook and a terminal show it."""

from dataclasses import dataclass
from html import escape

from crmlib.display import PLAIN

_LOOKS = {  # symbol and colour of each status
    "right": ("✓", "#009E73"),
    "rounded": ("≈", "#B07D00"),
    "wrong": ("✗", "#D55E00"),
    "unanswered": ("…", "#6B6B6B"),
    "hint": ("→", "#0072B2"),
}


@dataclass(frozen=True)
class Feedback:
    """What a check or a hint says; a notebook shows it as a coloured box, a terminal as text.

    Attributes
    ----------
    status : {"right", "rounded", "wrong", "unanswered", "hint"}
        ``"rounded"``: may be right, but has too few digits to tell; no try is counted.
    message : str
    misconception : str or None
        The name of the wrong road that was recognised.
    """

    status: str
    message: str
    misconception: str | None = None

    def __repr__(self):
        return f"{_LOOKS[self.status][0]} {self.message}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        symbol, colour = _LOOKS[self.status]
        box = (
            f'<div class="crm-feedback crm-{self.status} {PLAIN}" role="status" style="border-left:5px solid {colour};'
            f'padding:.5em .8em;margin:.3em 0;line-height:1.6"><b style="color:{colour}">'
            f"{symbol}</b> {escape(self.message)}</div>"
        )
        return {"text/html": box, "text/plain": repr(self)}
