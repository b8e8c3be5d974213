"""CRM systems (chapter 09): the CRM, its warehouse and what it finds, the call centre, project and daily work."""

from crmlib.editions import gone
from crmlib.systems.accounts import delete_account, new_account, new_contact, new_user
from crmlib.systems.activities import done, log_activity, plan_call
from crmlib.systems.baskets import association_rules, rule_profit
from crmlib.systems.calls import arrival_times, simulate_calls, summarise_calls
from crmlib.systems.changing import change_account
from crmlib.systems.cube import cube, dice, drill_down, roll_up, rotate, slice_cube
from crmlib.systems.customer_files import read_customers
from crmlib.systems.database import CRM, open_crm
from crmlib.systems.duties import work_list
from crmlib.systems.erasing import erase
from crmlib.systems.erlang import erlang_a, erlang_c, offered_load
from crmlib.systems.errors import Busy, Duplicate, Refused, Stale
from crmlib.systems.filling import fill_from_qinghe, open_qinghe
from crmlib.systems.forms import form_titles, form_workbook, forms
from crmlib.systems.history import history
from crmlib.systems.importing import ImportReport, import_customers
from crmlib.systems.privacy import consent, correct, may_contact, personal_data
from crmlib.systems.project import critical_path, npv, pilot_value, tco, tco_range
from crmlib.systems.rights import RIGHTS
from crmlib.systems.routes import compare_routes, visit_route
from crmlib.systems.search import Card, card, find
from crmlib.systems.selling import end_contract, move_opportunity, new_campaign, new_opportunity, sign_contract
from crmlib.systems.staffing import staffing, waiting_costs
from crmlib.systems.tickets import STEP_HOURS, advance_ticket, open_ticket
from crmlib.systems.warehouse import etl_report, load, reconcile, star_schema

__getattr__ = gone(__name__)
