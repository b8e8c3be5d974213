"""Sections 5 to 8 of chapter 08: the explorers compute with what the cells compute; what was planted is found."""

import numpy as np
import pandas as pd
import pytest

from crmlib import churn, datasets, mailing, qinghe, widgets

# One worker runs the chapter's cells, once.
pytestmark = pytest.mark.xdist_group("chapter 08")


@pytest.fixture(scope="module")
def chapter(churn_chapter):
    return churn_chapter


def test_the_mailing_is_the_chapters(chapter):
    pd.testing.assert_frame_equal(chapter["mail"], mailing.mail())
    assert chapter["facts"] == mailing.KNOWN
    pd.testing.assert_frame_equal(chapter["ranking"], mailing.rankings()[["uplift", "likely", "risk"]])
    for name in chapter["ranking"]:
        np.testing.assert_allclose(chapter["earned"][name], mailing.profit(name))


def test_the_warning_desk_is_the_chapters(chapter):
    watched = qinghe.desk()
    pd.testing.assert_frame_equal(chapter["august"], watched.drop(columns="gone"))
    assert (chapter["warned"] == (watched["ratio"] <= qinghe.FALL)).all()
    assert (chapter["quiet"] == watched["gone"]).all()
    start = {name: control.value for name, control in widgets.churn.warning_desk().controls.items()}
    assert (start["fall"], start["least"], start["cost"]) == (0.5, chapter["drifts"].attrs["minimum"], qinghe.CALL)


def test_the_explorer_gives_away_what_the_chapter_says(chapter):
    explorer = widgets.churn.qini_explorer()
    explorer.controls["share"].value = chapter["best_share"]
    assert f"You give away {chapter['lost_by_risk']:,.1f} dollars" in explorer.words


def test_prices_of_qini_explorer_only_scale_its_curve():
    scaled = widgets.churn._earned("uplift", 4.0, 0.2)
    pd.testing.assert_series_equal(scaled, mailing.profit("uplift", worth=4.0, cost=0.2), check_names=False)


def test_two_models_beat_risk_and_lots_in_hillstrom():
    first, second = mailing.halves()
    assert not set(first.index) & set(second.index)
    curve = churn.qini(second["visit"], second["treated"], mailing.rankings()["uplift"], resamples=100)
    assert curve.attrs["lower"] > 0
    risk = churn.qini(second["visit"], second["treated"], mailing.rankings()["risk"], resamples=100)
    assert risk.attrs["lower"] < 0 < risk.attrs["upper"]
    tenth = np.ceil(mailing.rankings()["uplift"].rank(ascending=False) * 10 / len(second))
    classes = churn.uplift_by(second["visit"], second["treated"], tenth)
    assert (classes["upper"] > 0).all()  # nobody is proved to be driven away


def test_sleeping_dogs_are_found_among_those_who_were_planted(chapter):
    taste, coupon = chapter["taste"], chapter["coupon"]
    truth = datasets.load_qinghe_truth_customers().set_index("customer_id")["segment"]
    segment = truth.groupby(qinghe.person()).first().reindex(taste.index)
    assert (segment[taste == "quality_conscious"] == "gourmet").mean() > 0.8
    dogs = coupon[coupon.index.isin(taste.index[taste == "quality_conscious"])]
    assert churn.uplift_by(dogs["ordered_30d"], dogs["treated"], ["dogs"] * len(dogs))["upper"].item() < 0


def test_what_campaigns_count_is_what_the_orders_say(chapter):
    gift = chapter["gift"]
    ordered = gift["margin"] != 0
    # The file counts one record of a person, the margin all of hers: nobody ordered without leaving a trace.
    assert (ordered[gift["ordered_30d"] == 1]).mean() > 0.999
    assert (gift.loc[gift["ordered_30d"] == 1, "still"] == 1).all()


def test_similar_customers_are_counted_as_by_hand(chapter):
    sold = qinghe.retail().dropna(subset="customer_id")
    told = qinghe.complaints()
    told = told[told["date"].between("2024-07-01", "2025-06-30")]
    by_hand = []
    for complaint in told.head(60).itertuples():
        days = (sold.loc[sold["customer_id"] == complaint.customer_id, "date"] - complaint.date).dt.days
        by_hand.append(float(days.between(1, 180).any()))
    assert by_hand == told["stayed"].head(60).tolist()
    table = chapter["paradox"]
    assert (table["similar_without"] > table["stayed"]).all()
    quiet = sold[
        ~sold["customer_id"].isin(qinghe.complaints()["customer_id"]) & sold["date"].between("2024-07-01", "2025-06-30")
    ]
    again = [
        ((sold.loc[sold["customer_id"] == order.customer_id, "date"] - order.date).dt.days.between(1, 180)).any()
        for order in quiet.sample(300, random_state=1).itertuples()
    ]
    assert abs(np.mean(again) - table["similar_without"].mean()) < 0.06
    assert table["complaints"].sum() == len(told)


def test_may_2025_is_the_only_month_outside(chapter):
    by_month = chapter["by_month"]
    chart = churn.p_chart(by_month["quality"], by_month["orders"], base=slice("2024-01", "2024-12"))
    assert chart.index[chart["outside"]].tolist() == ["2025-05"]
    assert by_month["complaints"].sum() == len(qinghe.complaints())


