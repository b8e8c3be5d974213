"""One thing has one price in all chapters."""

from crmlib import qinghe, telecom
from crmlib.worlds import prices


def test_a_call_costs_the_same_in_every_world():
    assert prices.CALL == qinghe.CALL == telecom.PRICES["call"]
    assert prices.CALL == 6, "another price? The complaint desk (desk.yml) and a quiz of chapter 08 quote it: see there"
