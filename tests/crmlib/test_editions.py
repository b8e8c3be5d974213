"""A copy of the former edition that asks for what is gone hears in one sentence to fetch the new one."""

from importlib import import_module

import pytest

import crmlib
from crmlib import widgets
from crmlib.editions import takes_givens
from crmlib.exercises import check
from tests.support.refusals import refuses

GONE = [
    ("crmlib", "tables"),
    ("crmlib.churn", "warnings"),
    ("crmlib.churn", "uplift_bins"),
    ("crmlib.lifecycle", "transitions"),
    ("crmlib.segmentation", "pareto_curve"),
    ("crmlib.value", "customer_equity"),
    ("crmlib.plots", "pie"),
    ("crmlib.datasets", "load_invented_accounts"),
    ("crmlib.widgets", "billing"),
    ("crmlib.worlds.telecom", "everyone"),
    ("crmlib.worlds.mailing", "letters"),
    ("crmlib.worlds.qinghe", "alarms"),
]


@pytest.mark.parametrize(("module", "name"), GONE)
def test_a_name_that_is_gone_sends_for_the_new_copy(module, name, language):
    with pytest.raises(AttributeError, match=rf"(?s){module}.*'{name}'.*start\.py update"):
        getattr(import_module(module), name)
    assert not hasattr(import_module(module), name)


def test_an_explorer_without_its_givens_sends_for_the_new_copy(language):
    with pytest.raises(TypeError, match=r"clv_explorer\(margin, .*start\.py update"):
        widgets.value.clv_explorer()


def test_an_exercise_that_is_gone_sends_for_the_new_copy(language):
    with pytest.raises(ValueError, match=r"start\.py update"):
        check("value.gym_break_even", 1)


def test_what_is_no_name_of_ours_is_python_s_own_error():
    with pytest.raises(AttributeError, match="^__wrapped__$"):
        _ = crmlib.churn.__wrapped__


def test_givens_that_cannot_be_drawn_are_named():
    @takes_givens
    def explorer(margin, winning):
        return margin * winning["x"]

    refuses(lambda: explorer(3, None), TypeError, "margin = 3, winning = None: .*not subscriptable")
