"""The month pack: five sections, one a plant and month, frozen once submitted, built with or without a broker."""

import io
import json
from datetime import date
from decimal import Decimal
from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import translation

from core.clock import PlantMonth
from core.models import JobRun
from core.services.jobs import fail_lost_jobs, restart_job
from plans.models import DailyReportLine
from reports import services, tasks
from reports.block import from_json, read_month_block, to_json
from reports.errors import FiguresChanged, MonthNotBegun, MonthStillRuns, NoPackYet, PackFrozen
from reports.models import MonthPack, PackFile, PackVersion
from reports.sections import SECTIONS, shown
from tests.factories.packs import submitted, write_files_by
from tests.factories.people import make_plant
from tests.factories.plans import LineFactory, ReportFactory, StandardHoursFactory

pytestmark = pytest.mark.django_db
OCTOBER = PlantMonth(2026, 10)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def quick(monkeypatch):
    """Files of a few bytes, for what does not look into them."""
    write_files_by(monkeypatch)


@pytest.fixture
def worked(plant, time_machine):
    """The plant at the beginning of November, with a little of October reported."""
    time_machine.move_to("2026-11-02T02:00:00+08:00", tick=False)
    line = LineFactory(
        report=ReportFactory(team=plant.a1, business_date=date(2026, 10, 5)),
        planned_qty=1000,
        good_qty=940,
        scrap_qty=12,
        attended_hours=280,
    )
    StandardHoursFactory(product=line.product, hours_per_unit=Decimal("0.25"))
    LineFactory(report=ReportFactory(team=plant.b1, business_date=date(2026, 9, 5)), product=line.product, planned_qty=500, good_qty=490)
    return plant


def build(plant, **more):
    return services.build_pack(plant=plant.plant, month=OCTOBER, by=None, **more)


def submit(plant):
    return submitted(MonthPack.objects.get(), by=plant.person("mgr"))


def figures(version):
    block = from_json(version.snapshot)
    return None if block.whole is None else block.whole.as_figures()


@pytest.mark.req("RPT-01")
@pytest.mark.req("RPT-09")
def test_the_task_gives_one_report_with_five_sections_however_often_it_runs(worked):
    for _again in range(2):
        run = services.start_pack_job(plant=worked.plant, month=OCTOBER)
        tasks.build_month_pack(run.pk)
        run.refresh_from_db()
        assert (run.state, run.error) == (JobRun.State.DONE, "")

    version = PackVersion.objects.get()
    views = shown(from_json(version.snapshot))
    assert [view.key for view in views] == ["output", "quality", "material_loss", "people", "equipment"]
    assert [view.key for view in views if view.has_data] == ["output", "material_loss"]
    assert all(view.words.startswith("No data. ") for view in views if not view.has_data)
    assert (tasks.build_month_pack.soft_time_limit, tasks.build_month_pack.time_limit) == (900, 960)
    assert version.files.count() == 4


@pytest.mark.req("RPT-01")
def test_a_month_that_still_runs_is_built_but_not_submitted(worked, quick, time_machine):
    time_machine.move_to("2026-10-31T23:00:00+08:00", tick=False)
    build(worked)
    with pytest.raises(MonthStillRuns):
        submit(worked)
    assert PackVersion.objects.get().is_draft

    time_machine.move_to("2026-11-01T00:00:00+08:00", tick=False)
    assert not submit(worked).is_draft


@pytest.mark.req("RPT-01")
def test_building_again_keeps_version_and_files_until_figures_change(worked, quick):
    first = build(worked)
    names = set(first.files.values_list("file", flat=True))
    again = build(worked)
    assert (again.pk, again.built_at, set(again.files.values_list("file", flat=True))) == (first.pk, first.built_at, names)

    DailyReportLine.objects.filter(good_qty=940).update(good_qty=950)
    changed = build(worked)
    assert (changed.pk, changed.number) == (first.pk, 1)
    assert figures(changed)["good"] == "950"
    assert not names & set(changed.files.values_list("file", flat=True))


@pytest.mark.req("RPT-01")
def test_later_data_does_not_alter_a_submitted_one(worked, quick):
    build(worked)
    manager = worked.person("mgr")
    frozen = submit(worked)
    assert not frozen.files.exists()
    kept, sums = frozen.snapshot, [file.sha256 for file in build(worked).files.all()]

    DailyReportLine.objects.update(good_qty=1)
    again = build(worked)

    assert (again.pk, again.state, again.submitted_by) == (frozen.pk, "submitted", manager)
    assert again.snapshot == kept
    assert len(sums) == 4
    assert [file.sha256 for file in again.files.all()] == sums
    with pytest.raises(PackFrozen):
        services.request_pack(plant=worked.plant, month=OCTOBER, by=manager)
    with pytest.raises(PackFrozen):
        services.submit_pack(pack=MonthPack.objects.get(), by=manager)


