"""The screen of the CRM, driven as a browser does: fields are filled, buttons pressed; then the database is read."""

import re
import subprocess
import sys
from html import unescape

import ipywidgets as ipw
import pytest
from sqlalchemy import text

from crmlib import systems, widgets
from tests.support import PROJECT

HAN = re.compile("[一-鿿]")
NOW = "2025-12-15 10:00"
USERS = {"sales1": "sales", "sales2": "sales", "service1": "service", "marketing1": "marketing", "manager1": "manager"}
PHONE = "13800138000"


@pytest.fixture
def crm(tmp_path, language):
    """A firm of five users; account N000001 is that of sales1, N000002 that of sales2, N000003 of nobody."""
    crm = systems.open_crm(tmp_path / "firm.db", now=NOW)
    for login, role in USERS.items():
        systems.new_user(crm, login[:2].upper(), login, role)
    one, two = crm.sign_in("sales1"), crm.sign_in("sales2")
    systems.new_account(one, "AB", "business", region="qiming", industry="school", grade="A")
    systems.new_account(two, "CD", "business")
    systems.new_account(crm, "EF", "household", status="customer")
    for account_id, name in (("N000001", "GH"), ("N000002", "IJ"), ("N000003", "EF")):
        systems.new_contact(crm, account_id, name, phone=f"{PHONE[:-1]}{account_id[-1]}", email=f"{name}@example.com")
    systems.new_opportunity(one, "N000001", "MN", amount=24_000, expected="2026-02-01")
    systems.log_activity(crm, "N000001", "message", "OP", at="2025-11-01", channel="wechat")
    systems.log_activity(crm, "N000001", "visit", "QR", at="2025-11-03", cost=36)
    systems.open_ticket(crm, "N000001", "complaint", "ST", channel="app")
    systems.new_campaign(crm, "UV", "2025-12-01", "2025-12-31", channel="sms")
    yield crm
    crm.close()


def screen(crm, login, account="N000001"):
    return widgets.systems.crm_screen(crm, login=login, account=account)


def form(screen, kind):
    return next(one for one in screen._all_forms() if type(one).__name__ == kind)


def send(screen, name_, **values):
    """Fill the fields of a form, press its button; return what the screen says, and whether it was done."""
    one = form(screen, name_)
    for name, value in values.items():
        one.fields[name].value = value
    one.go.click()
    return told(screen)


def told(screen):
    status = re.search(r"crm-feedback crm-(\w+)", screen.news.value)[1]
    return status, unescape(re.sub("<[^>]+>", "", screen.news.value)).strip()


def values(screen):
    """All that a person reads on the screen."""
    seen, parts = [], [screen]
    while parts:
        part = parts.pop()
        parts += getattr(part, "children", ())
        if isinstance(part, ipw.HTML) and "<style>" not in part.value:
            seen.append(unescape(re.sub("<[^>]+>", " ", part.value)))
        seen += [getattr(part, name, None) or "" for name in ("description", "placeholder")]
        seen += [label for label, _ in getattr(part, "options", ())]
        seen += getattr(part, "titles", ())
    return seen


def html(screen):
    return screen._card.value + screen._history.value


def count(crm, table):
    with crm.engine.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table}"))


def one(crm, query):
    with crm.engine.connect() as connection:
        return connection.execute(text(query)).one()


def test_nobody_has_signed_in_at_first(crm, language):
    empty = widgets.systems.crm_screen(crm)
    assert empty.crm is None and len(empty.who.options) == 1 + len(USERS) and empty.work.options == ()
    assert told(empty) == ("hint", {"en": "→ Choose above who you are.", "zh": "→ 请先在上方选择登录身份。"}[language])
    empty.text.value = "AB"
    empty.search.click()
    assert told(empty)[0] == "wrong" and empty.found.options == ()
    assert send(empty, "Log", subject="x")[0] == "wrong"
    assert form(empty, "Log").fields["subject"].value == "x"
    empty.who.value = "service1"
    assert empty.crm.user.role == "service" and len(empty.work.options) == 1
    empty.who.value = ""
    assert empty.crm is None and empty.work.options == ()


