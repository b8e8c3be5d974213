"""Tables of Qinghe that several tests of the data read."""

import pytest

from crmlib import datasets


@pytest.fixture(scope="module")
def orders():
    return datasets.load_qinghe_orders()


@pytest.fixture(scope="module")
def segments():
    return datasets.load_qinghe_truth_customers().set_index("customer_id")["segment"]


@pytest.fixture(scope="module")
def surveys():
    return datasets.load_qinghe_surveys()
