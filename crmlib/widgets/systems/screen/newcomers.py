"""Form of a new customer: added, opened, and warned of where the same one is there already."""

import ipywidgets as ipw

from crmlib.language import say
from crmlib.systems import new_account
from crmlib.systems.model import ACCOUNT_KINDS
from crmlib.widgets.systems.screen.form import Form, line, options, words
from crmlib.widgets.systems.screen.names import column


class Newcomer(Form):
    """Add a customer; no other needs to be open."""

    needed, spent, of_customer = ("name",), ("name", "contact", "phone", "anyway"), False

    def __init__(self, screen):
        sure = say("I have asked: it is another customer.", "已核实：不是同一客户。")
        fields = {
            "name": line(column("name")),
            "kind": options(column("kind"), words(ACCOUNT_KINDS[::-1])),
            "contact": line(say("Contact", "联系人")),
            "phone": line(column("phone")),
            "anyway": ipw.Checkbox(description=sure, indent=False, layout=ipw.Layout(width="auto")),
        }
        super().__init__(screen, "", say("Add it", "新建"), fields)

    def take(self, customer):
        """What is typed is of no customer yet."""

    def write(self, crm, *, name, kind, **given):
        """Add it, and open it."""
        account_id = new_account(crm, name, kind, **given)
        self.screen.load(account_id)
        en = f"{name} has been added by the number {account_id}, and is on the screen."
        return say(en, f"已新建客户{name}，编号 {account_id}，现已打开。")