@pytest.mark.parametrize("login", USERS)
def test_each_role_sees_its_work_list_in_its_language(login, crm, language):
    shown = screen(crm, login)
    kinds = {value[0] for _, value in shown.work.options}
    wanted = {
        "sales1": {"opportunities"},
        "sales2": set(),
        "service1": {"tickets"},
        "marketing1": {"campaigns"},
        "manager1": {"tickets", "opportunities", "campaigns"},
    }
    assert kinds == wanted[login]
    form(shown, "Trail").go.click()
    form(shown, "See").go.click()
    for words in values(shown):
        logins = r"\b(sales|service|marketing|manager)\d\b"
        words = re.sub(rf"{logins}|[A-Z]{{2}}@example.com|\b[a-z]{{2}}@example.com|\bApp\b", "", words)
        found = HAN.search(words) if language == "en" else re.search(r"[A-Za-z]{3,}", words)
        assert not found, words


def test_a_visit_is_logged(crm, language):
    shown = screen(crm, "sales1")
    before = count(crm, "activities")
    done = send(shown, "Log", kind="visit", channel="visit", subject="spring range", notes="oat milk", cost="1,036.5")
    assert done[0] == "right", done
    row = one(crm, "SELECT * FROM activities ORDER BY activity_id DESC LIMIT 1")
    assert (row.account_id, row.kind, row.channel, row.subject, row.notes) == (
        "N000001",
        "visit",
        "visit",
        "spring range",
        "oat milk",
    )
    assert float(row.cost) == 1036.5 and row.user_id == shown.crm.user.user_id and row.contact_id == 1
    assert str(row.at).startswith(NOW) and count(crm, "activities") == before + 1
    assert "spring range" in shown._history.value and form(shown, "Log").fields["subject"].value == ""
    assert one(crm, "SELECT user_id, action FROM audit ORDER BY audit_id DESC LIMIT 1") == (row.user_id, "insert")


@pytest.mark.parametrize(
    ("values_", "words"),
    [
        ({"subject": " "}, {"en": "Still to fill in: Subject", "zh": "还要填写：主题"}),
        ({"subject": "x", "at": "31.12.2025 9h"}, {"en": "Time = ", "zh": "时间 = "}),
        ({"subject": "x", "cost": "a lot"}, {"en": "Cost (yuan) = ", "zh": "费用（元） = "}),
        ({"subject": "x", "cost": "-3"}, {"en": "Cost (yuan)", "zh": "费用（元）"}),
        ({"subject": "x" * 201}, {"en": "Subject: 201", "zh": "主题：201"}),
    ],
)
def test_what_is_typed_wrongly_is_answered_and_stays_in_the_fields(values_, words, crm, language):
    shown, before = screen(crm, "sales1"), count(crm, "activities")
    status, sentence = send(shown, "Log", **values_)
    assert status == "wrong" and words[language] in sentence
    assert count(crm, "activities") == before
    assert all(form(shown, "Log").fields[name].value == value for name, value in values_.items())


def test_a_call_is_planned_chosen_from_the_work_list_and_done(crm):
    shown = screen(crm, "sales1", account=None)
    shown.see("N000003")
    assert form(shown, "Plan").fields["at"].value == "2025-12-16 10:00"
    assert send(shown, "Plan", at="2025-12-15 09:00", subject="grinder")[0] == "right"
    line, place = shown.work.options[0]
    assert place == ("activities", 3, "N000003") and "grinder" in line and line[0] in "!！"
    shown.see("N000001")
    shown.work.index = 0
    carry = form(shown, "Carry")
    assert shown.customer.account_id == "N000003" and carry.fields["activity_id"].value == 3
    assert shown.tabs.selected_index == 1
    assert send(shown, "Carry", notes="it works")[0] == "right"
    assert one(crm, "SELECT done, notes FROM activities WHERE activity_id = 3") == (1, "it works")
    assert "grinder" in shown._history.value and all(value[0] != "activities" for _, value in shown.work.options)
    assert send(shown, "Carry")[0] == "wrong"  # nothing is planned any more


