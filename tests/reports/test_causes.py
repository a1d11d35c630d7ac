"""Poor rows need a cause, an action, an owner and a date before the pack is submitted (RPT-03, RPT-05, RPT-07)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from core.clock import PlantMonth
from core.errors import Required, StaleVersion
from core.history import history_of
from core.versions import version_of
from people.models import Notice
from plans.errors.findings import OwnerHasLeft
from plans.models import DailyReportLine, Finding
from plans.services import put_right
from reports import services
from reports.block import Group, MonthBlock, NamedRow
from reports.errors import CausesMissing, DueBeforeToday, NoSuchFlag, PackFrozen
from reports.figures.names import Name
from reports.figures.rows import FigureRow
from reports.flags import find_flags
from reports.models import MonthPack, PackCause, PackVersion, Target
from tests.factories.packs import explain_all, explained, in_a_week, write_files_by
from tests.factories.people import StaffFactory
from tests.factories.plans import LineFactory, ProductFactory, ReportFactory

pytestmark = pytest.mark.django_db
OCTOBER = PlantMonth(2026, 10)


@pytest.fixture(autouse=True)
def quick(settings, tmp_path, monkeypatch, time_machine):
    settings.MEDIA_ROOT = str(tmp_path)
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    write_files_by(monkeypatch)


def reported(team, good, *, product, scrap=0, planned=1000, on=date(2026, 10, 7)):
    report = ReportFactory(team=team, business_date=on)
    return LineFactory(report=report, product=product, planned_qty=planned, good_qty=good, scrap_qty=scrap)


@pytest.fixture
def worked(plant):
    """Teams A2 and B1 attain 90 %, under the plant's 95; A1 makes so much that workshops, product and plant are fine."""
    product = ProductFactory()
    reported(plant.a1, 30_000, product=product, planned=30_000)
    reported(plant.a2, 900, product=product)
    reported(plant.b1, 900, product=product)
    Target.objects.create(kpi_code="attainment_pct", org=plant.b, period="2026-10", value=80)
    Target.objects.create(kpi_code="attainment_pct", org=plant.b1, period="2026-10", value=95)
    return plant


@pytest.fixture
def draft(worked):
    return services.build_pack(plant=worked.plant, month=OCTOBER, by=None)


@pytest.fixture
def manager(worked):
    return worked.person("mgr")


def submit(by):
    return services.submit_pack(pack=MonthPack.objects.get(), by=by, reason="Stocktaking")


def rows_of(version):
    return {(flag.section, flag.key): flag for flag in services.flags_of(version)}


@pytest.mark.req("RPT-03")
def test_with_two_flagged_teams_the_pack_is_not_submitted_until_both_have_a_cause(draft, manager):
    assert [flag.key for flag in services.flags_of(draft)] == ["team:A/A2", "team:B/B1"]

    with pytest.raises(CausesMissing) as refused:
        submit(manager)
    assert str(refused.value) == "2 flagged rows have no cause: team A2, workshop A (Output) · team B1, workshop B (Output)."
    first, second = services.flags_of(draft)
    explained(draft, first, by=manager)
    with pytest.raises(CausesMissing) as refused:
        submit(manager)
    assert str(refused.value) == "1 flagged row has no cause: team B1, workshop B (Output)."
    with translation.override("zh-hans"):
        assert "1 个标记行还没有原因" in str(refused.value)
    explained(draft, second, by=manager)
    assert submit(manager).state == "submitted"


