"""Forms of sales: move an opportunity from stage to stage, add a new one."""

from crmlib.language import say
from crmlib.systems import move_opportunity, new_opportunity
from crmlib.systems.model import STAGES
from crmlib.systems.words import named
from crmlib.widgets.systems.screen.form import NONE, Form, line, offer, options, words
from crmlib.widgets.systems.screen.names import column, missing, shown
from crmlib.widgets.systems.screen.visits import version, yuan


class Move(Form):
    """Move an opportunity on."""

    needed, spent = ("opportunity_id",), ("amount",)

    def __init__(self, screen):
        fields = {
            "opportunity_id": options(say("Opportunity", "商机"), long=True),
            "stage": options(say("Moves to", "推进到"), words(STAGES[1:])),
            "amount": line(column("amount"), say("only if it has changed", "有变动才填")),
        }
        super().__init__(screen, say("Move an opportunity", "推进商机"), say("Move it", "推进"), fields)
        self._proposed, self._offering = False, False
        fields["opportunity_id"].observe(self._propose, names="value")

    def show(self, customer):
        """Offer the opportunities that are open."""
        pairs = [
            (_told(one), one["opportunity_id"]) for one in customer.sales.to_dict("records") if missing(one["closed"])
        ]
        before, self._offering = self.fields["opportunity_id"].value, True
        offer(self.fields["opportunity_id"], pairs or [(say("none is open", "没有进行中的商机"), NONE)])
        self._offering = False
        if not self._proposed or self.fields["opportunity_id"].value != before:
            self._propose()

    def clear(self):
        """Empty what was written; the next stage is proposed anew."""
        super().clear()
        self._proposed = False

    def _propose(self, _=None):
        """Propose the stage after the one that has been reached."""
        chosen = self.fields["opportunity_id"].value
        if chosen not in (None, NONE) and not self._offering:
            stage = self.customer.sales.set_index("opportunity_id").at[chosen, "stage"]
            self.fields["stage"].value = STAGES[min(STAGES.index(stage) + 1, STAGES.index("won"))]
            self._proposed = True

    def write(self, crm, *, opportunity_id, stage, amount):
        """Move it."""
        read = version(self.customer.sales, "opportunity_id", opportunity_id)
        move_opportunity(crm, opportunity_id, stage, version=read, amount=yuan(amount, "amount"))
        return say(f"Moved to: {named(stage)}.", f"已推进到：{named(stage)}。")


def _told(sale):
    amount = f" · {shown('amount', sale['amount'])}" if "amount" in sale else ""
    return f"{sale['opportunity_id']} · {named(sale['stage'])}{amount} · {sale['name']}"


class Sale(Form):
    """Add an opportunity."""

    needed, spent = ("name",), ("name", "amount", "expected")

    def __init__(self, screen):
        fields = {
            "name": line(say("What", "内容")),
            "amount": line(column("amount"), "0"),
            "expected": line(column("expected"), "2026-03-31"),
        }
        super().__init__(screen, say("A new opportunity", "新建商机"), say("Add it", "新建"), fields)

    def write(self, crm, *, name, amount, expected):
        """Add it."""
        given = {"amount": yuan(amount, "amount") or 0, "expected": expected or None}
        number = new_opportunity(crm, self.customer.account_id, name, **given)
        return say(f"Opportunity {number} has been added.", f"已新建商机 {number}。")
