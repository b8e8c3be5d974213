"""The explorers of chapter 09, CRM systems, a file an idea."""

from crmlib.editions import gone
from crmlib.widgets.systems.staffing import staffing_explorer

__getattr__ = gone(__name__)
