"""Four who write for two seconds lose no write; the large CRM of benchmarks/crm.py, in small, answers as it should."""

from sqlalchemy import select

from crmlib import systems
from crmlib.systems import model
from tests.support.crm_load import counts, fill_large, lost, write_together


def test_four_writers_for_two_seconds_lose_no_write(crm, place):
    fill_large(crm, 50, 200)
    accounts = crm.table(select(model.Account.account_id))["account_id"].tolist()
    before = counts(crm)
    told = write_together(place, 4, 2, accounts)
    assert min(one["written"] for one in told) > 0  # and nobody is kept waiting to the end
    assert lost(crm, told, before) == [0, 0]
    versions = crm.table(select(model.Activity.version).distinct())["version"].tolist()
    assert versions == [1]


def test_a_large_crm_is_filled_and_searched(crm):
    fill_large(crm, 7000, 9000)
    assert counts(crm) == [9000, 0]
    boss = crm.sign_in("manager1")
    assert systems.find(boss, "Q006999")["account_id"].tolist() == ["Q006999"]
    assert systems.find(boss, "p6999@example.com")["account_id"].tolist() == ["Q006999"]
    assert systems.new_contact(boss, "Q006999", "Lin Tao") == 7001
    assert len(systems.history(boss, "Q000001", 5)) <= 5
    assert not systems.work_list(boss).empty
