import json
import re
from collections import Counter
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db.models import F
from django.test import Client

from core.clock import PlantMonth
from floorops.demo import make_demo, order_reviews
from materials.models import (
    Adjustment,
    Count,
    Deviation,
    Disposal,
    GatePass,
    Item,
    Lot,
    OrderQuota,
    PlaceKind,
    QuotaLine,
    Requisition,
    Slip,
    Supplement,
    UseCheck,
)
from materials.selectors.buying import is_late, promises
from materials.services import verify_ledger
from people.models import OrgNode, Staff
from people.roles import Role
from plans.models import DailyReport, DailyReportLine, Handover, OrderReview, ProductionOrder, Sheet
from plans.selectors.reviews import with_review
from plans.services import open_review
from reports.block import read_month_block
from reports.models import Target, UpwardReport

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@time_machine.travel("2026-11-21 02:00Z", tick=False)
def test_the_demo_makes_the_same_rows_for_the_same_arguments():
    first = make_demo(months=2, until=PlantMonth(2026, 10))
    figures = list(DailyReportLine.objects.order_by("pk").values_list("report__business_date", "report__team__code", "good_qty"))

    second = make_demo(months=2, until=PlantMonth(2026, 10))

    assert first["reports"] == DailyReport.objects.count() > 250
    assert second == {"orders": 0, "reports": 0, "sheets": 0, "findings": 0, "slips": 0}
    assert list(DailyReportLine.objects.order_by("pk").values_list("report__business_date", "report__team__code", "good_qty")) == figures
    assert DailyReport.objects.latest("business_date").business_date == date(2026, 10, 31)
    daily = Sheet.objects.filter(status="open").exclude(assignment__rule="weekly")
    assert set(daily.values_list("business_date", flat=True)) == {date(2026, 11, 21), date(2026, 11, 22)}
    weekly = Sheet.objects.filter(assignment__rule="weekly")
    assert sorted(weekly.values_list("template__code", "business_date")) == [
        (code, date(2026, 11, 16)) for code in ("T-06", "T-10", "T-10b")
    ]


@time_machine.travel("2026-11-21 02:00Z", tick=False)
def test_demo_codes_begin_with_d_and_every_role_has_a_log_in():
    make_demo(months=1)

    assert set(Sheet.objects.values_list("status", flat=True)) == {"open", "submitted", "countersigned", "missed", "skipped"}
    assert Counter(Handover.objects.values_list("status", flat=True)) == {"signed": 17, "waiting": 1, "draft": 1}
    assert all(code.startswith("D-") for code in OrgNode.objects.values_list("code", flat=True))
    assert Staff.objects.filter(user__isnull=False).count() == 15
    assert set(Target.objects.values_list("period", flat=True)) == {"2025", "2026", "2026-11"}
    assert not DailyReport.objects.filter(business_date__gte=date(2026, 11, 21)).exists()
    _every_log_in_that_is_told_opens_the_door()


def _every_log_in_that_is_told_opens_the_door():
    printed = StringIO()
    call_command("demo_logins", "--json", stdout=printed)
    told = json.loads(printed.getvalue())
    assert [row["username"] for row in told] == [row["role"] for row in told] == [role.value for role in Role]
    for row in told:
        client = Client()
        assert client.post("/sign-in", {"username": row["username"], "password": row["password"]})["Location"] == "/", row
        assert client.get("/account").context["request"].staff.name == row["name"]


@time_machine.travel("2026-11-21 02:00Z", tick=False)
def test_what_the_demo_names_has_a_name_in_both_languages_and_positions_say_both(signed_in):
    make_demo(months=1)

    pairs = [
        (model, field.name.removesuffix("_zh"), field.name)
        for model in apps.get_models()
        if not hasattr(model, "pgh_tracked_model")
        for field in model._meta.concrete_fields
        if field.name.endswith("_zh")
    ]
    assert len(pairs) > 12
    named, half = set(), []
    for model, english, chinese in pairs:
        for row in model.objects.exclude(**{english: "", chinese: ""}):
            if getattr(row, "kind", "") == PlaceKind.ORDER:
                continue  # called by the number of its order
            words, words_zh = getattr(row, english), getattr(row, chinese)
            named.add(model.__name__)
            if not words or CHINESE.search(words) or not CHINESE.search(words_zh):
                half.append(f"{model.__name__}.{english}: {words!r} / {words_zh!r}")
    assert half == []
    assert named >= {"OrgSpan", "Shift", "Product", "Process", "Item", "Supplier", "Place", "ChecklistTemplate", "EmergencyContact"}
    for position in Staff.objects.exclude(position="").values_list("position", flat=True):
        assert CHINESE.search(position), position
        assert re.search(r"[A-Za-z]{3}", position), position

    client, order = signed_in(Staff.objects.get(user__username="plr")), ProductionOrder.objects.filter(status="released").first()
    for language, name in (("en", order.product.name), ("zh-hans", order.product.name_zh)):
        client.post("/language", {"language": language})
        assert name in client.get(f"/orders/{order.number}").content.decode()


