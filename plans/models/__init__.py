from plans.models.arrivals import Arrival, minutes_past
from plans.models.assignments import FILLERS, TemplateAssignment
from plans.models.daily_reports import DailyReport, DailyReportLine, DowntimeReason
from plans.models.day_comments import COMMENT_LENGTH, DayComment
from plans.models.downtime import DowntimeStop, ReportSeen
from plans.models.finding_kinds import Emergency, EmergencyCall, EmergencyContact, EmergencyKind, Imbalance, Observation, PileUp
from plans.models.findings import Finding, FindingDeed, FindingKind, FindingPhoto, Severity
from plans.models.handovers import Handover
from plans.models.orders import ProductionOrder
from plans.models.planning import PlanLine
from plans.models.products import Process, Product, StandardHours
from plans.models.progress import BehindReason, DisplayLink, SlotOutput
from plans.models.reviews import OrderReview, ReviewPart
from plans.models.sheets import VALUE_LENGTH, Answer, AnswerValue, Sheet
from plans.models.spot_checks import SpotAnswer, SpotCheck, SpotWindow
from plans.models.surveys import Survey, SurveySection
from plans.models.tasks import Task, TaskDeed, TaskHelper
from plans.models.templates import (
    MOST_ROUNDS,
    AnswerType,
    ChecklistTemplate,
    TemplateArea,
    TemplateBlock,
    TemplateItem,
    TemplateVersion,
)
from plans.models.work_logs import LOG_CHARACTERS, NOTE_CHARACTERS, ON_TIME, TO_DO_CHARACTERS, ThinkingNote, ToDo, WorkLog

__all__ = [
    "COMMENT_LENGTH",
    "FILLERS",
    "LOG_CHARACTERS",
    "MOST_ROUNDS",
    "NOTE_CHARACTERS",
    "ON_TIME",
    "TO_DO_CHARACTERS",
    "VALUE_LENGTH",
    "Answer",
    "AnswerType",
    "AnswerValue",
    "Arrival",
    "BehindReason",
    "ChecklistTemplate",
    "DailyReport",
    "DailyReportLine",
    "DayComment",
    "DisplayLink",
    "DowntimeReason",
    "DowntimeStop",
    "Emergency",
    "EmergencyCall",
    "EmergencyContact",
    "EmergencyKind",
    "Finding",
    "FindingDeed",
    "FindingKind",
    "FindingPhoto",
    "Handover",
    "Imbalance",
    "Observation",
    "OrderReview",
    "PileUp",
    "PlanLine",
    "Process",
    "Product",
    "ProductionOrder",
    "ReportSeen",
    "ReviewPart",
    "Severity",
    "Sheet",
    "SlotOutput",
    "SpotAnswer",
    "SpotCheck",
    "SpotWindow",
    "StandardHours",
    "Survey",
    "SurveySection",
    "Task",
    "TaskDeed",
    "TaskHelper",
    "TemplateArea",
    "TemplateAssignment",
    "TemplateBlock",
    "TemplateItem",
    "TemplateVersion",
    "ThinkingNote",
    "ToDo",
    "WorkLog",
    "minutes_past",
]
