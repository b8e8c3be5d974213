"""The long task of chapter 07 judges fairly: a programme is marked by what each household brings in 2026."""

import numpy as np
import pandas as pd
import pytest

from crmlib import qinghe
from crmlib.exercises import check, key
from crmlib.exercises.judges import loyalty as judge
from crmlib.worlds.qinghe import programme as world

TASK = "loyalty.programme_2026"
SIGNS = {
    "points": lambda t: pd.cut(t["spending"] / qinghe.GOLD, [0, 0.6, 0.8, 1, 99], right=False).astype(str),
    "price": lambda t: (t["promoted_share"] > 0.5).astype(str) + t["market"],
    "delivery": lambda t: (t["app_share"] > 0.6).astype(str),
    "event": lambda t: pd.cut(t["satisfaction"], [0, 6, 8, 10]).astype(str),
}


@pytest.fixture
def others():
    return qinghe.programme_list()


def learned(benefit, sign):
    """What a student learns from the pilot: the mean beyond the usual, by kind of household."""
    pilot, others = qinghe.pilot(), qinghe.programme_list()
    without = pilot[pilot["benefit"] == "nothing"]
    extra = pilot["margin_2026"] - without["margin_2026"].sum() / without["margin"].sum() * pilot["margin"]
    got = pilot[pilot["benefit"] == benefit]
    each = pd.Series(1.0, got.index) if benefit == "event" else got["margin"]
    kind = sign(got)
    rate = extra[got.index].groupby(kind).sum() / each.groupby(kind).sum()
    return sign(others).map(rate).fillna(0) * (1 if benefit == "event" else others["margin"])


@pytest.fixture
def answer():
    """An honest programme that is not the course's own: finer towns, coarser satisfaction."""
    return qinghe.programme_plan(pd.DataFrame({name: learned(name, sign) for name, sign in SIGNS.items()}))


def given(benefit, chosen):
    index = qinghe.programme_list().index
    return pd.Series("nothing", index=index, dtype=object).mask(index.isin(chosen), benefit)


def test_an_honest_programme_is_right_whatever_its_form(answer, language):
    turned = answer.sample(frac=1, random_state=1)
    forms = answer, turned, answer.to_numpy(), list(answer), answer.to_frame(), answer.reset_index(drop=True)
    said = {check(TASK, programme).message for programme in forms}
    assert len(said) == 1 and check(TASK, answer).status == "right"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda programme: programme.iloc[:-1],
        lambda programme: programme.mask(programme.index == programme.index[3]),
        lambda programme: programme.replace("event", "party"),
        lambda programme: programme == "event",
        lambda programme: programme.map(len),
        lambda programme: "points",
        lambda programme: programme.to_dict(),
        lambda programme: programme.rename(index=lambda name: name + "x"),
        lambda programme: np.column_stack([programme, programme]),
        lambda programme: programme.map(lambda word: [word]),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_so(spoil, answer, language):
    feedback = check(TASK, spoil(answer))
    assert (feedback.status, feedback.misconception) == ("wrong", "kind")


def test_the_judge_counts_what_the_households_bring(answer):
    margins, costs = qinghe.margins_2026(), qinghe.programme_costs()
    by_hand = sum(margins.at[who, one] - margins.at[who, "nothing"] - costs.at[who, one] for who, one in answer.items())
    assert qinghe.programme_earns(answer) == pytest.approx(by_hand)
    assert f"{by_hand:,.0f}" in check(TASK, answer).message


def by(others, column):
    return others.sort_values(column, ascending=False, kind="stable").index


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda t: given("price", t.index), "over_budget"),
        (lambda t: given("price", []), "nobody"),
        (lambda t: judge.one_for_all("points"), "points_for_all"),
        (lambda t: judge.one_for_all("delivery"), "one_benefit"),
        (lambda t: given("points", t.index[t["spending"].between(2_400, 2_999)]), "well_chosen"),
        (lambda t: given("event", t.index[t["satisfaction"] >= 9]), "well_chosen"),
        (lambda t: given("event", t.index[t["satisfaction"] == 10]), "well_chosen"),
        (lambda t: judge.one_for_all("price", by(t, "spending")), "highest_spenders"),
        (lambda t: judge.one_for_all("points", by(t, "spending")), "highest_spenders"),
        (lambda t: judge.one_for_all("event", by(t, "satisfaction")), "satisfaction_alone"),
        (lambda t: given("event", t.index[t["satisfaction"] >= 8]), "satisfaction_alone"),
        (lambda t: given("price", t.index[t["satisfaction"] == 10]), "satisfaction_alone"),
        (
            lambda t: given("event", t.index[t["satisfaction"] == 10]).mask(
                (t["spending"] >= qinghe.GOLD) & (t["market"] == "chenxing"), "points"
            ),
            "bought_anyhow",
        ),
    ],
)
def test_a_simple_programme_is_named_with_what_it_costs(make, name, others, language):
    programme = make(others)
    feedback = check(TASK, programme)
    assert (feedback.status, feedback.misconception) == ("wrong", name)
    if name not in ("over_budget", "nobody"):
        assert f"{key.find(TASK).facts['own'] - qinghe.programme_earns(programme):,.0f}" in feedback.message


