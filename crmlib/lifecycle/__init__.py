"""The customer lifecycle (chapter 03): cohorts and retention, stages by rule, and migration as a Markov chain."""

from crmlib.editions import gone
from crmlib.lifecycle.accounts import spend_after, stage_account
from crmlib.lifecycle.bucket import leaky_bucket, steady_customers
from crmlib.lifecycle.cohorts import VALUES, cohorts
from crmlib.lifecycle.markov import mailing_policy, markov_value, recency_chain
from crmlib.lifecycle.recency import recency_probabilities
from crmlib.lifecycle.retention import cohort_sizes, retention, retention_curve
from crmlib.lifecycle.stability import stability
from crmlib.lifecycle.stages import STAGE_LETTERS, STAGES, StageRules, read_stages, stages
from crmlib.logs import PERIODS

__getattr__ = gone(__name__)
