"""Reported use against issue and standard; what departs gets a finding; teams propose other quotas (MAT-03, MAT-04, MAT-05)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.errors import Faults, OwnRequest, Required
from core.models import PlantSetting
from materials.errors.consumption import ItemNotOnOrder, LineWithoutOrder, NothingToCheck
from materials.errors.quota_reports import NoQuotaChange, NotAStandard, ReportDecided
from materials.errors.slips import ReasonNeeded
from materials.models import Bom, BomLine, BomSubstitute, Deviation, MaterialUse, QuotaStandard, UseCheck
from materials.selectors.consumption import use_rows, work_figures
from materials.services import (
    SlipLine,
    approve_supplement,
    check_use,
    close_with_leftovers,
    confirm_slip,
    decide_quota_report,
    file_quota_report,
    file_waste_report,
    freeze_quota,
    issue,
    recalculate_quota,
    report_use,
    request_supplement,
    tell_deviations_of_running_orders,
)
from plans.errors.daily_reports import ReportLocked
from plans.models import DailyReport, Finding
from plans.services import close_order
from tests.factories.materials import ItemFactory, make_bom, put
from tests.factories.plans import LineFactory, OrderFactory, ProcessFactory, ProductFactory, ReportFactory, StandardHoursFactory

DAY = date(2026, 11, 20)


def reported(store, good, used=None, on=DAY, **figures):
    """A submitted report of the order's team."""
    report = ReportFactory(team=store.plant.a1, business_date=on, submitted_by=store.plant.person("tld", store.plant.a1))
    line = LineFactory(report=report, order=store.order, product=store.order.product, good_qty=Decimal(good), **figures)
    if used is not None:
        report_use(line=line, uses={store.steel: Decimal(used)}, by=store.plant.person("tld", store.plant.a1))
    return line


def drawn(store, quantity, item=None):
    slip = issue(order=store.order, lines=[SlipLine(item or store.steel, Decimal(quantity))], receiver=store.welder, by=store.keeper)
    return confirm_slip(slip=slip, by=store.welder)


def row_of(store):
    return use_rows([store.order])[store.order.pk][0]


@pytest.mark.req("MAT-04")
def test_output_50_is_100_kg_by_the_standard_and_108_used_shows_8_kg_more(store):
    drawn(store, "120")
    reported(store, "50", "108")

    row = row_of(store)

    assert (row.output, row.standard, row.used, row.difference, row.percent) == (50, 100, 108, 8, Decimal("8.00"))
    assert (row.net_issued, row.not_reported, row.quota) == (120, 12, 200)


@pytest.mark.req("MAT-04")
def test_a_check_needs_a_reason_above_the_limit_and_keeps_the_figures(store):
    drawn(store, "120")
    reported(store, "50", "105")
    checker = store.plant.person("wsm", store.plant.a)
    assert check_use(order=store.order, item=store.steel, by=checker).percent == 5
    assert row_of(store).is_checked
    reported(store, "0", "3", on=date(2026, 11, 21))
    assert not row_of(store).is_checked

    with pytest.raises(ReasonNeeded):
        check_use(order=store.order, item=store.steel, reason=" ", by=checker)
    check = check_use(order=store.order, item=store.steel, reason="Two bent sheets", by=checker)

    assert (check.standard, check.used, check.net_issued, check.percent, check.reason) == (100, 108, 120, 8, "Two bent sheets")
    assert row_of(store).check == check
    assert row_of(store).is_checked
    with pytest.raises(IntegrityError), transaction.atomic():
        UseCheck.objects.filter(pk=check.pk).update(reason="Nothing")


def test_the_limit_is_a_setting(store):
    PlantSetting.objects.create(key="deviation_limit_pct", value=8)
    reported(store, "50", "108")
    assert check_use(order=store.order, item=store.steel, by=store.manager).reason == ""
    assert not Deviation.objects.exists()