@pytest.mark.req("RPT-03")
def test_the_database_itself_refuses_a_submission_without_causes(draft, manager):
    explained(draft, services.flags_of(draft)[0], by=manager)
    said = {"state": "submitted", "submitted_by": manager, "submitted_at": timezone.now()}

    with pytest.raises(IntegrityError, match="a flagged row has no cause"), transaction.atomic():
        PackVersion.objects.filter(pk=draft.pk).update(**said)
    explained(draft, services.flags_of(draft)[1], by=manager)
    PackCause.objects.filter(row="team:B/B1").update(kpis=["efficiency_pct"])
    with pytest.raises(IntegrityError, match="a flagged row has no cause"), transaction.atomic():
        PackVersion.objects.filter(pk=draft.pk).update(**said)
    PackCause.objects.update(kpis=["attainment_pct"])
    assert PackVersion.objects.filter(pk=draft.pk).update(**said) == 1


def block_with(defects):
    """A block whose teams inspected 1000 and found so many defective."""
    target = {"defect_pct": Decimal(3)}
    teams = [NamedRow(Name(code, code, ""), FigureRow({}, {}, "pcs", sums(Decimal(found))), target) for code, found in defects.items()]
    head = NamedRow(Name("W", "W", ""), FigureRow({}, {}, "pcs", sums(Decimal(0))), target)
    return MonthBlock(OCTOBER, Name("P", "P", ""), None, {}, (Group(head, tuple(teams)),), ())


def sums(defective):
    names = ("planned", "attained", "good", "standard_hours", "hours_at_standard", "scrap", "rework", "produced")
    empty = dict.fromkeys((*names, "first_pass_accepted", "first_pass_inspected", "incoming_defective", "incoming_inspected"))
    return empty | {"inspected": Decimal(1000), "defective": defective}


@pytest.mark.req("RPT-05")
def test_a_team_whose_defect_rate_is_above_target_is_flagged_and_the_lowest_is_not():
    flags = find_flags(block_with({"HIGH": 31, "AT": 30, "LOW": 1}))

    assert [(flag.section, flag.key, flag.words) for flag in flags] == [("quality", "team:W/HIGH", "Defect rate 3.10 % (≤ 3.00)")]


@pytest.mark.req("RPT-07")
def test_a_row_above_its_scrap_target_needs_a_cause_before_submission(plant):
    manager, product = plant.person("mgr"), ProductFactory(code="LAMP")
    reported(plant.a1, 588, product=product, scrap=12, planned=588, on=date(2026, 10, 8))
    Target.objects.create(kpi_code="scrap_pct", org=plant.plant, period="2026", value=Decimal("1.9"))
    draft = services.build_pack(plant=plant.plant, month=OCTOBER, by=None)

    keys = ["workshop:A", "team:A/A1", "product:LAMP"]
    assert [(flag.section, flag.key) for flag in services.flags_of(draft)] == [("material_loss", key) for key in keys]
    assert services.flags_of(draft)[0].words == "Scrap rate 2.00 % (≤ 1.90)"
    with pytest.raises(CausesMissing):
        submit(manager)
    explain_all(draft, by=manager)
    assert submit(manager).state == "submitted"
    assert set(Finding.objects.values_list("node__code", flat=True)) == {"A", "A1", "P"}


@pytest.mark.req("RPT-03")
def test_a_cause_opens_a_finding_with_its_owner_and_date(draft, worked, manager):
    leader = worked.person("tld", worked.a2)
    cause = explained(draft, services.flags_of(draft)[0], by=manager, owner=leader, due_on=date(2026, 11, 20))

    finding = cause.finding
    assert (finding.node, finding.owner, finding.raised_by) == (worked.a2, leader, manager)
    assert f"{timezone.localtime(finding.due_at):%Y-%m-%d %H:%M}" == "2026-11-20 18:00"
    assert finding.text.splitlines() == [
        "team A2, workshop A · Output 2026-10: Plan attainment 90.0 % (≥ 95.0)",
        "Cause (Machine): The press stood",
        "Action: Change the bearing",
    ]
    assert Notice.objects.filter(recipient=leader, kind="finding.owned").count() == 1
    assert cause.kpis == ["attainment_pct"]


