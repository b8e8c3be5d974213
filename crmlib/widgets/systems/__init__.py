"""The explorers of chapter 09, CRM systems, a file an idea."""

from crmlib.editions import gone
from crmlib.widgets.systems.olap import cube_explorer
from crmlib.widgets.systems.ownership import tco_explorer
from crmlib.widgets.systems.rules import rules_explorer
from crmlib.widgets.systems.screen import crm_screen
from crmlib.widgets.systems.staffing import staffing_explorer
from crmlib.widgets.systems.visits import visit_explorer

__getattr__ = gone(__name__)
