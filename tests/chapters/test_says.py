"""What the chapters say can be reckoned again from what they print, and from the data, by another road."""

import ast
import re

import nbformat
import pytest

from crmlib import churn, datasets, prices
from crmlib.exercises import key
from tests.support import PROJECT


def text(chapter, language="en"):
    """A built chapter's text, with its numbers."""
    [path] = PROJECT.glob(f"solutions/{language}/{chapter}_*.ipynb")
    cells = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def numbers(pattern, chapter, language="en"):
    [found] = re.findall(pattern, text(chapter, language))
    return [float(number.replace(",", "")) for number in (found if isinstance(found, tuple) else [found])]


@pytest.mark.parametrize(
    ("pattern", "language"),
    [
        (r"The rule moves ([\d.]+)% .*; in truth ([\d.]+)% move\.\s.* would be false, (\d+)% of all", "en"),
        (r"规则把 ([\d.]+)% 的家庭客户挪到.*真正挪动的只有 ([\d.]+)%.*\s.*占它所说变动的 (\d+)%", "zh"),
    ],
)
def test_the_share_of_false_changes_follows_from_the_printed_two(pattern, language):
    rule, truth, false = numbers(pattern, "03", language)
    assert round(100 * (1 - truth / rule)) == false


def test_june_members_taken_for_prospects_had_ordered_before_the_log_began():
    orders = datasets.load_qinghe_orders()
    persons = datasets.load_qinghe_truth_customers().drop_duplicates("person_id", keep=False)
    customers = datasets.load_qinghe_customers()
    ordinary = customers[(customers["kind"] == "household") & customers["manager"].isna()]
    persons = persons[persons["customer_id"].isin(ordinary["customer_id"])].set_index("customer_id")
    june = "2025-06-30"
    seen = orders.loc[orders["date"] < "2025-07-01", "customer_id"]
    joined = customers.set_index("customer_id")["joined"].reindex(persons.index)
    # The letter of the month that follows a month's end: June's is at place 12 + 6 - 1 of 24.
    left = persons.index[(persons["stages"].str[17] == "T") & ~persons.index.isin(seen) & (joined <= june)]
    told = numbers(r"Of ([\d,]+) who have left the rule says that they \*have not begun\*; ([\d,]+) of them", "03")
    assert told == [len(left), (joined[left] < "2024-01-01").sum()]


def test_two_ways_to_count_the_decline_stage_agree():
    by_silence, together, again = numbers(
        r"puts (\d+) households into the decline stage\.[\s\S]*In the decline stage: ([\d,]+)\..* (\d+) of sentence 2",
        "03",
    )
    assert by_silence == again and together - again == key.find("lifecycle.falls").answers[0].value


def test_the_price_of_a_newcomer_is_the_welcome_and_the_rest():
    price, welcome, rest = numbers(r"To win a household costs (\d+) yuan: the welcome \((\d+) yuan\) and (\d+)", "03")
    assert price == welcome + rest
    contacts = datasets.load_qinghe_contacts().query("purpose == 'welcome'")
    assert welcome == round(contacts.groupby("customer_id")["cost"].sum().mean())
    assert numbers(r"A short call from the shop for (\d+) yuan", "03") == [prices.CALL]


def test_luck_and_the_interval_tell_the_same():
    found, error, low, high = numbers(r"Here ([\d.]+) ± ([\d.]+), that is ([\d.]+) to ([\d.]+) points", "01")
    assert low == pytest.approx(found - error, abs=0.11) and high == pytest.approx(found + error, abs=0.11)
    [share] = numbers(r"Here it does so in (\d+) of 100", "01")
    assert 5 < share <= 7 and 0 <= low < 0.5  # "on the border, and not quite", "all but touches 0"


def test_a_coupon_that_is_not_significant_in_one_cut_is_in_a_larger(churn_chapter):
    group = churn_chapter["by_taste"].loc["quality_conscious"]
    assert group["upper"] < 0 and min(group["treated"], group["control"]) > 200
    [few] = re.findall(r"For the gourmets it is (-?\d+), .* ± (\d+): not significant", text("05"))
    points, error = map(int, few)
    assert abs(points - 100 * group["uplift"]) < 2  # "a difference of about the same size"
    assert error > (group["upper"] - group["lower"]) * 50  # "a smaller error"


def test_what_compensation_may_cost_grows_with_the_wait(churn_chapter):
    staying, worth = churn_chapter["staying"], churn_chapter["worth_of_staying"]

    def most(days):
        return float((staying.predict([days], "compensation") - staying.predict([days], "apology"))[0]) * worth

    assert most(0) < churn_chapter["more_stay"] * worth < most(churn_chapter["waited"])


def test_the_mean_stay_of_leavers_is_too_short_and_need_not_be_below_a_short_restricted_mean(churn_chapter):
    stay, months = churn_chapter["stay"], churn_chapter["stay_of_leavers"]
    assert months < churn.restricted_mean(stay, churn_chapter["horizon"])
    assert months > churn.restricted_mean(stay, 12)
    for language, never in (("en", "always too short"), ("zh", "总是太短")):
        assert never not in text("08", language)


MONEY = re.compile(r"\b(?:leaves?|left) [\d,.+]+ (?:yuan|dollars|of margin)|\bnumber 1901\b")


@pytest.mark.parametrize("chapter", ["03", "04", "05", "08"])
def test_to_leave_is_to_depart(chapter):
    assert MONEY.findall(text(chapter)) == []


@pytest.mark.parametrize("chapter", ["03", "04", "05", "08"])
def test_an_axis_in_points_is_not_written_in_per_cent(chapter):
    source = "\n".join(path.read_text(encoding="utf-8") for path in PROJECT.glob(f"chapters/{chapter}_*/*.md"))
    cells = re.findall(r"```\{code-cell\} ipython3\n(.*?)```", source, re.DOTALL)
    calls = [
        call
        for cell in cells
        for call in ast.walk(ast.parse(re.sub(r"(?m)^[:%].*$", "", cell)))
        if isinstance(call, ast.Call)
    ]
    for call in calls:
        given = {word.arg: ast.unparse(word.value) for word in call.keywords}
        values = given.get("x" if ast.unparse(call.func) == "plots.intervals" else "y", "")
        assert not ("points" in values and given.get("percent") == "True"), values


def test_two_lists_find_the_profit_and_the_other_two_the_revenue():
    lists = r"CLV finds (\d+)%, ABC by profit (\d+)%, revenue and RFM only (\d+)% and (\d+)% of the profit\.\n"
    lead = r".* the other two lead: (\d+)% and (\d+)%, against (\d+)% of CLV and (\d+)% of ABC by profit"
    *profit, by_revenue, rfm, clv, by_profit = numbers(lists + lead, "05")
    assert min(profit[:2]) > max(profit[2:]) and min(by_revenue, rfm) > max(clv, by_profit)
