from core.views.lists import Column, RegisterList
from core.views.pages import PartialMixin, RefusalMixin

__all__ = ["Column", "PartialMixin", "RefusalMixin", "RegisterList"]
