"""Forms of what a person may ask (PIPL): to agree or withdraw; to see, correct and erase what is known of him."""

import warnings
from html import escape

import ipywidgets as ipw

from crmlib.language import say
from crmlib.systems import consent, correct, erase, personal_data
from crmlib.systems.model import CONSENT_CHANNELS, PURPOSES
from crmlib.systems.words import named
from crmlib.widgets.systems.screen.form import Form, line, offer, options, people, words
from crmlib.widgets.systems.screen.names import channel, column, purpose
from crmlib.widgets.systems.screen.tables import frame_html
from crmlib.widgets.systems.screen.visits import version

_CORRECTED = ("phone", "email", "name", "position", "birthday", "address")


class _OfPerson(Form):
    """A form about one of the contacts."""

    needed = ("contact_id",)

    def show(self, customer):
        """Offer the contacts."""
        offer(self.fields["contact_id"], people(customer))


def _person():
    return options(say("Person", "本人"))


class Agree(_OfPerson):
    """Write down a yes or no."""

    needed, spent = ("contact_id", "source"), ("source",)

    def __init__(self, screen):
        says = [(say("agrees", "同意"), True), (say("no longer agrees", "不同意或撤回"), False)]
        fields = {
            "contact_id": _person(),
            "purpose": options(column("purpose"), words(PURPOSES[::-1], purpose)),
            "channel": options(column("channel"), words(CONSENT_CHANNELS[::-1], channel)),
            "given": options(say("Says", "表示"), says),
            "source": line(column("source"), say("form, recording, message", "表单、录音、消息")),
        }
        super().__init__(screen, "", say("Write it down", "记录"), fields)

    def write(self, crm, **given):
        """Write it down."""
        consent(crm, **given)
        return say("Written down; of several the latest counts.", "已记录；多次表示以最新的为准。")


class See(_OfPerson):
    """Give the person a copy of all that is known."""

    def __init__(self, screen):
        super().__init__(screen, say("See", "查阅"), say("Make a copy", "生成副本"), {"contact_id": _person()})
        self._copy = ipw.HTML()
        self.children = [*self.children, self._copy]

    def take(self, customer):
        """Put the copy away with its customer."""
        if customer is None or self.customer is None or customer.account_id != self.customer.account_id:
            self._copy.value = ""
        super().take(customer)

    def write(self, crm, *, contact_id):
        """Make the copy."""
        with warnings.catch_warnings(record=True) as lacking:
            warnings.simplefilter("always")
            tables = personal_data(crm, contact_id)
        self._copy.value = "".join(_folded(named(name), table) for name, table in tables.items())
        rows = sum(map(len, tables.values()))
        en = f"A copy of {rows:,} rows is shown below; the trail says who made it."
        told = [
            say(en, f"副本见下方，共 {rows:,} 条；操作日志已记下由谁生成。"),
            *(str(one.message) for one in lacking),
        ]
        return say(" ", "").join(told)


def _folded(title, table):
    head = f"{escape(title)}{say(': ', '：')}{len(table):,}"
    return f"<details><summary>{head}</summary>{frame_html(table, scroll=True)}</details>"


class Correct(_OfPerson):
    """Correct what is known."""

    needed, spent = ("contact_id", "reason"), ("value", "reason")

    def __init__(self, screen):
        fields = {
            "contact_id": _person(),
            "what": options(say("What", "内容"), words(_CORRECTED, column)),
            "value": line(say("New value", "新的内容"), say("nothing: it is left empty", "不填即清空")),
            "reason": line(column("reason"), say("who asked, how it was checked", "谁提出，怎样核实")),
        }
        super().__init__(screen, say("Correct", "更正"), say("Correct it", "更正"), fields)

    def names(self):
        """What the arguments are called."""
        return super().names() | {name: column(name) for name in _CORRECTED}

    def write(self, crm, *, contact_id, what, value, reason):
        """Correct it."""
        read = version(self.customer.card.contacts, "contact_id", contact_id)
        # Nobody goes without a name: an empty one is refused.
        value = value if what == "name" else value or None
        correct(crm, contact_id, reason=reason, version=read, **{what: value})
        return say(f"Corrected: {column(what)}.", f"已更正：{column(what)}。")


class Erase(_OfPerson):
    """Erase the person."""

    needed, spent = ("contact_id", "reason"), ("reason", "sure")

    def __init__(self, screen):
        sure = say("I have checked who asks. This cannot be undone.", "已核实请求人身份。删除后无法恢复。")
        fields = {
            "contact_id": _person(),
            "reason": line(column("reason"), say("letter of 3 March; no names", "3 月 3 日来信；不要写姓名")),
            "sure": ipw.Checkbox(description=sure, indent=False, layout=ipw.Layout(width="auto")),
        }
        super().__init__(screen, say("Erase", "删除"), say("Erase the person", "删除个人信息"), fields)
        self.go.button_style = "danger"

    def write(self, crm, *, contact_id, reason, sure):
        """Erase."""
        if not sure:
            en = "Nothing was erased. Tick the box first: it cannot be undone."
            raise ValueError(say(en, "没有删除。请先勾选确认：删除后无法恢复。"))
        erase(crm, contact_id, reason)
        en = "Erased. Orders stay without a person; the trail keeps who, when and why."
        return say(en, "已删除个人信息。订单保留，但不再对应到人；操作日志保留由谁、何时、为何删除。")
