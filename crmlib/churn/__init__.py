"""Churn and win-back (chapter 08): who is gone, how long customers stay, who will leave, and whom to treat."""

from crmlib.churn.complaints import PROTOCOL, StayModel, complaint_protocol, follow_up_plan
from crmlib.churn.cox import cox
from crmlib.churn.early_warning import drift, p_chart
from crmlib.churn.experiment import balance, difference
from crmlib.churn.features import check_features
from crmlib.churn.offers import break_even, choose, offer_gain, offer_spend, threshold_profit
from crmlib.churn.qini import qini, targeting_profit
from crmlib.churn.scoring import by_group, calibration, expected_maximum_profit, gains, maximum_profit
from crmlib.churn.silence import alarm_account, silence
from crmlib.churn.survival import cumulative_incidence, kaplan_meier, logrank, restricted_mean, survival_at
from crmlib.churn.uplift import TransformedOutcome, TwoModels, uplift_by
from crmlib.churn.win_back import win_back
from crmlib.editions import gone

__getattr__ = gone(__name__)
