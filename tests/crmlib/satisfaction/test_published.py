"""Published numbers of satisfaction: a test for each id of the target list, with its inputs and its source."""

import numpy as np
import pandas as pd
import pytest

from crmlib import datasets, satisfaction
from crmlib.satisfaction import ECSI_BLOCKS, ECSI_PATHS, ServiceIndexModel


def test_alpha_ucla():
    """UCLA, Statistical Consulting Group, "What does Cronbach's alpha mean?" (SPSS FAQ): four items."""
    covariance = np.diag([1.168, 1.012, 1.169, 1.291])
    covariance[np.triu_indices(4, 1)] = [0.557, 0.574, 0.690, 0.673, 0.720, 0.724]
    covariance = covariance + np.triu(covariance, 1).T
    assert satisfaction.alpha_from_covariance(covariance) == pytest.approx(0.839, abs=5e-4)


def test_alpha_mobi_std():
    """The standardised alphas of the constructs of mobi: seminr's fixtures, reliability.csv."""
    published = {
        "image": 0.7228346,
        "expectations": 0.4519026,
        "quality": 0.8770102,
        "value": 0.8236320,
        "satisfaction": 0.7791950,
        "loyalty": 0.4723990,
    }
    mobi = datasets.load_ecsi_mobi()
    for construct, alpha in published.items():
        found = satisfaction.cronbach_alpha(mobi[ECSI_BLOCKS[construct]], standardised=True)["alpha"]
        assert found == pytest.approx(alpha, abs=1e-6), construct


def test_ecsi_std():
    """The demonstration model of seminr on mobi, standardised, path scheme, mode A: a pin, recomputed."""
    model = ServiceIndexModel(ECSI_BLOCKS, ECSI_PATHS, scheme="path").fit(datasets.load_ecsi_mobi())
    pinned = {
        "expectations": {"image": 0.5049},
        "quality": {"expectations": 0.5567},
        "value": {"expectations": 0.0500, "quality": 0.5583},
        "satisfaction": {"image": 0.1787, "expectations": 0.0625, "quality": 0.5120, "value": 0.1948},
        "complaints": {"satisfaction": 0.5281},
        "loyalty": {"image": 0.1958, "satisfaction": 0.4855, "complaints": 0.0669},
    }
    expected = pd.DataFrame(pinned).reindex(index=list(ECSI_BLOCKS), columns=list(ECSI_BLOCKS)).fillna(0.0)
    np.testing.assert_allclose(model.path_coefficients_, expected, atol=1e-4)
    explained = {"satisfaction": 0.6811, "complaints": 0.2789, "loyalty": 0.4569}
    assert model.r_squared_[list(explained)].to_dict() == pytest.approx(explained, abs=1e-4)


def test_nps_se():
    """The variance of a number that is 1, 0 or -1, divided by the answers: a pin, recomputed."""
    assert satisfaction.nps_standard_error(0.5, 0.2, 400) == pytest.approx(0.039051, abs=1e-6)
    found = satisfaction.nps([9] * 200 + [7] * 120 + [6] * 80)
    assert found["nps"] == pytest.approx(0.30) and found["standard_error"] == pytest.approx(0.039051, abs=1e-6)
