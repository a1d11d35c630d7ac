"""Which rows the administration shows."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as _accounts  # noqa: F401 - registers the groups that are left out below
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django_celery_beat.admin import ClockedScheduleAdmin, CrontabScheduleAdmin, PeriodicTaskAdmin
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from core.models import DocumentCounter, JobRun, PlantSetting, RequestKey, Unit
from floorops.administration import LookOnly, Timetable
from people.models import ApiToken, CalendarDay, Delegation, OrgNode, OrgSpan, Shift, Staff, User
from plans.models import (
    Answer,
    ChecklistTemplate,
    DailyReport,
    DailyReportLine,
    DisplayLink,
    PlanLine,
    Process,
    Product,
    ProductionOrder,
    Sheet,
    SlotOutput,
    StandardHours,
    TemplateVersion,
)
from reports.models import UpwardReport


def _show(model: type[Model], admin_class: type[admin.ModelAdmin]) -> None:
    _leave_out(model)
    admin.site.register(model, admin_class)


def _leave_out(model: type[Model]) -> None:
    if admin.site.is_registered(model):
        admin.site.unregister(model)


_show(PeriodicTask, type("PeriodicTaskTimetable", (Timetable, PeriodicTaskAdmin), {}))
_show(CrontabSchedule, type("CrontabTimetable", (Timetable, CrontabScheduleAdmin), {}))
_show(ClockedSchedule, type("ClockedTimetable", (Timetable, ClockedScheduleAdmin), {}))
_show(IntervalSchedule, Timetable)
_leave_out(SolarSchedule)
_leave_out(Group)


@admin.register(User)
class UserLook(LookOnly):
    list_display = ["username", "is_active", "last_login", "language"]
    search_fields = ["username"]
    list_filter = ["groups", "is_active"]
    exclude = ["password", "user_permissions", "is_superuser"]


@admin.register(Staff)
class StaffLook(LookOnly):
    list_display = ["staff_no", "name", "org", "position", "hired_on", "left_on", "user"]
    search_fields = ["staff_no", "name"]
    list_select_related = ["org", "user"]


@admin.register(ApiToken)
class ApiTokenLook(LookOnly):
    list_display = ["staff", "name", "created_at", "last_used_at", "revoked_at"]
    list_select_related = ["staff"]
    exclude = ["token_hash"]


@admin.register(JobRun)
class JobRunLook(LookOnly):
    list_display = ["pk", "kind", "state", "percent", "step", "owner_no", "created_at", "ended_at"]
    list_filter = ["kind", "state"]


@admin.register(DailyReport)
class DailyReportLook(LookOnly):
    list_display = ["business_date", "team", "shift", "status", "submitted_by", "approved_by"]
    list_filter = ["status"]
    date_hierarchy = "business_date"
    list_select_related = ["team", "shift", "submitted_by", "approved_by"]


@admin.register(ProductionOrder)
class ProductionOrderLook(LookOnly):
    list_display = ["number", "product", "quantity", "workshop", "due_on", "status"]
    list_filter = ["status"]
    search_fields = ["number", "product__code"]
    list_select_related = ["product", "workshop"]


@admin.register(DisplayLink)
class DisplayLinkLook(LookOnly):
    list_display = ["name", "node", "made_by", "made_at", "last_used_at", "revoked_at"]
    list_select_related = ["node", "made_by"]
    exclude = ["token_hash"]


@admin.register(UpwardReport)
class UpwardReportLook(LookOnly):
    """Of a matter that somebody wrote to one reader the words are not shown here."""

    list_display = ["number", "kind", "node", "starts_on", "status", "sent_by", "sent_at", "is_late"]
    list_filter = ["kind", "status", "is_late"]
    list_select_related = ["node", "sent_by"]
    exclude = ["subject", "done", "analysis", "plan", "figures"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(number="")


for shown in (
    Answer,
    CalendarDay,
    ChecklistTemplate,
    DailyReportLine,
    Delegation,
    DocumentCounter,
    OrgNode,
    OrgSpan,
    PlanLine,
    PlantSetting,
    Process,
    Product,
    RequestKey,
    Sheet,
    Shift,
    SlotOutput,
    StandardHours,
    TemplateVersion,
    Unit,
):
    _show(shown, LookOnly)
