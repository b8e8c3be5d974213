"""Qinghe's orders give back what was planted in them: stages, the window, segments, what moves orders."""

import numpy as np
import pandas as pd
import pytest

from crmlib import datasets, lifecycle, segmentation

SEGMENTS = ["bargain", "gourmet", "snacker", "stocker"]


@pytest.fixture(scope="module")
def truth():
    return datasets.load_qinghe_truth()


@pytest.fixture(scope="module")
def people():
    """The truth about each person: one record of each household that is no reseller."""
    records = datasets.load_qinghe_truth_customers()
    return records[records["segment"].isin(SEGMENTS)].drop_duplicates("person_id").set_index("person_id")


@pytest.fixture(scope="module")
def orders():
    """Orders with customer, with the person, segment and stage in the month of the order."""
    known = datasets.load_qinghe_orders().merge(datasets.load_qinghe_truth_customers(), on="customer_id")
    known["month"] = (known["date"].dt.year - 2024) * 12 + known["date"].dt.month - 1
    known["stage"] = [stages[month] for stages, month in zip(known["stages"], known["month"], strict=True)]
    return known


@pytest.fixture(scope="module")
def households(orders):
    return orders[orders["segment"].isin(SEGMENTS)]


@pytest.fixture(scope="module")
def months(people):
    """The stage letters, a person a row and a month a column."""
    return pd.DataFrame([list(stages) for stages in people["stages"]], index=people.index)


@pytest.fixture(scope="module")
def profit_2025():
    """Revenue and profit after cost to serve of every record in 2025."""
    service = datasets.load_qinghe_service().query("year == 2025").set_index("customer_id")
    rates, orders = datasets.load_qinghe_activity_rates(), datasets.load_qinghe_orders()
    money = orders[orders["date"].dt.year == 2025].groupby("customer_id")[["amount", "cost"]].sum()
    rate = np.where(service.index.str.startswith("B")[:, None], rates["business"], rates["household"])
    serve = (service[rates.index] * rate).sum(axis=1)
    table = pd.DataFrame({"revenue": money["amount"], "profit": money["amount"] - money["cost"] - serve})
    return table.join(datasets.load_qinghe_truth_customers().set_index("customer_id"))


# What was planted: stages


def test_stages_move_as_planted(truth, months):
    names = months.replace(truth["stages"]["names"]).where(months != ".")
    found = pd.crosstab(names.iloc[:, :-1].to_numpy().ravel(), names.iloc[:, 1:].to_numpy().ravel(), normalize="index")
    order = list(truth["stages"]["names"].values())
    planted = pd.DataFrame(truth["stages"]["transitions"], index=order, columns=order)
    # Complaints take some out of the chain before their time, which the matrix does not count.
    assert np.abs(found.loc[order, order] - planted).to_numpy().max() < 0.025
    assert (found.to_numpy()[planted.loc[found.index, found.columns].to_numpy() == 0] < 0.02).all()


def test_order_rates_of_the_stages(truth, months, households):
    """Orders a month in each stage, beside those in maturity; without the month in which development begins."""
    begins = (months == "D") & (months.shift(axis=1) != "D")
    time = months.where(~begins, ".").melt(ignore_index=False, var_name="month", value_name="stage").reset_index()
    count = households.groupby(["person_id", "month"]).size().rename("orders").reset_index()
    time = time.merge(count, how="left", on=["person_id", "month"]).fillna({"orders": 0})
    rate = time.groupby("stage")["orders"].mean()
    assert rate["P"] == rate["T"] == 0
    for stage in "DGR":
        assert rate[stage] / rate["M"] == pytest.approx(truth["stages"]["rate"][stage], abs=0.06)


def test_development_begins_with_an_order(months, households):
    begins = ((months == "D") & (months.shift(axis=1) != "D")).stack()
    begins = begins[begins & (begins.index.get_level_values(1) > 0)].index
    ordered = pd.MultiIndex.from_frame(households[["person_id", "month"]])
    assert begins.isin(ordered).all()


