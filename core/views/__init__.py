from core.views.lists import PAGE_ROWS, Column, RegisterList
from core.views.pages import PartialMixin, RefusalMixin

__all__ = ["PAGE_ROWS", "Column", "PartialMixin", "RefusalMixin", "RegisterList"]
