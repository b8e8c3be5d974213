"""Forms of service: open a ticket, take it through its five steps."""

import ipywidgets as ipw

from crmlib.language import say
from crmlib.systems import advance_ticket, open_ticket
from crmlib.systems.model import STEPS, TICKET_KINDS
from crmlib.systems.rights import may_write
from crmlib.systems.words import named
from crmlib.widgets.systems.screen.form import NONE, Form, area, line, offer, options, people, words
from crmlib.widgets.systems.screen.names import CHANNELS, NOTHING, channel, column, missing
from crmlib.widgets.systems.screen.tables import tickets_html
from crmlib.widgets.systems.screen.visits import version


class Ticket(Form):
    """Open a ticket."""

    needed, spent = ("subject",), ("subject",)

    def __init__(self, screen):
        fields = {
            "kind": options(column("kind"), words(TICKET_KINDS)),
            "channel": options(column("channel"), words(CHANNELS, channel)),
            "contact_id": options(say("From", "来自")),
            "subject": line(column("subject")),
        }
        super().__init__(screen, say("Open a ticket", "受理新工单"), say("Open it", "受理"), fields)

    def show(self, customer):
        """Offer the contacts."""
        offer(self.fields["contact_id"], [*people(customer), (NOTHING, NONE)])

    def write(self, crm, **given):
        """Open it."""
        number = open_ticket(crm, self.customer.account_id, **given)
        en = f"Ticket {number} is open; the first step, listening, has been taken."
        return say(en, f"已受理工单 {number}；第一步“倾听”已经完成。")


class Advance(Form):
    """Take the next step of a ticket."""

    needed, spent = ("ticket_id",), ("solution", "satisfaction")

    def __init__(self, screen):
        marks = [(NOTHING, NONE), *((str(mark), mark) for mark in range(1, 6))]
        fields = {
            "ticket_id": options(say("Ticket", "工单"), long=True),
            "solution": area(column("solution"), say("for the step “solution”", "到“解决”这一步填写")),
            "satisfaction": options(column("satisfaction"), marks),
            "take_over": ipw.Checkbox(description=say("I take it over from a colleague.", "由我接手同事的工单。")),
        }
        fields["take_over"].indent, fields["take_over"].layout.width = False, "auto"
        super().__init__(screen, say("The five steps", "五个步骤"), "", fields)
        self._all = ipw.HTML()
        self.children = [self.children[0], self._all, *self.children[1:]]
        fields["ticket_id"].observe(self._ask, names="value")
        self._ask()

    def show(self, customer):
        """Show all tickets, offer those that are open."""
        self._all.value = tickets_html(customer.tickets)
        pairs = [
            (
                " · ".join([str(one["ticket_id"]), named(one["kind"]), one.get("subject") or ""]).rstrip(" ·"),
                one["ticket_id"],
            )
            for one in customer.tickets.to_dict("records")
            if missing(one["closed"])
        ]
        offer(self.fields["ticket_id"], pairs or [(say("none is open", "没有未结工单"), NONE)])
        self._ask()

    def clear(self):
        """Empty what was written."""
        self.fields["solution"].value, self.fields["satisfaction"].value = "", NONE
        self.fields["take_over"].value = False

    def _next(self):
        """The step that comes next, None without an open ticket."""
        chosen, tickets = self.fields["ticket_id"].value, self.customer and self.customer.tickets
        if chosen in (None, NONE) or tickets is None or chosen not in set(tickets["ticket_id"]):
            return None
        step = tickets.set_index("ticket_id").at[chosen, "step"]
        return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]

    def _colleagues(self):
        """Whether the ticket is that of a colleague, who may be stood in for."""
        if self._next() is None or self.screen.crm is None or self.screen.crm.user.role == "manager":
            return False
        owner = self.customer.tickets.set_index("ticket_id").at[self.fields["ticket_id"].value, "owner_id"]
        return not missing(owner) and owner != self.screen.crm.user.user_id

    def _ask(self, _=None):
        """Say what the button does, and show the field that the next step needs; words stay in sight."""
        step = self._next()
        text = say("Take the next step", "进入下一步")
        self.go.description = text if step is None else f"{text}{say(': ', '：')}{named(step)}"
        for name, its in (("solution", "solution"), ("satisfaction", "follow_up")):
            field = self.fields[name]
            field.layout.display = None if step == its or field.value else "none"
        self.fields["take_over"].layout.display = None if self._colleagues() else "none"

    def write(self, crm, *, ticket_id, solution, satisfaction, take_over):
        """Take the step."""
        read = version(self.customer.tickets, "ticket_id", ticket_id)
        if self._next() == "solution" and not solution:
            told = column("solution")
            raise ValueError(say(f"Nothing was written. Still to fill in: {told}.", f"没有写入。还要填写：{told}。"))
        may = may_write(crm.user.role, "tickets")  # who may not is told so by the library
        if may and self._colleagues() and not take_over:
            en = "Nothing was written: the ticket is a colleague's. To stand in, tick the box first."
            raise ValueError(say(en, "没有写入：这张工单由同事处理。如需代为处理，请先勾选接手。"))
        given = {"solution": solution or None, "satisfaction": satisfaction, "take_over": take_over}
        step = advance_ticket(crm, ticket_id, version=read, **given)
        en = f"Ticket {ticket_id}: {named(step)} has been taken."
        zh = f"工单 {ticket_id}：“{named(step)}”已完成。"
        if step == STEPS[-1]:
            en, zh = f"{en} The ticket is closed.", f"{zh}工单已结案。"
        return say(en, zh)
