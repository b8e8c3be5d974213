"""CRM systems (chapter 09): the CRM, its warehouse and what it finds, the call centre, project and daily work."""

from crmlib.editions import gone
from crmlib.systems.baskets import association_rules, rule_profit
from crmlib.systems.calls import arrival_times, simulate_calls, summarise_calls
from crmlib.systems.cube import cube, dice, drill_down, roll_up, rotate, slice_cube
from crmlib.systems.erlang import erlang_a, erlang_c, offered_load
from crmlib.systems.project import critical_path, npv, pilot_value, tco, tco_range
from crmlib.systems.routes import compare_routes, visit_route
from crmlib.systems.staffing import staffing, waiting_costs

__getattr__ = gone(__name__)