def test_a_late_change_is_answered_and_ones_words_are_kept(crm, language):
    shown = screen(crm, "sales1")
    move = form(shown, "Move")
    assert move.fields["stage"].value == "qualified"
    systems.move_opportunity(crm.sign_in("manager1"), 1, "qualified", amount=20_000)
    status, sentence = send(shown, "Move", stage="negotiation", amount="22,000")
    assert status == "wrong" and {"en": "MA has changed this", "zh": "MA已修改"}[language] in sentence
    assert "error.yours" not in sentence and "20,000" in move.fields["opportunity_id"].label
    assert move.fields["stage"].value == "negotiation" and move.fields["amount"].value == "22,000"
    assert one(crm, "SELECT stage FROM opportunities").stage == "qualified"
    move.go.click()
    assert told(shown)[0] == "right"
    row = one(crm, "SELECT stage, amount FROM opportunities")
    assert row.stage == "negotiation" and float(row.amount) == 22_000
    assert move.fields["stage"].value == "won" and move.fields["amount"].value == ""
    assert send(shown, "Move", stage="qualified")[0] == "wrong"  # no stage is gone back to
    assert send(shown, "Move", stage="won")[0] == "right"
    assert one(crm, "SELECT closed FROM opportunities").closed == NOW[:10]


def test_an_opportunity_is_added_and_found_on_the_work_list(crm):
    shown = screen(crm, "sales1")
    assert send(shown, "Sale", name="tea", amount="500", expected="2025-12-20")[0] == "right"
    assert shown.work.options[0][1] == ("opportunities", 2, "N000001")
    shown.work.index = 0
    assert shown.tabs.selected_index == 2 and form(shown, "Move").fields["opportunity_id"].value == 2


def test_a_ticket_goes_through_its_five_steps(crm, language):
    shown = screen(crm, "service1", account=None)
    shown.see("N000003")
    assert send(shown, "Ticket", kind="complaint", channel="store", subject="mouldy cherries")[0] == "right"
    advance, steps = form(shown, "Advance"), []
    assert advance.fields["ticket_id"].value == 2
    solution, mark = advance.fields["solution"], advance.fields["satisfaction"]
    for _ in range(2):
        assert solution.layout.display == mark.layout.display == "none"
        advance.go.click()
        steps.append(one(crm, "SELECT step FROM tickets WHERE ticket_id = 2").step)
    assert solution.layout.display is None and mark.layout.display == "none"
    assert send(shown, "Advance") == (
        "wrong",
        {"en": "✗ Nothing was written. Still to fill in: Solution.", "zh": "✗ 没有写入。还要填写：解决办法。"}[
            language
        ],
    )
    assert send(shown, "Advance", solution="fresh ones")[0] == "right"
    assert mark.layout.display is None and solution.value == ""
    status, sentence = send(shown, "Advance", satisfaction=5)
    assert status == "right" and {"en": "closed", "zh": "结案"}[language] in sentence
    assert steps == ["empathy", "apology"]
    row = one(crm, "SELECT step, solution, satisfaction, closed FROM tickets WHERE ticket_id = 2")
    assert row[:3] == ("follow_up", "fresh ones", 5) and str(row.closed).startswith(NOW)
    assert "fresh ones" in shown._history.value
    assert send(shown, "Advance")[0] == "wrong"


def test_words_of_a_ticket_that_somebody_has_advanced_are_kept(crm):
    shown = screen(crm, "service1")
    for _ in range(2):
        form(shown, "Advance").go.click()
    systems.advance_ticket(crm, 1, solution="theirs")
    assert send(shown, "Advance", solution="mine")[0] == "wrong"
    assert form(shown, "Advance").fields["solution"].value == "mine"
    assert form(shown, "Advance").fields["solution"].layout.display is None
    assert one(crm, "SELECT solution FROM tickets").solution == "theirs"


def test_a_person_agrees_and_withdraws(crm):
    shown = screen(crm, "service1")
    assert send(shown, "Agree", purpose="marketing", channel="any", given=True)[0] == "wrong"  # where was it said?
    assert send(shown, "Agree", purpose="marketing", channel="sms", given=True, source="form")[0] == "right"
    assert len(systems.may_contact(crm, "marketing", "sms")) == 1 and "✓" in shown._card.value
    assert send(shown, "Agree", purpose="marketing", channel="sms", given=False, source="STOP")[0] == "right"
    assert len(systems.may_contact(crm, "marketing", "sms")) == 0 and "✗" in shown._card.value