def test_profit_of_the_stages(months, households):
    """The textbook's curve: development costs more than it earns, maturity earns most, decline little."""
    truth_customers = datasets.load_qinghe_truth_customers().query("segment in @SEGMENTS")
    contacts = datasets.load_qinghe_contacts().merge(truth_customers, on="customer_id")
    month = (contacts["date"].dt.year - 2024) * 12 + contacts["date"].dt.month - 1
    contacts["stage"] = [stages[at] for stages, at in zip(contacts["stages"], month, strict=True)]
    rates = datasets.load_qinghe_activity_rates()["household"]
    serve = rates["orders"] + rates["deliveries"] * (households["delivery"] != "none")
    serve += rates["rush_deliveries"] * (households["delivery"] == "rush")
    earned = (households["amount"] - households["cost"] - serve).groupby(households["stage"]).sum()
    spent = contacts.groupby("stage")["cost"].sum()
    profit = earned.sub(spent, fill_value=0) / months.stack().value_counts()
    assert profit["P"] < 0 and profit["D"] < -5 and profit["T"] < 0
    assert profit["M"] > profit["G"] > profit["R"] > 0 and profit["M"] > 40


# What was planted: the traps of the window


def test_left_truncation_in_the_customer_file(truth, people):
    """By the file, nobody who joined before 2024 left before 2024. In truth more than half of the early ones had."""
    customers = datasets.load_qinghe_customers().merge(datasets.load_qinghe_truth_customers(), on="customer_id")
    first = customers[customers["segment"].isin(SEGMENTS)].sort_values("joined").drop_duplicates("person_id")
    in_file = first.groupby(first["joined"].dt.to_period("Q").astype(str)).size()
    in_truth = pd.Series(truth["joined_in_truth"])
    survived = in_file.reindex(in_truth.index) / in_truth
    assert in_truth.tolist() == [3 * truth["history"]["joins_per_month"]["2021-2023"]] * 12
    assert survived.iloc[:4].mean() < 0.45 and survived.iloc[-1] > 0.85
    assert np.corrcoef(range(12), survived)[0, 1] > 0.9
    # The file shows no trace: in January 2024 hardly any of the old members is gone.
    old = first[first["joined"] < "2023-12-01"]
    assert len(old) > 2_000 and (old["stages"].str[0] == "T").mean() < 0.06


def test_left_truncation_in_the_log():
    """Old customers fill the cohort of January 2024: many times as large as a true one, and marvellously loyal."""
    log = datasets.load_qinghe_orders()
    naive = lifecycle.cohorts(log, set_aside=["missing ids"])
    assert naive[0].iloc[0] > 5 * naive[0].iloc[6:].mean()
    loyal = lifecycle.retention(naive)
    customers = datasets.load_qinghe_customers().set_index("customer_id")
    true = lifecycle.retention(
        lifecycle.cohorts(log, joined=customers["joined"], start="2024-01-01", set_aside=["missing ids"])
    )
    assert loyal.iloc[0, 1:13].mean() > true.loc[:, 1:12].mean(axis=None) + 0.12
    new = log[log["customer_id"].isin(customers.index[customers["joined"] >= "2024-01-01"])]
    assert new[new["date"] < "2024-02-01"]["customer_id"].nunique() < 0.08 * naive[0].iloc[0]


def test_right_truncation():
    """What lies after 2025 is unknown: taken for zero, it makes the retention curve plunge."""
    table = lifecycle.cohorts(datasets.load_qinghe_orders(), set_aside=["missing ids"])
    assert table.isna().sum(axis=1).tolist() == list(range(24))
    young = table.iloc[1:]
    right, naive = (lifecycle.retention_curve(young, censored=censored) for censored in (True, False))
    assert right["retention"][18] > 2 * naive["retention"][18]


