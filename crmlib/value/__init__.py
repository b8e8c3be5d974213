"""Customer value (chapter 04): what customers bring, what they are worth, and what the firm may pay for it."""

from crmlib.editions import gone
from crmlib.value.bgnbd import BetaGeoNBD
from crmlib.value.btyd import DAYS, btyd_summary
from crmlib.value.budget import acquisition_limit, budget_split, response_k, response_rate
from crmlib.value.contract import ShiftedBetaGeometric
from crmlib.value.delivered import COST_ITEMS, VALUE_ITEMS, delivered_value
from crmlib.value.gamma_gamma import GammaGamma
from crmlib.value.lifetime_value import clv, clv_sensitivity, customer_lifetime_value, margin_multiple
from crmlib.value.pareto_nbd import ParetoNBD
from crmlib.value.profitability import whale_curve

__getattr__ = gone(__name__)
