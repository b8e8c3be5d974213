"""Qinghe's complaints as tickets, its contacts with customers as activities, its campaigns."""

import numpy as np
import pandas as pd

from crmlib import datasets
from crmlib.language import say
from crmlib.systems.filling_customers import PRESENT, USER_IDS
from crmlib.systems.model import STEPS
from crmlib.systems.tickets import STEP_HOURS

_KINDS = {  # channel of a contact in the file: kind and channel of the activity
    "sms": ("message", "sms"),
    "app_push": ("message", "app"),
    "wecom": ("message", "wechat"),
    "phone": ("call", "phone"),
}
_PURPOSES = {
    "invite": ("invitation to join", "邀请入会"),
    "welcome": ("welcome", "迎新"),
    "offer": ("offer", "优惠推荐"),
    "care": ("how are things?", "日常关怀"),
    "reactivate": ("we have not seen you for a while", "唤醒"),
    "winback": ("please come back", "挽回"),
    "campaign": ("message of the campaign", "活动短信"),
    "follow_up": ("follow-up of the complaint", "投诉回访"),
}
_COMPLAINTS = {
    "delivery": ("delivery", "送货"),
    "quality": ("quality of the goods", "商品质量"),
    "billing": ("bill", "账单"),
    "staff": ("staff", "服务态度"),
    "app": ("app", "App 故障"),
}


def campaigns():
    """Return the two campaigns of 2025, with what their messages cost, and one that is planned (invented here).

    >>> campaigns()["starts"].astype(str).tolist()
    ['2025-03-01', '2025-09-01', '2026-01-20']
    """
    sent = datasets.load_qinghe_contacts().query("purpose == 'campaign'").groupby("date")["cost"].sum()
    named = {
        "2025-03-01": say("Spring coupon", "春季优惠券"),
        "2025-09-01": say("Autumn gift", "秋季赠礼"),
        "2026-01-20": say("Spring Festival 2026", "2026 年春节活动"),
    }
    starts = pd.Series(pd.to_datetime(list(named)))
    return pd.DataFrame(
        {
            "campaign_id": range(1, len(named) + 1),
            "name": list(named.values()),
            "channel": "sms",
            "starts": starts.dt.date,
            "ends": (starts + pd.Timedelta(days=29)).dt.date,
            "budget": starts.map(sent).fillna(sent.mean()).round(2),
        }
    )


def tickets(contact_ids, seed):
    """Return the complaints; where the answer lies beyond the files, the ticket is still open.

    `contact_ids` is a Series by account. The channel, the hour and who took it are drawn. Closed is a complaint with
    the call that followed it up, or else with the answer.

    >>> found = tickets(pd.Series({"Q00001": 1}), 1)
    >>> len(found), found["closed"].isna().sum()
    (1650, np.int64(23))
    """
    told = datasets.load_qinghe_complaints()
    draws = np.random.default_rng([seed, 1])
    opened = _opened(told, draws)
    channel = np.where(
        told["type"] == "app", "app", draws.choice(["phone", "app", "store"], len(told), p=[0.6, 0.3, 0.1])
    )
    closed = _closed(told, opened, draws)
    still = closed > PRESENT
    # What is to be done within a day has been done, but for those who complained this evening.
    step = pd.Series(np.where(PRESENT - opened < pd.Timedelta(hours=4), STEPS[0], STEPS[2])).where(still, STEPS[-1])
    following = {STEPS[0]: "empathy", STEPS[2]: "solution", STEPS[-1]: "follow_up"}
    said = told["type"].map({word: say(*text) for word, text in _COMPLAINTS.items()})
    return pd.DataFrame(
        {
            "ticket_id": _numbers(told["complaint_id"]),
            "account_id": told["customer_id"],
            "contact_id": told["customer_id"].map(contact_ids),
            "owner_id": draws.integers(USER_IDS["service1"], USER_IDS["service3"] + 1, len(told)),
            "kind": "complaint",
            "channel": channel,
            "subject": said + say(", order ", "，订单 ") + told["order_id"].astype(str),
            "step": step,
            "opened": opened,
            "due": opened + pd.to_timedelta(step.map(following).map(STEP_HOURS), unit="h"),
            "closed": closed.mask(still),
            "solution": _solutions(told).mask(still),
            "satisfaction": told["satisfied_after"].mask(still),
            "version": 1,
        }
    )


