"""Relationship marketing (chapter 02): when trust pays, what data are worth, referrals, tests, kinds of bonds."""

from crmlib.editions import gone
from crmlib.relationship.bullwhip import bullwhip, bullwhip_bound, chain_orders
from crmlib.relationship.experiment import significance_size, test_and_roll
from crmlib.relationship.games import PRISONER, STRATEGIES, patience_needed, play, tournament, value_of_trust
from crmlib.relationship.levels import TYPES, relationship_type
from crmlib.relationship.referral import REFERRER_SEGMENTS, referral_segments, referral_value

__getattr__ = gone(__name__)