# What was planted: people, segments, resellers


def test_duplicates(truth):
    records = datasets.load_qinghe_truth_customers()
    count = records.groupby("person_id").size().value_counts()
    persons = records["person_id"].nunique()
    assert 5_500 < persons < 5_800 and set(count.index) == {1, 2, 3, 5}
    assert count[5] == truth["duplicates"]["persons_with_five"]
    assert count[2] / persons == pytest.approx(truth["duplicates"]["two"], abs=0.001)
    assert count[3] / persons == pytest.approx(truth["duplicates"]["three"], abs=0.001)


def test_duplicates_defy_a_simple_rule():
    """Neither equal names nor equal telephones find the persons; equal addresses join people who only live together."""
    records = datasets.load_qinghe_customers().merge(datasets.load_qinghe_truth_customers(), on="customer_id")
    records = records[records["kind"] == "household"]

    def pairs(column):
        both = records.merge(records, on=column, suffixes=("", "_2"))
        return both[both["customer_id"] < both["customer_id_2"]]

    true = len(pairs("person_id"))
    for column, recall, precision in [("name", 0.65, 0.9), ("phone", 0.8, 0.8), ("address", 0.6, 0.5)]:
        found = pairs(column)
        right = (found["person_id"] == found["person_id_2"]).sum()
        assert right / true < recall and right / len(found) < precision, column
    assert (pairs("person_id")["pinyin"] == pairs("person_id")["pinyin_2"]).mean() > 0.6


@pytest.fixture(scope="module")
def planted():
    """The household records with the truth about them."""
    records = datasets.load_qinghe_customers().merge(datasets.load_qinghe_truth_customers(), on="customer_id")
    return records[records["kind"] == "household"]


def test_movers(truth, planted):
    """They have the new address in all later records and never the old one; most have another telephone."""
    movers = planted[planted["person_id"].isin(planted.loc[planted["planted"] == "moved", "person_id"])]
    size = planted.groupby("person_id").size()
    share = movers["person_id"].nunique() / size.isin([2, 3]).sum()
    assert share == pytest.approx(truth["linkage"]["movers"]["share"], abs=0.002)
    kept = []
    for _, own in movers.groupby("person_id"):
        before, after = (part for _, part in own.groupby(own["planted"].notna()))
        assert before["joined"].max() <= after["joined"].min() and after["address"].nunique() == 1
        assert after["address"].iloc[0] not in set(before["address"])
        kept.append(bool(set(before["phone"]) & set(after["phone"])))
    assert 1 - np.mean(kept) == pytest.approx(truth["linkage"]["movers"]["new_phone"], abs=0.15)


def test_twins(truth, planted):
    """Two persons of one record each; address, birthday and name agree but for the last character."""
    pairs = planted[planted["planted"] == "twin"].groupby("address")
    twins = truth["linkage"]["twins"]
    assert len(pairs) == twins["pairs"] and (pairs.size() == 2).all() and (pairs["person_id"].nunique() == 2).all()
    assert (pairs["birthday"].nunique() <= 1).all() and (pairs["name"].nunique() == 2).all()
    assert (pairs["name"].agg(lambda names: len({name[:2] for name in names})) == 1).all()
    assert (pairs["phone"].nunique() == 1).mean() == pytest.approx(twins["one_phone"], abs=0.15)
    assert (planted.groupby("person_id").size()[planted.loc[planted["planted"] == "twin", "person_id"]] == 1).all()


def test_shared_telephones(truth, planted):
    families = planted[planted["planted"] == "family"].groupby("address")
    number, size = truth["linkage"]["families"].values()
    assert len(families) == number and (families.size() == size).all() and (families["phone"].nunique() == 1).all()
    assert (families["name"].agg(lambda names: names.str[0].nunique()) == 1).all()
    shops = planted[planted["planted"] == "shop_phone"]
    assert (shops.groupby("market").size() == truth["linkage"]["shop_phone"]).all()
    assert (shops.groupby("market")["phone"].nunique() == 1).all() and shops["phone"].nunique() == 4


