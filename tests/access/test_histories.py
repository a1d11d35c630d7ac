"""Every table with audit rows is told on a page: who changed what (SYS-03)."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.history import event_model_of
from people.models import RollCall
from plans.models import ToDo
from tests.access.pages import address_of
from tests.factories.checklists import FRIDAY

pytestmark = [pytest.mark.django_db, pytest.mark.req("SYS-03")]

# The page whose History tells of these tables; one that has a tab is asked for it.
TOLD_ON = {
    "settings": "core.PlantSetting",
    "person": "people.Staff people.StaffPin people.User people.UserRole",
    "delegation": "people.Delegation",
    "unit": "people.OrgNode people.OrgSpan",
    "shift-edit": "people.Shift",
    "calendar-day": "people.CalendarDay",
    "pattern-edit": "people.RotationPattern people.PatternDay",
    "roster": "people.RosterPlan people.RosterDay",
    "roll-call": "people.RollCall people.RollCallMark",
    "loan": "people.StaffLoan",
    "joiner": "people.Mentoring",
    "template": "plans.ChecklistTemplate plans.TemplateVersion",
    "assignment-edit": "plans.TemplateAssignment",
    "sheet-history": "plans.Sheet",
    "contact-edit": "plans.EmergencyContact",
    "work-log": "plans.WorkLog plans.ToDo",
    "survey": "plans.Survey plans.SurveySection",
    "handover": "plans.Handover",
    "display-link": "plans.DisplayLink",
    "product": "plans.Product",
    "process": "plans.Process",
    "standard-hours-row": "plans.StandardHours",
    "order": "plans.ProductionOrder plans.ReviewPart",
    "plan-line": "plans.PlanLine plans.SlotOutput",
    "report": "plans.DailyReport plans.DailyReportLine plans.DowntimeStop plans.DayComment",
    "order-material": "materials.QuotaLine",
    "item": "materials.Item",
    "place": "materials.Place",
    "lot": "materials.Lot",
    "bom": "materials.Bom materials.BomLine materials.BomSubstitute",
    "slip": "materials.Slip",
    "slip-request": "materials.SlipRequest",
    "supplement": "materials.Supplement",
    "quota-report": "materials.QuotaReport",
    "count-plan-edit": "materials.CountPlan",
    "count": "materials.Count",
    "adjustment": "materials.Adjustment",
    "disposal": "materials.Disposal",
    "supplier": "materials.Supplier",
    "requisition": "materials.Requisition",
    "purchase": "materials.ExpectedReceipt",
    "gate-pass": "materials.GatePass",
    "target": "reports.Target",
    "upward": "reports.UpwardReport",
}
# Tables whose audit rows no page reads, each with what its reader has instead.
NOT_TOLD = {
    "core.Unit": "a unit of measure has no page: it comes as a file, whose result says what it changed",
    "people.ApiToken": "shown to its person alone, with when it was made and last used; a revoked one is gone",
    "plans.Finding": "its page tells a trail of deeds, which is append-only",
    "plans.PileUp": "a part of a finding, told by its trail",
    "plans.Imbalance": "a part of a finding, told by its trail",
    "plans.Observation": "a part of a finding, told by its trail",
    "plans.Emergency": "a part of a finding, told by its trail",
    "plans.Task": "its page tells a trail of deeds, which is append-only",
    "plans.ReportSeen": "written once, and listed on its report",
    "materials.MaterialUse": "goes with its report line, in a room that the report's page does not know",
    "reports.PackVersion": "its page lists all versions and what changed since the one before",
    "reports.PackCause": "frozen with its version; the finding that carries it on has its trail",
}
# Who sees the row of the cast, where that is not the administrator.
BY_OTHERS = {
    "work-log": "dir",
    "upward": "dir",
    "contact-edit": "mgr",
    "pattern-edit": "mgr",
    "count-plan-edit": "stk",
    "assignment-edit": "mgr",
}


@pytest.fixture(scope="module")
def cast(played):
    """With a roll call and a log that was corrected, without which their pages have nothing to tell."""
    plant, rows = played
    RollCall.objects.create(team=plant.a1, business_date=FRIDAY, shift_id=rows["shift"], saved_at=timezone.now())
    ToDo.objects.filter(pk=rows["to_do"]).update(text="Oil press 4")
    return rows


def tracked() -> set[str]:
    models = [getattr(model, "pgh_tracked_model", None) for model in apps.get_models()]
    return {model._meta.label for model in models if model is not None}


def test_every_table_with_audit_rows_is_told_somewhere_or_excused():
    told = [label for labels in TOLD_ON.values() for label in labels.split()]
    assert len(told) == len(set(told))
    assert set(told) | set(NOT_TOLD) == tracked()
    assert not set(told) & set(NOT_TOLD)


@pytest.mark.parametrize("name", TOLD_ON)
def test_its_page_reads_its_audit_rows_and_shows_them(name, cast, plant, in_session):
    address = address_of(name, cast)
    client = in_session(plant.person(BY_OTHERS.get(name, "adm")))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"{address}{'&' if '?' in address else '?'}tab=history")

    assert page.status_code == 200
    html = page.content.decode()
    assert 'class="fo-history"' in html or "Nothing was changed since the audit began." in html
    statements = " ".join(query["sql"] for query in asked)
    unread = [label for label in TOLD_ON[name].split() if f'"{event_model_of(apps.get_model(label))._meta.db_table}"' not in statements]
    assert unread == []
