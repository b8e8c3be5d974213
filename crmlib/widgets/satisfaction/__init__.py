"""The explorers of chapter 06, satisfaction, a file an idea."""

from crmlib.editions import gone
from crmlib.widgets.satisfaction.ahp import ahp_explorer
from crmlib.widgets.satisfaction.gap import gap_explorer
from crmlib.widgets.satisfaction.kano import kano_explorer
from crmlib.widgets.satisfaction.quality import importance_performance_explorer
from crmlib.widgets.satisfaction.sample import sample_size_explorer
from crmlib.widgets.satisfaction.waves import nps_change_explorer

__getattr__ = gone(__name__)