def _opened(told, draws):
    """During the day, and after the order."""
    ordered = told["order_id"].map(datasets.load_qinghe_orders().set_index("order_id")["hour"])
    hours = np.maximum(draws.integers(9, 21, len(told)), (ordered + 1).where(_days(told) == 0, 0))
    minutes = 60 * hours + draws.integers(0, 60, len(told))
    return told["date"] + pd.to_timedelta(minutes, unit="min")


def _days(told):
    """From the order to the complaint."""
    ordered = told["order_id"].map(datasets.load_qinghe_orders().set_index("order_id")["date"])
    return (told["date"] - ordered).dt.days


def _closed(told, opened, draws):
    days = told["date"] + pd.to_timedelta(told["delay_days"], unit="D")
    called = follow_ups().set_index("ticket_id")["date"]
    days = pd.Series(_numbers(told["complaint_id"])).map(called[~called.index.duplicated()]).fillna(days)
    hours = pd.to_timedelta(draws.integers(10, 18, len(told)), unit="h")
    return np.maximum(days + hours, opened + pd.Timedelta(hours=1))


def _solutions(told):
    paid = say("apologised and paid ", "致歉并补偿 ") + told["compensation"].astype(str) + say(" yuan", " 元")
    said = {"none": say("explained what had happened", "解释说明"), "apology": say("apologised", "致歉")}
    return told["recovery"].map(said).fillna(paid)


def follow_ups():
    """Return the calls that followed complaints up: `row` in the file of contacts, `date`, and whose ticket.

    >>> follow_ups()["ticket_id"].is_unique
    True
    """
    calls = datasets.load_qinghe_contacts().query("purpose == 'follow_up'").reset_index(names="row")
    told = datasets.load_qinghe_complaints()[["complaint_id", "customer_id", "date"]]
    calls = pd.merge_asof(calls.sort_values("date", kind="stable"), told, on="date", by="customer_id")
    return pd.DataFrame({"row": calls["row"], "date": calls["date"], "ticket_id": _numbers(calls["complaint_id"])})


def service_activities(contact_ids, owners, taken, campaign_ids, seed):
    """Return the contacts with customers, by whom a look at the account tells, else by somebody of marketing.

    All but the seed are Series: of contacts and owners by account, of who took a ticket by ticket, of campaigns by
    their first day.

    >>> nobody = pd.Series(dtype=float)
    >>> service_activities(nobody, nobody, nobody, nobody, 1).groupby("kind").size().to_dict()
    {'call': 3864, 'message': 20649}
    """
    made = datasets.load_qinghe_contacts()
    draws = np.random.default_rng([seed, 2])
    minutes = draws.integers(9 * 60, 18 * 60, len(made))
    marketing = pd.Series(draws.integers(USER_IDS["marketing1"], USER_IDS["marketing2"] + 1, len(made)))
    ticket = follow_ups().set_index("row")["ticket_id"].reindex(made.index)
    campaign = made["date"].dt.date.map(campaign_ids).where(made["purpose"] == "campaign")
    caller = ticket.map(taken).fillna(made["customer_id"].map(owners).where(made["channel"] == "phone"))
    return pd.DataFrame(
        {
            "account_id": made["customer_id"],
            "contact_id": made["customer_id"].map(contact_ids),
            "user_id": caller.astype(float).fillna(marketing),
            "kind": made["channel"].map(lambda channel: _KINDS[channel][0]),
            "channel": made["channel"].map(lambda channel: _KINDS[channel][1]),
            "at": made["date"] + pd.to_timedelta(minutes, unit="min"),
            "planned": False,
            "done": True,
            "subject": made["purpose"].map({word: say(*text) for word, text in _PURPOSES.items()}),
            "notes": made["answered"].map({0: say("no answer", "无回应"), 1: say("answered", "有回应")}),
            "cost": made["cost"],
            "campaign_id": campaign,
            "ticket_id": ticket,
        }
    )


def _numbers(complaints):
    return complaints.str[1:].astype(int)  # K0001 is ticket 1
