"""What the screen shows, as HTML: card, history, steps of tickets, trail. Names and texts stand there as they are."""

from html import escape

from crmlib.display import PLAIN
from crmlib.language import say
from crmlib.systems.model import STEPS
from crmlib.systems.rights import readable
from crmlib.systems.words import named
from crmlib.widgets.systems.screen.names import NOTHING, action, channel, column, missing, purpose, shown

_LONG = 90  # characters of a value in the trail

STYLE = """
.crm-system {--crm-size: calc(var(--jp-content-font-size1) * 1.15); --jp-widgets-font-size: var(--crm-size);
  --jp-widgets-inline-height: calc(var(--crm-size) * 2.1); max-width: 80em}
.crm-system .widget-html-content, .crm-system .lm-TabBar-tabLabel {font-size: var(--crm-size); line-height: 1.5}
.crm-system .lm-TabBar-tab {flex: 0 1 auto !important; min-width: 0 !important; padding: .1em .9em; line-height: 2}
.crm-system h4 {margin: .6em 0 .2em; font-size: inherit}
.crm-system table.crm-rows {border-collapse: collapse; font-size: inherit; margin: 0; width: 100%}
.crm-system table.crm-rows :is(td, th) {text-align: left; vertical-align: top; padding: .15em .6em; white-space: normal}
.crm-system table.crm-rows .crm-number {text-align: right; white-space: nowrap; width: 1%}
.crm-system table.crm-rows .crm-short {white-space: nowrap; width: 1%}
.crm-system table.crm-rows th {position: sticky; top: 0; background: var(--jp-layout-color2)}
.crm-system .crm-scroll {max-height: 17em; overflow: auto}
.crm-system .crm-facts {background: var(--jp-layout-color2); padding: .4em .8em}
.crm-system .crm-facts p {margin: .2em 0}
.crm-system .crm-hidden {color: var(--jp-ui-font-color2); font-style: italic}
.crm-system details > summary {cursor: pointer}
"""


_MARKS = {"amount": "crm-number", "cost": "crm-number"}
_MARKS |= dict.fromkeys(("at", "due", "opened", "channel", "kind", "who", "action"), "crm-short")


def rows_html(names, rows, scroll=False):
    """A table; `names` are columns of the CRM, each row a list of texts (escaped here) in their order.

    >>> "&lt;b&gt;" in rows_html(["name"], [["<b>"]])
    True
    """
    marks = [f' class="{_MARKS[name]}"' if name in _MARKS else "" for name in names]
    head = "".join(
        f'<th scope="col"{mark}>{escape(column(name))}</th>' for name, mark in zip(names, marks, strict=True)
    )
    body = "".join(
        "<tr>" + "".join(f"<td{mark}>{_text(cell)}</td>" for cell, mark in zip(row, marks, strict=True)) + "</tr>"
        for row in rows
    )
    table = f'<table class="crm-rows {PLAIN}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="crm-scroll" tabindex="0">{table}</div>' if scroll else table


class Hidden(str):
    """A cell that the role may not read."""


def _text(cell):
    text = escape(str(cell)).replace("\n", "<br>")
    return f'<span class="crm-hidden">{text}</span>' if isinstance(cell, Hidden) else text


def frame_html(table, scroll=False):
    """A table of the CRM with all its columns.

    >>> import pandas as pd
    >>> "13800138000" in frame_html(pd.DataFrame({"phone": ["13800138000"]}))
    True
    """
    cells = [[shown(name, value) for name, value in row.items()] for row in table.to_dict("records")]
    return rows_html(list(table.columns), cells, scroll)


def card_html(card):
    """The card: who it is, the people, and what they have agreed to."""
    account = card.account
    facts = [shown(name, account[name]) for name in ("kind", "industry", "region", "address") if name in account]
    facts = [fact for fact in facts if fact != NOTHING]
    pairs = [(name, shown(name, account[name])) for name in ("status", "grade", "since", "owner")]
    told = [f"{column(name)}{say(': ', '：')}{text}" for name, text in pairs]
    lines = [
        f"<p><b>{escape(account['name'])}</b> · {escape(' · '.join([account['account_id'], *facts]))}</p>",
        f"<p>{escape(' · '.join(told))}</p>",
        *(_person(person, card.consents) for person in card.contacts.to_dict("records")),
    ]
    if card.contacts.empty:
        lines.append(f"<p>{say('No contact is known.', '没有联系人。')}</p>")
    return f'<div class="crm-facts {PLAIN}">{"".join(lines)}</div>'


