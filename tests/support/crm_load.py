"""A large CRM, and many who write at once: a little of it in the suite, all of it in benchmarks/crm.py."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from crmlib import datasets
from crmlib.systems import bulk, filling_customers, model
from tests.support import PROJECT

WRITER = """
import json, sys, time
from crmlib import systems
place, login, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
crm = systems.open_crm(place, login)
accounts = sys.argv[4:]
print("ready", flush=True)
sys.stdin.readline()
end, written, busy, waits = time.perf_counter() + seconds, 0, 0, []
while time.perf_counter() < end:
    start = time.perf_counter()
    try:
        systems.log_activity(crm, accounts[written % len(accounts)], "call", f"{login} {written}")
    except systems.Busy:
        busy += 1  # nothing was written: the same call again
        continue
    waits.append(time.perf_counter() - start)
    written += 1
print(json.dumps({"written": written, "busy": busy, "waits": waits}), flush=True)
"""


def fill_large(crm, accounts, activities, seed=1):
    """Fill an empty CRM with so many households, each with a contact and consents, and what was done with them.

    Names are Qinghe's, over and over; an order for each fifth activity, a ticket for each hundredth.
    """
    draws, number = np.random.default_rng(seed), np.arange(accounts)
    file = datasets.load_qinghe_customers()
    names = file["name"].to_numpy()[number % len(file)] + np.char.mod("%d", number // len(file))
    ids = np.char.mod("Q%06d", number)
    owner = draws.choice([1.0, 2.0, np.nan], accounts, p=[0.01, 0.01, 0.98])
    day = pd.Timestamp("2024-01-01")

    def times(count):
        return day + pd.to_timedelta(np.sort(draws.integers(0, 730 * 24 * 60, count)), unit="min")

    whose = draws.integers(0, accounts, activities)
    done = draws.random(activities) > 0.001
    bought, told = draws.integers(0, accounts, activities // 5), draws.integers(0, accounts, activities // 100)
    tables = {
        model.User: filling_customers.users(),
        model.Account: {
            "account_id": ids,
            "name": names,
            "kind": "household",
            "region": file["market"].to_numpy()[number % len(file)],
            "address": file["address"].to_numpy()[number % len(file)],
            "owner_id": owner,
            "status": "customer",
            "since": day.date(),
            "version": 1,
        },
        model.Contact: {
            "contact_id": number + 1,
            "account_id": ids,
            "name": names,
            "phone": np.char.mod("100%08d", number * 997 % 100_000_000),
            "email": np.char.mod("p%d@example.com", number),
            "version": 1,
        },
        model.Consent: {
            "contact_id": number + 1,
            "purpose": "marketing",
            "channel": "any",
            "given": draws.random(accounts) < 0.8,
            "at": day,
            "source": "form",
        },
        model.Order: {
            "account_id": ids[bought],
            "at": times(len(bought)),
            "channel": "app",
            "discount": 0.0,
            "amount": draws.gamma(2, 50, len(bought)).round(2),
            "cost": 30.0,
        },
        model.Ticket: {
            "account_id": ids[told],
            "contact_id": told + 1,
            "owner_id": draws.integers(7, 10, len(told)),
            "kind": "complaint",
            "channel": "phone",
            "subject": "delivery",
            "step": "follow_up",
            "opened": times(len(told)),
            "due": day,
            "closed": day,
            "version": 1,
        },
        model.Activity: {
            "account_id": ids[whose],
            "contact_id": whose + 1,
            "user_id": draws.integers(1, 13, activities),
            "kind": draws.choice(["call", "message", "visit"], activities, p=[0.2, 0.7, 0.1]),
            "channel": "phone",
            "at": times(activities),
            "planned": ~done,
            "done": done,
            "subject": "how are things?",
            "notes": "answered",
            "cost": 6.0,
            "version": 1,
        },
    }
    with crm.write("a large CRM") as session:
        for kind, table in tables.items():
            bulk.write_many(session, kind, pd.DataFrame(table))
        bulk.count_on(session, tables)
    with crm.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def write_together(place, count, seconds, accounts):
    """Let so many programs write for so long at once; return what each has written, waited, and been told."""
    command = [sys.executable, "-c", WRITER, place, "manager1", str(seconds), *accounts]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    programs = [subprocess.Popen(command, cwd=PROJECT, text=True, **pipes) for _ in range(count)]
    try:
        started = [program.stdout.readline() for program in programs]
        assert started == ["ready\n"] * count, [program.stderr.read() for program in programs if program.poll()]
        for program in programs:
            program.stdin.write("go\n")
            program.stdin.flush()
        found = [program.communicate(timeout=seconds + 120) for program in programs]
        assert all(errors == "" for _, errors in found), found
        return [json.loads(lines) for lines, _ in found]
    finally:
        for program in programs:
            program.kill()
            program.wait()


def lost(crm, told, before):
    """How many of the writes that were told as done are not there: of activities, and of their lines in the trail.

    `before` is what `counts` said before.
    """
    written = sum(one["written"] for one in told)
    return [written - (now - was) for was, now in zip(before, counts(crm), strict=True)]


def counts(crm):
    """How many activities there are, and lines of the trail about single ones."""
    lines = (
        select(func.count())
        .select_from(model.Audit)
        .where(model.Audit.table_name == "activities", model.Audit.row_id.is_not(None))
    )
    both = crm.table(
        select(select(func.count()).select_from(model.Activity).scalar_subquery(), lines.scalar_subquery())
    )
    return both.iloc[0].astype(int).tolist()
