"""The screen of the CRM: sign in, work list, customer, 360° history, and the forms with which one writes."""

from crmlib.widgets.systems.screen.view import CRMScreen, crm_screen
