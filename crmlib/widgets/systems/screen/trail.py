"""The trail on the screen: who changed what, when and why. For managers."""

import ipywidgets as ipw

from crmlib.language import say
from crmlib.widgets.systems.screen.form import Form
from crmlib.widgets.systems.screen.tables import trail_html

LINES = 50


class Trail(Form):
    """Show the latest changes."""

    def __init__(self, screen):
        super().__init__(screen, "", say(f"Show the latest {LINES} changes", f"显示最近 {LINES} 次改动"), {})
        self._lines = ipw.HTML()
        self.children = [*self.children, self._lines]

    def take(self, customer):
        """The lines that were shown belong to who has read them."""
        self._lines.value = ""

    def press(self):
        """Read the trail; no customer is needed."""
        self.screen.answer(self._read)

    def _read(self):
        crm = self.screen.signed_in()
        self._lines.value = trail_html(crm.trail(limit=LINES))
        return say("The trail is shown below.", "操作日志见下方。")
