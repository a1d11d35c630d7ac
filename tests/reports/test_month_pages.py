"""The month on the page: tiles, the drill whose rows sum to the figure, filters in the address, packs built and submitted (RPT-11)."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.clock import PlantMonth
from core.models import JobRun
from core.quantities import percent
from people.models import OrgSpan
from plans.models import DailyReport
from reports import services, tasks
from reports.models import MonthPack, PackVersion
from tests.factories.packs import explain_all
from tests.factories.people import StaffFactory, make_plant
from tests.factories.plans import LineFactory, ReportFactory, StandardHoursFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-11")]
OCTOBER = "/months/2026-10"


@pytest.fixture(autouse=True)
def now(time_machine, settings, tmp_path):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def worked(plant):
    """October: team A1 moved to workshop B on the 15th; September has a little too."""
    product = StandardHoursFactory(hours_per_unit=Decimal("0.25")).product
    OrgSpan.objects.create(node=plant.a1, name="A1", parent=plant.b, valid_from=date(2026, 10, 15))
    for on, team, good, scrap in (
        (date(2026, 9, 8), plant.a1, 700, 0),
        (date(2026, 10, 5), plant.a1, 940, 10),
        (date(2026, 10, 20), plant.a1, 333, 0),
        (date(2026, 10, 6), plant.a2, 500, 0),
        (date(2026, 10, 7), plant.b1, 200, 20),
    ):
        LineFactory(
            report=ReportFactory(team=team, business_date=on),
            product=product,
            planned_qty=1000,
            good_qty=good,
            scrap_qty=scrap,
            attended_hours=100,
        )
    return plant


@pytest.fixture
def manager(worked, signed_in):
    return signed_in(worked.person("mgr"))


def links(page, row):
    """Addresses of the figures in the row of that name."""
    line = re.search(rf"<tr[^>]*><th[^>]*>{row}.*?</tr>", page, re.DOTALL)[0]
    return [address.replace("&amp;", "&") for address in re.findall(r'<a href="([^"]+)"', line)]


def test_the_tiles_say_figure_limit_and_month_before(manager):
    answer = manager.get(OCTOBER)
    tiles = {tile.kpi.code: tile for tile in answer.context["tiles"]}

    assert (tiles["good"].value, tiles["good"].previous, tiles["good"].change) == ("1,973", "700", "▲ 181.9 %")
    assert (tiles["attainment_pct"].value, tiles["attainment_pct"].state, tiles["attainment_pct"].bound) == ("49.3", "off_target", "≥ 95.0")
    assert tiles["defect_pct"].state == "nodata"
    assert tiles["attainment_pct"].spark is not None


def test_every_figure_opens_rows_that_sum_to_it(manager):
    """Plant → workshop → team → rows, for a team that moved in the middle of the month."""
    plant = manager.get(OCTOBER).content.decode()
    for workshop, teams in (("A", {"A1": "940", "A2": "500"}), ("B", {"A1": "333", "B1": "200"})):
        address = links(plant, f"workshop {workshop}")[1]
        inside = manager.get(address)
        assert inside.context["table"].rows[-1].cells[1].text == str(sum(int(good) for good in teams.values())).replace("1440", "1,440")
        for team, good in teams.items():
            opened = manager.get(links(inside.content.decode(), "A1" if team == "A1" and workshop == "B" else f"(team )?{team}")[1])
            assert opened.context["line_sum"][1].text == good
            assert sum(line.cells[1].value for line in opened.context["lines"]) == int(good)
            assert all(manager.get(line.url).status_code == 200 for line in opened.context["lines"])


@pytest.mark.req("PPL-01")
def test_a_workshop_opens_the_days_of_a_team_that_left_it(worked, signed_in):
    client = signed_in(worked.person("wsm", worked.a))
    opened = client.get(f"{OCTOBER}?org=A1&in=A&by=line")
    assert (opened.status_code, opened.context["line_sum"][1].text) == (200, "940")
    assert client.get(f"{OCTOBER}?org=A1&in=B&by=line").status_code == 404
    assert client.get(f"{OCTOBER}?org=A1&by=line").status_code == 404


def test_products_and_days_open_the_same_way(manager):
    product = manager.get(f"{OCTOBER}?by=product").content.decode()
    assert manager.get(links(product, "Product PR-")[0]).context["figures"].whole.value("good") == 1973

    days = manager.get(f"{OCTOBER}?by=day")
    assert [row.label for row in days.context["table"].rows] == ["5 Oct", "6 Oct", "7 Oct", "20 Oct", "plant P"]
    opened = manager.get(links(days.content.decode(), "5 Oct")[0])
    assert [cell.text for cell in opened.context["line_sum"]][:2] == ["1,000", "940"]


def test_a_team_opens_its_days_and_a_day_its_rows(manager):
    days = manager.get(f"{OCTOBER}?org=A1&in=A&by=day")
    assert [row.label for row in days.context["table"].rows][:-1] == ["5 Oct"]
    opened = manager.get(links(days.content.decode(), "5 Oct")[1])
    assert [line.cells[1].value for line in opened.context["lines"]] == [940]
    assert opened.context["line_sum"][1].text == days.context["table"].rows[0].cells[1].text == "940"


def test_every_rate_is_worked_out_from_the_rows_behind_it(worked, manager):
    said = {"recovered_qty": 40, "rework_qty": 60, "scrap_qty": 12, "excused_loss_hours": 8, "productive_hours": 90}
    lines = LineFactory._meta.model.objects.filter(report__team=worked.a2)
    lines.update(**said, downtime_hours=2, downtime_reason="other")
    opened = manager.get(f"{OCTOBER}?by=line")
    names = [column.kpi.code for column in opened.context["line_columns"]]
    sums = {name: sum(line.cells[place].value or 0 for line in opened.context["lines"]) for place, name in enumerate(names)}
    assert sums == {name: cell.value or 0 for name, cell in zip(names, opened.context["line_sum"], strict=True)}

    whole = opened.context["figures"].whole
    for code, over, under in (
        ("attainment_pct", sums["good"] + sums["recovered"], sums["planned"]),
        ("efficiency_pct", sums["standard_hours"], sums["attended_hours"] - sums["excused_loss_hours"]),
        ("scrap_pct", sums["scrap"], sums["good"] + sums["rework"] + sums["scrap"]),
        ("utilisation_pct", sums["productive_hours"], Decimal(100)),
    ):
        assert whole.value(code) == percent(over, under, 2), code
    assert sums["downtime_hours"] == 2
    tiles = {tile.kpi.code: tile for tile in opened.context["tiles"]}
    reasons = manager.get(tiles["downtime_hours"].url).context["table"]
    assert reasons.rows[-1].cells[0].value == 2


@pytest.mark.req("MTG-03")
def test_the_pack_of_the_month_before_a_meeting_is_opened_by_plant_and_month(worked, manager, signed_in):
    before = PlantMonth(2026, 11).previous()
    address = reverse("pack-of", args=["P", str(before)])
    assert manager.get(address).status_code == 404
    version = services.build_pack(plant=worked.plant, month=before, by=None)
    opened = manager.get(address, follow=True)
    assert opened.redirect_chain[-1][0] == reverse("pack", args=[version.pack_id])
    assert "October 2026" in opened.content.decode()
    assert manager.get(reverse("pack-of", args=["D-P", str(before)])).status_code == 404
    assert signed_in(worked.person("opr", worked.a1)).get(address).status_code in (403, 404)


@pytest.mark.req("RPT-02")
def test_the_last_click_opens_the_daily_report_to_read(manager):
    """A manager writes no reports, but reads every one that a figure is made of."""
    for line in manager.get(f"{OCTOBER}?org=A1&in=A&by=line").context["lines"]:
        report = manager.get(line.url)
        assert (report.status_code, report.context["lines"][0].good_qty) == (200, 940)


def test_filters_stay_in_the_address(manager):
    product = LineFactory._meta.model.objects.first().product.code
    answer = manager.get(f"{OCTOBER}?org=A&product={product}&by=day")
    tabs = {word: url for url, word, _here in answer.context["tabs"]}

    assert tabs["Product"] == f"{OCTOBER}?org=A&product={product}&by=product"
    opened = manager.get("/months/open", {"month": "2026-09", "was": "P", "plant": "P", "workshop": "B", "product": product, "by": "day"})
    assert opened.url == f"/months/2026-09?org=B&product={product}&by=day"
    assert manager.get("/months/open", {"month": "2026-09", "was": "P", "plant": "D-P", "workshop": "B"}).url == "/months/2026-09?org=D-P"
    assert manager.get("/months/open").url == OCTOBER


def test_a_month_without_data_says_so_and_leads_to_one_that_has(manager):
    answer = manager.get("/months/2026-02")

    assert "No data" in answer.content.decode()
    assert OCTOBER in answer.context["newest_url"]
    assert manager.get("/months/2026-13").status_code == 404
    assert manager.get(f"{OCTOBER}?org=NOBODY").status_code == 404


def test_one_sees_the_months_of_ones_own_part_of_the_plant(worked, signed_in):
    chief = signed_in(worked.person("wsm", worked.a))
    assert chief.get(OCTOBER).context["asked"].org == worked.a
    assert chief.get(f"{OCTOBER}?org=B").status_code == 404
    assert chief.get(f"{OCTOBER}?org=P").status_code == 404
    assert chief.get(reverse("month-chart", args=["2026-10", "attainment", "light"]), {"org": "B"}).status_code == 404
    assert chief.get(reverse("month-xlsx", args=["2026-10"]), {"org": "P"}).status_code == 404
    assert signed_in(worked.person("opr", worked.a1)).get(OCTOBER).context["asked"].org == worked.a1


def test_who_sees_several_plants_chooses_one(worked, signed_in):
    make_plant("D-")
    director = StaffFactory(roles=["dir"])
    answer = signed_in(director).get(OCTOBER)

    assert [node.code for node, _label in answer.context["plants"]] == ["D-P", "P"]
    assert signed_in(director).get(f"{OCTOBER}?org=P").context["tiles"]


def test_charts_and_workbook_of_the_month(manager):
    for key in ("attainment", "efficiency", "scrap"):
        answer = manager.get(reverse("month-chart", args=["2026-10", key, "dark"]))
        assert answer["Content-Type"] == "image/svg+xml"
        assert answer.content.startswith(b"<?xml")
    assert manager.get(reverse("month-chart", args=["2026-10", "pie", "dark"])).status_code == 404
    assert manager.get(reverse("month-xlsx", args=["2026-10"])).content.startswith(b"PK")


@pytest.mark.parametrize(
    "address",
    [
        OCTOBER,
        f"{OCTOBER}?org=A&by=product",
        f"{OCTOBER}?by=line",
        f"{OCTOBER}?by=day",
        "/months",
        f"{OCTOBER}?by=week",
        f"{OCTOBER}?org=A&by=process",
        f"{OCTOBER}?by=shift",
    ],
)
def test_a_months_page_costs_the_same_whatever_there_is(manager, worked, address):
    """At most nine statements beside session, person, scope and the strip, which every page has."""
    for number in range(30):
        LineFactory(report=ReportFactory(team=worked.a2, business_date=date(2026, 10, number % 28 + 1), shift__code=f"S{number}"))
    with CaptureQueriesContext(connection) as frame:
        manager.get("/account")
    with CaptureQueriesContext(connection) as page:
        assert manager.get(address).status_code == 200

    assert len(page) - len(frame) <= 9, len(page) - len(frame)


def test_a_counted_line_names_its_places_and_leads_to_its_report(manager, worked):
    page = manager.get(f"{OCTOBER}?by=line")
    line = page.context["lines"][0]
    report = DailyReport.objects.get(pk=line.url.rpartition("/")[2])

    assert line.url == reverse("report", args=[report.pk])
    assert manager.get(line.url).status_code == 200
    of = report.lines.first()
    assert (line.team, line.shift, line.product, line.process) == (
        "A1",
        report.shift.label,
        of.product.label,
        of.process.label if of.process else "",
    )


@pytest.mark.parametrize("address", ["/months/open", "/months", OCTOBER])
def test_before_the_organisation_is_entered_the_months_say_so(signed_in, address):
    answer = signed_in(StaffFactory(roles=["adm"])).get(address, follow=True)

    assert answer.status_code == 200
    assert "No figures yet" in answer.content.decode()


def test_the_list_of_months_leads_to_each(manager):
    rows = manager.get("/months").context["rows"]

    assert [(row.label, row.cells[1].text, has_data) for row, _url, has_data in rows][:3] == [
        ("October 2026", "1,973", True), ("September 2026", "700", True), ("August 2026", "—", False),
    ]  # fmt: skip
    assert manager.get("/months?until=2024-03&org=A").context["rows"][0][0].label == "March 2024"


# Packs


@pytest.fixture
def at_once(monkeypatch, django_capture_on_commit_callbacks):
    """What is queued is done at once."""
    monkeypatch.setattr(tasks.build_month_pack, "delay", tasks.build_month_pack)
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.req("RPT-01")
def test_a_manager_builds_reads_and_submits_a_pack(manager, worked, at_once):
    with at_once():
        built = manager.post(reverse("pack-build"), {"plant": "P", "month": "2026-10"})
    pack = MonthPack.objects.get()
    assert built.url == reverse("pack", args=[pack.pk])

    page = manager.get(built.url).content.decode()
    assert all(title in page for title in ("Output", "Quality", "Material loss", "People", "Equipment"))
    assert page.count("No data. ") == 3
    for address in re.findall(r'(?:src|href)="(/packs/\d+/(?:charts/scrap-t|files)[^"]+)"', page):
        answer = manager.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert answer.getvalue()

    explain_all(PackVersion.objects.get(), by=worked.person("mgr"))
    with at_once():
        assert manager.post(reverse("pack-submit", args=[pack.pk]), {"reason": "Stocktaking"}).status_code == 302
    assert PackVersion.objects.get().files.count() == 4
    assert PackVersion.objects.get().submitted_by == worked.person("mgr")
    again = manager.post(reverse("pack-rebuild", args=[pack.pk]))
    assert again.status_code == 409
    assert "Submit the pack" not in manager.get(built.url).content.decode()
    assert manager.get(reverse("pack-of", args=["P", "2026-10"])).url == built.url


def test_while_a_pack_is_built_its_page_shows_the_bar_and_then_loads_anew(manager, worked, monkeypatch):
    monkeypatch.setattr(tasks.build_month_pack, "delay", lambda pk: None)
    pack = services.request_pack(plant=worked.plant, month=PlantMonth(2026, 10), by=worked.person("mgr"))
    JobRun.objects.update(state="running", percent=40, step="Counting the month", started_at="2026-11-02T10:00+08:00")

    assert 'hx-trigger="every 1s"' in manager.get(reverse("pack", args=[pack.pk])).content.decode()
    part = manager.get(reverse("pack-progress", args=[pack.pk]), headers={"HX-Request": "true"})
    assert "40 %" in part.content.decode()
    JobRun.objects.update(state="done", ended_at="2026-11-02T10:01+08:00")
    assert manager.get(reverse("pack-progress", args=[pack.pk]))["HX-Refresh"] == "true"


def test_a_month_that_has_not_begun_is_refused_on_the_page(manager):
    answer = manager.post(reverse("pack-build"), {"plant": "P", "month": "2027-01"})

    assert answer.status_code == 422
    assert "2027-01 has not begun" in answer.content.decode()


def test_only_a_manager_builds_and_submits(worked, signed_in):
    pack = MonthPack.objects.create(plant=worked.plant, month="2026-10")
    director = signed_in(worked.person("dir"))
    assert director.get(reverse("pack", args=[pack.pk])).status_code == 200
    for name in ("pack-submit", "pack-rebuild"):
        assert director.post(reverse(name, args=[pack.pk])).status_code == 403
    assert director.post(reverse("pack-build"), {"plant": "P", "month": "2026-10"}).status_code == 403

    elsewhere = make_plant("D-")
    stranger = signed_in(elsewhere.person("mgr"))
    assert stranger.get(reverse("pack", args=[pack.pk])).status_code == 404
    assert stranger.post(reverse("pack-submit", args=[pack.pk])).status_code == 404
    assert stranger.post(reverse("pack-build"), {"plant": "P", "month": "2026-10"}).status_code == 422
    leader = signed_in(worked.person("tld", worked.a1))
    assert "see the whole plant" in leader.get(reverse("packs")).content.decode()
    assert leader.get(reverse("pack", args=[pack.pk])).status_code == 404


@pytest.mark.parametrize("day", ["2026-10-32", "2026-02-30", "yesterday", "2026-11-01", "２０２６-10-07"])
def test_a_day_that_the_month_does_not_have_shows_the_whole_month(manager, day):
    answer = manager.get(f"{OCTOBER}?org=A&by=line&day={day}")

    assert (answer.status_code, answer.context["line_sum"][1].text) == (200, "1,440")


def test_a_workbook_is_named_after_a_chinese_code_too(manager, worked):
    worked.a.code = "一车间"
    worked.a.save()

    answer = manager.get(reverse("month-xlsx", args=["2026-10"]), {"org": "一车间"})

    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E4%B8%80%E8%BD%A6%E9%97%B4-2026-10.xlsx"
