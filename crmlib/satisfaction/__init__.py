"""Customer satisfaction (chapter 06): what a survey asks, how sure its answers are, and what drives satisfaction."""

from crmlib.editions import gone
from crmlib.satisfaction.ahp import ahp, comparisons_from
from crmlib.satisfaction.coding import code_answers, rescale, straight_liners
from crmlib.satisfaction.drivers import key_drivers
from crmlib.satisfaction.factors import bartlett, kmo, loadings
from crmlib.satisfaction.formulas import FORMULAS, disconfirmation, weighted_satisfaction
from crmlib.satisfaction.fuzzy import fuzzy_evaluation
from crmlib.satisfaction.kano import better_worse, kano, kano_class
from crmlib.satisfaction.questionnaire import questionnaire
from crmlib.satisfaction.reliability import alpha_from_covariance, cronbach_alpha, item_analysis
from crmlib.satisfaction.scores import ces, csat, nps, nps_change, nps_sample_size, nps_standard_error
from crmlib.satisfaction.service_index import ECSI_BLOCKS, ECSI_PATHS, ServiceIndexModel
from crmlib.satisfaction.servqual import importance_performance, points_gained, servqual_gaps
from crmlib.satisfaction.survey import margin_of_error, sample_size

__getattr__ = gone(__name__)
