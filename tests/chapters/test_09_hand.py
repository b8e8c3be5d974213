"""Chapter 09 by hand: a few answers of the labs from Qinghe's files, without the CRM, its SQL and its warehouse."""

import math

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from crmlib import datasets, systems
from crmlib.exercises import check, key


def answers(name):
    values = [part.value for part in key.find(f"systems.{name}").answers]
    return values[0] if len(values) == 1 else values


@pytest.fixture(scope="module")
def sales():
    """Orders with a card, and the town and address of who bought."""
    people = datasets.load_qinghe_customers().set_index("customer_id")[["kind", "market", "address"]]
    return datasets.load_qinghe_orders().dropna(subset="customer_id").join(people, on="customer_id")


@pytest.fixture(scope="module")
def lines(sales):
    goods = datasets.load_qinghe_products()[["product_id", "category", "price", "cost"]]
    bought = datasets.load_qinghe_order_lines().merge(goods, on="product_id")
    return bought.merge(sales[["order_id", "date", "market"]], on="order_id")


def test_most_complaints_came_in_may():
    opened = datasets.load_qinghe_complaints()["date"].dt.strftime("%Y-%m")
    counted = opened[opened.str.startswith("2025")].value_counts()
    assert answers("busiest_month") == [counted.index[0], counted.iloc[0]] == ["2025-05", 97]


def test_imported_goods_earn_most_in_yinghuo(lines):
    there = lines[(lines["market"] == "yinghuo") & (lines["date"] >= "2025-01-01")]
    margin = (there["quantity"] * (there["price"] - there["cost"])).groupby(there["category"]).sum()
    assert answers("best_category") == [margin.idxmax(), pytest.approx(margin.max())]


def test_the_mean_gap_is_that_between_first_and_last_orders(sales):
    # The gaps of one customer add up to the days from the first order to the last.
    days = sales[(sales["channel"] == "app") & (sales["date"] >= "2025-01-01")].groupby("customer_id")["date"]
    assert answers("mean_gap") == pytest.approx((days.max() - days.min()).dt.days.sum() / (days.size() - 1).sum())


def test_changgeng_bought_most_dairy_in_the_third_quarter(lines):
    dairy = lines[(lines["category"] == "dairy") & (lines["date"].dt.to_period("Q") == "2025Q3")]
    units = dairy.groupby("market")["quantity"].sum()
    assert answers("dairy_in_the_star") == [units.idxmax(), units.max()]


def test_history_keeps_what_overwriting_would_move_to_changgeng(sales):
    # Qiming's streets that end in Beilu go to Changgeng on 1 October 2025: what they bought before stays with Qiming.
    year = sales[sales["date"].dt.year == 2025]
    moving = (year["market"] == "qiming") & year["address"].str.contains("北路")
    before = year["date"] < "2025-10-01"
    kept = year.loc[(year["market"] == "changgeng") | (moving & ~before), "amount"].sum()
    assert answers("history_kept") == pytest.approx([kept, year.loc[moving & before, "amount"].sum()])


def test_december_has_fewer_customers_than_a_year_before(sales):
    last, before = (
        sales.loc[sales["date"].dt.to_period("M") == m, "customer_id"].nunique() for m in ("2025-12", "2024-12")
    )
    assert answers("active_customers") == [last, pytest.approx(last / before - 1)]


def test_eight_rows_of_the_fair_are_faulty():
    # 5: telephone; 6: consent; 7: name; 8: telephone and consent; 10 and 14: nothing to reach; 12: maybe; 13: e-mail.
    assert answers("faulty_rows") == 8


def test_the_list_jumps_from_town_to_town():
    east, north = [9, 1, -8, 2, 11, -2, -10, -1, 8, 3, -7, 4], [2, 8, 1, -9, -1, 10, -2, -7, -3, 11, 4, -11]
    stops = zip(east, north, strict=True)
    way = [(0, 0), *stops, (0, 0)]
    km = 1.3 * sum(math.dist(*leg) for leg in zip(way, way[1:], strict=False))
    assert answers("way_of_the_list") == pytest.approx([km, km * (1.2 + 60 / 25)])


def test_twenty_customers_bring_three_tenths_of_the_sales(sales):
    spent = sales[sales["date"].dt.year == 2025].groupby("customer_id")["amount"].sum().sort_values()
    assert answers("top_20_share") == pytest.approx(spent.iloc[-20:].sum() / spent.sum())


