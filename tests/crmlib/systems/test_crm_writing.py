"""What is written is there or not at all: two at once, one too late, one killed in the middle, one who comes back."""

import subprocess
import sys
import time

import pandas as pd
import pytest
from sqlalchemy import func, insert, select, text

from crmlib import systems
from crmlib.systems import connecting, model
from tests.support import PROJECT
from tests.support.refusals import refuses

TOGETHER = """
import sys, time, pathlib
from crmlib import systems
place, login, number, folder = sys.argv[1:5]
crm = systems.open_crm(place, login)

def together():
    pathlib.Path(folder, number).touch()
    while len(list(pathlib.Path(folder).iterdir())) < 2:
        time.sleep(0.005)
"""
LOGS = TOGETHER + "together()\nfor n in range(50):\n    systems.log_activity(crm, 'N000005', 'call', f'{login} {n}')\n"
MOVES = TOGETHER + (
    "together()\ntry:\n    systems.move_opportunity(crm, 1, 'proposal', version=1, amount=int(number))\n"
    "    print('moved', number)\nexcept systems.Stale as error:\n    print('stale', error.yours['amount'], error)\n"
)
NUMBERED = (
    TOGETHER + "together()\nfor n in range(20):\n    print(systems.new_account(crm, f'{login} {n}', 'business'))\n"
)


def outputs(processes):
    found = [process.communicate(timeout=120) for process in processes]
    assert [errors for _, errors in found] == ["", ""]
    return [lines for lines, _ in found]


def two(start, program, tmp_path):
    folder = tmp_path / "ready"
    folder.mkdir()
    return outputs([start(program, login, number, folder) for number, login in enumerate(["sales1", "sales2"], 1)])


def count(crm, kind):
    return int(crm.table(select(func.count()).select_from(kind)).iloc[0, 0])


def test_two_programs_that_write_at_once_lose_nothing(firm, start, tmp_path):
    two(start, LOGS, tmp_path)
    found = crm_activities(firm.crm)
    expected = {f"{login} {n}" for login in ("sales1", "sales2") for n in range(50)}
    assert len(found) == 100 and set(found["subject"]) == expected
    trail = firm.crm.trail("activities", limit=1000)
    assert trail["who"].value_counts().to_dict() == {"sales1": 50, "sales2": 50}


def crm_activities(crm):
    return crm.table(select(model.Activity.subject, model.Activity.user_id))


def test_of_two_conflicting_moves_one_is_told_that_it_is_stale(firm, start, tmp_path):
    systems.new_opportunity(firm.crm, firm.firms[4], "coffee machines", amount=500)
    lines = two(start, MOVES, tmp_path)
    [moved] = [line for line in lines if line.startswith("moved")]
    [stale] = [line for line in lines if line.startswith("stale")]
    winner = int(moved.split()[1])
    name = {1: "王芳", 2: "李强"}[winner]
    assert float(stale.split()[1]) == 3 - winner  # the words of the loser are kept
    assert f"{name} has changed opportunities 1" in stale
    row = firm.crm.table(select(model.Opportunity.amount, model.Opportunity.version))
    assert row.iloc[0].tolist() == [winner, 2]


def test_two_who_add_accounts_at_once_get_different_numbers(firm, start, tmp_path):
    numbers = " ".join(two(start, NUMBERED, tmp_path)).split()
    assert sorted(numbers) == [f"N{n:06d}" for n in range(13, 53)]


def test_two_who_open_a_new_crm_at_once_make_one(start, tmp_path, place):
    other = place.replace("crm.db", "second.db")
    program = "import sys; from crmlib import systems; systems.open_crm(sys.argv[2]); print('open')"
    assert outputs([start(program, other), start(program, other)]) == ["open\n", "open\n"]


KILLED = """
import os, sys
from crmlib import systems
from crmlib.systems import model
crm = systems.open_crm(sys.argv[1])
with crm.write() as session:
    session.add(model.Account(account_id="HALF", name="half", kind="business"))
    session.flush()
    session.add(model.Contact(account_id="HALF", name="half"))
    session.flush()
    print("in the middle", flush=True)
    os._exit(9)
"""


def test_a_program_killed_in_the_middle_leaves_nothing_half_written(firm, start, place):
    before = count(firm.crm, model.Audit)
    process = start(KILLED)
    assert process.communicate(timeout=60)[0] == "in the middle\n" and process.returncode == 9
    again = systems.open_crm(place)
    assert systems.find(again, "half").empty
    assert count(again, model.Contact) == 6 and count(again, model.Audit) == before
    assert systems.new_account(again, "after it", "business") == "N000013"  # and nobody is locked out
    if again.engine.dialect.name == "sqlite":
        with again.engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    again.close()