@time_machine.travel("2026-11-21 02:00Z", tick=False)
def test_the_store_of_the_demo_is_a_valid_ledger_with_slips_and_supplements_in_every_state():
    made = make_demo(months=1)

    assert made["slips"] == Slip.objects.count() > 30
    assert verify_ledger() == []
    assert not OrderQuota.objects.exclude(order__status="released").exists()
    assert ProductionOrder.objects.filter(status="released", order_quota=None).count() == 0
    counted = Counter(Supplement.objects.values_list("status", flat=True))
    assert counted == {"requested": 2, "approved": 2, "rejected": 2, "lapsed": 2}
    waiting = Slip.objects.get(status="awaiting_receiver", kind="issue")
    assert waiting.receiver.user.username == "opr"
    assert set(Slip.objects.values_list("kind", "return_type")) == {
        ("opening", ""),
        ("issue", ""),
        ("return", "good"),
        ("return", "incoming_defect"),
        ("return", "operation_defect"),
        ("receipt", ""),
        ("production", ""),
        ("transfer", ""),
        ("other_issue", ""),
        ("adjustment", ""),
    }
    assert Counter(Count.objects.values_list("status", flat=True)) == {"approved": 1, "submitted": 1, "counting": 1}
    assert set(Adjustment.objects.values_list("status", flat=True)) == {"approved", "requested", "rejected"}
    assert set(Disposal.objects.values_list("status", flat=True)) == {"approved", "draft"}
    assert not Slip.objects.filter(number="").exists()
    assert set(Requisition.objects.values_list("status", flat=True)) == set(Requisition.Status.values)
    assert set(GatePass.objects.values_list("status", flat=True)) == set(GatePass.Status.values)
    assert Lot.objects.filter(status="to_inspect").count() == 2
    assert {row.status for row in promises().filter(is_late(date(2026, 11, 21)))} == {"expected", "received"}
    assert min(Slip.objects.values_list("business_date", flat=True)) >= date(2026, 11, 10)
    assert QuotaLine.objects.filter(supplement__gt=0, issued__gt=F("quota")).exists()
    assert all(code.startswith("D-") for code in Item.objects.values_list("code", flat=True))
    drafts = with_review(ProductionOrder.objects.filter(status="draft")).exclude(review_id=None)
    assert sorted(drafts.values_list("review_state", flat=True)) == ["in_review", "not_passed", "passed"]
    assert Deviation.objects.exists() or UseCheck.objects.get().reason


@pytest.mark.req("RPT-06")
@time_machine.travel("2026-11-21 02:00Z", tick=False)
def test_the_orders_of_the_demo_drew_about_what_their_output_takes():
    make_demo(months=1)

    block = read_month_block(OrgNode.objects.get(code="D-PLANT"), PlantMonth(2026, 11))

    assert block.material is not None
    assert block.material.whole is not None
    assert abs(block.material.whole.value("material_variance_pct")) < 10
    assert block.material.whole.value("material_loss_value") > 0
    assert len(block.material.reasons) > 1
    assert len(block.material.items) > 15


@time_machine.travel("2026-11-21 02:00Z", tick=False)
def test_reports_upward_of_the_demo_are_late_returned_answered_and_begun():
    make_demo(months=2)
    made = list(UpwardReport.objects.order_by("pk").values_list("kind", "node__code", "status", "is_late"))
    assert made == [
        ("week", "D-STA", "acknowledged", False),
        ("week", "D-PLANT", "commented", True),
        ("month", "D-PLANT", "acknowledged", False),
        ("week", "D-STA", "returned", False),
        ("oral", "D-PLANT", "sent", False),
        ("week", "D-PLANT", "draft", False),
    ]

    make_demo(months=2)
    assert UpwardReport.objects.count() == len(made)


def test_a_demo_that_is_made_over_midnight_at_the_end_of_a_month_is_made_whole(monkeypatch):
    with time_machine.travel("2026-11-30T23:59+08:00", tick=False) as clock:

        def after_midnight(**given):
            clock.move_to("2026-12-01T00:01+08:00")
            return open_review(**given)

        monkeypatch.setattr(order_reviews, "open_review", after_midnight)
        make_demo(months=1)

    assert OrderReview.objects.count() == 3
    assert Count.objects.exists()  # what is made after the reviews is there as well
