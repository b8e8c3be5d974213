"""The pictures of the course: tables in, a `Picture` out, in the language in use, with a description for those who
cannot see it. Theme and `Picture` are in `picture`, what pictures share in `parts`, lines, bars and intervals in
`basics`, and each chapter has a file. ``title``, ``x`` and ``y`` are the words above the picture and along its axes,
``percent`` tells that the values are shares."""

from crmlib.editions import gone
from crmlib.plots.basics import bars, intervals, lines, mark, note
from crmlib.plots.churn import control_chart, durations, profit_curve, survival_curves
from crmlib.plots.lifecycle import (
    cohort_classes,
    cohort_map,
    lifecycle_curve,
    policy_values,
    stage_bridge,
    stage_ribbons,
)
from crmlib.plots.loyalty import dick_basu_map, double_jeopardy, points_flow, satisfaction_loyalty
from crmlib.plots.olap import cube_map, rules_map
from crmlib.plots.overview import redrawn
from crmlib.plots.paths import index_paths
from crmlib.plots.picture import BLUE, COLOURS, GREEN, GREY, ORANGE, PINK, RED, SKY, Picture, use_theme
from crmlib.plots.projects import payback, route_map
from crmlib.plots.relationship import bond_map, referral_map
from crmlib.plots.satisfaction import gap_bars, importance_performance_map, kano_curves, kano_map
from crmlib.plots.segmentation import clusters, pareto, rfm_grid
from crmlib.plots.surveys import tolerance_zone, waves
from crmlib.plots.systems import waiting_bars
from crmlib.plots.value import alive_map, delivered_value, retention, survival, timelines, tornado, whale

__getattr__ = gone(__name__)
