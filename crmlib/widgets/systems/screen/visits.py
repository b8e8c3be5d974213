"""Forms of what is done with a customer: log a visit or a call, plan a call, say what came of it."""

from datetime import timedelta

from crmlib.language import say
from crmlib.systems import done, log_activity, plan_call
from crmlib.systems.model import ACTIVITY_KINDS
from crmlib.systems.words import named
from crmlib.widgets.systems.screen.form import NONE, Form, area, line, offer, options, people, words
from crmlib.widgets.systems.screen.names import CHANNELS, NOTHING, channel, column, missing, shown

# Visits and calls come first, as they are logged most.
_KINDS = ("visit", *(kind for kind in ACTIVITY_KINDS if kind != "visit"))
_FORM_OF_TIME = "2026-01-05 10:00"


class Log(Form):
    """Write down what was done."""

    needed, spent = ("subject",), ("subject", "notes", "cost", "at")

    def __init__(self, screen):
        now = say("now, or such as ", "不填即为现在，或如 ") + _FORM_OF_TIME
        fields = {
            "kind": options(column("kind"), words(_KINDS)),
            "channel": options(column("channel"), [(NOTHING, NONE), *words(CHANNELS, channel)]),
            "contact_id": options(say("With", "对方")),
            "at": line(column("at"), now),
            "subject": line(column("subject")),
            "notes": area(column("notes")),
            "cost": line(column("cost"), "0"),
        }
        super().__init__(screen, "", say("Log it", "记录"), fields)

    def show(self, customer):
        """Offer the contacts."""
        offer(self.fields["contact_id"], [*people(customer), (NOTHING, NONE)])

    def write(self, crm, *, at, cost, **given):
        """Log it."""
        log_activity(crm, self.customer.account_id, at=at or None, cost=yuan(cost, "cost") or 0, **given)
        kind = named(given["kind"])
        return say(f"Logged: {kind}. It is in the history now.", f"已记录：{kind}，见往来记录。")


def yuan(text, name):
    """The number that is typed, None for nothing.

    >>> yuan("1,200", "amount"), yuan(" ", "amount")
    (1200.0, None)
    """
    plain = text.replace(",", "").replace("，", "").strip()
    if not plain:
        return None
    try:
        return float(plain)
    except ValueError:
        en = f'{name} = "{text}": a number is needed, such as 1200 or 36.5.'
        raise ValueError(say(en, f"{name} = “{text}” 不对：应为数字，例如 1200 或 36.5。")) from None


class Plan(Form):
    """Plan a call."""

    needed, spent = ("at", "subject"), ("subject",)

    def __init__(self, screen):
        fields = {
            "contact_id": options(say("Whom", "对方")),
            "at": line(column("at"), say("such as ", "如 ") + _FORM_OF_TIME),
            "subject": line(column("subject")),
        }
        super().__init__(screen, say("Plan a call", "计划电话"), say("Plan it", "列入计划"), fields)

    def show(self, customer):
        """Offer the contacts, and ten o'clock of the next morning."""
        offer(self.fields["contact_id"], [*people(customer), (NOTHING, NONE)])
        if not self.fields["at"].value:
            tomorrow = self.screen.crm.now() + timedelta(days=1)
            self.fields["at"].value = f"{tomorrow:%Y-%m-%d} 10:00"

    def write(self, crm, *, at, subject, contact_id):
        """Plan it."""
        plan_call(crm, self.customer.account_id, at, subject, contact_id=contact_id)
        return say("Planned. It is on your work list now.", "已列入计划，见工作清单。")


class Carry(Form):
    """Say what came of what was planned."""

    needed, spent = ("activity_id",), ("notes",)

    def __init__(self, screen):
        fields = {
            "activity_id": options(say("Planned", "已计划"), long=True),
            "notes": area(say("What came of it", "结果")),
        }
        super().__init__(screen, say("Finish what was planned", "完成计划"), say("It is done", "完成"), fields)

    def show(self, customer):
        """Offer the plans."""
        pairs = [
            (f"{shown('at', one['at'])} · {named(one['kind'])} · {one['subject']}", one["activity_id"])
            for one in customer.plans.to_dict("records")
        ]
        offer(self.fields["activity_id"], pairs or [(say("nothing is planned", "没有计划"), NONE)])

    def write(self, crm, *, activity_id, notes):
        """Mark it as done."""
        done(crm, activity_id, notes, version=version(self.customer.plans, "activity_id", activity_id))
        return say("Done. It has moved from the work list to the history.", "已完成，从工作清单移到往来记录。")


def version(rows, key, value):
    """The version of a row that was read.

    >>> import pandas as pd
    >>> version(pd.DataFrame({"ticket_id": [7], "version": [3]}), "ticket_id", 7)
    3
    """
    found = rows.loc[rows[key] == value, "version"]
    return None if found.empty or missing(found.iloc[0]) else int(found.iloc[0])