def test_drafts_do_not_count_and_an_approved_report_is_locked(store):
    line = reported(store, "50", "90")
    DailyReport.objects.filter(pk=line.report_id).update(status="draft")
    assert row_of(store).used == 0
    DailyReport.objects.filter(pk=line.report_id).update(status="approved", approved_at="2026-11-21T00:00Z")
    with pytest.raises(ReportLocked):
        report_use(line=line, uses={store.steel: Decimal(1)}, by=store.keeper)
    with pytest.raises(IntegrityError), transaction.atomic():
        MaterialUse.objects.filter(line=line).update(quantity=1)
    assert row_of(store).used == 90


def test_use_is_corrected_and_taken_away(store):
    line = reported(store, "50", "90")
    uses = report_use(line=line, uses={store.steel: Decimal("91.5")}, by=store.keeper)
    assert [use.quantity for use in uses] == [Decimal("91.5")]
    assert report_use(line=line, uses={store.steel: Decimal(0)}, by=store.keeper) == []


def test_what_use_cannot_say(store):
    line = reported(store, "50")
    with pytest.raises(ItemNotOnOrder):
        report_use(line=line, uses={ItemFactory(): Decimal(1)}, by=store.keeper)
    with pytest.raises(Faults) as refused:
        report_use(line=line, uses={store.steel: Decimal("-1")}, by=store.keeper)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("uses.STEEL", "not_above_zero")]
    with pytest.raises(Faults) as refused:
        report_use(line=line, uses={store.steel: Decimal("0.0001")}, by=store.keeper)
    assert refused.value.faults[0].code == "too_fine"
    with pytest.raises(LineWithoutOrder):
        report_use(line=LineFactory(report=line.report), uses={store.steel: Decimal(1)}, by=store.keeper)
    with pytest.raises(NothingToCheck):
        check_use(order=store.order, item=ItemFactory(), by=store.manager)


def test_a_substitute_counts_by_its_factor(plant, store):
    steel, other, product = ItemFactory(code="S1"), ItemFactory(code="S2"), ProductFactory()
    bom = Bom.objects.create(product=product, version_code="1", valid_from=date(2026, 1, 1))
    BomSubstitute.objects.create(
        line=BomLine.objects.create(bom=bom, item=steel, qty_per_unit=Decimal(2)), item=other, factor=Decimal("0.5")
    )
    Bom.objects.filter(pk=bom.pk).update(status="approved", approved_at="2026-01-01T00:00Z")
    store.order = OrderFactory(product=product, quantity=Decimal(100), workshop=plant.a, team=plant.a1)
    freeze_quota(order=store.order, by=None)
    put(other, "500")
    drawn(store, "200", item=other)
    line = reported(store, "50")
    report_use(line=line, uses={other: Decimal(180)}, by=store.keeper)

    assert (row_of(store).used, row_of(store).net_issued, row_of(store).standard) == (90, 100, 100)


@pytest.mark.req("MAT-01")
def test_the_standard_is_that_of_the_release_until_the_quota_is_calculated_again(store):
    reported(store, "50", "100")
    make_bom(store.order.product, {store.steel: "1.95"}, version="2")
    assert row_of(store).standard == 100

    recalculate_quota(order=store.order, quantity=Decimal(100), bom=Bom.objects.get(version_code="2"), reason="new", by=store.manager)

    assert row_of(store).standard == Decimal("97.5")
    assert QuotaStandard.objects.count() == 1


def test_loss_and_set_up_loss_belong_to_the_standard(plant, store):
    product = ProductFactory()
    make_bom(product, {store.steel: "0.3333"}, loss_percent=Decimal("2.5"), setup_loss_qty=Decimal("0.5"))
    store.order = OrderFactory(product=product, quantity=Decimal(100), workshop=plant.a, team=plant.a1)
    freeze_quota(order=store.order, by=None)
    assert row_of(store).standard == 0
    reported(store, "7", "2.9")
    assert row_of(store).standard == Decimal("2.892")


