"""Loyalty (chapter 07): who is loyal and why, what a programme costs and brings, and how brands share their buyers."""

from crmlib.editions import gone
from crmlib.loyalty.attitudes import KINDS, dick_basu
from crmlib.loyalty.brands import brand_performance
from crmlib.loyalty.curve import satisfaction_loyalty_curve
from crmlib.loyalty.dirichlet import NBDDirichlet
from crmlib.loyalty.effects import difference_in_differences
from crmlib.loyalty.membership import membership_break_even, membership_profit
from crmlib.loyalty.points import breakage, points_balance, points_liability
from crmlib.loyalty.referrals import branching, extinction, value_of_a_fan
from crmlib.loyalty.switching import stay_or_go, switching_cost
from crmlib.loyalty.tiers import tier_profit
from crmlib.loyalty.wallet import share_of_wallet

__getattr__ = gone(__name__)
