"""What models say of themselves before they have data."""

import pytest

from crmlib import value
from tests.support.refusals import refuses


def test_models_without_data_say_what_they_lack(summary, paper_bgnbd):
    for model in (value.BetaGeoNBD, value.ParetoNBD, value.GammaGamma, value.ShiftedBetaGeometric):
        refuses(lambda model=model: model().params_, AttributeError, "has no parameters yet")
        refuses(lambda model=model: model(0.5), ValueError, "Give all parameters")
    refuses(lambda: value.BetaGeoNBD().probability_alive(summary), AttributeError, "has no parameters yet")
    refuses(lambda: paper_bgnbd.standard_errors_, AttributeError, "comes from data")
    refuses(lambda: paper_bgnbd.log_likelihood_, AttributeError, "comes from data")
    refuses(lambda: value.GammaGamma(1, 2, -3), ValueError, "v = -3: one number above 0 is needed")
    assert repr(value.GammaGamma()) == "GammaGamma()" and "alpha=4.414" in repr(paper_bgnbd)
    with pytest.raises(AttributeError, match="no attribute 'parms_'"):
        paper_bgnbd.parms_  # noqa: B018
