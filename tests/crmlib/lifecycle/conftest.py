"""Logs that the tests of the lifecycle share."""

import pytest

from crmlib import datasets


@pytest.fixture(scope="session")
def cdnow():
    return datasets.load_cdnow_master()


@pytest.fixture(scope="session")
def qinghe():
    """Qinghe's orders, as keyword arguments of the functions that read a log."""
    orders = datasets.load_qinghe_orders()
    joined = datasets.load_qinghe_customers().set_index("customer_id")["joined"]
    return {"log": orders, "joined": joined, "set_aside": ["missing ids"], "end": "2025-12-31"}