@pytest.mark.req("RPT-01")
@pytest.mark.parametrize("rows", [PackVersion.objects, PackFile.objects])
def test_the_database_itself_refuses_to_touch_a_submitted_pack(worked, quick, rows):
    build(worked)
    submit(worked)
    build(worked)

    for change in (lambda: rows.all().delete(), lambda: rows.update(id=99), lambda: rows.all()._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_draft_whose_reports_changed_is_not_submitted(worked, quick):
    build(worked)
    DailyReportLine.objects.filter(good_qty=940).update(good_qty=941)

    with pytest.raises(FiguresChanged):
        services.submit_pack(pack=MonthPack.objects.get(), by=worked.person("mgr"))


def test_a_pack_that_was_never_built_is_not_submitted(worked):
    pack = MonthPack.objects.create(plant=worked.plant, month="2026-10")
    with pytest.raises(NoPackYet):
        services.submit_pack(pack=pack, by=worked.person("mgr"))


def test_a_month_that_has_not_begun_has_no_pack(worked):
    with pytest.raises(MonthNotBegun):
        services.build_pack(plant=worked.plant, month=PlantMonth(2026, 12), by=None)


def test_a_month_without_data_is_a_pack_that_says_so(worked):
    version = services.build_pack(plant=worked.plant, month=PlantMonth(2026, 2), by=None)

    assert figures(version) is None
    assert [view.has_data for view in shown(from_json(version.snapshot))] == [False] * 5
    assert all(file.size > 1000 for file in version.files.all())


def test_the_snapshot_gives_back_what_was_counted(worked):
    block = read_month_block(worked.plant, OCTOBER)
    again = from_json(json.loads(json.dumps(to_json(block))))

    assert to_json(again) == to_json(block)
    assert again.whole.as_figures() == block.whole.as_figures()
    assert again.previous.value("good") == 490
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert [section.tables for section in shown(again)] == [section.tables for section in shown(block)]


NAMED = {"en": ["workshop A", "team A1", "plant P"], "zh-hans": ["A", "A1", "P"]}
"""The workshop, its team, and the plant that sums them, in the languages of the files."""


def test_the_files_are_a_pdf_and_a_workbook_of_real_numbers_in_both_languages(worked):
    version = build(worked)
    kept = {(file.form, file.language): file for file in version.files.all()}

    assert set(kept) == {(form, language) for form in ("pdf", "xlsx") for language in ("en", "zh-hans")}
    for language in ("en", "zh-hans"):
        assert kept["pdf", language].file.read().startswith(b"%PDF-")
        book = openpyxl.load_workbook(io.BytesIO(kept["xlsx", language].file.read()))
        sheet = book.worksheets[1]
        assert sheet.freeze_panes == "B2"
        assert sheet["C2"].value == 940
        assert sheet["C2"].number_format == "#,##0"
        assert sheet["F2"].value == 94.0
        rows = {row[0]: row[1:] for row in sheet.iter_rows(min_row=2, values_only=True)}
        assert list(rows) == NAMED[language]
        assert set(rows.values()) == {(1000, 940, 280, 235, 94, 83.9)}
        products = [row[1:] for row in book.worksheets[2].iter_rows(min_row=2, values_only=True)]
        assert products == [(1000, 940, 280, 235, 94, 83.9)] * 2  # the one product, and the plant that it sums to
        assert len(book.sheetnames) == 2 + sum(len(section.tables) for section in shown(from_json(version.snapshot)))


def test_two_requests_for_one_month_share_a_run(worked, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(tasks.build_month_pack, "delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        packs = [services.request_pack(plant=worked.plant, month=OCTOBER, by=worked.person("mgr")) for _again in range(2)]

    assert packs[0].job == packs[1].job
    assert sent == [packs[0].job.pk]
    assert packs[0].job.params == {"plant": "P", "month": "2026-10"}
    assert packs[0].job.owner_no == worked.person("mgr").staff_no


def test_a_build_whose_worker_was_killed_is_failed_and_can_be_started_again(worked, quick, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr(tasks.build_month_pack, "delay", tasks.build_month_pack)
    run = services.start_pack_job(plant=worked.plant, month=OCTOBER)
    JobRun.objects.update(state=JobRun.State.RUNNING, started_at="2026-11-01T00:00+08:00", beat_at="2026-11-01T00:00+08:00")
    assert fail_lost_jobs() == 1
    assert not PackVersion.objects.exists()

    run.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        restart_job(run=run, owner_no="")
    assert PackVersion.objects.get().files.count() == 4


def test_the_first_of_the_month_asks_for_last_month_in_every_plant(worked, monkeypatch, django_capture_on_commit_callbacks):
    make_plant("D-")
    monkeypatch.setattr(tasks.build_month_pack, "delay", lambda pk: None)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.build_last_month()

    assert {(pack.plant.code, pack.month, pack.job.owner_no) for pack in MonthPack.objects.all()} == {
        ("P", "2026-10", ""),
        ("D-P", "2026-10", ""),
    }


def told(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.req("SYS-05")
def test_the_command_queues_nothing_and_says_what_it_made(worked, quick, settings, monkeypatch):
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda *args, **kwargs: pytest.fail("nothing may be queued"))
    assert "version 1" in told("month_pack", "2026-10")
    assert figures(PackVersion.objects.get())["attainment_pct"] == "94.00"
    assert JobRun.objects.get().state == JobRun.State.DONE
    assert "Done" in told("last_month_packs", "--at", "2026-11-01T02:00+08:00")
    with pytest.raises(CommandError, match="is not an ISO moment"):
        told("last_month_packs", "--at", "01.11.2026")
    assert PackVersion.objects.count() == 1


@pytest.mark.parametrize("arguments", [["2026-10", "--org", "A"], ["2026-10", "--org", "X"], ["2027-01"], ["soon"]])
def test_the_command_refuses_what_is_no_month_of_a_plant(worked, arguments):
    with pytest.raises(CommandError) as refused:
        told("month_pack", *arguments)
    assert refused.value.returncode == 2


def test_every_section_is_shown_in_the_order_of_the_plant():
    assert [section.key for section in SECTIONS] == ["output", "quality", "material_loss", "people", "equipment"]