def _person(person, consents):
    facts = [shown(name, person[name]) for name in ("position", "phone", "email", "birthday") if name in person]
    facts = " · ".join([person["name"], *(fact for fact in facts if fact != NOTHING)])
    said = consents[consents["contact_id"] == person["contact_id"]].to_dict("records")
    signs = [f"{'✓' if one['given'] else '✗'} {purpose(one['purpose'])}（{channel(one['channel'])}）" for one in said]
    signs = [say(sign.replace("（", " (").replace("）", ")"), sign) for sign in signs]
    agreed = say(", ", "，").join(signs) or say("nothing", "无")
    return f"<p>{escape(facts)} · {say('agreed to: ', '同意情况：')}{escape(agreed)}</p>"


# What a cell of the history comes from, where a role may be kept from it.
_FROM = {("tickets", "what"): "subject", ("opportunities", "amount"): "amount", ("contracts", "amount"): "amount"}
_PARTS = ("orders", "activities", "tickets", "opportunities", "contracts")


def history_html(customer, role, only=None):
    """The history, of one channel or of all; what the role may not read is said to be hidden."""
    history, tickets = customer.history, customer.tickets
    ends = {ticket["ticket_id"]: _end(ticket) for ticket in tickets.to_dict("records")}
    hidden = Hidden(say(f"hidden from {named(role)}", f"对{named(role)}不显示")) if role else NOTHING
    kept = {where for where, name in _FROM.items() if name not in readable(role, where[0])}
    rows = []
    for (table, key), row in history.iterrows():
        if only is None or row["channel"] == only:
            cells = {name: shown(name, row[name]) for name in history.columns}
            if table in ("opportunities", "contracts"):  # of which the day is known
                cells["at"] = cells["at"][:10]
            if table == "tickets" and ends.get(key):
                cells["what"] += say(" – ", "——") + ends[key]
            rows.append([hidden if (table, name) in kept else cell for name, cell in cells.items()])
    told = rows_html(list(history.columns), rows, scroll=True)
    closed = [named(name) for name in _PARTS if not readable(role, name)]
    if closed:
        names = say(", ", "、").join(closed)
        names = say(f"Hidden from {named(role)}: {names}.", f"对{named(role)}不显示：{names}。")
        told += f'<p class="crm-hidden">{names}</p>'
    return told


def tickets_html(tickets):
    """The tickets of a customer, each with its five steps."""
    if tickets.empty:
        return f"<p>{say('No ticket.', '没有工单。')}</p>"
    names, rows = ["ticket_id", "opened", "subject", "step", "outcome"], []
    for ticket in tickets.to_dict("records"):
        subject = Hidden(say("hidden", "不显示"))
        if "subject" in ticket:
            subject = f"{named(ticket['kind'])}{say(': ', '：')}{ticket['subject']}"
        outcome = _end(ticket) or shown("due", ticket["due"])
        rows.append([ticket["ticket_id"], shown("opened", ticket["opened"]), subject, steps(ticket["step"]), outcome])
    return rows_html(names, rows, scroll=len(rows) > 4)


def _end(ticket):
    """How a ticket ended; nothing while it is open."""
    if missing(ticket["closed"]):
        return ""
    solution, mark = ticket.get("solution"), ticket["satisfaction"]
    parts = [say("closed", "已结案"), "" if missing(solution) else solution]
    parts.append("" if missing(mark) else say(f"mark {mark:.0f}", f"满意度 {mark:.0f} 分"))
    return say(", ", "，").join(filter(None, parts))


def steps(step):
    """The five steps of a ticket, those taken with a tick.

    >>> steps("empathy").replace("\u00a0", " ")
    '✓ listening ✓ empathy – apology – solution – follow-up'
    """
    taken = STEPS.index(step)
    return " ".join(f"{'✓' if place <= taken else '–'}\u00a0{named(one)}" for place, one in enumerate(STEPS))


def trail_html(trail):
    """Who changed what, when and why, newest first."""
    rows = []
    for line in trail.to_dict("records"):
        row = "" if missing(line["row_id"]) else f" {line['row_id']}"
        done = f"{action(line['action'])}{say(': ', '：')}{named(line['table_name'])}{row}"
        who = say("the system", "系统") if missing(line["who"]) else line["who"]
        rows.append([shown("at", line["at"]), who, done, _changes(line["before"], line["after"]), line["reason"]])
    return rows_html(["at", "who", "action", "what", "reason"], rows, scroll=True)


def _changes(before, after):
    before, after = (value if isinstance(value, dict) else {} for value in (before, after))
    if set(after) == {"rows"}:
        return say(f"{after['rows']:,} rows", f"{after['rows']:,} 条")
    pairs = []
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = (shown(name, values.get(name)) for values in (before, after))
        if old != new and name != "version" and not (name.endswith("_id") and not before):  # new numbers tell nothing
            pairs.append(
                f"{column(name)} {old} → {new}"
                if name in before and name in after
                else f"{column(name)} {new if after else old}"
            )
    told = say("; ", "；").join(pairs)
    return told if len(told) <= _LONG else told[:_LONG] + "…"
