"""What the tests of segmentation share: CDNOW with its scores, Qinghe's records compared."""

import pytest

from crmlib import datasets
from crmlib import segmentation as seg


@pytest.fixture(scope="package")
def cdnow():
    return datasets.load_cdnow_master()


@pytest.fixture(scope="package")
def scores(cdnow):
    return seg.rfm(cdnow, end="1998-06-30")


@pytest.fixture(scope="package")
def qinghe():
    """Qinghe's records, the person behind each, and how similar the candidate pairs are."""
    records = datasets.load_qinghe_customers().set_index("customer_id")
    truth = datasets.load_qinghe_truth_customers().set_index("customer_id")["person_id"]
    return records, truth, seg.compare_records(records, seg.candidate_pairs(records))