def test_lost_customers_are_silent_for_half_a_year_and_of_one_kind(chapter):
    lost = chapter["lost"]
    last = qinghe.margins().groupby("person")["date"].max()
    assert (last[lost.index] < pd.Timestamp("2025-12-31") - pd.Timedelta(days=180)).all()
    assert len(lost) == (last < pd.Timestamp("2025-07-04")).sum()
    assert lost.loc[lost["kind"] == "tried_once", "orders"].eq(1).all()
    upset = qinghe.complaints().set_index("person")["date"].groupby(level=0).max()
    complained = lost.index[lost["kind"] == "complained"]
    assert (upset[complained] >= last[complained]).all()


def test_a_second_clerk_does_not_pay_even_if_perfect(chapter):
    assert 0 < chapter["at_most"] < 6500
    assert chapter["day_costs"] * 2 < chapter["more_stay"] * chapter["worth_of_staying"]


def test_attempts_to_win_back_are_counted_as_by_hand(chapter):
    contacts = datasets.load_qinghe_contacts().query("purpose == 'winback' and date < '2025-11-01'")
    orders = qinghe.margins().groupby("person")["date"].agg(list)
    back = [
        any(
            1 <= (day.normalize() - contact.date).days <= 60
            for day in orders.get(qinghe.person()[contact.customer_id], [])
        )
        for contact in contacts.itertuples()
    ]
    assert chapter["tried"]["came_back"].sum() == sum(back)
    assert chapter["routine"] == pytest.approx(sum(back) / len(contacts))


def test_attempts_are_compared_with_the_same_stage_and_consent(chapter):
    stages = datasets.load_qinghe_truth_customers().set_index("customer_id")["stages"].groupby(qinghe.person()).first()
    for row in chapter["attempts"].sample(500, random_state=2).itertuples():
        assert stages[row.person][(row.date.year - 2024) * 12 + row.date.month - 1] == "T"
        assert qinghe.agreed()[row.person]
    met = chapter["attempts"].assign(month=lambda t: t["date"].dt.to_period("M")).groupby(["person", "month"])["tried"]
    assert met.nunique().max() == 1  # nobody is tried and untried in one month
    # The chapter says that the attempts add nothing that can be seen, and that even the upper end does not pay.
    assert chapter["added"]["lower"] < 0 < chapter["added"]["upper"]
    assert chapter["added"]["upper"] * chapter["kinds"]["value"].max() < 6


def test_lost_customers_are_those_whom_section_1_counts_as_lost(chapter):
    bought = qinghe.retail().dropna(subset="person")
    silent = (pd.Timestamp("2025-12-31") - bought.groupby("person")["date"].max()).dt.days
    assert set(chapter["lost"].index) == set(silent.index[silent > 180])


def test_the_margin_of_error_of_a_mailing_is_that_of_a_bootstrap(chapter):
    half, ranking = chapter["even"], mailing.rankings()
    count = round(chapter["best_share"] * len(half))
    chosen = [(ranking[name].rank(ascending=False, method="first") <= count).to_numpy() for name in ("uplift", "risk")]
    treated, visit = half["treated"].to_numpy() == 1, half["visit"].to_numpy()
    weights = np.random.default_rng(1).poisson(1, (300, len(half)))

    def earned(mailed):
        with_mail, without = weights[:, mailed & treated], weights[:, mailed & ~treated]
        uplift = with_mail @ visit[mailed & treated] / with_mail.sum(1) - without @ visit[
            mailed & ~treated
        ] / without.sum(1)
        return 2500 * weights[:, mailed].sum(1) / weights.sum(1) * uplift

    spread = 1.96 * (earned(chosen[0]) - earned(chosen[1])).std()
    assert chapter["risk_error"] == pytest.approx(spread, rel=0.2)


def test_intervals_in_yuan_stand_around_the_chapters_numbers(chapter):
    table = chapter["sure"]
    told = [chapter["day_costs"], chapter["sorry"], chapter["more_stay"] * chapter["worth_of_staying"]]
    np.testing.assert_allclose(table.loc[["day", "apology", "compensation"], "worth"], told)
    assert (table["lower"] < table["worth"]).all() and (table["worth"] < table["upper"]).all()


def test_what_the_prose_says_without_a_number_is_so(chapter):
    assert chapter["one"].loc["2025-09":, "orders"].sum() == 0  # "after them none"
    assert chapter["table"]["complaints"].rank(ascending=False)["billing"] == 4
    assert chapter["table"]["lost_a_year"].rank(ascending=False)["billing"] == 2
    first, between, last = chapter["by_goods"]["uplift"]  # bought both, men's goods only, women's goods only
    assert abs(first - last) < 0.02 < last - between
    assert 0.1 * chapter["leave_rate"] < 1.2 * chapter["sees"] and 0.2 * chapter["leave_rate"] > 1.5 * chapter["sees"]
    needed = 1.96**2 * (0.0144 * 0.9856 + 0.0244 * 0.9756) / 0.01**2
    assert needed > 1000 > chapter["kinds"].loc["others", "allowed"]