def test_missing_fields(truth):
    customers = datasets.load_qinghe_customers().query("kind == 'household'")
    for column, share in truth["missing"].items():
        assert customers[column].isna().mean() == pytest.approx(share, abs=0.02)
    assert customers["consent"].mean() == pytest.approx(truth["consent"], abs=0.02)


def features(orders):
    """What a retailer can see of a household: how often, how much, where, when and what."""
    lines = datasets.load_qinghe_order_lines().merge(datasets.load_qinghe_products(), on="product_id")
    lines["worth"] = lines["price"] * lines["quantity"]
    bought = lines.groupby("order_id")["worth"].sum().rename("all").to_frame()
    bought["promoted"] = lines[lines["promoted"] == 1].groupby("order_id")["worth"].sum()
    bought["imported"] = lines[lines["category"] == "imported"].groupby("order_id")["worth"].sum()
    own = orders.join(bought.fillna(0), on="order_id").assign(
        app=orders["channel"] == "app", evening=orders["hour"] >= 18
    )
    seen = own.groupby("customer_id").agg(
        orders=("order_id", "size"), basket=("amount", "mean"), app=("app", "mean"), evening=("evening", "mean")
    )
    total = own.groupby("customer_id")[["all", "promoted", "imported"]].sum()
    return seen.join(total[["promoted", "imported"]].div(total["all"], axis=0))


def test_segments_are_found_by_k_means(households):
    seen = features(households[households["date"].dt.year == 2025])
    seen = seen[seen["orders"] >= 4]
    found = segmentation.cluster(seen, 4, log=["orders", "basket"])
    planted = households.drop_duplicates("customer_id").set_index("customer_id")["segment"].reindex(seen.index)
    assert len(seen) > 2_000
    assert segmentation.agreement(found, planted)[0] > 0.85
    assert segmentation.choose_k(seen, range(2, 7), log=["orders", "basket"], resamples=2)["silhouette"].idxmax() == 4


def test_habits_of_the_segments(truth, people, households):
    share = people["segment"].value_counts(normalize=True)
    money = households.groupby("segment")[["amount", "cost"]].sum()
    margin = 1 - money["cost"] / money["amount"]
    app = (households["channel"] == "app").groupby(households["segment"]).mean()
    for segment, habits in truth["segments"].items():
        assert share[segment] == pytest.approx(habits["share"], abs=0.02)
        in_store = (1 - habits["app"]) * (1 - truth["orders"]["card_forgotten"])  # where cards are forgotten
        assert app[segment] == pytest.approx(habits["app"] / (habits["app"] + in_store), abs=0.015)
    assert margin.sort_values().index.tolist() == ["bargain", "stocker", "snacker", "gourmet"]
    assert margin["bargain"] < 0.13 and margin["gourmet"] > 0.30


def test_resellers_lead_the_list_and_lose_money(truth, profit_2025):
    retail = profit_2025[profit_2025["segment"] != "business"]
    by_revenue = segmentation.abc(retail.reset_index(), value="revenue")
    by_profit = segmentation.abc(retail.reset_index(), value="profit")
    top = by_revenue.index[: truth["resellers"]["number"]]
    assert set(retail.loc[top, "segment"]) == {"reseller"}
    assert (by_revenue.loc[top, "class"] == "A").all() and (by_profit.loc[top, "class"] == "C").all()
    assert (retail.loc[top, "profit"] < 0).all()
    assert retail.loc[top, "revenue"].between(40_000, 200_000).all()


def test_households_are_plausible_and_unequal(households):
    spend = households[households["date"].dt.year == 2025].groupby("customer_id")["amount"].sum()
    assert 0.50 < segmentation.gini(spend) < 0.65 and 1_500 < spend.mean() < 3_000


