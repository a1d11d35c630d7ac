from plans.models.checklists import (
    Answer,
    AnswerType,
    AnswerValue,
    ChecklistTemplate,
    Sheet,
    TemplateAssignment,
    TemplateBlock,
    TemplateItem,
    TemplateVersion,
)
from plans.models.daily_reports import DailyReport, DailyReportLine, DowntimeReason
from plans.models.orders import ProductionOrder
from plans.models.products import Process, Product, StandardHours

__all__ = [
    "Answer",
    "AnswerType",
    "AnswerValue",
    "ChecklistTemplate",
    "DailyReport",
    "DailyReportLine",
    "DowntimeReason",
    "Process",
    "Product",
    "ProductionOrder",
    "Sheet",
    "StandardHours",
    "TemplateAssignment",
    "TemplateBlock",
    "TemplateItem",
    "TemplateVersion",
]