def test_many_orders_take_as_many_statements_as_one(store, django_assert_num_queries):
    other = OrderFactory(product=store.order.product, quantity=Decimal(10), workshop=store.plant.a, team=store.plant.a1)
    freeze_quota(order=other, by=None)
    reported(store, "50", "108")
    for orders in ([store.order], [store.order, other]):
        with django_assert_num_queries(3):
            rows = use_rows(orders)
        with django_assert_num_queries(1):
            work_figures(orders)
    assert [len(found) for found in rows.values()] == [1, 1]


# --- deviations ---


@pytest.mark.req("MAT-03")
def test_actual_212_against_a_quota_of_200_is_6_percent_and_opens_a_finding(store):
    supplement = request_supplement(
        order=store.order, item=store.steel, quantity=Decimal(12), reason="scrap", receiver=store.welder, by=store.keeper
    )
    approve_supplement(supplement=supplement, by=store.manager, is_above_first_tier_allowed=True)
    drawn(store, "212")
    reported(store, "100", "212")

    close_order_with_everything_used(store)

    deviation = Deviation.objects.get()
    assert (deviation.kind, deviation.standard, deviation.actual, deviation.percent) == ("material", 200, 212, Decimal("6.00"))
    finding = deviation.finding
    assert (finding.kind, finding.node, finding.area, finding.item_key, finding.status) == (
        "deviation",
        store.plant.a1,
        store.order.number,
        "STEEL",
        "open",
    )
    assert "212 kg used, 200 kg standard for 100 made: +6.0 %" in finding.text


def close_order_with_everything_used(store):
    close_with_leftovers(order=store.order, leftovers=[], by=store.manager)


@pytest.mark.req("MAT-03")
def test_within_the_limit_nothing_is_told(store):
    drawn(store, "200")
    reported(store, "96", "200")
    close_order_with_everything_used(store)
    assert not Finding.objects.exists()


@pytest.mark.req("MAT-03")
def test_a_running_order_is_told_once_however_often_it_is_looked_at(store):
    reported(store, "50", "108")
    assert tell_deviations_of_running_orders() == 1
    assert tell_deviations_of_running_orders() == 0
    check_use(order=store.order, item=store.steel, reason="Bent", by=store.manager)
    assert Finding.objects.count() == 1


@pytest.mark.req("MAT-03")
def test_hours_and_scrap_beyond_their_limits_are_told_too(store):
    StandardHoursFactory(product=store.order.product, hours_per_unit=Decimal("0.1"))
    reported(store, "100", scrap_qty=Decimal(2), produced_qty=Decimal(102), attended_hours=Decimal("12.5"), excused_loss_hours=Decimal(2))
    figures = work_figures([store.order])[store.order.pk]
    assert (figures.standard_hours, figures.actual_hours, figures.hours_percent) == (10, Decimal("10.5"), 5)
    assert tell_deviations_of_running_orders() == 1
    assert Deviation.objects.get().percent == Decimal("0.96")
    reported(store, "0", on=date(2026, 11, 21), attended_hours=Decimal("0.5"))
    assert tell_deviations_of_running_orders() == 1
    assert set(Deviation.objects.values_list("kind", "percent")) == {("scrap", Decimal("0.96")), ("hours", Decimal(10))}


def test_an_order_that_was_never_begun_departs_from_nothing(store):
    close_order(order=store.order, by=store.manager)
    assert not Deviation.objects.exists()


# --- quota reports ---


@pytest.fixture
def steel_line(store):
    return BomLine.objects.get(bom__product=store.order.product, item=store.steel)


def filed(store, line, proposed="1.95", **how):
    return file_quota_report(
        bom_line=line,
        proposed=Decimal(proposed),
        evidence="50 g left of every sheet",
        node=store.plant.a1,
        order=store.order,
        by=store.plant.person("tld", store.plant.a1),
        **how,
    )


