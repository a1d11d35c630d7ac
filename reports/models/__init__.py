from reports.models.causes import CauseClass, PackCause
from reports.models.kept import KeptFigures
from reports.models.packs import MonthPack, PackFile, PackVersion, PackWord
from reports.models.targets import Target, TargetKpi
from reports.models.upward import UpwardReport, UpwardWord

__all__ = [
    "CauseClass",
    "KeptFigures",
    "MonthPack",
    "PackCause",
    "PackFile",
    "PackVersion",
    "PackWord",
    "Target",
    "TargetKpi",
    "UpwardReport",
    "UpwardWord",
]
