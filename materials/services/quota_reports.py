"""A team says that a quota is not right, or that material was wasted; an engineer decides (MAT-05)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.clock import plant_today
from core.errors import OwnRequest, Required
from core.models import Attachment
from core.quantities import QUANTITY_DECIMALS, fit, plain
from core.services import next_number, request_once
from materials.errors.boms import TooManyDecimals
from materials.errors.quota_reports import NoQuotaChange, NotAStandard, ReportDecided
from materials.errors.slips import NotAboveZero, ReasonNeeded
from materials.models import Bom, BomLine, Item, QuotaReport
from materials.services.boms import copy_lines, next_version_code, tell_that_it_waits
from materials.services.prices import decimals_of
from materials.services.slips import MOST
from people.models import OrgNode, Staff
from plans.models import ProductionOrder
from plans.services.status import change_status

Kind, Status = QuotaReport.Kind, QuotaReport.Status


@transaction.atomic
def file_quota_report(
    *,
    bom_line: BomLine,
    proposed: Decimal,
    evidence: str,
    node: OrgNode,
    order: ProductionOrder | None = None,
    photo: Attachment | None = None,
    by: Staff,
    request_key: UUID | None = None,
) -> QuotaReport:
    """Say that a line of an approved bill asks too much or too little: what it should be, per unit of the product, and why.

    Raises ``NotAStandard``, ``NotAboveZero``, ``TooManyDecimals``, ``NoQuotaChange``, ``Required`` at ``evidence``.
    """
    if bom_line.bom.status != Bom.Status.APPROVED:
        raise NotAStandard(field="bom_line")
    if proposed <= 0 or proposed >= MOST:
        raise NotAboveZero(field="proposed")
    if decimals_of(proposed) > QUANTITY_DECIMALS:
        raise TooManyDecimals(field="proposed", value=plain(proposed), decimals=QUANTITY_DECIMALS)
    if proposed == bom_line.qty_per_unit:
        raise NoQuotaChange(field="proposed", stood=plain(bom_line.qty_per_unit))
    report = QuotaReport(kind=Kind.TOO_HIGH if proposed < bom_line.qty_per_unit else Kind.TOO_LOW, item=bom_line.item, bom_line=bom_line)
    report.stood, report.proposed = bom_line.qty_per_unit, proposed
    return _filed(report, evidence=evidence, node=node, order=order, photo=photo, by=by, request_key=request_key)


@transaction.atomic
def file_waste_report(
    *,
    item: Item,
    quantity: Decimal,
    evidence: str,
    node: OrgNode,
    order: ProductionOrder | None = None,
    person: Staff | None = None,
    photo: Attachment | None = None,
    by: Staff,
    request_key: UUID | None = None,
) -> QuotaReport:
    """Say what was wasted, how much in the item's unit, and why; the person only where that helps. Raises ``NotAboveZero``, ``TooFine``,
    ``Required`` at ``evidence``."""
    if quantity <= 0 or quantity >= MOST:
        raise NotAboveZero(field="quantity")
    report = QuotaReport(kind=Kind.WASTE, item=item, wasted=fit(quantity, item.unit, field="quantity"), person=person)
    return _filed(report, evidence=evidence, node=node, order=order, photo=photo, by=by, request_key=request_key)


def _filed(
    report: QuotaReport,
    *,
    evidence: str,
    node: OrgNode,
    order: ProductionOrder | None,
    photo: Attachment | None,
    by: Staff,
    request_key: UUID | None,
) -> QuotaReport:
    """Sending the same ``request_key`` again returns the first report."""
    if not evidence.strip():
        raise Required(field="evidence")
    report.evidence, report.node, report.order, report.photo = evidence.strip(), node, order, photo
    said = (report.item_id, report.bom_line_id, report.proposed, report.wasted, report.person_id)
    body = (*said, report.evidence, node.pk, order.pk if order else None)
    with request_once(request_key, route="file_quota_report", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return QuotaReport.objects.get(pk=first.answer["report"])
        report.filed_by, report.filed_at = by, timezone.now()
        report.number = next_number("QRP")
        report.save(force_insert=True)
        first.answer = {"report": report.pk}
        return report


@transaction.atomic
def decide_quota_report(*, report: QuotaReport, accept: bool, note: str = "", by: Staff) -> QuotaReport:
    """Accept or reject, by somebody else than who filed it; an accepted proposal becomes a draft version of the bill, linked here.

    The draft is the product's newest approved version with this one figure changed; somebody else approves it. Rejecting needs words.
    Raises ``OwnRequest``, ``ReportDecided``, ``ReasonNeeded``.
    """
    rows = QuotaReport.objects.select_for_update(no_key=True, of=("self",)).select_related("bom_line__bom__product")
    report = rows.get(pk=report.pk)
    if report.filed_by_id == by.pk:
        raise OwnRequest()
    if report.status != Status.OPEN:
        raise ReportDecided(report=report.number, status=report.get_status_display())
    if not accept and not note.strip():
        raise ReasonNeeded(field="note")
    bom = report.bom
    if accept and report.bom_line is not None and report.proposed is not None:
        bom = _drafted(report.bom_line, report.proposed, remark=report.number, by=by)
    to = Status.ACCEPTED if accept else Status.REJECTED
    change_status(report, to, decided_by=by, decided_at=timezone.now(), decision_note=note.strip(), bom=bom)
    return report


def _drafted(line: BomLine, proposed: Decimal, *, remark: str, by: Staff) -> Bom:
    base = _newest_with(line)
    code = next_version_code(base.product, base)
    draft = Bom.objects.create(
        product=base.product, version_code=code, valid_from=max(base.valid_from, plant_today()), remark=remark, made_by=by
    )

    def propose(copy: BomLine) -> None:
        if (copy.part, copy.process_id, copy.item_id) == (line.part, line.process_id, line.item_id):
            copy.qty_per_unit = proposed

    copy_lines(base, draft, propose)
    tell_that_it_waits(draft, by)
    return draft


def _newest_with(line: BomLine) -> Bom:
    """The newest approved version that still has this line; changes made since the report was filed are kept."""
    same = {"lines__part": line.part, "lines__process": line.process_id, "lines__item": line.item_id}
    rows = Bom.objects.filter(product=line.bom.product, status=Bom.Status.APPROVED, **same).select_related("product")
    return rows.order_by("-valid_from", "-approved_at", "-pk").first() or line.bom