PAIRS = """
import sys
from crmlib import systems
from crmlib.systems import model
crm = systems.open_crm(sys.argv[1])
print("ready", flush=True)
n = 0
while True:
    n += 1
    with crm.write() as session:
        session.add(model.Account(account_id=f"P{n}", name="pair", kind="household"))
        session.flush()
        session.add(model.Contact(account_id=f"P{n}", name="pair"))
"""


def test_whenever_a_program_is_killed_accounts_and_contacts_are_pairs(firm, start):
    process = start(PAIRS)
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    end = time.monotonic() + 60
    while count(firm.crm, model.Account) < 30 and time.monotonic() < end:
        time.sleep(0.002)
    process.kill()
    process.wait()
    accounts = firm.crm.table(select(model.Account.account_id).where(model.Account.name == "pair"))["account_id"]
    contacts = firm.crm.table(select(model.Contact.account_id).where(model.Contact.name == "pair"))["account_id"]
    assert len(accounts) >= 18 and set(accounts) == set(contacts)
    trail = firm.crm.trail(limit=10_000)
    assert set(trail.loc[trail["table_name"] == "accounts", "row_id"]) >= set(accounts)


def test_what_was_written_is_there_after_a_restart(firm, place):
    ticket = systems.open_ticket(firm.service1, firm.firms[0], "complaint", "发霉的樱桃", channel="app")
    systems.advance_ticket(firm.service1, ticket)
    before = systems.history(firm.boss, firm.firms[0])
    firm.crm.close()
    again = systems.open_crm(place, "boss", create=False, now="2025-12-15 10:00")
    pd.testing.assert_frame_equal(systems.history(again, firm.firms[0]), before)
    assert len(systems.work_list(again)) == 1
    again.close()


def test_an_error_in_a_transaction_takes_all_of_it_back(firm):
    before = count(firm.crm, model.Audit)
    with pytest.raises(ZeroDivisionError), firm.crm.write() as session:
        session.add(model.Account(account_id="HALF", name="half", kind="business"))
        session.flush()
        1 / 0  # noqa: B018
    assert count(firm.crm, model.Account) == 12 and count(firm.crm, model.Audit) == before


def test_foreign_keys_and_word_lists_are_kept_by_the_database(firm):
    def orphan():
        with firm.crm.write() as session:
            session.add(model.Contact(account_id="nobody", name="x"))

    def unknown():
        with firm.crm.write() as session:
            session.add(model.Account(account_id="X", name="x", kind="planet"))

    def mother():
        with firm.crm.write() as session:
            session.execute(text("DELETE FROM accounts WHERE account_id = 'N000001'"))

    for call in (orphan, mother):
        refuses(call, ValueError, "refuses this, and nothing was written.*(?i:foreign key)")
    refuses(unknown, ValueError, "refuses this, and nothing was written.*(?i:check).*")
    assert count(firm.crm, model.Account) == 12 and count(firm.crm, model.Contact) == 6


def test_a_version_that_is_old_is_refused_with_who_and_when_and_the_words_are_kept(firm):
    sale = systems.new_opportunity(firm.sales1, firm.firms[0], "milk", amount=900)
    systems.move_opportunity(firm.boss, sale, "qualified", version=1)
    with pytest.raises(
        systems.Stale, match=r"何主管 has changed opportunities 1 \(2025-12-15 10:00; now version 2\)"
    ) as e:
        systems.move_opportunity(firm.sales1, sale, "proposal", version=1, amount=950)
    assert e.value.yours == {"stage": "proposal", "amount": 950}
    refuses(lambda: systems.move_opportunity(firm.sales1, sale, "proposal", version=1), ValueError, "version = 1")
    systems.move_opportunity(firm.sales1, sale, "proposal", version=2, amount=950)
    assert firm.crm.table(select(model.Opportunity.amount)).iloc[0, 0] == 950


def test_who_copied_is_not_who_changed(firm):
    systems.correct(firm.service1, firm.people[0], reason="typing error", phone="13900139000")
    systems.personal_data(firm.boss, firm.people[0])
    with pytest.raises(systems.Stale, match="赵敏 has changed contacts 1"):
        systems.correct(firm.sales1, firm.people[0], reason="x", name="x", version=1)


def test_a_number_is_given_once(firm):
    """Else the trail of a new person would begin with that of a deleted one."""
    account = systems.new_account(firm.crm, "x", "household")
    person = systems.new_contact(firm.crm, account, "x")
    systems.delete_account(firm.boss, account, "entered twice")
    assert systems.new_contact(firm.crm, firm.homes[0], "y") == person + 1


