"""Every picture with tables that fail: empty, of one row, of text, without a column: a picture, or a sentence."""

import inspect
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from crmlib import churn, loyalty, plots, satisfaction, segmentation, systems, use_language, value

DAYS = pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"])
KM = churn.kaplan_meier([1, 2, 3], [1, 0, 1])
CHART = pd.DataFrame({"p": [0.01, 0.03], "centre": 0.012, "lower": 0.005, "upper": 0.019, "outside": [False, True]})
MARKS = pd.DataFrame({"A": [34.0, 18.0, 16.0]}, index=["total_value", "total_cost", "delivered_value"])
PLACES = pd.DataFrame({"x": [3.0, -4.0], "y": [4.0, 3.0]}, index=["A", "B"])
RULES = pd.DataFrame({"antecedent": ["a", "b"], "consequent": ["b", "a"], "lift": [1.2, 1.2], "profit": [3.0, -1.0]})
# The table of each picture, and what else it is given.
GOOD = {
    "lines": (pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 1.0]}), {}),
    "bars": (pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 1.0]}, index=["x", "y"]), {}),
    "intervals": (pd.DataFrame({"uplift": [0.1, 0.2], "lower": 0.0, "upper": 0.3}), {"value": "uplift"}),
    "durations": (pd.DataFrame({"months": [2, 3], "left": [1, 0]}), {}),
    "survival_curves": (KM, {}),
    "profit_curve": (pd.Series([10.0, 30, 0], index=[0, 0.5, 1]), {"points": {"best": 0.5}}),
    "control_chart": (CHART, {}),
    "stage_ribbons": (pd.DataFrame([["growth", "decline", None]], index=["A"], columns=DAYS), {}),
    "cohort_map": (pd.DataFrame([[1.0, 0.3, 0.2], [1.0, 0.2, np.nan]]), {}),
    "cohort_classes": (pd.DataFrame([[1.0, 0.3, 0.2], [1.0, 0.2, np.nan]]), {}),
    "lifecycle_curve": (
        pd.DataFrame({"contribution": [0.0, 30.0], "investment": [60.0, 5.0]}),
        {"stages": {"development": 0, "growth": 1}},
    ),
    "stage_bridge": (
        pd.DataFrame(
            {"contribution": [0.0, 40, 42, 50, 17, 0], "investment": [12.0, 59, 12, 5, 8, 1]},
            index=["prospect", "development", "growth", "maturity", "decline", "termination"],
        ),
        {},
    ),
    "policy_values": (pd.Series([40.0, 48.0, 46.5], name="value"), {"best": 1}),
    "pareto": (segmentation.abc(pd.DataFrame({"customer_id": ["X", "Y"], "amount": [85, 10]})), {}),
    "rfm_grid": (pd.DataFrame({1: [0.05, 0.1], 2: [0.3, 0.8]}, index=[1, 2]), {}),
    "clusters": (
        pd.DataFrame({"orders": [1, 2], "basket": [100.0, 300.0]}),
        {"labels": pd.Series([0, 1]), "x": "orders", "y": "basket"},
    ),
    "whale": (value.whale_curve(pd.Series({"A": 50, "B": -20})), {}),
    "retention": (pd.DataFrame({"regular": [0.63, 0.74]}, index=[1, 2]), {}),
    "survival": (pd.Series([1.0, 0.8], name="Survival"), {}),
    "tornado": (value.clv_sensitivity(margin=60, retention=0.8, discount=0.01), {"swing": 0.1}),
    "timelines": (pd.DataFrame({"customer_id": ["A", "B"], "date": DAYS[:2]}), {"end": "2025-03-31"}),
    "alive_map": (pd.DataFrame({10: [0.2, 0.1], 20: [0.8, 0.9]}, index=[1, 2]), {}),
    "kano_map": (
        satisfaction.kano(pd.DataFrame({"feature": ["a", "b"], "functional": [1, 3], "dysfunctional": [3, 5]})),
        {},
    ),
    "importance_performance_map": (
        satisfaction.importance_performance(pd.Series({"a": 0.7, "b": 0.3}), pd.Series({"a": 4.0, "b": 5.0})),
        {},
    ),
    "gap_bars": (
        pd.DataFrame({"expectation": 6.0, "perception": [5.0, 6.2], "gap": [-1.0, 0.2], "low": -1.2, "high": 0.4}),
        {},
    ),
    "delivered_value": (MARKS, {}),
    "tolerance_zone": (
        pd.DataFrame({"adequate": [5, 6], "desired": [8, 9], "perceived": [6, 5]}, index=["a", "b"]),
        {},
    ),
    "waves": (pd.DataFrame({"nps": [0.3, 0.2], "low": [0.2, 0.1], "high": [0.4, 0.3]}, index=[1, 2]), {}),
    "satisfaction_loyalty": (loyalty.satisfaction_loyalty_curve([3, 3, 5, 5], [1, 0, 1, 1]), {}),
    "dick_basu_map": (
        pd.DataFrame({"attitude": [9, 4], "patronage": [0.8, 0.1]}),
        {"attitude_cut": 7, "patronage_cut": 0.5},
    ),
    "double_jeopardy": (pd.DataFrame({"penetration": [0.4, 0.1], "purchase_frequency": [3.0, 2.2]}), {}),
    "points_flow": (pd.DataFrame({"earned": [8, 3], "redeemed": [0, 5], "expired": [0, 1], "outstanding": [8, 5]}), {}),
    "waiting_bars": (pd.DataFrame({"asa": [40.4, 17.1], "service_level": [0.64, 0.8]}, index=[12, 13]), {"chosen": 13}),
    "cube_map": (pd.DataFrame({"x": [1.0, 4.0, 5.0], "ALL": [1.0, 4.0, 5.0]}, index=["A", "B", "ALL"]), {}),
    "rules_map": (RULES.assign(reached=[5, 9]), {"chosen": [True, False]}),
    "payback": (pd.DataFrame({"Buy": [-9.0, 2.0], "Rent": [-3.0, 1.0]}), {}),
    "route_map": (systems.visit_route(PLACES), {"places": PLACES, "start": (0, 0)}),
    "bond_map": (pd.DataFrame({"basic": [0.0, 0.0], "proactive": [1.7, 0.04]}, index=["a", "b"]), {"saved": 0.08}),
    "referral_map": (
        pd.DataFrame({"worth": [900, 50], "referral_value": [0, 400]}),
        {"worth_cut": 500, "referral_cut": 100},
    ),
    "redrawn": (pd.Series([0.2, 0.3, 0.3, 0.5]), {"low": 0.2, "high": 0.4}),
}
OTHERS = {"mark", "note", "use_theme", "index_paths", "kano_curves"}
SPOILED = {
    "of no rows": lambda table: table.iloc[:0],
    "of one row": lambda table: table.iloc[:1],
    "of text": lambda table: table.astype(str),
    "of nothing": lambda table: table.astype(object).map(lambda _: None),
    "of one gap": lambda table: table.astype(object).where(np.arange(table.size).reshape(table.shape) > 0, np.nan),
    "negative": lambda table: -table.select_dtypes("number") if isinstance(table, pd.DataFrame) else -table,
    "no table": lambda table: table.to_numpy().tolist(),
    "a word": lambda table: "table",
    "None": lambda table: None,
    "without its first column": lambda table: table.iloc[:, 1:] if isinstance(table, pd.DataFrame) else 3.0,
}