def test_a_person_sees_corrects_and_is_erased(crm, language):
    shown = screen(crm, "service1", "N000003")
    assert send(shown, "See")[0] == "right" and "13800138003" in form(shown, "See")._copy.value
    assert one(crm, "SELECT action, row_id FROM audit ORDER BY audit_id DESC LIMIT 1") == ("export", "3")
    status, sentence = send(shown, "Correct", what="phone", value="no number", reason="called")
    assert status == "wrong" and sentence.startswith({"en": "✗ Telephone = ", "zh": "✗ 电话 = "}[language])
    assert send(shown, "Correct", what="phone", value="139 0013 9000", reason="called")[0] == "right"
    assert "13900139000" in shown._card.value
    assert send(shown, "Correct", what="email", value="", reason="called")[0] == "right"
    assert one(crm, "SELECT phone, email FROM contacts WHERE contact_id = 3") == ("13900139000", None)
    status, sentence = send(shown, "Erase", reason="letter", sure=True)
    assert status == "wrong" and {"en": "manager", "zh": "主管"}[language] in sentence
    shown.who.value = "manager1"
    assert shown.customer.account_id == "N000003"
    assert send(shown, "Erase", reason="letter", sure=False)[0] == "wrong"
    assert count(crm, "contacts") == 3
    assert send(shown, "Erase", sure=True)[0] == "right"
    assert "13900139000" not in html(shown) and form(shown, "Erase").fields["sure"].value is False
    assert one(crm, "SELECT phone FROM contacts WHERE contact_id = 3").phone is None
    form(shown, "Trail").go.click()
    assert "letter" in form(shown, "Trail")._lines.value


def test_a_role_does_not_see_what_it_must_not(crm, language):
    hidden = {"en": "hidden from", "zh": "不显示"}[language]
    shown = screen(crm, "service1")
    assert "24,000" not in "".join(values(shown)) and hidden in shown._history.value
    shown.who.value = "marketing1"
    seen = "".join(values(shown))
    assert "ST" not in re.sub("<[^>]+>", " ", shown._history.value) and hidden in shown._history.value
    assert "13800138001" not in seen and "138****8001" in seen and "GH@example.com".lower() not in seen
    for kind, filled in (
        ("Advance", {}),
        ("Ticket", {"subject": "x"}),
        ("Correct", {"value": "1", "reason": "x"}),
        ("Sale", {"name": "x"}),
    ):
        status, sentence = send(shown, kind, **filled)
        assert status == "wrong" and {"en": "may not", "zh": "无权"}[language] in sentence
    shown.who.value = "sales2"
    assert shown.customer is None and told(shown)[0] == "wrong" and "AB" not in html(shown)
    form(shown, "Trail").go.click()
    assert told(shown)[0] == "wrong" and form(shown, "Trail")._lines.value == ""
    shown.who.value = "manager1"
    form(shown, "Trail").go.click()
    assert told(shown)[0] == "right" and "sales1" in form(shown, "Trail")._lines.value
    shown.who.value = "sales1"
    assert form(shown, "Trail")._lines.value == ""


def test_one_who_has_signed_in_already_stays_himself(crm):
    shown = widgets.systems.crm_screen(crm.sign_in("marketing1"))
    assert [login for _, login in shown.who.options] == ["", "marketing1"] and shown.crm.user.login == "marketing1"


def test_a_campaign_tells_whom_it_may_address(crm, language):
    systems.consent(crm, 1, "marketing", "sms", True, "form")
    shown = screen(crm, "marketing1", account=None)
    shown.work.index = 0
    assert {"en": "can be reached: 1.", "zh": "有 1 人"}[language] in told(shown)[1]
    assert shown.customer is None


@pytest.mark.parametrize("typed", ["' OR 1=1 --", "%", "_", "'; DROP TABLE accounts; --", "\\"])
def test_sql_in_the_search_box_is_looked_for_as_it_stands(typed, crm):
    shown = screen(crm, "manager1")
    shown.text.value = typed
    shown.search.click()
    assert told(shown)[0] == "wrong" and typed in told(shown)[1] and shown.found.options == ()
    assert count(crm, "accounts") == 3 and shown.customer.account_id == "N000001"


def test_customers_are_found_and_chosen(crm, language):
    shown = screen(crm, "manager1", account=None)
    shown.text.value = "1380013800"
    shown.search.click()
    assert len(shown.found.options) == 3 and shown.customer is None
    shown.found.index = 1
    assert shown.customer.account_id == "N000002" and shown.found.index == 1
    shown.text.value = "ef"
    shown.text._handle_custom_msg({"event": "submit"}, [])
    assert shown.customer.account_id == "N000003"
    for n in range(21):
        systems.new_account(crm, f"Long {n}", "household")
    shown.text.value = "long"
    shown.search.click()
    assert len(shown.found.options) == 20 and {"en": "The first 20", "zh": "前 20 位"}[language] in told(shown)[1]
    shown.text.value = "  "
    shown.search.click()
    assert told(shown)[0] == "wrong"