def test_a_cause_is_corrected_until_submission_and_its_finding_follows(draft, worked, manager):
    flag = services.flags_of(draft)[0]
    cause = explained(draft, flag, by=manager)
    other = worked.person("tld", worked.a2)
    changed = explained(draft, flag, by=manager, text="No steel", owner=other, due_on=in_a_week() + timedelta(days=1))

    finding = Finding.objects.get()
    assert (changed.pk, changed.finding, finding.owner) == (cause.pk, finding, other)
    assert f"{timezone.localtime(finding.due_at):%d}" == "10"
    assert list(finding.deeds.values_list("deed", flat=True)) == ["raised", "commented", "handed_over", "due_changed"]
    assert next(change.after for entry in history_of(changed) for change in entry.changes if entry.deed == "changed") == "No steel"

    put_right(finding=finding, result="Delivered", by=other)
    assert explained(draft, flag, by=manager, text="No steel in time").text == "No steel in time"


def test_who_corrects_a_cause_that_somebody_else_has_changed_is_told(draft, manager):
    flag = services.flags_of(draft)[0]
    cause = explained(draft, flag, by=manager)
    seen = version_of(cause)
    explained(draft, flag, by=manager, text="Something else", seen=seen)

    with pytest.raises(StaleVersion):
        explained(draft, flag, by=manager, text="Mine", seen=seen)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"text": "  "}, Required),
        ({"action": ""}, Required),
        ({"due_on": date(2026, 11, 1)}, DueBeforeToday),
    ],
)
def test_what_says_nothing_is_no_cause(draft, manager, said, refusal):
    with pytest.raises(refusal):
        explained(draft, services.flags_of(draft)[0], by=manager, **said)
    assert not Finding.objects.exists()


def test_nobody_who_has_left_is_made_responsible(draft, worked, manager):
    with pytest.raises(OwnerHasLeft):
        explained(draft, services.flags_of(draft)[0], by=manager, owner=StaffFactory(org=worked.a, left_on=date(2026, 10, 1)))


def test_only_flagged_rows_of_a_draft_are_explained(draft, manager):
    with pytest.raises(NoSuchFlag):
        services.give_cause(
            version=draft,
            section="output",
            row="team:A/A1",
            cause_class="man",
            text="x",
            action="y",
            owner=manager,
            due_on=in_a_week(),
            by=manager,
        )
    explain_all(draft, by=manager)
    submit(manager)
    with pytest.raises(PackFrozen):
        explain_all(draft, by=manager)
    for change in (lambda: PackCause.objects.update(text="x"), lambda: PackCause.objects.all()._raw_delete("default")):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            change()


def test_a_cause_is_of_one_of_the_six_kinds_at_its_field_and_in_postgres(draft, manager, signed_in):
    flag = services.flags_of(draft)[0]
    given = fields(flag, manager, cause_class="weather")
    answer = signed_in(manager).post(reverse("pack-explain", args=[draft.pack_id, flag.mark]), given)
    assert answer.status_code == 422
    assert [name for row in answer.context["flagged"] if row.form for name in row.form.errors] == ["cause_class"]
    assert not PackCause.objects.exists()
    explained(draft, flag, by=manager)
    with pytest.raises(IntegrityError, match="pack_cause_class_known"), transaction.atomic():
        PackCause.objects.update(cause_class="weather")


def test_changed_figures_keep_the_causes_of_flags_that_still_stand(draft, worked, manager):
    kept, lost = explain_all(draft, by=manager)
    DailyReportLine.objects.filter(report__team=worked.b1).update(good_qty=1000)
    DailyReportLine.objects.filter(report__team=worked.a2).update(good_qty=890, scrap_qty=20)

    again = services.build_pack(plant=worked.plant, month=OCTOBER, by=None)

    assert [cause.pk for cause in again.causes.all()] == [kept.pk]
    assert Finding.objects.filter(pk=lost.finding_id, status="open").exists()
    assert [(flag.section, flag.key) for flag in services.unexplained(again)] == [("material_loss", "team:A/A2")]


