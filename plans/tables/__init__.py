"""The tables of the plans room as files: products, processes, standard hours, orders, plan lines, daily reports (FORMATS section 1)."""

from plans.tables.contacts import EMERGENCY_CONTACTS
from plans.tables.daily_reports import DAILY_REPORTS
from plans.tables.findings import FINDINGS
from plans.tables.orders import ORDERS
from plans.tables.plan_lines import PLAN_LINES
from plans.tables.products import PROCESSES, PRODUCTS, STANDARD_HOURS
from plans.tables.team_tasks import TASKS

TABLES = (PRODUCTS, PROCESSES, STANDARD_HOURS, ORDERS, PLAN_LINES, DAILY_REPORTS)
LEAVING = (FINDINGS, TASKS, EMERGENCY_CONTACTS)

__all__ = [
    "DAILY_REPORTS",
    "EMERGENCY_CONTACTS",
    "FINDINGS",
    "LEAVING",
    "ORDERS",
    "PLAN_LINES",
    "PROCESSES",
    "PRODUCTS",
    "STANDARD_HOURS",
    "TABLES",
    "TASKS",
]