def test_every_picture_is_tried():
    public = {name for name, thing in vars(plots).items() if inspect.isfunction(thing) and not name.startswith("_")}
    assert public - OTHERS - {"gone"} == set(GOOD)


@pytest.mark.parametrize("spoil", SPOILED)
@pytest.mark.parametrize("name", GOOD)
def test_a_picture_or_a_sentence(name, spoil, language):
    table, more = GOOD[name]
    try:
        found = getattr(plots, name)(SPOILED[spoil](table), **more)
    except (ValueError, TypeError) as error:
        chinese = [letter for letter in str(error) if "\u4e00" <= letter <= "\u9fff"]
        assert len(chinese) > 3 if language == "zh" else not chinese and " " in str(error), error
    else:
        if name != "cohort_classes":
            assert found.alt and "nan" not in found.alt
            assert found.png(40)


ODD = [[[1, 0], [0, 1]], [], None, pd.NA, float("nan"), 3, -1, pd.Series([3]), pd.DataFrame(), [[1], [2, 3]], np.eye(2)]
# Arguments that say how: none of ODD is such a word, name or switch.
HOW = {
    "lines": ["percent", "x_percent", "marker", "points", "title", "x"],
    "bars": ["percent", "horizontal", "values", "y"],
    "intervals": ["percent", "zero", "value", "x"],
    "survival_curves": ["band", "title"],
    "cohort_map": ["numbers", "borders"],
    "rfm_grid": ["percent", "chosen"],
    "clusters": ["names", "legend", "x", "y", "labels"],
    "survival": ["points"],
    "timelines": ["customer_id", "date", "end"],
    "tolerance_zone": ["scale", "title"],
    "waves": ["x", "title"],
    "dick_basu_map": ["x", "y"],
    "bond_map": ["saved", "fitting", "chosen", "title"],
    "referral_map": ["title"],
    "redrawn": ["x", "percent", "title"],
    **dict.fromkeys(["kano_map", "gap_bars"], ["title"]),
    "importance_performance_map": ["title", "moved"],
    **dict.fromkeys(["whale", "tornado", "delivered_value", "pareto", "double_jeopardy", "points_flow"], ["title"]),
}