def test_what_is_typed_is_a_parameter():
    """What lab 1 says of an injection: pasted it works, as a parameter it is a strange name and no grade."""
    crm = systems.open_crm(":memory:")
    for name, phone in {"Lin Tao": "10012340001", "He Miao": "10012340002"}.items():
        systems.new_contact(crm, systems.new_account(crm, name, "household"), name, phone=phone)
    typed = "nobody' OR '1' = '1"
    pasted = pd.read_sql(text(f"SELECT name FROM contacts WHERE name = '{typed}'"), crm.engine)
    asked = pd.read_sql(text("SELECT name FROM contacts WHERE name = :name"), crm.engine, params={"name": typed})
    assert (len(pasted), len(asked), len(systems.find(crm, typed))) == (2, 0, 0)
    grade = {"grade": "A' --", "key": "N000001"}
    with pytest.raises(IntegrityError), crm.engine.begin() as connection:
        connection.execute(text("UPDATE accounts SET grade = :grade WHERE account_id = :key"), grade)


@pytest.mark.parametrize(
    ("exercise", "given", "road"),
    [
        ("busiest_month", ["2024-01", 103], "both_years"),
        ("busiest_month", ["2025-05", 87], "closed_not_opened"),
        ("busiest_month", ["05", 97], "month_without_year"),
        ("busiest_month", ["01", 169], "month_of_both_years"),
        ("busiest_month", ["2025-5", 97], "month_without_zero"),
        ("busiest_month", ["2025/05", 97], "month_with_slash"),
        ("best_category", ["fresh", 355_524.38], "whole_orders"),
        ("best_category", ["进口", 111_901], "shown_not_code"),
        ("best_category", ["grain_oil", 750_934.4], "list_value"),
        ("best_category", ["imported", 236_823.6], "both_years_of_town"),
        ("best_category", ["imported", 111_875], "last_day_missing"),
        ("best_category", ["grain_oil", 611_789], "bracket_forgotten"),
        ("best_category", ["grain_oil", 2_806_421], "whole_amounts"),
        ("mean_gap", [26.216], "all_channels"),
        ("mean_gap", [26.876], "lag_before_channel"),
        ("mean_gap", [33.6206], "lag_before_both"),
        ("mean_gap", [0.0], "dates_as_texts"),
        ("mean_gap", [59.570], "lag_before_year"),
        ("mean_gap", [38.613], "hours_cut_off"),
        ("mean_gap", [49.747], "both_years_of_app"),
        ("mean_gap", [65.514], "mean_of_means"),
        ("dairy_in_the_star", ["changgeng", 871], "lines_counted"),
        ("dairy_in_the_star", ["长庚城", 2377], "shown_for_code"),
        ("history_kept", [4_359_421.63, 0], "current_only"),
        ("history_kept", [4_830_857.86, 471_436.23], "overwritten_for_kept"),
        ("active_customers", [1411, 0.97377], "ratio_not_change"),
        ("active_customers", [1411, -2.62], "in_percent"),
        ("active_customers", [1411, -0.03], "rounded_off"),
        ("active_customers", [2302, 0.1], "year_not_grouped"),
        ("faulty_rows", [10], "faults_not_rows"),
        ("faulty_rows", [12], "either_missing"),
        ("faulty_rows", [11], "blanks_as_faults"),
        ("faulty_rows", [9], "missing_phone"),
        ("faulty_rows", [7], "one_rule_missing"),
        ("faulty_rows", [6], "consent_missing"),
        ("faulty_rows", [5], "good_rows"),
        ("way_of_the_list", [203.5, 203.5 * 3.6], "no_way_out"),
        ("way_of_the_list", [165.78, 596.81], "straight_line"),
        ("top_20_share", [0.0148], "largest_orders"),
        ("top_20_share", [0.289], "both_years_of_sales"),
        ("top_20_share", [0.053], "means_not_sums"),
        ("top_20_share", [0.764], "a_fifth_of_customers"),
    ],
)
def test_the_traps_of_the_labs_are_named(exercise, given, road):
    assert check(f"systems.{exercise}", *given).misconception == road


@pytest.mark.parametrize(
    ("exercise", "given"),
    [("active_customers", [1411, -0.026]), ("active_customers", [1411, -0.0262]), ("top_20_share", [0.302])],
)
def test_as_many_decimals_as_the_labs_ask_for_are_enough(exercise, given):
    assert check(f"systems.{exercise}", *given).status == "right"
