"""A search finds what is typed as it stands: SQL, wildcards and quotes mean nothing."""

import pytest
from sqlalchemy import func, select

from crmlib import systems
from crmlib.systems import model
from tests.support.refusals import refuses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("青禾", ["青禾中学"]),
        ("咖啡", ["云上咖啡"]),
        ("%", ["蓝门 100% 饮品店"]),
        ("100%", ["蓝门 100% 饮品店"]),
        ("_", ["北斗_诊所"]),
        ("'", ["O'Brien's Pub"]),
        ("o'brien", ["O'Brien's Pub"]),
        ("\\", []),
        ("/", []),
        ('"', []),
        ("'; DROP TABLE accounts; --", []),
        ("' OR '1'='1", []),
        ("N000002", ["云上咖啡"]),
        ("n000002", ["云上咖啡"]),
        ("lin tao", ["O'Brien's Pub", "Lin Tao"]),
        ("P3@EXAMPLE", ["O'Brien's Pub"]),
        ("138 0013-8002", ["蓝门 100% 饮品店"]),
        ("80013", ["青禾中学", "云上咖啡", "蓝门 100% 饮品店", "O'Brien's Pub", "长庚机械厂", "北斗_诊所"]),
        ("沒有這家", []),
        ("😀", []),
    ],
)
def test_a_text_finds(firm, text, found):
    assert sorted(systems.find(firm.crm, text)["name"]) == sorted(found)
    assert firm.crm.table(select(func.count()).select_from(model.Account)).iloc[0, 0] == 12


def test_letters_with_accents_are_found_small_and_capital(firm):
    systems.new_account(firm.crm, "Élodie's Café", "business")
    for text in ("CAFÉ", "café", "élodie", "ÉLODIE'S"):
        assert len(systems.find(firm.crm, text)) == 1


def test_sql_in_a_name_is_a_name(firm):
    name = "Robert'); DROP TABLE accounts;--"
    account = systems.new_account(firm.crm, name, "household")
    systems.log_activity(firm.crm, account, "note", "'; DELETE FROM activities; --", notes='"; \\ %s :x')
    assert systems.card(firm.crm, account).account["name"] == name
    assert systems.history(firm.crm, account)["what"].tolist() == ["'; DELETE FROM activities; --"]
    assert systems.find(firm.crm, "DROP TABLE")["name"].tolist() == [name]


def test_what_is_the_text_stands_first_then_what_begins_with_it(firm):
    for name in ("大青禾", "青禾", "青禾中学附小"):
        systems.new_account(firm.crm, name, "business")
    assert systems.find(firm.crm, "青禾")["name"].tolist() == ["青禾", "青禾中学", "青禾中学附小", "大青禾"]
    assert systems.find(firm.crm, "青禾", limit=2)["name"].tolist() == ["青禾", "青禾中学"]


def test_a_result_says_who_looks_after_the_account(firm):
    found = systems.find(firm.crm, "青禾").iloc[0]
    assert found.to_dict() == {
        "account_id": "N000001",
        "name": "青禾中学",
        "kind": "business",
        "region": None,
        "status": "lead",
        "grade": None,
        "owner": "王芳",
    }


def test_a_card_holds_people_and_what_they_said_last(firm):
    with firm.crm.write() as session:
        for given, day in ((True, 1), (False, 2)):
            row = model.Consent(contact_id=1, purpose="marketing", given=given, source="app")
            row.at = firm.crm.now().replace(day=day)
            session.add(row)
    card = systems.card(firm.crm, "N000001")
    assert card.account["name"] == "青禾中学" and card.account["owner"] == "王芳"
    assert card.contacts[["name", "phone", "email"]].values.tolist() == [["稷芒波", "13800138000", "p0@example.com"]]
    assert card.consents[["purpose", "channel", "given"]].values.tolist() == [["marketing", "any", False]]


def test_bad_questions_are_answered(firm):
    refuses(lambda: systems.find(firm.crm, "  "), ValueError, "text = '  ' is empty")
    refuses(lambda: systems.find(firm.crm, 138), TypeError, "text = 138: a text is needed")
    refuses(lambda: systems.find(firm.crm, "a", limit=0), ValueError, "limit = 0")
    refuses(lambda: systems.find("crm.db", "a"), TypeError, "crm = 'crm.db': an open CRM is needed")
    refuses(lambda: systems.card(firm.crm, "X1"), ValueError, r"'X1': there is no such row in accounts.*find\(crm, …\)")
    told = r"the customer's number is needed, such as B02. Look it up with find\(crm, …\)"
    refuses(lambda: systems.card(firm.crm, "Mars Canal Restaurants"), ValueError, told)
    refuses(
        lambda: systems.move_opportunity(firm.crm, 99_999, "won"), ValueError, r"Look it up with work_list\(crm\) or"
    )
    refuses(lambda: systems.history(firm.crm, "a' OR 1=1"), ValueError, "there is no such row")
    refuses(lambda: systems.find(firm.crm, "a\0b"), ValueError, "signs that cannot be stored")
    refuses(lambda: firm.crm.table("DROP TABLE accounts"), TypeError, "statement = 'DROP TABLE accounts'")
