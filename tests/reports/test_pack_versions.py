"""What becomes of a submitted pack: comments, return, approval by another, and the next version with its list of changes (RPT-01)."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from core.clock import PlantMonth
from core.errors import OwnRequest, Required
from core.models import JobRun
from core.states import STATES
from people.models import Notice
from people.notices import in_words
from plans.models import DailyReport, DailyReportLine
from reports import services, tasks
from reports.block import from_json
from reports.changes import changes_between
from reports.errors import CausesMissing, NothingChanged, NotSubmitted, NotTheLatest, ReportsOpen
from reports.models import MonthPack, PackVersion, PackWord, Target
from reports.open_reports import find_open_reports
from tests.factories.packs import submitted, write_files_by
from tests.factories.people import StaffFactory
from tests.factories.plans import LineFactory, ProductFactory, ReportFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-01")]
OCTOBER = PlantMonth(2026, 10)


@pytest.fixture(autouse=True)
def quick(settings, tmp_path, monkeypatch, time_machine):
    settings.MEDIA_ROOT = str(tmp_path)
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    write_files_by(monkeypatch)


@pytest.fixture
def worked(plant):
    product = ProductFactory(code="LAMP", name="Lamp")
    for team, good in ((plant.a1, 1000), (plant.b1, 900)):
        LineFactory(report=ReportFactory(team=team, business_date=date(2026, 10, 7)), product=product, planned_qty=1000, good_qty=good)
    plant.person("dir")
    return plant


@pytest.fixture
def manager(worked):
    return worked.person("mgr")


@pytest.fixture
def director(worked):
    return worked.person("dir")


def build(plant, **how):
    return services.build_pack(plant=plant.plant, month=OCTOBER, by=None, **how)


@pytest.fixture
def first(worked, manager):
    build(worked)
    return submitted(MonthPack.objects.get(), by=manager)


def correct(plant):
    DailyReportLine.objects.filter(report__team=plant.b1).update(good_qty=950)


def told(to):
    return [told.title for told in in_words(Notice.objects.filter(recipient=to, kind__startswith="pack.").order_by("pk"), timezone.now())]


def test_upper_management_is_told_and_approves(first, worked, manager, director):
    assert told(director) == ["Month pack 2026-10 waits for you"]

    approved = services.approve_pack(version=first, by=director, text="Good")

    assert approved.state == "approved"
    assert list(PackWord.objects.values_list("kind", "text", "by")) == [("approved", "Good", director.pk)]
    assert Notice.objects.get(recipient=director).done_at is not None
    assert told(manager) == ["dir P approved the month pack 2026-10"]
    with pytest.raises(NotSubmitted):
        services.return_pack(version=first, reason="No", by=director)


def test_a_returned_pack_stays_and_its_next_version_takes_over_the_causes(first, worked, manager, director):
    services.return_pack(version=first, reason="Say more about B1", by=director)
    assert told(manager) == ["dir P returned the month pack 2026-10: Say more about B1"]
    with translation.override("zh-hans"):
        assert told(manager) == ["dir P 退回了 2026-10 月报：Say more about B1"]

    services.request_next_version(pack=first.pack, by=manager)
    second = build(worked, next_version=True)

    assert (second.number, second.state) == (2, "draft")
    assert [cause.finding_id for cause in second.causes.all()] == [cause.finding_id for cause in first.causes.all()]
    assert changes_between(from_json(first.snapshot), from_json(second.snapshot)) == []
    first.refresh_from_db()
    assert first.state == "returned"
    assert submitted(first.pack, by=manager).number == 2


@pytest.mark.parametrize("decide", [services.approve_pack, lambda **who: services.return_pack(reason="No", **who)])
def test_whoever_submitted_does_not_decide(first, manager, decide):
    with pytest.raises(OwnRequest):
        decide(version=first, by=manager)
    for kind in ("approved", "returned"):
        with pytest.raises(IntegrityError, match="does not decide"), transaction.atomic():
            PackWord.objects.create(version=first, kind=kind, text="x", by=manager, at=timezone.now())


def test_the_database_itself_decides_only_with_a_written_decision_and_changes_nothing_else(first, worked, director):
    for change in ({"state": "approved"}, {"state": "draft"}, {"open_reason": "x"}):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            PackVersion.objects.update(**change)
    PackWord.objects.create(version=first, kind="approved", by=director, at=timezone.now())
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        PackVersion.objects.update(state="approved", number=5)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        PackVersion.objects.update(state="returned")
    assert PackVersion.objects.update(state="approved") == 1


def test_a_draft_is_neither_commented_nor_decided(worked, director):
    draft = build(worked)
    with pytest.raises(NotSubmitted):
        services.comment_pack(version=draft, text="Hm", by=director)
    with pytest.raises(NotSubmitted):
        services.approve_pack(version=draft, by=director)
    with pytest.raises(IntegrityError, match="only a submitted"), transaction.atomic():
        PackWord.objects.create(version=draft, kind="commented", text="x", by=director, at=timezone.now())


@pytest.mark.req("RPT-12")
def test_a_comment_of_the_director_notifies_the_manager(first, manager, director):
    services.comment_pack(version=first, text="Why is B1 so low?", by=director)
    assert told(manager) == ["dir P wrote about the month pack 2026-10: Why is B1 so low?"]
    for words in (
        lambda: services.comment_pack(version=first, text=" ", by=director),
        lambda: services.return_pack(version=first, reason="", by=director),
    ):
        with pytest.raises(Required):
            words()


def test_corrected_data_makes_the_next_version_which_lists_what_changed(first, worked, manager, director):
    with pytest.raises(NothingChanged):
        services.request_next_version(pack=first.pack, by=manager)
    kept = first.snapshot
    correct(worked)
    assert services.has_changed(first)

    services.request_next_version(pack=first.pack, by=manager)
    second = build(worked, next_version=True)

    found = [
        (change.row, change.what, change.before, change.after) for change in changes_between(from_json(kept), from_json(second.snapshot))
    ]
    for row, good, attainment in (("plant P", "1,900", "95.00"), ("workshop B", "900", "90.00"), ("team B1", "900", "90.00")):
        assert [line[1:3] for line in found if line[0] == row][:2] == [("Output (good)", good), ("Produced", good)]
        assert ("Plan attainment, %", attainment) in [line[1:3] for line in found if line[0] == row]
    assert ("team B1", "Output (good)", "900", "950") in found
    assert {line[0] for line in found} == {"plant P", "workshop B", "team B1", "Lamp"}
    first.refresh_from_db()
    assert (first.snapshot, first.number) == (kept, 1)
    with pytest.raises(NotTheLatest):
        services.approve_pack(version=first, by=director)


def test_a_changed_target_is_a_change_too(first, worked, manager):
    Target.objects.create(kpi_code="attainment_pct", org=worked.b, period="2026-10", value=80)
    second = build(worked, next_version=True)

    found = changes_between(from_json(first.snapshot), from_json(second.snapshot))
    assert [(change.row, change.what, change.before, change.after) for change in found] == [
        ("workshop B", "Target: Plan attainment", "≥ 95.0", "≥ 80.0"),
        ("team B1", "Target: Plan attainment", "≥ 95.0", "≥ 80.0"),
    ]
    assert not second.causes.exists()


def test_building_twice_makes_one_next_version_and_the_first_of_the_month_none(first, worked, manager):
    correct(worked)
    build(worked)
    services.build_last_month()
    assert PackVersion.objects.count() == 1

    assert build(worked, next_version=True).pk == build(worked, next_version=True).pk
    assert PackVersion.objects.count() == 2


def test_the_worker_builds_the_next_version_that_was_asked_for(first, worked, manager, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(tasks.build_month_pack, "delay", tasks.build_month_pack)
    build(worked)
    MonthPack.objects.update(job=None)
    correct(worked)
    JobRun.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        services.request_next_version(pack=first.pack, by=manager)

    assert list(PackVersion.objects.order_by("number").values_list("number", "state")) == [(1, "submitted"), (2, "draft")]
    assert PackVersion.objects.get(number=2).built_by == manager


# Daily reports that are missing or not approved


def test_a_pack_goes_out_without_reports_only_with_their_list_and_a_reason(worked, manager):
    DailyReport.objects.filter(team=worked.a1).update(status="approved", approved_at=timezone.now())
    version = build(worked)
    still_open = find_open_reports(worked.plant, OCTOBER)
    assert ("B1", date(2026, 10, 7), "submitted") in [(row.team.code, row.on, row.state) for row in still_open]
    assert ("A1", date(2026, 10, 8), "missing") in [(row.team.code, row.on, row.state) for row in still_open]
    assert ("A1", date(2026, 10, 7)) not in [(row.team.code, row.on) for row in still_open]

    with pytest.raises(ReportsOpen) as refused:
        submitted(version.pack, by=manager, reason="  ")
    assert refused.value.figures["count"] == len(still_open)
    kept = submitted(version.pack, by=manager, reason="Stocktaking week")

    assert (kept.open_reason, len(kept.open_reports)) == ("Stocktaking week", len(still_open))
    assert kept.open_reports[0] == still_open[0].as_json()
    with pytest.raises(IntegrityError, match="pack_without_reports_has_a_reason"), transaction.atomic():
        PackVersion.objects.create(pack=kept.pack, number=2, snapshot={}, built_at=timezone.now(), open_reports=[{}])


def test_a_pack_whose_reports_are_all_approved_needs_no_reason(worked, manager, monkeypatch):
    monkeypatch.setattr("reports.services.packs.find_open_reports", lambda plant, month: [])
    version = build(worked)
    kept = submitted(version.pack, by=manager, reason="")
    assert (kept.state, kept.open_reports, kept.open_reason) == ("submitted", [], "")


# On the page


def page_of(client, first, **asked):
    return client.get(reverse("pack", args=[first.pack_id]), asked)


def decide(client, version, step, **said):
    return client.post(reverse("pack-decide", args=[version.pack_id, version.number, step]), said)


def test_the_director_sees_the_bar_and_decides_on_the_page(first, director, manager, signed_in):
    client = signed_in(director)
    assert "Version 1 waits for your decision" in page_of(client, first).content.decode()
    assert decide(client, first, "comment", text="").status_code == 422
    assert decide(client, first, "comment", text="Fine so far").status_code == 302
    assert decide(client, first, "return", reason=" ").status_code == 422
    assert decide(client, first, "approve").url == f"/packs/{first.pack_id}?version=1"

    text = page_of(client, first).content.decode()
    assert "waits for your decision" not in text
    assert "Fine so far" in text
    assert str(STATES["approved"].word) in text
    again = decide(client, first, "approve")
    assert (again.status_code, "does not wait for a decision" in again.content.decode()) == (409, True)
    assert decide(signed_in(manager), first, "approve").status_code == 403


def test_a_director_who_submitted_sees_why_not(worked, signed_in):
    both = StaffFactory(org=worked.plant, roles=["mgr", "dir"])
    build(worked)
    version = submitted(MonthPack.objects.get(), by=both)
    client = signed_in(both)

    text = page_of(client, version).content.decode()
    assert "You submitted this version" in text
    assert "waits for your decision" not in text
    assert decide(client, version, "approve").status_code == 403


def test_the_manager_sees_that_figures_changed_builds_on_and_reads_both_versions(first, worked, manager, signed_in):
    client = signed_in(manager)
    assert "Build the next version" not in page_of(client, first).content.decode()
    refused = client.post(reverse("pack-next", args=[first.pack_id]))
    assert (refused.status_code, "Nothing has changed" in refused.content.decode()) == (409, True)
    correct(worked)
    MonthPack.objects.update(job=None)
    text = page_of(client, first).content.decode()
    assert "Figures or targets changed since version 1" in text
    assert "Build the next version" in text
    assert client.post(reverse("pack-next", args=[first.pack_id])).status_code == 302
    MonthPack.objects.update(job=None)
    build(worked, next_version=True)

    second = page_of(client, first)
    assert (second.context["version"].number, second.context["changes"][0].before) == (2, "1,900")
    old = page_of(client, first, version=1)
    assert (old.context["version"].number, old.context["changes"], old.context["may_build"]) == (1, None, False)
    assert "This is an earlier version" in old.content.decode()
    assert page_of(client, first, version=9).status_code == 404
    assert page_of(client, first, version="x").status_code == 404


def test_what_was_typed_stays_when_a_submission_is_refused(worked, manager, signed_in):
    version = build(worked)
    client = signed_in(manager)
    answer = client.post(reverse("pack-submit", args=[version.pack_id]), {"reason": "Stocktaking week"})

    assert answer.status_code == 409
    assert "no cause" in answer.content.decode()
    assert 'value="Stocktaking week"' in answer.content.decode()
    with pytest.raises(CausesMissing):
        services.submit_pack(pack=version.pack, by=manager, reason="x")


def test_a_page_of_many_versions_costs_what_a_page_of_two_does(first, worked, manager, director, signed_in):
    client = signed_in(director)
    services.return_pack(version=first, reason="Again", by=director)
    build(worked, next_version=True)
    submitted(first.pack, by=manager)
    page_of(client, first)
    with CaptureQueriesContext(connection) as two:
        page_of(client, first)
    for _again in range(3):
        services.return_pack(version=first.pack.versions.order_by("-number")[0], reason="Again", by=director)
        build(worked, next_version=True)
        submitted(first.pack, by=manager)
        for _word in range(3):
            services.comment_pack(version=first.pack.versions.order_by("-number")[0], text="Hm", by=director)
    with CaptureQueriesContext(connection) as many:
        page_of(client, first)

    assert len(many) == len(two)
    assert len(many) <= 40
