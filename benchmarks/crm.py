"""Measure the CRM of chapter 09 on SQLite and on PostgreSQL, side by side: searches, screens, many writers at once.

    python benchmarks/crm.py            100,000 accounts, 1,000,000 activities, 20 writers for a minute; some minutes;
                                        the table goes into benchmarks/README.md
    python benchmarks/crm.py --quick    a tenth of the rows, 4 writers for five seconds; nothing is written

Run it with the Python of the course's environment, .venv/bin/python, after `python start.py test` has installed the
test tools. PostgreSQL is measured where it is installed (Debian: postgresql), on a server that is thrown away.
"""

import argparse
import contextlib
import importlib.metadata
import os
import platform
import sqlite3
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
try:
    import numpy as np
    import pytest
    import tables

    from crmlib import datasets, systems
    from tests.support.crm_load import counts, fill_large, lost, write_together
    from tests.support.databases import new_database, postgres
except ImportError as error:
    sys.exit(f"{error}\nRun this with the Python of the course's environment (.venv), after: python start.py test")

README = HERE / "README.md"
MARKS = "<!-- last run of the CRM: written by crm.py -->\n", "<!-- end of last run of the CRM -->"
ROLES = ("manager1", "sales1", "service1", "marketing1")
SEARCHES = ("a name", "a part of a name", "a telephone number", "its end", "an e-mail address", "a number", "nobody")
SEARCH_GOAL, SCREEN_GOAL = 0.100, 0.300  # seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, four writers for five seconds")
    quick = parser.parse_args().quick
    accounts, activities = (10_000, 100_000) if quick else (100_000, 1_000_000)
    writers, seconds, repeats = (4, 5, 1) if quick else (20, 60, 3)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    with tempfile.TemporaryDirectory(prefix="crm-benchmark-") as folder, contextlib.ExitStack() as stack:
        places = {"SQLite": str(Path(folder) / "crm.db")}
        try:
            server = stack.enter_context(postgres(fsync="on", shared_buffers="256MB"))
            places["PostgreSQL"] = stack.enter_context(new_database(server))
        except pytest.skip.Exception as reason:
            note(f"PostgreSQL is left out: {reason}")
        crms = {name: systems.open_crm(place, now="2025-12-31 12:00") for name, place in places.items()}
        made = {name: timed(lambda crm=crm: fill_large(crm, accounts, activities)) for name, crm in crms.items()}
        report = machine(crms, load)
        report += ["", f"{accounts:,} accounts and {activities:,} activities, written in {shown(made)}.", ""]
        report += latencies(crms, accounts, repeats)
        rows, wrong = together(places, crms, writers, seconds, accounts)
        report += ["", *rows]
        for crm in crms.values():
            crm.close()
    text = "\n".join(report)
    print(text)
    if not quick and not wrong and len(places) == 2:
        keep(text)
    return wrong


def timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def shown(made):
    return ", ".join(f"{tables.clock(seconds)} ({name})" for name, seconds in made.items())


def questions(accounts, repeats, seed=3):
    """What is asked, for each kind of line in the table: (title, aim, role, function of a CRM) in turns."""
    draws = np.random.default_rng(seed)
    file = datasets.load_qinghe_customers()["name"].tolist()
    for _ in range(repeats):
        for role in ROLES:
            number = int(draws.integers(accounts))
            name = file[number % len(file)]
            phone = f"100{number * 997 % 100_000_000:08d}"
            typed = (f"{name}{number // len(file)}", name[:2], phone, phone[-5:], f"p{number}@example.com")
            for title, text in zip(SEARCHES, (*typed, f"Q{number:06d}", "nobody is called so"), strict=True):
                yield f"Search by {title}", SEARCH_GOAL, role, lambda crm, text=text: systems.find(crm, text)

            yield "360° screen: card and history", SCREEN_GOAL, role, lambda crm, number=number: screen(crm, number)
            yield "Work list", SCREEN_GOAL, role, systems.work_list


def screen(crm, number):
    """What opens when somebody clicks on a customer; that of a colleague is refused."""
    with contextlib.suppress(systems.Refused):
        systems.card(crm, f"Q{number:06d}")
        systems.history(crm, f"Q{number:06d}")


def latencies(crms, accounts, repeats):
    """Each question is put to both databases, one right after the other; the first round is not counted."""
    note("Searches and screens …")
    took, aims = {}, {}
    users = {(name, role): crm.sign_in(role) for name, crm in crms.items() for role in ROLES}
    for warm in (True, False):
        for title, aim, role, ask in questions(accounts, 1 if warm else repeats * 3):
            aims[title] = aim
            for name in crms:
                seconds = timed(lambda name=name, role=role, ask=ask: ask(users[name, role]))
                if not warm:
                    took.setdefault(title, {}).setdefault(name, []).append(seconds)
    columns = [f"{name}: median | 95 % under | longest" for name in crms]
    lines = [f"| task | aim | {' | '.join(columns)} | met |", "|---|--:|" + "--:|" * (3 * len(crms)) + "---|"]
    for title, by_name in took.items():
        cells = [title, tables.clock(aims[title])]
        for seconds in by_name.values():
            cells += [tables.clock(value) for value in (*np.quantile(seconds, [0.5, 0.95]), max(seconds))]
        met = all(np.median(seconds) <= aims[title] for seconds in by_name.values())
        lines.append(tables.row([*cells, "yes" if met else "no"]))
    return lines


def together(places, crms, writers, seconds, accounts):
    """Many programs write at once; what was told as written must be there, and in the trail."""
    lines = [
        "| writers | database | writes | a second | median wait | 95 % under | longest | told to try again | lost |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    wrong = False
    for name, place in places.items():
        note(f"{writers} writers on {name} …")
        before = counts(crms[name])
        ids = [f"Q{number:06d}" for number in range(0, accounts, accounts // 200)]
        told = write_together(place, writers, seconds, ids)
        missing, waits = lost(crms[name], told, before), [wait for one in told for wait in one["waits"]]
        wrong = wrong or missing != [0, 0]
        figures = f"{len(waits):,}", f"{len(waits) / seconds:,.0f}"
        spread = [tables.clock(value) for value in (*np.quantile(waits, [0.5, 0.95]), max(waits))]
        busy = str(sum(one["busy"] for one in told))
        lines.append(
            tables.row([f"{writers} for {seconds} s", name, *figures, *spread, busy, str(max(missing, key=abs))])
        )
    return lines, wrong


def machine(crms, load):
    used = [f"{name} {importlib.metadata.version(name)}" for name in ("sqlalchemy", "psycopg", "pandas")]
    used.append(f"SQLite {sqlite3.sqlite_version}")
    if "PostgreSQL" in crms:
        with crms["PostgreSQL"].engine.connect() as connection:
            used.append(f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar().split()[0]}")
    where = f"{date.today()}, {os.cpu_count()} cores ({tables.processor()}), {platform.system()}"
    return [f"{where}; load {load:.2f} before the start. Python {platform.python_version()}, {', '.join(used)}."]


def keep(report):
    """Put the report where the README has a place for it."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    README.write_text(before + MARKS[0] + report + "\n" + MARKS[1] + after, encoding="utf-8")
    note("Written to benchmarks/README.md.")


def note(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