def test_who_reads_sees_one_moment(firm):
    count = select(func.count()).select_from(model.Account)
    with firm.boss.read() as session:
        before = session.scalar(count)
        systems.new_account(firm.crm, "meanwhile", "business")
        assert session.scalar(count) == before == 12
    assert len(systems.find(firm.boss, "meanwhile")) == 1


def test_what_the_database_cannot_read_is_told(firm):
    def ask():
        with firm.boss.read() as session:
            session.execute(text("SELECT shoe_size FROM accounts"))

    refuses(ask, ValueError, "The database cannot do this.*shoe_size")


def test_a_row_that_another_session_changed_meanwhile_is_not_overwritten(firm):
    with firm.crm.read() as session:
        old = session.get(model.Account, "N000001")
    with firm.crm.write() as session:
        session.get(model.Account, "N000001").region = "north"

    def overwrite():
        with firm.crm.write() as session:
            session.add(old)
            old.region = "south"

    with pytest.raises(systems.Stale):
        overwrite()
    assert (
        firm.crm.table(select(model.Account.region).where(model.Account.account_id == "N000001")).iloc[0, 0] == "north"
    )


def test_the_trail_tells_before_and_after_and_why(firm):
    with firm.boss.write("they moved") as session:
        session.get(model.Account, "N000001").address = "青禾路 3 号"
    line = firm.boss.trail("accounts", "N000001").iloc[0]
    assert line[["who", "action", "reason"]].tolist() == ["boss", "update", "they moved"]
    assert (line["before"], line["after"]) == ({"address": None}, {"address": "青禾路 3 号"})
    assert line["at"] == pd.Timestamp("2025-12-15 10:00")
    first = firm.boss.trail("accounts", "N000001").iloc[-1]
    assert first["action"] == "insert" and first["after"]["name"] == "青禾中学" and first["who"] == "sales1"
    systems.delete_account(firm.boss, firm.homes[0], "entered twice")
    gone = firm.boss.trail("accounts", firm.homes[0]).iloc[0]
    assert (gone["action"], gone["before"]["name"], gone["reason"]) == ("delete", "稷芒波", "entered twice")


def test_nothing_that_did_not_change_is_in_the_trail(firm):
    before = count(firm.crm, model.Audit)
    with firm.boss.write() as session:
        row = session.get(model.Account, "N000001")
        row.name = row.name
    assert count(firm.crm, model.Audit) == before


def test_many_rows_at_once_leave_one_line(firm):
    rows = [{"product_id": f"P{n}", "category": "grain", "name": "rice", "price": 42, "cost": 39.5} for n in range(500)]
    with firm.crm.write("new range") as session:
        session.execute(insert(model.Product), rows)
    trail = firm.boss.trail("products")
    assert trail["after"].tolist() == [{"rows": 500}] and trail["reason"].tolist() == ["new range"]
    with firm.crm.write("cheaper") as session:
        session.execute(model.Product.__table__.update().values(price=40))
    assert firm.boss.trail("products").iloc[0][["action", "after"]].tolist() == ["update", {"rows": 500}]


def test_a_writer_who_waits_too_long_is_told(place, monkeypatch):
    monkeypatch.setattr(connecting, "WAIT", 0.2)
    crm = systems.open_crm(place)
    first = systems.new_account(crm, "first", "business")
    with crm.write() as session:
        session.get(model.Account, first, with_for_update=True).name = "a"
        session.flush()
        assert systems.find(crm, "a").empty  # who reads does not wait, and sees nothing unfinished
        refuses(lambda: systems.change_account(crm, first, reason="b", grade="A"), systems.Busy, "Others have been")
    assert systems.find(crm, "a")["account_id"].tolist() == [first]
    crm.close()


FILLS = """
import os, sys
from crmlib import systems
from crmlib.systems import bulk, filling
crm = systems.open_crm(sys.argv[1])
write_many = filling.write_many

def until_tickets(session, kind, rows):
    if kind.__tablename__ == "tickets":
        print("half-way", flush=True)
        os._exit(9)
    write_many(session, kind, rows)

filling.write_many = until_tickets
systems.fill_from_qinghe(crm, customers=20)
"""


def test_a_filling_interrupted_half_way_leaves_nothing_and_can_be_done_again(crm, place):
    process = subprocess.run([sys.executable, "-c", FILLS, place], cwd=PROJECT, capture_output=True, text=True)
    assert (process.stdout, process.returncode) == ("half-way\n", 9), process.stderr
    assert [count(crm, kind) for kind in (model.User, model.Account, model.Order, model.Audit)] == [0, 0, 0, 0]
    systems.fill_from_qinghe(crm, customers=20)
    assert count(crm, model.Ticket) > 0