@pytest.mark.req("MAT-05")
def test_accepting_1_95_for_2_00_makes_a_draft_version_linked_to_the_report(store, steel_line):
    report = filed(store, steel_line)
    assert (report.number, report.kind, report.stood, report.proposed) == ("QRP-2026-000001", "too_high", 2, Decimal("1.95"))
    engineer = store.plant.person("eng")

    report = decide_quota_report(report=report, accept=True, note="Measured", by=engineer)

    assert (report.status, report.bom.status, report.bom.version_code, report.bom.made_by) == ("accepted", "draft", "2", engineer)
    assert [(line.item, line.qty_per_unit) for line in report.bom.lines.all()] == [(store.steel, Decimal("1.95"))]
    assert BomLine.objects.get(pk=steel_line.pk).qty_per_unit == 2
    assert store.line.quota == 200
    with pytest.raises(ReportDecided):
        decide_quota_report(report=report, accept=False, note="x", by=engineer)


@pytest.mark.req("MAT-05")
def test_the_draft_keeps_every_other_line_and_substitute_of_the_newest_version(store):
    product, other, tin = ProductFactory(), ItemFactory(), ItemFactory()
    old = make_bom(product, {store.steel: "2"}, version="B09")
    new = Bom.objects.create(product=product, version_code="B10", valid_from=date(2026, 6, 1))
    BomSubstitute.objects.create(line=BomLine.objects.create(bom=new, item=store.steel, qty_per_unit=Decimal(2)), item=tin, factor=3)
    BomLine.objects.create(bom=new, item=other, part="left", qty_per_unit=Decimal(7), loss_percent=1, setup_loss_qty=2)
    Bom.objects.filter(pk=new.pk).update(status="approved", approved_at="2026-05-01T00:00Z")
    report = decide_quota_report(report=filed(store, old.lines.get(), "2.5"), accept=True, by=store.plant.person("eng"))

    assert (report.kind, report.bom.version_code) == ("too_low", "B11")
    lines = report.bom.lines.order_by("pk")
    assert [(line.item, line.part, line.qty_per_unit, line.loss_percent, line.setup_loss_qty) for line in lines] == [
        (store.steel, "", Decimal("2.5"), 0, 0),
        (other, "left", 7, 1, 2),
    ]
    assert lines[0].substitutes.get().item == tin


@pytest.mark.req("MAT-05")
def test_waste_is_reported_with_quantity_cause_and_person(store):
    report = file_waste_report(
        item=store.steel,
        quantity=Decimal("3.5"),
        evidence="Cut too short",
        node=store.plant.a1,
        person=store.welder,
        by=store.plant.person("tld", store.plant.a1),
    )
    report = decide_quota_report(report=report, accept=True, note="Talked it over", by=store.plant.person("eng"))
    assert (report.kind, report.wasted, report.person, report.bom) == ("waste", Decimal("3.5"), store.welder, None)


def test_what_a_quota_report_cannot_say(store, steel_line):
    with pytest.raises(NoQuotaChange):
        filed(store, steel_line, "2.0")
    with pytest.raises(Required):
        file_waste_report(item=store.steel, quantity=Decimal(1), evidence=" ", node=store.plant.a1, by=store.keeper)
    draft = Bom.objects.create(product=store.order.product, version_code="9", valid_from=DAY)
    with pytest.raises(NotAStandard):
        filed(store, BomLine.objects.create(bom=draft, item=store.steel, qty_per_unit=1))
    report = filed(store, steel_line)
    with pytest.raises(OwnRequest):
        decide_quota_report(report=report, accept=True, by=store.plant.person("tld", store.plant.a1))
    with pytest.raises(ReasonNeeded):
        decide_quota_report(report=report, accept=False, by=store.plant.person("eng"))
    assert decide_quota_report(report=report, accept=False, note="No", by=store.plant.person("eng")).bom is None


def test_output_is_that_of_the_lines_which_report_use_and_each_piece_counts_once(store):
    bending, welding = ProcessFactory(), ProcessFactory()
    reported(store, "50", "55", process=bending)
    reported(store, "40", "44", on=date(2026, 11, 19), process=welding)
    reported(store, "30", on=date(2026, 11, 18), process=welding)
    assert (row_of(store).output, row_of(store).used, row_of(store).standard) == (50, 99, 100)
