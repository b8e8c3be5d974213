"""Who on a list is in the CRM already: found by points or by a firm's name, filled, never overwritten."""

import pandas as pd
import pytest
from sqlalchemy import select

import crmlib
from crmlib import datasets, segmentation, systems
from crmlib.systems import model
from crmlib.systems.matching import LINE
from tests.support.customer_lists import partition, people, rows


def test_a_duplicate_is_linked_by_points_fills_gaps_and_overwrites_nothing(firm):
    """firm.people[0] is 稷芒波, 13800138000, p0@example.com, born 1990-01-01, of the school."""
    account_id = systems.new_account(firm.crm, "王小明", "household", address="启明城路 1 号")
    contact_id = systems.new_contact(firm.crm, account_id, "王小明", phone="13600136000")
    table = people(
        name=["王小明"] * 3, phone=["136-0013-6000"] * 3, email=["wxm@example.com"] * 3, address="启明城路 2 号"
    )
    report = systems.import_customers(firm.boss, table, source="fair")
    assert report.added.empty and report.linked["contact_id"].tolist() == [contact_id] * 3
    assert report.linked.iloc[0][["points", "filled", "differs"]].tolist() == [6, "email", "address"]
    assert report.linked.iloc[1]["filled"] == ""
    card = systems.card(firm.crm, account_id)
    assert card.account["address"] == "启明城路 1 号" and card.contacts["email"].tolist() == ["wxm@example.com"]
    history = firm.crm.table(select(model.Activity.notes, model.Activity.user_id))
    assert history["notes"].tolist() == ["address: 启明城路 2 号"]  # once, though three rows say so


def test_a_no_counts_and_a_yes_on_an_old_list_does_not_undo_it(crm):
    systems.import_customers(crm, people(), source="list")
    assert len(systems.may_contact(crm, "marketing", "sms")) == 3
    systems.import_customers(crm, people(consent=["no", "yes", "yes"]), source="new list")
    assert systems.may_contact(crm, "marketing", "sms")["name"].tolist() == ["麦小满", "谷雨"]
    report = systems.import_customers(crm, people(), source="old list")
    assert systems.may_contact(crm, "marketing", "sms")["name"].tolist() == ["麦小满", "谷雨"]
    assert report.linked["differs"].tolist() == ["consent", "", ""]


def test_an_address_that_another_person_has_is_a_fault(firm):
    table = people(email=["p1@example.com", None, None])
    table["name"], table["phone"] = ["完全不同", "麦小满", "谷雨"], ["13512345678", "13900139000", "13700137000"]
    report = systems.import_customers(firm.crm, table, source="list")
    partition(report, table)
    [line] = report.faults.to_dict("records")
    assert line["column"] == "email" and "contact 2 (N000002)" in line["fault"]
    twice = people(email=["x@example.com", "x@example.com", None])
    report = systems.import_customers(systems.open_crm(":memory:"), twice, source="list")
    assert len(report.added) == 2 and report.faults["row"].tolist() == [1]


def test_a_firm_is_one_by_its_name_and_gets_another_person(firm):
    table = pd.DataFrame(
        {
            "单位名称": ["云上咖啡", "云上咖啡", "新店"],
            "联系人": ["林涛", "周至", "麦冬"],
            "电话": ["13511110000", "13511110001", "13511110002"],
            "行业": ["餐饮"] * 3,
            "同意营销": ["是"] * 3,
        }
    )
    report = systems.import_customers(firm.crm, table, source="list")
    partition(report, table)
    assert report.linked["account_id"].tolist() == ["N000002", "N000002"] and len(report.added) == 1
    card = systems.card(firm.crm, "N000002")
    assert card.contacts["name"].tolist() == ["秧露苗", "林涛", "周至"] and card.account["industry"] == "餐饮"
    again = systems.import_customers(firm.crm, table, source="list")
    assert again.added.empty and len(systems.card(firm.crm, "N000002").contacts) == 3


