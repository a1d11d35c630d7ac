"""What daily reports say was used, against issue and standard; what departs from the standard gets a finding (MAT-03, MAT-04)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from core.errors import Faults, RuleBroken, TooFine
from core.plant_settings import plant_setting
from core.quantities import fit, plain
from materials import rates
from materials.errors.consumption import ItemNotOnOrder, LineWithoutOrder, NothingToCheck, UseAboveDrawn
from materials.errors.slips import NotAboveZero, ReasonNeeded
from materials.models import Deviation, Item, MaterialUse, QuotaLine, QuotaSubstitute, UseCheck
from materials.selectors.consumption import UseRow, items_of_orders, output_of, use_rows, work_figures
from materials.services.slips import MOST
from people.models import Staff
from plans.models import DailyReport, DailyReportLine, FindingKind, ProductionOrder
from plans.services import raise_finding
from plans.services.daily_reports import locked_report, require_unlocked


@transaction.atomic
def report_use(*, line: DailyReportLine, uses: Mapping[Item, Decimal], by: Staff) -> list[MaterialUse]:
    """Say what a report line used, in each item's unit; 0 takes an item away, what is not named stays.

    Only items of the line's order and their approved substitutes, and no more than the order ever drew or may draw.
    Raises ``ReportLocked``, ``LineWithoutOrder``, ``ItemNotOnOrder``,
    and ``Faults`` at ``uses.<item code>``.
    """
    require_unlocked(locked_report(line.report))
    if line.order_id is None:
        raise LineWithoutOrder(field="line")
    on_order = items_of_orders([line.order_id])
    faults: list[RuleBroken] = []
    kept: list[MaterialUse] = []
    for item, quantity in uses.items():
        field = f"uses.{item.code}"
        known = on_order.get((line.order_id, item.pk))
        if known is None:
            raise ItemNotOnOrder(field=field, item=item.code)
        if quantity < 0 or quantity >= MOST:
            faults.append(NotAboveZero(field=field))
            continue
        if quantity > known.most:
            standard = known.standard_for(output_of(line))
            figures = {"used": plain(quantity), "most": plain(known.most), "standard": "–" if standard is None else plain(standard)}
            faults.append(UseAboveDrawn(field=field, unit=item.unit.code, **figures))
            continue
        try:
            kept.append(MaterialUse(line=line, item=item, quantity=fit(quantity, item.unit, field=field)))
        except TooFine as fault:
            faults.append(fault)
    if faults:
        raise Faults(faults)
    gone = [use.item_id for use in kept if not use.quantity]
    if gone:
        MaterialUse.objects.filter(line=line, item__in=gone).delete()
    MaterialUse.objects.bulk_create(
        [use for use in kept if use.quantity], update_conflicts=True, unique_fields=["line", "item"], update_fields=["quantity"]
    )
    return list(line.material_uses.select_related("item__unit"))


@transaction.atomic
def report_uses(*, report: DailyReport, uses: Mapping[DailyReportLine, Mapping[Item, Decimal]], by: Staff) -> None:
    """Say what several lines of a report used, all or nothing. Raises what ``report_use`` raises; faults stand at
    ``<line>.uses.<item code>``."""
    require_unlocked(locked_report(report))
    faults: list[RuleBroken] = []
    for line, said in uses.items():
        try:
            report_use(line=line, uses=said, by=by)
        except Faults as refused:
            for fault in refused.faults:
                fault.field = f"{line.pk}.{fault.field}"
                faults.append(fault)
    if faults:
        raise Faults(faults)


def items_of(order_id: int) -> set[int]:
    """Everything that may be drawn on an order, as itself or as a substitute."""
    own = QuotaLine.objects.filter(order=order_id).values_list("item", flat=True)
    return set(own) | set(QuotaSubstitute.objects.filter(quota_line__order=order_id).values_list("item", flat=True))


@transaction.atomic
def check_use(*, order: ProductionOrder, item: Item, reason: str = "", by: Staff) -> UseCheck:
    """Mark what an order used of an item as looked at, with the figures of now.

    Above the plant's limit it needs a reason, and gets a finding. Raises ``NothingToCheck``, ``ReasonNeeded``.
    """
    row = next((row for row in use_rows([order])[order.pk] if row.item == item.code), None)
    if row is None or row.standard is None:
        raise NothingToCheck(item=item.code, order=order.number)
    limit = _limit()
    is_over = _is_over(row.percent, limit)
    if is_over and not reason.strip():
        raise ReasonNeeded(field="reason")
    check = UseCheck.objects.create(
        quota_line_id=row.line_id,
        output=row.output,
        standard=row.standard,
        used=row.used,
        net_issued=row.net_issued,
        percent=row.percent,
        reason=reason.strip(),
        by=by,
        at=timezone.now(),
    )
    if is_over:
        _tell_material(order, row, row.used, row.standard, row.output, limit, by=by)
    return check


def tell_deviations(*, orders: Iterable[ProductionOrder], by: Staff | None = None, are_over: bool = False) -> list[Deviation]:
    """Raise a finding for every item, and for the hours and the scrap, by which an order departs from its standard beyond the limit.

    While an order runs its reported use counts; once it ``are_over`` all that it drew, against the standard for its output (its quota
    where nothing reports output). Each is told once: safe to run twice. Those told now.
    """
    orders = list(orders)
    told: list[Deviation] = []
    used, work = use_rows(orders), work_figures(orders)
    known = set(Deviation.objects.filter(order__in=orders).values_list("order", "kind", "quota_line"))
    limit, ceiling = _limit(), Decimal(plant_setting("scrap_ceiling_pct"))
    for order in orders:
        for row in used[order.pk]:
            if (order.pk, Deviation.Kind.MATERIAL, row.line_id) in known:
                continue
            if are_over and (row.made or row.drawn):
                standard = row.standard_for(row.made) if row.made else row.quota
                told += _tell_material(order, row, row.drawn, standard, row.made, limit, by=by)
            elif row.reports and not are_over:
                told += _tell_material(order, row, row.used, row.standard, row.output, limit, by=by)
        figures = work[order.pk]
        if (order.pk, Deviation.Kind.HOURS, None) not in known and _is_over(figures.hours_percent, limit):
            text = gettext("%(order)s: %(actual)s hours worked, %(standard)s standard for what was made: %(percent)s %%.")
            told.append(
                _tell(order, Deviation.Kind.HOURS, figures.standard_hours, figures.actual_hours, figures.hours_percent, text, by=by)
            )
        share = figures.scrap_percent
        if (order.pk, Deviation.Kind.SCRAP, None) not in known and share is not None and share > ceiling:
            text = gettext("%(order)s: %(actual)s %% of what was produced is scrap, %(standard)s %% is the ceiling.")
            told.append(_tell(order, Deviation.Kind.SCRAP, ceiling, share, share - ceiling, text, by=by))
    return told


def tell_deviations_of_running_orders() -> int:
    """The nightly look at everything that is released. Safe to run twice; how many findings it raised."""
    open_orders = ProductionOrder.objects.filter(status=ProductionOrder.Status.RELEASED, order_quota__isnull=False)
    with transaction.atomic():
        return len(tell_deviations(orders=open_orders.select_related("workshop", "team")))


def _limit() -> Decimal:
    return Decimal(plant_setting("deviation_limit_pct"))


def _is_over(difference: Decimal | None, limit: Decimal) -> bool:
    return difference is not None and abs(difference) > limit


def _tell_material(
    order: ProductionOrder, row: UseRow, actual: Decimal, standard: Decimal | None, output: Decimal, limit: Decimal, *, by: Staff | None
) -> list[Deviation]:
    difference = rates.usage_variance(actual, standard)
    if standard is None or not _is_over(difference, limit) or Deviation.objects.filter(quota_line=row.line_id).exists():
        return []
    text = gettext("%(order)s, %(item)s: %(actual)s %(unit)s used, %(standard)s %(unit)s standard for %(output)s made: %(percent)s %%.")
    figures = {"item": row.item, "unit": row.unit.code, "output": plain(output)}
    return [_tell(order, Deviation.Kind.MATERIAL, standard, actual, difference, text, by=by, line=row.line_id, figures=figures)]


def _tell(
    order: ProductionOrder,
    kind: str,
    standard: Decimal,
    actual: Decimal,
    difference: Decimal | None,
    text: str,
    *,
    by: Staff | None,
    line: int | None = None,
    figures: Mapping[str, str] | None = None,
) -> Deviation:
    assert difference is not None
    words = {"order": order.number, "actual": plain(actual), "standard": plain(standard), "percent": f"{difference:+.1f}"}
    finding = raise_finding(
        kind=FindingKind.DEVIATION,
        node=order.team or order.workshop,
        text=text % (words | dict(figures or {})),
        area=order.number,
        item_key=(figures or {}).get("item", kind)[:30],
        by=by,
    )
    return Deviation.objects.create(
        order=order, kind=kind, quota_line_id=line, standard=standard, actual=actual, percent=difference, finding=finding, at=timezone.now()
    )
