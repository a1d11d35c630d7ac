"""One row of everything a page can open, all of them of workshop A's first team, as of Friday 20 November 2026."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from core.clock import PlantMonth
from core.models import Attachment, JobRun, TableImport
from people.models import Delegation, OrgSpan, Shift
from plans.models import Answer, DailyReport, ProductionOrder
from reports.services import build_pack
from tests.factories.checklists import FRIDAY, assigned, make_sheet
from tests.factories.people import Plant
from tests.factories.plans import LineFactory, OrderFactory, ProcessFactory, ReportFactory, StandardHoursFactory


def make_cast(plant: Plant, shift: Shift, *, with_pack: bool = False) -> dict[str, Any]:
    """What the names in ``tests/access/pages.py`` stand for: primary keys, numbers and codes."""
    leader = plant.person("tld", plant.a1)
    sheet = make_sheet(plant.a, shift)
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
    status = ProductionOrder.Status
    return {
        "photo": photo.pk,
        "team": plant.a1.pk,
        "plant_code": plant.plant.code,
        "later_span": OrgSpan.objects.create(node=plant.a1, name="A1", parent=plant.a, valid_from=date(2027, 1, 1)).pk,
        "colleague": plant.person("opr", plant.a1).pk,
        "shift": shift.pk,
        "delegation": Delegation.objects.create(
            giver=plant.person("wsm"), taker=leader, role="wsm", starts_on=FRIDAY, ends_on=FRIDAY, reason="Away", made_by=leader
        ).pk,
        "sheet": sheet.pk,
        "assignment": assigned(plant.a, shift).pk,
        "product": line.product.pk,
        "process": ProcessFactory(org=plant.a).pk,
        "standard": StandardHoursFactory(product=line.product).pk,
        "order": OrderFactory(workshop=plant.a, product=line.product, status=status.DRAFT).number,
        "released_order": OrderFactory(workshop=plant.a, product=line.product).number,
        "held_order": OrderFactory(workshop=plant.a, product=line.product, status=status.ON_HOLD).number,
        "report": report.pk,
        "draft_report": draft.pk,
        "pack": build_pack(plant=plant.plant, month=PlantMonth(2026, 10), by=None).pack_id if with_pack else None,
        "import": TableImport.objects.create(kind="orders", original_name="o.csv", by_no=plant.person("plr").staff_no).pk,
        "job": JobRun.objects.create(kind="month_pack").pk,
    }