def test_a_figure_that_became_poor_later_needs_the_cause_to_be_looked_at_again(draft, worked, manager):
    Target.objects.create(kpi_code="good", org=worked.a2, period="2026-10", value=2000)
    explain_all(draft, by=manager)
    again = services.build_pack(plant=worked.plant, month=OCTOBER, by=None)
    flag = rows_of(again)["output", "team:A/A2"]

    assert flag.kpis == ("good", "attainment_pct")
    assert services.unexplained(again) == [flag]
    explained(again, flag, by=manager)
    assert services.unexplained(again) == []


# On the page


def fields(flag, by, **said):
    given = {"cause_class": "method", "text": "New jig", "action": "Train", "owner": by.pk, "due_on": "2026-11-20", "version": 0}
    return {f"{flag.mark}-{name}": value for name, value in (given | said).items()}


@pytest.mark.req("RPT-03")
def test_the_page_asks_for_each_cause_and_names_what_is_missing(draft, worked, manager, signed_in):
    client, first = signed_in(manager), services.flags_of(draft)[0]
    page = client.get(reverse("pack", args=[draft.pack_id]))
    assert page.context["missing"] == 2
    refused = client.post(reverse("pack-submit", args=[draft.pack_id]))
    assert refused.status_code == 409
    assert "2 flagged rows have no cause" in refused.content.decode()

    answer = client.post(reverse("pack-explain", args=[draft.pack_id, first.mark]), fields(first, manager), headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert text.count("<article") == 1
    assert "1 row without a cause" in text
    assert Finding.objects.get().number in text
    plain = client.post(
        reverse("pack-explain", args=[draft.pack_id, services.flags_of(draft)[1].mark]), fields(services.flags_of(draft)[1], manager)
    )
    assert plain.url == f"/packs/{draft.pack_id}#flag-{services.flags_of(draft)[1].mark}"
    assert client.get(reverse("pack", args=[draft.pack_id])).context["missing"] == 0


@pytest.mark.parametrize(("headers", "status"), [({}, 422), ({"HX-Request": "true"}, 200)])
def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(draft, manager, signed_in, headers, status):
    flag = services.flags_of(draft)[0]
    said = fields(flag, manager, due_on="2026-11-01", text="Typed for long")
    answer = signed_in(manager).post(reverse("pack-explain", args=[draft.pack_id, flag.mark]), said, headers=headers)

    text = answer.content.decode()
    assert answer.status_code == status
    assert "The day is over" in text
    assert "Typed for long" in text
    assert not PackCause.objects.exists()


def test_only_who_builds_packs_explains_them(draft, worked, signed_in):
    flag = services.flags_of(draft)[0]
    director = signed_in(worked.person("dir"))
    assert "<textarea" not in director.get(reverse("pack", args=[draft.pack_id])).content.decode()
    assert director.post(reverse("pack-explain", args=[draft.pack_id, flag.mark]), fields(flag, worked.person("mgr"))).status_code == 403
    assert signed_in(worked.person("mgr")).post(reverse("pack-explain", args=[draft.pack_id, "0000000000"])).status_code == 404


def test_a_page_of_many_flags_costs_what_a_page_of_few_does(draft, worked, manager, signed_in):
    client = signed_in(manager)
    client.get(reverse("pack", args=[draft.pack_id]))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("pack", args=[draft.pack_id]))
    for number in range(12):
        reported(worked.a2, 1, product=ProductFactory(), on=date(2026, 10, number + 8))
    again = services.build_pack(plant=worked.plant, month=OCTOBER, by=None)
    explain_all(again, by=manager)
    with CaptureQueriesContext(connection) as many:
        page = client.get(reverse("pack", args=[draft.pack_id]))

    assert len(page.context["flagged"]) > 12
    assert len(many) <= len(few) + 1
    assert len(many) <= 32