def test_a_programme_that_falls_short_is_told_what_each_benefit_brings(others):
    programme = given("event", others.index[others["satisfaction"] == 7])
    programme = programme.mask(others["spending"].between(2_400, 2_999), "points")
    message = check(TASK, programme).message
    brought = [qinghe.programme_earns(programme.where(programme == name, "nothing")) for name in ("points", "event")]
    assert brought[0] > 0 > brought[1]
    assert f"points {brought[0]:,.0f}" in message and f"event −{-brought[1]:,.0f}" in message


def test_verdict_and_marks_agree(answer, language):
    """Households are taken away one after another: the task is done as long as 15 of 20 marks are reached."""
    own, seen = key.find(TASK).facts["own"], set()
    given_to = answer.index[answer != "nothing"]
    for left in range(len(given_to), 0, -25):
        programme = answer.where(answer.index.isin(given_to[:left]), "nothing")
        feedback, part = check(TASK, programme), qinghe.programme_earns(programme) / own
        marks = min(int(20 * part), 20)
        assert f"{marks} of 20 marks" in feedback.message or f"得 {marks} 分" in feedback.message
        assert (feedback.status == "right") == (marks >= 20 * qinghe.PROGRAMME_ENOUGH)
        seen.add(feedback.status)
    assert seen == {"right", "wrong"}


def test_gaps_are_counted(answer, language):
    message = check(TASK, answer.mask(answer.index == answer.index[3], None)).message
    assert {"en": "1 of them empty", "zh": "其中 1 个是空值"}[language] in message


def test_whoever_knew_the_year_2026_is_refused(language):
    seen = qinghe.margins_2026().sub(qinghe.margins_2026()["nothing"], axis=0)
    for gain in (seen, 0.8 * seen):
        assert check(TASK, qinghe.programme_plan(gain)).misconception == "too_good"


def test_who_knows_how_households_react_is_no_prophet(language):
    assert check(TASK, qinghe.programme_plan(qinghe.planted_effects())).status == "right"


def test_thinking_of_whom_a_benefit_moves_is_what_counts():
    """The right sign for each benefit passes; one sign for all four, or their means, does not."""
    facts = key.find(TASK).facts
    alike = {name: learned(name, SIGNS["event"]) for name in SIGNS}
    means = {name: learned(name, lambda t: pd.Series("all", t.index)) for name in SIGNS}
    for gain in (alike, means):
        assert qinghe.programme_earns(qinghe.programme_plan(pd.DataFrame(gain))) < 0.6 * facts["own"]
    assert max(facts["same"], 0) < 0.5 * facts["own"] < facts["own"] < facts["planted"] < facts["foresight"]


def test_the_pilot_is_a_lot():
    """As many households with each benefit, and no measure known before differs between them beyond chance."""
    pilot = qinghe.pilot()
    assert pilot["benefit"].value_counts().between(215, 216).all()
    for column in ("satisfaction", "spending", "margin", "app_share", "promoted_share"):
        groups = pilot.groupby("benefit")[column]
        z = (groups.mean() - pilot[column].mean()) / (pilot[column].std() / groups.size() ** 0.5)
        assert (z**2).sum() < 18.5  # chi-squared with 4 degrees of freedom: once in a thousand


def test_what_was_planted_is_found_in_both_halves():
    effects, margins = qinghe.planted_effects(), qinghe.margins_2026()
    for half in (qinghe.pilot().index, qinghe.programme_list().index):
        change = margins.loc[half].sub(margins.loc[half, "nothing"], axis=0)
        for benefit in qinghe.BENEFITS[1:]:
            error = (change[benefit] - effects.loc[half, benefit]).std() / len(half) ** 0.5
            assert change[benefit].mean() == pytest.approx(effects.loc[half, benefit].mean(), abs=4 * error)
    gold = qinghe.members()["spending"] >= qinghe.GOLD
    assert (effects["points"][gold] == 0).all() and effects["points"][~gold].max() > 0.5 * world.PULL * 200


def test_costs_are_those_of_the_benefits(others):
    costs = qinghe.programme_costs()
    rich = others["spending"].idxmax()
    assert costs.at[rich, "points"] == pytest.approx(0.03 * others.at[rich, "spending"], abs=0.01)
    assert costs.at[rich, "price"] == pytest.approx(0.04 * others.at[rich, "spending"], abs=0.01)
    apps = others.index[others["app_share"] == 1]
    assert costs.loc[apps, "delivery"].tolist() == pytest.approx((6 * others.loc[apps, "orders"]).tolist())
    assert (costs["event"] == 40).all() and (costs["nothing"] == 0).all()


def test_a_plan_stays_within_its_budget(others):
    gain = pd.DataFrame(100.0, index=others.index, columns=["event", "price"])
    for budget in (0, 399, 400, 20_000):
        programme = qinghe.programme_plan(gain, budget)
        assert qinghe.programme_cost(programme) <= budget
    with pytest.raises(ValueError, match="party"):
        qinghe.programme_plan(gain.rename(columns={"event": "party"}))


def test_a_programme_with_another_word_is_refused(language):
    with pytest.raises(ValueError, match="nothing"):
        qinghe.programme_earns(given("party", qinghe.programme_list().index[:3]))