def test_the_history_is_shown_by_channel(crm):
    shown = screen(crm, "manager1")
    assert {value for _, value in shown.channel.options} == {"", "app", "wechat"}
    assert shown._history.value.count("<tr>") == 5
    shown.channel.value = "wechat"
    assert shown._history.value.count("<tr>") == 2 and "OP" in shown._history.value
    systems.log_activity(crm, "N000002", "message", "of another", at="2025-11-01", channel="wechat")
    shown.see("N000001")
    assert shown.channel.value == "wechat"
    shown.see("N000002")
    assert shown.channel.value == "" and "of another" in shown._history.value
    shown.see("N000003")
    assert shown.channel.value == "" and shown._history.value.count("<tr>") == 1


EVIL = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><b>'&amp;", "$x^2$"]


@pytest.mark.parametrize("evil", EVIL)
def test_names_and_texts_are_escaped(evil, crm):
    account_id = systems.new_account(crm, evil, "business", region=evil, industry=evil, address=evil)
    contact_id = systems.new_contact(crm, account_id, evil, position=evil)
    systems.consent(crm, contact_id, "marketing", "any", True, evil)
    systems.new_user(crm, evil, "evil", "manager")
    shown = screen(crm, "evil", account_id)
    assert send(shown, "Log", subject=evil, notes=evil)[0] == "right"
    assert send(shown, "Ticket", subject=evil)[0] == "right"
    for values_ in ({}, {}, {"solution": evil}, {"satisfaction": 1}):
        assert send(shown, "Advance", **values_)[0] == "right"
    assert send(shown, "Sale", name=evil)[0] == "right" and send(shown, "See")[0] == "right"
    form(shown, "Trail").go.click()
    shown.text.value = evil
    shown.search.click()
    shown.text.value = evil + "?"
    shown.search.click()
    parts, pages = [shown], []
    while parts:
        part = parts.pop()
        parts += getattr(part, "children", ())
        pages += [part.value] if isinstance(part, ipw.HTML) else []
    page = "".join(pages)
    assert not re.search(r"<script|<img|<b>'", page)
    if "<" in evil:
        assert (
            page.count(
                evil.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace('"', "&quot;")
                .replace("'", "&#x27;")
            )
            > 8
        )
    for part in re.findall(r"<div[^>]*crm-(?:facts|news)[^>]*>|<table[^>]*>", page):
        assert "mathjax_ignore" in part or "crm-news" in part, part


def test_what_is_written_survives_a_restart(crm, tmp_path, language):
    shown = screen(crm, "service1")
    assert send(shown, "Log", kind="call", subject="a call at noon")[0] == "right"
    assert send(shown, "Advance")[0] == "right"
    crm.close()
    program = """if True:
        import sys
        from crmlib import systems, use_language, widgets
        use_language(sys.argv[2])
        crm = systems.open_crm(sys.argv[1], now="2025-12-15 10:00", create=False)
        screen = widgets.systems.crm_screen(crm, login="service1", account="N000001")
        print("a call at noon" in screen._history.value, screen.customer.tickets["step"].tolist())
    """
    command = [sys.executable, "-c", program, str(tmp_path / "firm.db"), language]
    again = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert again.stdout.split() == ["True", "['empathy']"], again.stderr


def test_wrong_names_are_answered(crm, tmp_path, language):
    with pytest.raises(ValueError, match={"en": "nobody signs in", "zh": "没有人用这个登录名"}[language]):
        screen(crm, "sales9")
    with pytest.raises(TypeError):
        widgets.systems.crm_screen("firm.db")
    with pytest.raises(TypeError):
        widgets.systems.crm_screen(crm, login="sales1", account=7)
    shown = screen(crm, "sales1", "Q99999")
    assert told(shown)[0] == "wrong" and "Q99999" in told(shown)[1] and shown.customer is None
    assert send(shown, "Log", subject="x")[0] == "wrong" and send(shown, "See")[0] == "wrong"
    empty = systems.open_crm(tmp_path / "empty.db")
    assert "fill_from_qinghe" in told(widgets.systems.crm_screen(empty))[1]
    empty.close()


