"""One row of everything a page can open, all of them of workshop A's first team, as of Friday 20 November 2026."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from core.models import Attachment, JobRun, TableImport
from materials.models import Supplier
from materials.services import (
    SlipLine,
    decide_requisition,
    draft_bom,
    expect_receipt,
    file_waste_report,
    freeze_quota,
    issue,
    request_gate_pass,
    request_purchase,
    request_slip,
    request_supplement,
)
from people.models import Delegation, OrgSpan, Shift
from plans.models import Answer, DailyReport, EmergencyContact, Handover, Product, ProductionOrder
from plans.services import ToDoInput, give_task, open_review, raise_finding
from plans.services.progress import make_display_link
from reports.models import Target
from tests.access.of_counting import counting_rows
from tests.access.of_people import people_rows
from tests.factories.checklists import FRIDAY, assigned, make_sheet
from tests.factories.materials import ItemFactory, make_bom, put
from tests.factories.people import Plant
from tests.factories.plans import LineFactory, OrderFactory, PlanLineFactory, ProcessFactory, ReportFactory, StandardHoursFactory
from tests.factories.spot_checks import looked_round
from tests.factories.upward import begun, sent
from tests.factories.work_logs import handed_in, surveyed


@contextmanager
def put_back() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def make_material(plant: Plant, product: Product) -> dict[str, Any]:
    """An order of the first team with a quota, a slip of it, a supplement and a slip that somebody asked for, a drafted bill."""
    steel = ItemFactory(code="STEEL")
    make_bom(product, {steel: "2"})
    lot = put(steel, "500")
    order = OrderFactory(workshop=plant.a, team=plant.a1, product=product, quantity=Decimal(100))
    freeze_quota(order=order, by=None)
    line = SlipLine(steel, Decimal(10))
    slip = issue(order=order, lines=[line], receiver=plant.person("opr", plant.a1), by=plant.person("stk"))
    asked = request_supplement(order=order, item=steel, quantity=Decimal(5), reason="scrap", by=plant.person("tld", plant.a1))
    keeper, welder = plant.person("stk", plant.a), plant.person("opr", plant.a1)
    said = {"purpose": "repair", "cost_centre": plant.a, "reason": "Gearbox", "receiver": welder}
    request = request_slip(kind="other_issue", lines=[SlipLine(steel, Decimal(5))], by=keeper, **said)
    waste = file_waste_report(
        item=steel, quantity=Decimal(3), evidence="Cut wrong", node=plant.a1, order=order, by=plant.person("sup", plant.a1)
    )
    bill = draft_bom(product=product, valid_from=FRIDAY, copy_of=product.boms.get(), by=plant.person("plr"))
    return {
        "slip_request": request.number,
        "bom": bill.pk,
        "quota_order": order.number,
        "lot": lot.pk,
        "quota_report": waste.number,
        "slip": slip.number,
        "supplement": asked.number,
        "receiver_no": plant.person("opr", plant.a1).staff_no,
        **counting_rows(plant, lot),
    }


def make_buying(plant: Plant) -> dict[str, Any]:
    """A requisition that waits, a promise on another one, its supplier, and a gate pass that waits."""
    keeper, day = plant.person("stk"), date(2026, 12, 1)
    steel = ItemFactory(code="STEEL-2")
    waiting, approved = (request_purchase(item=steel, quantity=Decimal(10), needed_on=day, reason="minimum", by=keeper) for _ in range(2))
    decide_requisition(requisition=approved, approve=True, by=plant.person("mgr"))
    supplier = Supplier.objects.create(code="S-1", name="Steel works")
    buyer = plant.person("buy")
    promise = expect_receipt(requisition=approved, supplier=supplier, quantity=Decimal(10), promised_on=day, by=buyer)
    gate_pass = request_gate_pass(goods="2 pallets", taken_by="Driver", reason="Lent", by=keeper)
    return {"requisition": waiting.number, "purchase": promise.number, "supplier": supplier.code, "gate_pass": gate_pass.number}


def make_upward(plant: Plant) -> dict[str, Any]:
    """What workshop A reported of its last week, and the draft of a day."""
    by, at = plant.person("wsm", plant.a), timezone.now()
    report = sent(plant.a, by, on=date(2026, 11, 9), at=at)
    return {"upward": report.pk, "upward_number": report.number, "upward_draft": begun(plant.a, by, "day", FRIDAY, at=at).pk}


def make_cast(plant: Plant, shift: Shift) -> dict[str, Any]:
    """What the names in ``tests/access/pages.py`` stand for: primary keys, numbers and codes."""
    leader = plant.person("tld", plant.a1)
    sheet = make_sheet(plant.a, shift)
    spot_check = looked_round(plant.a, by=leader)
    photo = Attachment.objects.create(
        file=ContentFile(b"not shown", name="photo.jpg"), suffix=".jpg", content_type="image/jpeg", size=9, sha256="0" * 64, by_no="X"
    )
    item = sheet.version.items.first()
    Answer.objects.create(sheet=sheet, item=item, value="ok", by=leader, photo=photo, answered_at="2026-11-20T08:00+08:00")
    report = ReportFactory(team=plant.a1, business_date=FRIDAY, shift=shift, submitted_by=leader, made_by=leader)
    line = LineFactory(report=report, planned_qty=Decimal(100))
    october = ReportFactory(team=plant.a1, business_date=date(2026, 10, 20), shift=shift, submitted_by=leader)
    LineFactory(report=october, product=line.product, planned_qty=Decimal(100))
    draft = ReportFactory(team=plant.a2, business_date=FRIDAY, shift=shift, status=DailyReport.Status.DRAFT, made_by=leader)
    # Waits for its own next shift, so that who fills the team's sheets may receive it.
    Handover.objects.create(
        team=plant.a1,
        shift=shift,
        business_date=FRIDAY,
        ends_at="2026-11-20T17:00+08:00",
        to_team=plant.a1,
        to_shift=shift,
        to_business_date=date(2026, 11, 21),
        status=Handover.Status.WAITING,
        made_by=leader,
        given_by=plant.person("opr", plant.a1),
        given_at="2026-11-20T16:50+08:00",
        facts={},
    )
    status = ProductionOrder.Status
    material = make_material(plant, line.product)
    log = handed_in(leader, to_dos=(ToDoInput("Oil press 3", team=plant.a1),))
    survey = surveyed(plant.a, owner=leader, by=plant.person("mgr"))
    to_review = OrderFactory(workshop=plant.a, product=line.product, status=status.DRAFT)
    keeper, manager = plant.person("stk"), plant.person("wsm")
    open_review(order=to_review, material=keeper, due_date=manager, by=plant.person("plr"))
    return material | {
        **make_buying(plant),
        **make_upward(plant),
        "photo": photo.pk,
        "team": plant.a1.pk,
        "plant_code": plant.plant.code,
        "later_span": OrgSpan.objects.create(node=plant.a1, name="A1", parent=plant.a, valid_from=date(2027, 1, 1)).pk,
        "colleague": plant.person("opr", plant.a1).pk,
        "shift": shift.pk,
        **people_rows(plant, shift, leader),
        "delegation": Delegation.objects.create(
            giver=plant.person("wsm"), taker=leader, role="wsm", starts_on=FRIDAY, ends_on=FRIDAY, reason="Away", made_by=leader
        ).pk,
        "target": Target.objects.create(kpi_code="attainment_pct", org=plant.a1, period="2026-10", value=96).pk,
        "sheet": sheet.pk,
        "contact": EmergencyContact.objects.create(name="Fire brigade", phone="119", node=plant.a).pk,
        "spot_check": spot_check.pk,
        "task": give_task(title="Draw the lines", node=plant.a1, owner=leader, due_on=date(2026, 12, 1), by=plant.person("wsm")).pk,
        "work_log": log.pk,
        "to_do": log.to_dos.get().pk,
        "survey": survey.pk,
        "survey_section": survey.sections.first().pk,
        "finding": raise_finding(kind="problem", node=plant.a1, text="Oil on the aisle", by=plant.person("opr", plant.a1)).number,
        "assignment": assigned(plant.a, shift).pk,
        "product": line.product.pk,
        "process": ProcessFactory(org=plant.a).pk,
        "standard": StandardHoursFactory(product=line.product).pk,
        "order": to_review.number,
        "keeper_no": keeper.staff_no,
        "manager_no": manager.staff_no,
        "released_order": OrderFactory(workshop=plant.a, product=line.product).number,
        "held_order": OrderFactory(workshop=plant.a, product=line.product, status=status.ON_HOLD).number,
        "plan_line": PlanLineFactory(team=plant.a1, shift=shift, business_date=FRIDAY, product=line.product).pk,
        "display_link": make_display_link(node=plant.a, name="Gate", language="en", by=leader)[0].pk,
        "report": report.pk,
        "draft_report": draft.pk,
        "import": TableImport.objects.create(kind="orders", original_name="o.csv", by_no=plant.person("plr").staff_no).pk,
        "job": JobRun.objects.create(kind="month_pack").pk,
    }
