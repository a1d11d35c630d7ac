"""Targets: brought as a file, set on a page, kept by Postgres, shown to whom they concern."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import Negative, StaleVersion, TooFine
from core.history import history_of
from core.tables import KINDS, export, load
from core.versions import version_of
from people.access import access_of
from reports.errors import NotAPeriod, PercentTooHigh, TargetTaken
from reports.models import Target
from reports.periods import period_name
from reports.services import save_target
from tests.factories.people import make_plant

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-11")]


@pytest.fixture
def manager(plant, signed_in):
    return signed_in(plant.person("mgr"))


def target(plant, **said):
    given = {"kpi_code": "attainment_pct", "org": plant.a, "period": "2026-10", "value": Decimal(96), "by": plant.person("mgr")}
    return save_target(**given | said)


def kept():
    return list(Target.objects.order_by("pk").values_list("kpi_code", "org__code", "period", "value"))


def file_of(tmp_path, *rows):
    path = tmp_path / "targets.csv"
    path.write_text("\n".join(("kpi_code,org_code,period,value", *rows)) + "\n", encoding="utf-8")
    return path


def test_a_file_sets_targets_and_leaves_as_it_came(plant, tmp_path):
    path = file_of(tmp_path, "attainment_pct,P,2026,95", "attainment_pct,A1,2026-10,92.5", "mttr_hours,A,2026-W43,1.5")

    assert load(KINDS["targets"], path).tally.created == 3
    assert load(KINDS["targets"], file_of(tmp_path, "attainment_pct,P,2026,96", "mttr_hours,A,2026-W43,1.5")).tally.updated == 1

    assert kept()[0] == ("attainment_pct", "P", "2026", Decimal(96))
    export(KINDS["targets"], tmp_path / "out.csv")
    assert "attainment_pct,A1,2026-10,92.5" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")


def test_every_fault_of_a_file_is_named_and_nothing_is_written(plant, tmp_path):
    path = file_of(
        tmp_path,
        "attainment_pct,P,2026,95",
        "beauty_pct,P,2026,95",
        "scrap_pct,X,2026-13,-1",
        "scrap_pct,A,2026-W54,9500",
        "scrap_pct,A,2025-W53,1",
        "attainment_pct,P,2026,",
        ",A,2026,1",
    )

    said = [str(fault).partition(" is ")[0] for fault in load(KINDS["targets"], path).faults]

    assert sorted(said) == sorted(
        [
            'row 3, column kpi_code: "beauty_pct"',
            'row 4, column org_code: "X"',
            'row 4, column period: "2026-13"',
            'row 4, column value: "-1"',
            'row 5, column period: "2026-W54"',
            'row 5, column value: "9500"',
            'row 6, column period: "2025-W53"',
            'row 7, column kpi_code: "attainment_pct"',
            'row 7, column value: ""',
            'row 8, column kpi_code: ""',
        ]
    )
    assert kept() == []


def test_a_workbook_that_made_a_date_of_the_month_is_read_as_the_month(plant, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["kpi_code", "org_code", "period", "value"])
    book.active.append(["scrap_pct", "P", date(2026, 10, 1), 0.8])
    book.active.append(["scrap_pct", "P", 2026, 1])
    book.save(tmp_path / "t.xlsx")

    assert load(KINDS["targets"], tmp_path / "t.xlsx").tally.created == 2
    assert {row[2] for row in kept()} == {"2026-10", "2026"}


def test_a_file_of_a_stranger_to_the_plant_is_refused(plant, tmp_path):
    stranger = make_plant("D-").person("mgr")
    outcome = load(KINDS["targets"], file_of(tmp_path, "scrap_pct,P,2026,1"), by=stranger, access=access_of(stranger))

    assert [fault.column for fault in outcome.faults] == ["org_code"]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"period": "2026-1"}, NotAPeriod),
        ({"period": "2025-W53"}, NotAPeriod),
        ({"value": Decimal(-1)}, Negative),
        ({"value": Decimal(201)}, PercentTooHigh),
        ({"value": Decimal("0.1234567")}, TooFine),
    ],
)
def test_what_cannot_be_a_target_is_refused(plant, said, refusal):
    with pytest.raises(refusal):
        target(plant, **said)
    assert kept() == []


def test_a_figure_has_one_target_for_a_unit_and_period(plant):
    target(plant)
    with pytest.raises(TargetTaken):
        target(plant, value=Decimal(90))
    assert target(plant, period="2026").period == "2026"


@pytest.mark.parametrize(
    "wrong", [{"kpi_code": "beauty"}, {"period": "2026-00"}, {"period": "26"}, {"value": -1}, {"value": 201}, {"period": "2026-10 "}]
)
def test_the_database_itself_refuses_what_no_target_can_be(plant, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(**{"kpi_code": "scrap_pct", "org": plant.a, "period": "2026-10", "value": 1} | wrong)


@pytest.mark.req("SYS-03")
def test_who_changed_a_target_from_what_to_what_is_kept(plant):
    made = target(plant)
    save_target(target=made, kpi_code="attainment_pct", org=plant.a, period="2026-10", value=Decimal(97), by=plant.person("mgr"))

    changes = [(change.before, change.after) for entry in history_of(made) for change in entry.changes if entry.deed == "changed"]
    assert changes == [("96", "97")]


def test_a_manager_sets_one_changes_it_and_reads_its_history(manager, plant):
    made = manager.post(reverse("target-new"), {"kpi_code": "scrap_pct", "org": plant.a1.pk, "period": "2026-10", "value": "０。８"})
    assert kept() == [("scrap_pct", "A1", "2026-10", Decimal("0.8"))]

    row = Target.objects.get()
    page = manager.get(reverse("target-edit", args=[row.pk]))
    fields = {"kpi_code": "scrap_pct", "org": plant.a1.pk, "period": "2026-10", "version": page.context["form"]["version"].value()}
    assert manager.post(reverse("target-edit", args=[row.pk]), fields | {"value": "0.9"}).url == made.url

    stale = manager.post(reverse("target-edit", args=[row.pk]), fields | {"value": "0.7"})
    assert (stale.status_code, Target.objects.get().value) == (409, Decimal("0.9"))
    assert stale.context["stale"] == [{"label": "Target", "typed": "0.7", "now": "0.9"}]
    assert "changed it" in manager.get(f"{made.url}?tab=history").content.decode()


def test_a_fault_stands_at_its_field_and_keeps_what_was_typed(manager, plant):
    answer = manager.post(reverse("target-new"), {"kpi_code": "scrap_pct", "org": plant.a1.pk, "period": "2026-99", "value": "1"})

    assert answer.status_code == 422
    assert "is no period" in str(answer.context["form"].errors["period"])
    assert answer.context["form"]["value"].value() == "1"


def test_the_list_is_narrowed_by_figure_unit_and_year(manager, plant):
    for code, org, period in (("scrap_pct", plant.a, "2026"), ("scrap_pct", plant.b, "2025-10"), ("good", plant.a, "2026-W01")):
        target(plant, kpi_code=code, org=org, period=period, value=Decimal(1))

    def found(**asked):
        return {row.period for row in manager.get(reverse("targets"), asked).context["rows"]}

    assert found() == {"2026", "2025-10", "2026-W01"}
    assert found(year="2026", kpi_code="scrap_pct") == {"2026"}
    assert found(org=plant.b.pk) == {"2025-10"}


def test_one_sees_the_targets_of_ones_own_part_and_only_managers_set_them(plant, signed_in):
    mine, theirs = target(plant, org=plant.a1), target(plant, org=plant.b)
    chief = signed_in(plant.person("wsm", plant.a))

    assert [row.org_id for row in chief.get(reverse("targets")).context["rows"]] == [plant.a1.pk]
    assert chief.get(reverse("target", args=[mine.pk])).status_code == 200
    assert chief.get(reverse("target", args=[theirs.pk])).status_code == 404
    assert chief.get(reverse("target-edit", args=[mine.pk])).status_code == 403
    assert chief.get(reverse("target-new")).status_code == 403
    with pytest.raises(StaleVersion):
        save_target(
            target=mine, kpi_code="good", org=plant.a, period="2026", value=Decimal(1), by=plant.person("mgr"), version=version_of(mine) + 1
        )


def test_a_list_of_fifty_targets_costs_what_a_list_of_one_does(manager, plant):
    target(plant)
    manager.get(reverse("targets"))
    with CaptureQueriesContext(connection) as few:
        manager.get(reverse("targets"))
    for month in range(1, 51):
        target(plant, period=f"{2027 + month // 12}-{month % 12 + 1:02d}")
    with CaptureQueriesContext(connection) as many:
        manager.get(reverse("targets"))

    assert len(many) == len(few)


def test_periods_are_named_as_people_read_them():
    assert [period_name(period) for period in ("2026", "2026-10", "2026-W03")] == ["2026", "October 2026", "week 3 of 2026"]
