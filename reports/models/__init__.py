from reports.models.packs import MonthPack, PackFile, PackVersion

__all__ = ["MonthPack", "PackFile", "PackVersion"]
