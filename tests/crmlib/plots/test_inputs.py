"""Every picture with tables that fail: empty, of one row, of text, without a column: a picture, or a sentence."""

import inspect

import numpy as np
import pandas as pd
import pytest

from crmlib import churn, plots, segmentation, use_language, value

DAYS = pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"])
KM = churn.kaplan_meier([1, 2, 3], [1, 0, 1])
CHART = pd.DataFrame({"p": [0.01, 0.03], "centre": 0.012, "lower": 0.005, "upper": 0.019, "outside": [False, True]})
MARKS = pd.DataFrame({"A": [34.0, 18.0, 16.0]}, index=["total_value", "total_cost", "delivered_value"])
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
    "delivered_value": (MARKS, {}),
}
OTHERS = {"mark", "note", "use_theme"}
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
