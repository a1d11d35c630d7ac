"""The tables of the plans room as files: products, processes, standard hours, orders, daily reports (FORMATS section 1)."""

from plans.tables.daily_reports import DAILY_REPORTS
from plans.tables.orders import ORDERS
from plans.tables.products import PROCESSES, PRODUCTS, STANDARD_HOURS

TABLES = (PRODUCTS, PROCESSES, STANDARD_HOURS, ORDERS, DAILY_REPORTS)

__all__ = ["DAILY_REPORTS", "ORDERS", "PROCESSES", "PRODUCTS", "STANDARD_HOURS", "TABLES"]
