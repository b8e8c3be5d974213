"""Identification and segmentation (chapter 05): who is who in the file, and which customers deserve what.

RFM, ABC and clusters put customers into classes; record linkage finds one person in several records; pseudonyms and
k-anonymity protect them; a plan of tiered care spends a budget on them.
"""

from crmlib.editions import gone
from crmlib.segmentation.abc_analysis import abc, clv_classes
from crmlib.segmentation.clusters import choose_k, cluster, profile, scale
from crmlib.segmentation.comparison import agreement, compare, overlap
from crmlib.segmentation.concentration import gini
from crmlib.segmentation.linkage import candidate_pairs, link, precision_recall
from crmlib.segmentation.privacy import generalise, k_anonymity, pseudonymise, reidentify
from crmlib.segmentation.rfm import METHODS, rfm
from crmlib.segmentation.segments import EIGHT_TYPES, SEGMENT_RULES, name_segments
from crmlib.segmentation.similarity import FIELDS, NEAR, POINTS, compare_records, match_score
from crmlib.segmentation.tiers import tier_plan, tier_value

__getattr__ = gone(__name__)