@pytest.mark.parametrize(("name", "argument"), [(name, argument) for name in HOW for argument in HOW[name]])
def test_what_is_no_switch_word_or_name_is_refused_by_its_argument(name, argument):
    table, more = GOOD[name]
    for odd in ODD:
        try:
            getattr(plots, name)(table, **more | {argument: odd})
        except (ValueError, TypeError) as error:
            assert argument in str(error) or "Missing column" in str(error) or "labels" in str(error), error
        else:
            fine = odd is None or argument in ("points", "borders", "marker", "names")
            assert fine or (argument == "chosen" and np.shape(odd) == (2, 2)), odd


@pytest.mark.parametrize(
    ("how", "given"), [("percent", np.True_), ("x_percent", False), ("marker", "s"), ("points", "a")]
)
def test_right_words_and_switches_are_taken(how, given):
    assert plots.lines(GOOD["lines"][0], **{how: given}).png(40)


MIXED = pd.Index([1, "a"])
LEVELS = pd.MultiIndex.from_product([["x"], [0, 1]])


@pytest.mark.parametrize("index", [MIXED, LEVELS, pd.Index([1, None]), pd.period_range("2025", periods=2, freq="M")])
@pytest.mark.parametrize(("name", "argument"), [("lines", "table"), ("survival", "share"), ("retention", "rates")])
def test_an_index_along_which_no_line_can_be_drawn(name, argument, index):
    with pytest.raises(TypeError, match=f"{argument}: no line can be drawn along its index"):
        getattr(plots, name)(pd.Series([1.0, 0.5], index, name="a"))


DRAWN = [
    ["a", "b"],
    pd.CategoricalIndex(["a", "b"]),
    DAYS[:2],
    DAYS[:2].date,
    pd.Index([1, 2], dtype="Int64"),
    [0.5, 2],
]


@pytest.mark.parametrize("index", DRAWN, ids=str)
def test_a_line_is_drawn_along_numbers_dates_and_texts(index):
    assert plots.lines(pd.Series([1.0, 0.5], index, name="a")).png(40)


@pytest.mark.parametrize("table", [KM.iloc[::-1], KM.set_axis([*KM.index[:-1], "b"]), None])
def test_curves_need_rising_times(table):
    table = pd.concat({"c": pd.concat({"a": KM})}) if table is None else table
    with pytest.raises((ValueError, TypeError), match="table: rising times|table.index"):
        plots.survival_curves(table)
    for argument in ("area", "end"):
        with pytest.raises(ValueError, match=f"{argument} = -1: "):
            plots.survival_curves(KM, **{argument: -1})


@pytest.mark.parametrize("dtype", ["double[pyarrow]", "Float64"])
def test_a_cohort_table_of_any_dtype(dtype):
    table = GOOD["cohort_map"][0]
    assert plots.cohort_classes(table.astype(dtype)) == pytest.approx(plots.cohort_classes(table))
    assert plots.cohort_map(table.astype(dtype)).alt == plots.cohort_map(table).alt
    with pytest.raises(ValueError, match="beyond 1e"):
        plots.cohort_map(table.replace(0.3, 1e308))