@pytest.mark.parametrize("language", ["en", "zh"])
def test_firms_without_a_named_person_are_not_one_because_their_numbers_are_near(crm, language):
    """Numbers in a row are what students type; one firm's no must not become another's."""
    crmlib.use_language(language)
    table = pd.DataFrame({"name": ["张记小吃店", "阳光幼儿园"], "kind": "business", "consent": ["yes", "no"]})
    table["phone"] = ["10070000001", "10070000002"]
    for expected in (2, 0):
        report = systems.import_customers(crm, table, source="list")
        crmlib.use_language("en" if language == "zh" else "zh")  # the second time in the other language
        assert len(report.added) == expected
    crmlib.use_language("en")
    assert systems.may_contact(crm, "marketing", "sms")["account_id"].tolist() == ["N000001"]


def test_two_firms_may_have_people_of_one_name(crm):
    table = pd.DataFrame({"name": ["张记小吃店", "阳光幼儿园", "张记小吃"], "contact": "王芳", "consent": "yes"})
    table["phone"] = ["10070000001", "10070000002", "10070000001"]
    report = systems.import_customers(crm, table, source="list")
    assert report.added.index.tolist() == [0, 1]
    assert report.linked[["account_id", "differs"]].to_numpy().tolist() == [["N000001", "name"]]  # name and number


def test_a_firm_without_people_is_known_by_its_name_and_gets_one_person(crm):
    account = systems.new_account(crm, "蓝门饮品店", "business")
    table = pd.DataFrame({"name": ["蓝门饮品店"] * 2, "kind": "business", "phone": "13511110000", "consent": "yes"})
    for _ in range(2):
        report = systems.import_customers(crm, table, source="list")
        assert report.added.empty and report.linked["account_id"].tolist() == [account] * 2
    assert systems.card(crm, account).contacts["phone"].tolist() == ["13511110000"]


def test_who_has_been_erased_is_not_linked_and_gets_nothing(firm):
    systems.erase(firm.boss, firm.people[1], "letter")
    table = pd.DataFrame({"name": ["云上咖啡"], "kind": "business", "phone": "13511110000", "consent": "yes"})
    report = systems.import_customers(firm.boss, table, source="list")
    assert report.linked["account_id"].tolist() == ["N000002"]
    people = systems.card(firm.crm, "N000002").contacts.set_index("contact_id")
    assert len(people) == 2 and people.loc[firm.people[1], ["phone", "email"]].isna().all()
    assert systems.may_contact(firm.crm, "marketing", "phone")["contact_id"].tolist() != [firm.people[1]]


def test_a_no_on_a_list_counts_for_all_channels_whatever_was_said_of_one(crm):
    systems.import_customers(crm, people(), source="list")
    person = int(rows(crm, model.Contact)["contact_id"].iloc[0])
    systems.consent(crm, person, "marketing", "sms", False, "STOP")
    assert person in systems.may_contact(crm, "marketing", "phone")["contact_id"].tolist()
    systems.import_customers(crm, people(consent=["no", "yes", "yes"]), source="new list")
    assert person not in systems.may_contact(crm, "marketing", "phone")["contact_id"].tolist()


def test_qinghes_own_records_are_found_again(crm):
    """Two hundred records, each written anew with a slip: nearly all are linked, and to the right one."""
    systems.fill_from_qinghe(crm, customers=400)
    people = rows(crm, model.Contact)
    homes = people[~people["account_id"].str.match("[BL]")].head(200).reset_index(drop=True)
    addresses = crm.table(select(model.Account.account_id, model.Account.address)).set_index("account_id")["address"]
    table = pd.DataFrame(
        {
            "name": homes["name"].str.upper(),
            "phone": homes["phone"].str[:3] + "-" + homes["phone"].str[3:],
            "address": homes["account_id"].map(addresses),
            "consent": "no",
        }
    )
    report = systems.import_customers(crm, table, source="list")
    partition(report, table)
    assert len(report.linked) == 200
    assert (report.linked["contact_id"] == homes["contact_id"]).mean() > 0.97


def test_the_line_is_the_best_of_chapter_05_without_pinyin():
    records = datasets.load_qinghe_customers().set_index("customer_id")[
        ["name", "phone", "birthday", "address", "email"]
    ]
    truth = datasets.load_qinghe_truth_customers().set_index("customer_id")["person_id"]
    points = segmentation.match_score(segmentation.compare_records(records, segmentation.candidate_pairs(records)))
    f1 = {at: segmentation.precision_recall(segmentation.link(records, points, at), truth)["f1"] for at in range(2, 13)}
    assert max(f1, key=f1.get) == LINE
