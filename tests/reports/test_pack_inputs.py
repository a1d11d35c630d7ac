"""What the hash of a version stands for: its figures, and the rows they were counted from (RPT-01)."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from core.clock import PlantMonth
from core.models import PlantSetting
from materials.services import SlipLine, issue
from plans.models import DailyReportLine
from reports import services
from reports.appendix import Appendix
from reports.block import from_json
from reports.documents import Cover, pack_pdf
from reports.errors import FiguresChanged, NothingChanged
from reports.figures import Slice
from reports.figures.evidence import hashes_of_rows
from reports.models import MonthPack, PackVersion
from tests.factories.materials import make_store
from tests.factories.packs import explained, submitted, write_files_by
from tests.factories.people import StaffFactory
from tests.factories.plans import LineFactory, ProductFactory, ReportFactory
from tests.pdf import Pdf

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-01")]
OCTOBER = PlantMonth(2026, 10)


@pytest.fixture(autouse=True)
def quick(settings, tmp_path, monkeypatch, time_machine):
    settings.MEDIA_ROOT = str(tmp_path)
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    write_files_by(monkeypatch, lambda block, cover, appendix: cover.inputs_hash.encode())


@pytest.fixture
def worked(plant):
    """Two days of one team: 700 and 300 good."""
    product = ProductFactory(code="LAMP")
    for day, good in ((7, 700), (8, 300)):
        LineFactory(
            report=ReportFactory(team=plant.a1, business_date=date(2026, 10, day)), product=product, planned_qty=1000, good_qty=good
        )
    return plant


def build(plant, **how):
    return services.build_pack(plant=plant.plant, month=OCTOBER, by=None, **how)


def move_a_piece_between_days():
    for day, good in ((7, 699), (8, 301)):
        DailyReportLine.objects.filter(report__business_date=date(2026, 10, day)).update(good_qty=good)


def test_other_rows_with_the_same_figures_are_other_inputs_but_nothing_new_to_say(worked):
    manager = worked.person("mgr")
    first = build(worked)
    for flag in services.flags_of(first):
        explained(first, flag, by=manager)
    move_a_piece_between_days()

    with pytest.raises(FiguresChanged):
        services.submit_pack(pack=first.pack, by=manager, reason="Two teams on leave")
    second = build(worked)
    assert second.snapshot == first.snapshot
    assert second.inputs_hash != first.inputs_hash
    assert {file.file.read() for file in second.files.all()} == {second.inputs_hash.encode()}

    version = submitted(MonthPack.objects.get(), by=manager)
    DailyReportLine.objects.update(good_qty=500)
    assert not services.has_changed(version)
    with pytest.raises(NothingChanged):
        services.request_next_version(pack=version.pack, by=manager)
    DailyReportLine.objects.update(good_qty=501)
    assert services.has_changed(version)


def test_a_report_that_was_written_anew_as_it_was_is_the_same_input(worked):
    first = build(worked)
    for line in DailyReportLine.objects.all():
        line.delete()
        line.pk = None
        line.save()

    again = build(worked)
    assert (again.pk, again.inputs_hash, again.built_at) == (first.pk, first.inputs_hash, first.built_at)


def test_reports_the_store_and_people_are_told_apart_and_another_month_from_all_of_them(worked, time_machine):
    october = Slice.of_month(worked.plant, OCTOBER)
    store, before = make_store(worked), hashes_of_rows(october)
    assert [len(one) for one in before.values()] == [64, 64, 64]

    def draw(on):
        issue(
            order=store.order, lines=[SlipLine(store.steel, Decimal(1))], receiver=store.welder, by=store.keeper, receiver_signed=True,
            business_date=on,
        )  # fmt: skip

    draw(date(2026, 11, 1))
    LineFactory(report=ReportFactory(team=worked.a1, business_date=date(2026, 11, 1)), product=ProductFactory(code="VASE"), good_qty=5)
    assert hashes_of_rows(october) == before
    draw(date(2026, 10, 31))
    after = hashes_of_rows(october)
    assert after == before | {"material": after["material"]}
    assert after["material"] != before["material"]
    StaffFactory(org=worked.a1, hired_on=date(2026, 10, 31))
    assert hashes_of_rows(october)["people"] != after["people"]


def test_a_version_of_before_which_kept_the_hash_of_its_figures_alone_is_judged_by_its_figures(worked):
    version = build(worked)
    PackVersion.objects.filter(pk=version.pk).update(inputs_hash="0" * 64)
    version.refresh_from_db()
    assert not services.has_changed(version)
    move_a_piece_between_days()
    assert not services.has_changed(version)
    DailyReportLine.objects.update(good_qty=501)
    assert services.has_changed(version)


def test_a_month_from_the_26th_is_counted_to_the_25th_and_its_files_say_so(worked, time_machine):
    PlantSetting.objects.create(key="month_first_day", value=26)
    for day, good in ((date(2026, 9, 25), 1), (date(2026, 9, 26), 20), (date(2026, 10, 25), 300), (date(2026, 10, 26), 4000)):
        LineFactory(report=ReportFactory(team=worked.b1, business_date=day), product=ProductFactory(), planned_qty=5000, good_qty=good)

    time_machine.move_to("2026-10-26T01:59:00+08:00")
    [(plant, month)] = services.packs_due()
    assert (plant, month.starts_on, month.ends_on) == (worked.plant, date(2026, 9, 26), date(2026, 10, 25))
    version = services.build_pack(plant=plant, month=month, by=None)
    assert version.pack.month == "2026-10"
    assert from_json(version.snapshot).whole.sums["good"] == 700 + 300 + 20 + 300
    submitted(version.pack, by=worked.person("mgr"))
    cover = Cover(version.number, version.built_at, version.inputs_hash)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said = Pdf(pack_pdf(from_json(version.snapshot), cover, Appendix())).pages[0].words
        assert "2026-09-26" in said
        assert "2026-10-25" in said
