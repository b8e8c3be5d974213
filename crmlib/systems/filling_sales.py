"""Qinghe's leads of 2025 as tables of a CRM: firms, their opportunities, visits and calls, and the contracts won."""

import numpy as np
import pandas as pd

from crmlib import datasets
from crmlib.language import say
from crmlib.systems.filling_customers import PRESENT, USER_IDS

STAGES = {"contacted": "qualified", "offer": "proposal"}  # what the file calls otherwise
_SOURCES = {
    "fair": ("met at the fair", "展会上认识"),
    "web": ("came through the website", "来自网站"),
    "referral": ("recommended by a customer", "客户转介绍"),
    "cold_call": ("called unasked", "陌生电话"),
}
_FIRMS = {
    "office": ("Office", "写字楼公司"),
    "school": ("School", "学校"),
    "factory": ("Factory", "工厂"),
    "restaurant": ("Restaurant", "餐馆"),
    "clinic": ("Clinic", "诊所"),
}
TELEPHONES = 10_091_000_000  # none in China begins with 100; those of the customer file lie elsewhere


def lead_accounts():
    """Return an account for each lead: a customer once won, lost once lost.

    >>> lead_accounts()["status"].value_counts().to_dict()
    {'lost': 550, 'customer': 142, 'lead': 108}
    """
    leads = datasets.load_qinghe_opportunities()
    firms = leads["industry"].map({word: say(*text) for word, text in _FIRMS.items()})
    return pd.DataFrame(
        {
            "account_id": leads["lead_id"],
            "name": firms + " " + leads["lead_id"],
            "kind": "business",
            "industry": leads["industry"],
            "region": None,
            "address": None,
            "owner_id": _owners(leads),
            "status": leads["stage"].map({"won": "customer", "lost": "lost"}).fillna("lead"),
            "since": leads["date"].dt.date,
            "grade": None,
            "version": 1,
        }
    )


def lead_contacts(first):
    """Return the purchasing department of each lead, numbered from `first` on; telephones are invented here.

    >>> lead_contacts(7).head(1)[["contact_id", "account_id", "phone"]].to_numpy().tolist()
    [[7, 'L001', '10091000137']]
    """
    number = datasets.load_qinghe_opportunities()["lead_id"]
    count = np.arange(1, len(number) + 1)
    return pd.DataFrame(
        {
            "contact_id": first - 1 + count,
            "account_id": number,
            "name": say("Purchasing", "采购部"),
            "position": say("purchasing", "采购"),
            "phone": (TELEPHONES + 137 * count).astype(str),
            "email": None,
            "birthday": None,
            "version": 1,
        }
    )


def opportunities():
    """Return the leads as opportunities; an open one is expected after the usual time, and not in the past.

    >>> opportunities()["stage"].value_counts().to_dict()
    {'lost': 550, 'won': 142, 'qualified': 50, 'lead': 21, 'proposal': 19, 'negotiation': 18}
    """
    leads = datasets.load_qinghe_opportunities()
    won = leads["won"] == 1
    usual = (leads["closed"] - leads["date"])[won].median()
    expected = np.maximum(leads["date"] + usual, PRESENT.normalize() + pd.Timedelta(days=7))
    people = leads["size"].astype(str)
    return pd.DataFrame(
        {
            "opportunity_id": _numbers(leads),
            "account_id": leads["lead_id"],
            "owner_id": _owners(leads),
            "campaign_id": None,
            "name": say("supply for ", "为 ") + people + say(" people for a year", " 人供货一年"),
            "stage": leads["stage"].replace(STAGES),
            "amount": leads["amount"].astype(float).fillna(0),
            "opened": leads["date"].dt.date,
            "expected": expected.where(leads["closed"].isna()).dt.date,
            "closed": leads["closed"].dt.date,
            "version": 1,
        }
    )


def contracts():
    """Return the contracts of the leads that were won: for a year, from the first of the next month on.

    >>> contracts()["status"].value_counts().to_dict()
    {'running': 142}
    """
    won = datasets.load_qinghe_opportunities()[lambda leads: leads["won"] == 1]
    starts = won["closed"] + pd.offsets.MonthBegin(1)
    ends = starts + pd.DateOffset(years=1) - pd.Timedelta(days=1)
    return pd.DataFrame(
        {
            "contract_id": range(1, len(won) + 1),
            "account_id": won["lead_id"],
            "opportunity_id": _numbers(won),
            "signed": won["closed"].dt.date,
            "starts": starts.dt.date,
            "ends": ends.dt.date,
            "amount": won["amount"].astype(float),
            "status": np.where(ends > PRESENT, "running", "ended"),
        }
    )


def sales_activities(seed):
    """Return what was done with the leads: how each came, the answer, visits; and a call planned for each open one.

    >>> sales_activities(1).groupby("kind").size().to_dict()
    {'call': 908, 'note': 800, 'visit': 969}
    """
    leads = datasets.load_qinghe_opportunities()
    draws = np.random.default_rng([seed, 3])
    price = leads["asked_price"].map({0: "", 1: say("; asked for a price list", "；要过价目表")})
    staff = say("Employees: ", "员工人数：") + leads["size"].astype(str) + price
    source = leads["source"].map({word: say(*text) for word, text in _SOURCES.items()})
    came = _done(leads, leads["date"], draws, "note", source, notes=staff, channel=leads["source"], hours=(8, 9))
    answered = leads["date"] + pd.to_timedelta(leads["days_to_reply"], unit="D")
    answers = _done(
        leads, answered, draws, "call", say("answer to the first question", "答复首次询问"), channel="phone"
    )
    visits = leads.loc[leads.index.repeat(leads["visits"])]
    weeks = pd.to_timedelta(7 * (visits.groupby("lead_id").cumcount() + 1), unit="D")
    latest = visits["closed"].fillna(PRESENT.normalize())
    visited = np.minimum(visits["date"] + weeks, latest)
    visits = _done(visits, visited, draws, "visit", say("visit to the firm", "上门拜访"), channel="visit")
    still = leads[leads["closed"].isna()]
    days = pd.to_timedelta(draws.choice([2, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16], len(still)), unit="D")
    plans = _done(
        still, PRESENT.normalize() + days, draws, "call", say("how far have you got?", "了解进展"), channel="phone"
    )
    made = pd.concat([came, answers, visits])
    return pd.concat([made[made["at"] <= PRESENT], plans.assign(planned=True, done=False)], ignore_index=True)


def _done(leads, day, draws, kind, subject, notes="", channel=None, hours=(9, 17)):
    minutes = pd.to_timedelta(draws.integers(hours[0] * 60, hours[1] * 60, len(leads)), unit="min")
    facts = {"account_id": leads["lead_id"], "user_id": _owners(leads), "kind": kind, "channel": channel}
    facts |= {"at": day + minutes, "planned": False, "done": True, "subject": subject, "notes": notes, "cost": 0.0}
    return pd.DataFrame(facts | {"opportunity_id": _numbers(leads)})


def _numbers(leads):
    return leads["lead_id"].str[1:].astype(int)


def _owners(leads):
    return leads["owner"].str.replace("S", "sales").map(USER_IDS)