def test_accounts_of_chapter_04(truth):
    accounts = datasets.load_qinghe_accounts().set_index("customer_id")
    planted = truth["accounts"]
    assert accounts.drop(columns="name").loc[list(planted)].to_numpy().tolist() == list(planted.values())


# What was planted: what moves orders


def test_seasons(truth, households, months):
    active = months.isin(list("DGMR")).sum()
    by_month = households.groupby("month").size() / active
    found = (by_month.iloc[:12].to_numpy() + by_month.iloc[12:].to_numpy()) / 2
    planted = np.array(truth["orders"]["season"])
    assert np.abs(found / found.mean() - planted / planted.mean()).max() < 0.08
    a_day = households.groupby("date").size()
    for day, times in truth["orders"]["big_days"].items():
        for year in (2024, 2025):
            big = pd.Timestamp(f"{year}-{day}")
            assert a_day[big] > 0.6 * times * a_day[big - pd.Timedelta(days=7)]


def test_visits_fall_before_orders(truth, people, households):
    """Persons with one record who decline after half a year of maturity: visits fall two months before orders."""
    visits = datasets.load_qinghe_app_visits().set_index("customer_id")
    records = datasets.load_qinghe_truth_customers()["person_id"].value_counts()
    ids = people[records[people.index] == 1].set_index("customer_id")["stages"]
    orders = households.groupby(["customer_id", "month"]).size().unstack(fill_value=0)
    orders = orders.reindex(index=ids.index, columns=range(24), fill_value=0)
    windows = [(customer, stages.find("MMMMMMR")) for customer, stages in ids.items() if "MMMMMMR" in stages]
    seen = np.array([visits.loc[customer].iloc[at : at + 7] for customer, at in windows], dtype=float).mean(axis=0)
    made = np.mean([orders.loc[customer].iloc[at : at + 7] for customer, at in windows], axis=0)
    lead = truth["app"]["lead_months"]
    assert len(windows) > 300 and lead == 2
    assert seen[6 - lead : 6].mean() < 0.6 * seen[: 6 - lead].mean()
    assert made[6 - lead : 6].mean() > 0.85 * made[: 6 - lead].mean() and made[6] < 0.5 * made[5]


def test_scores_of_one_year_predict_the_next(households):
    """RFM on 2024 finds much of the revenue of 2025, but not all."""
    log, later = (households[households["date"].dt.year == year] for year in (2024, 2025))
    scores = segmentation.rfm(log, end="2024-12-31")
    bought = later.groupby("customer_id")["amount"].sum().reindex(scores.index, fill_value=0)
    again = (bought > 0).groupby(scores["r"]).mean()
    assert again.is_monotonic_increasing and again[1] < 0.3 and again[5] > 0.85
    total = (scores[["r", "f", "m"]].sum(axis=1) + scores["spend"] / 1e9).rename("rfm").to_frame()
    captured = segmentation.compare(total, bought)["captured"]["rfm"]
    best = bought.nlargest(round(len(bought) / 5)).sum() / bought.sum()
    assert 0.4 < captured < best - 0.1


def test_campaigns_move_whom_they_should():
    """By the type of the first campaign: two of the four types do not react, one shies away."""
    campaigns = datasets.load_qinghe_campaigns().query("campaign == 'spring_coupon'")
    table = campaigns.merge(datasets.load_qinghe_truth_customers(), on="customer_id")
    ordered = table.pivot_table(index="uplift_type", columns="treated", values="ordered_30d")
    uplift = ordered[1] - ordered[0]
    assert len(campaigns) == 3_000 and campaigns["treated"].mean() == 0.5
    assert uplift["persuadable"] > 0.10 and uplift["sleeping_dog"] < -0.10
    assert abs(uplift["lost_cause"]) < 0.04 and abs(uplift["sure_thing"]) < 0.08