def test_a_database_that_does_not_answer_is_told(crm, language):
    shown = screen(crm, "manager1")
    with crm.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("DROP TABLE tickets")
        connection.commit()
    shown.see("N000002")
    assert told(shown)[0] == "wrong" and "tickets" in told(shown)[1] and shown.customer.account_id == "N000001"
    assert send(shown, "Ticket", subject="kept")[0] == "wrong"
    assert form(shown, "Ticket").fields["subject"].value == "kept"
    shown.who.value = "service1"
    assert told(shown)[0] == "wrong"


def test_a_customer_who_is_lost_to_another_seller_leaves_the_screen(crm):
    shown = screen(crm, "sales1")
    with crm.write("handed over") as session:
        session.get(systems.model.Account, "N000001").owner_id = 2
    assert send(shown, "Log", subject="too late")[0] == "wrong"
    shown.work.index = None
    shown.see("N000001")
    assert told(shown)[0] == "wrong"


def test_a_long_work_list_says_that_it_is_the_first_part(crm, language):
    for n in range(101):
        systems.plan_call(crm, "N000001", "2026-01-05 10:00", f"call {n}")
    shown = screen(crm, "manager1")
    assert len(shown.work.options) == 100
    assert {"en": "first 100 waiting, 0 overdue", "zh": "前 100 件，逾期 0 件"}[language] in shown._heads[0].value


def test_a_new_customer_is_added_and_one_who_is_there_already_is_warned_of(crm, language):
    shown = screen(crm, "sales1", account=None)
    status, sentence = send(shown, "Newcomer", name="CD", kind="business", contact="KL", phone="138 0013 8002")
    told_ = {
        "en": "Account N000002 has the same name or telephone, looked after by SA.",
        "zh": "N000002 的名称或电话与此相同",
    }
    assert status == "wrong" and told_[language] in sentence and "anyway" not in sentence
    new = form(shown, "Newcomer")
    assert count(crm, "accounts") == 3 and new.fields["name"].value == "CD" and shown.customer is None
    shown.see("N000001")
    assert new.fields["name"].value == "CD"  # other customers may be looked at meanwhile
    status, sentence = send(shown, "Newcomer", anyway=True)
    assert status == "right" and "N000004" in sentence and shown.customer.account_id == "N000004"
    assert "KL" in shown._card.value and new.fields["name"].value == "" and new.fields["anyway"].value is False
    assert send(shown, "Newcomer")[0] == "wrong"  # a name is needed
    assert send(shown, "Newcomer", name="NO", kind="household")[0] == "right" and count(crm, "contacts") == 4
    shown.who.value = "service1"
    status, sentence = send(shown, "Newcomer", name="PQ")
    assert status == "wrong" and {"en": "may not add to", "zh": "无权新增"}[language] in sentence
    shown.who.value = ""
    assert send(shown, "Newcomer", name="PQ")[0] == "wrong" and count(crm, "accounts") == 5


def test_a_seller_who_finds_nobody_is_told_whose_customer_it_is(crm, language, recwarn):
    shown = screen(crm, "sales1")
    for text_, words in (
        ("N000002", {"en": "account N000002 is looked after by SA", "zh": "客户 N000002 由SA负责"}),
        ("nobody", {"en": "Colleagues' customers are not shown", "zh": "不显示同事负责的客户"}),
    ):
        shown.text.value = text_
        shown.search.click()
        assert told(shown)[0] == "wrong" and words[language] in told(shown)[1]
    assert not len(recwarn)


def test_a_colleagues_ticket_is_taken_over_by_a_tick(crm, language):
    systems.new_user(crm, "RS", "service2", "service")
    systems.advance_ticket(crm.sign_in("service2"), 1)
    shown = screen(crm, "service1")
    box = form(shown, "Advance").fields["take_over"]
    assert box.layout.display is None
    status, sentence = send(shown, "Advance")
    assert status == "wrong" and {"en": "a colleague's", "zh": "由同事处理"}[language] in sentence
    assert send(shown, "Advance", take_over=True)[0] == "right"
    assert box.layout.display == "none" and box.value is False
    assert one(crm, "SELECT step, owner_id FROM tickets") == ("apology", shown.crm.user.user_id)
    shown.who.value = "manager1"
    assert box.layout.display == "none" and send(shown, "Advance", solution="fresh ones")[0] == "right"