@pytest.mark.parametrize(
    ("name", "spoil", "told"),
    [
        ("stage_ribbons", lambda table: table.map(lambda _: [1, 2]), "table = .1, 2.: choose one of"),
        ("delivered_value", lambda table: table.astype("category"), 'Column "A" holds category'),
        ("delivered_value", lambda table: table.where(table > 16), "balance: a row has no value"),
        ("control_chart", lambda table: table.assign(outside="no"), "outside holds str"),
        ("timelines", lambda table: table.assign(customer_id=[[1], [2]]), "customer_id: lists"),
    ],
)
def test_what_a_table_cannot_hold_is_named(name, spoil, told):
    table, more = GOOD[name]
    with pytest.raises((ValueError, TypeError), match=told):
        getattr(plots, name)(spoil(table), **more)


def test_a_date_column_may_have_any_name():
    table = GOOD["timelines"][0].rename(columns={"date": 5})
    assert "2025-01-31" in plots.timelines(table, end="2025-03-31", date=5).alt


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"y": 1, "top": np.nan}, "top"),
        ({"y": 1, "text": 4}, "text"),
        ({"y": pd.Series([1, 2])}, "y"),
        ({"x": "a"}, "x"),
    ],
)
def test_a_mark_is_a_number_with_a_word(more, told):
    picture = plots.lines(pd.Series([1.0, 2.0], name="n"), title="T")
    with pytest.raises((ValueError, TypeError), match=f"^{told} = "):
        plots.mark(picture, **more)
    assert plots.mark(picture, y=Decimal("1.5"), text="goal").alt.endswith("goal: 1.5.")
    assert plots.mark(picture, x=pd.Series([3]), text="end").alt.endswith("end: 3.")


@pytest.mark.parametrize("text", ["from $5 to $6", "a\nb", "_X", "100 % {x}", "客户" * 40, "<b>"])
@pytest.mark.parametrize("name", ["lines", "bars"])
def test_any_label_is_text(name, text):
    picture = getattr(plots, name)(pd.DataFrame({text: [1.0, 2.0], "b": [2.0, 1.0]}, index=[0, 1]), title=text, x=text)
    assert (
        picture.png(40) and text in picture.alt and text in [t.get_text() for t in picture.axes[0].get_legend().texts]
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda picture: plots.mark(picture),
        lambda picture: plots.mark(picture, x="May"),
        lambda picture: plots.note(picture, "3", loc="corner"),
        lambda picture: plots.note("picture", "3"),
        lambda picture: plots.lines(GOOD["lines"][0], points=["c"]),
        lambda picture: plots.policy_values(GOOD["policy_values"][0], best=9),
        lambda picture: plots.lifecycle_curve(GOOD["lifecycle_curve"][0], {"boom": 0}),
        lambda picture: plots.stage_ribbons(pd.DataFrame([["boom"]], columns=DAYS[:1])),
        lambda picture: plots.stage_ribbons(pd.DataFrame([["growth"]])),
        lambda picture: plots.cohort_map(GOOD["cohort_map"][0], borders=[0.3]),
        lambda picture: plots.clusters(GOOD["clusters"][0], pd.Series([0]), x="orders", y="basket"),
        lambda picture: plots.clusters(
            *GOOD["clusters"][:1], pd.Series([0, 1]), x="orders", y="basket", names={0: "a"}
        ),
        lambda picture: plots.rfm_grid(GOOD["rfm_grid"][0], chosen=pd.DataFrame([[True]])),
        lambda picture: plots.timelines(GOOD["timelines"][0], end="May"),
    ],
)
def test_what_does_not_exist_is_named(call):
    picture = plots.lines(pd.Series([1.0, 2.0], name="n"), title="T")
    for language in ("en", "zh"):
        use_language(language)
        with pytest.raises((ValueError, TypeError), match="[\u4e00-\u9fff]{2}" if language == "zh" else "^[ -~…]+$"):
            call(picture)
