"""The organisation by date, delegations, shifts, calendar and settings as people use them."""

from datetime import date, timedelta

import pytest

from core.clock import plant_today
from core.errors import Required
from core.models import PlantSetting
from people.access import access_of
from people.calendar import is_working_day
from people.errors import InThePast, NotTheirRole, NotYetOpen, NotYours, Taken, WrongRank
from people.models import CalendarDay, Delegation, OrgKind, OrgNode, OrgPath, OrgSpan, Shift
from people.services import Standing, add_unit, change_unit, end_delegation, lend_role, withdraw_change
from tests.factories.people import StaffFactory, UserFactory, make_plant

pytestmark = pytest.mark.django_db


@pytest.mark.req("PPL-01")
def test_a_team_is_moved_from_a_day_on_and_the_tree_shows_both_sides_of_it(signed_in, plant):
    client = signed_in(plant.person("adm"))
    answer = client.post(
        f"/people/organisation/unit/{plant.a1.pk}/change",
        {"valid_from": "2026-10-15", "name": "Team moved", "name_zh": "移动班", "parent": plant.b.pk, "leader": ""},
    )
    assert answer["Location"] == f"/people/organisation/unit/{plant.a1.pk}"
    assert OrgPath.objects.get(node=plant.a1, valid_from__lte=date(2026, 10, 14), valid_to__gt=date(2026, 10, 14)).workshop == plant.a
    assert OrgPath.objects.get(node=plant.a1, valid_from__lte=date(2026, 10, 15), valid_to__gt=date(2026, 10, 15)).workshop == plant.b
    assert "team A1" in client.get("/people/organisation?on=2026-10-14").content.decode()
    assert "Team moved" in client.get("/people/organisation?on=2026-10-15").content.decode()
    history = client.get(f"/people/organisation/unit/{plant.a1.pk}").content.decode()
    assert "added: place in the organisation" in history


@pytest.mark.req("SYS-01")
def test_everybody_sees_their_part_of_the_tree(signed_in, plant):
    client = signed_in(plant.person("sup", plant.a))
    page = client.get("/people/organisation").content.decode()
    assert "team A1" in page
    assert "team B1" not in page
    assert client.get(f"/people/organisation/unit/{plant.b.pk}").status_code == 404
    assert client.get(f"/people/organisation/unit/{plant.a.pk}").status_code == 200
    assert client.post(f"/people/organisation/unit/{plant.a.pk}/change", {}).status_code == 403
    assert client.get("/people/organisation?on=nonsense").status_code == 200


def test_units_stand_in_their_rank_under_codes_of_their_own(plant):
    admin = plant.person("adm")
    with pytest.raises(WrongRank):
        add_unit(code="X", kind=OrgKind.WORKSHOP, standing=Standing(plant_today(), "X", parent=plant.a1), by=admin)
    with pytest.raises(Taken):
        add_unit(code="A1", kind=OrgKind.TEAM, standing=Standing(plant_today(), "A1", parent=plant.a), by=admin)
    add_unit(code="A3", kind=OrgKind.TEAM, standing=Standing(plant_today(), "A3", parent=plant.a), by=admin)
    assert OrgNode.objects.filter(code="A3").exists()


@pytest.mark.req("PPL-01")
def test_a_stale_page_moves_no_unit_back(signed_in, plant):
    admin = plant.person("adm")
    address = f"/people/organisation/unit/{plant.a1.pk}/change"
    opened = signed_in(admin).get(address).context["form"]["version"].value()
    change_unit(node=plant.a1, standing=Standing(plant_today(), "Moved", parent=plant.b), by=admin)
    typed = {"valid_from": plant_today(), "name": "Renamed", "parent": plant.a.pk, "leader": ""}

    refused = signed_in(admin).post(address, typed | {"version": opened})

    assert refused.status_code == 409
    assert "changed this at" in refused.content.decode()
    assert OrgPath.objects.get(node=plant.a1, valid_from__lte=plant_today(), valid_to__gt=plant_today()).workshop == plant.b
    now = signed_in(admin).get(address).context["form"]["version"].value()
    assert signed_in(admin).post(address, typed | {"version": now}).status_code == 302


@pytest.mark.req("PPL-01")
def test_only_a_plant_stands_below_nothing(signed_in, plant):
    admin = plant.person("adm")
    for refused in (
        lambda: add_unit(code="X", kind=OrgKind.TEAM, standing=Standing(plant_today(), "X"), by=admin),
        lambda: change_unit(node=plant.a1, standing=Standing(plant_today(), "A1"), by=admin),
    ):
        with pytest.raises(Required) as needed:
            refused()
        assert needed.value.field == "parent"

    alone = {"valid_from": plant_today(), "name": "Alone", "parent": "", "leader": ""}
    page = signed_in(admin).post(f"/people/organisation/unit/{plant.a1.pk}/change", alone)
    assert page.status_code == 422
    assert "parent" in page.context["form"].errors


@pytest.mark.req("SYS-01")
def test_a_plant_is_opened_by_somebody_who_sees_the_whole_company(signed_in, plant):
    new = {"code": "Q", "kind": "plant", "valid_from": plant_today(), "name": "Second plant", "parent": "", "leader": ""}

    refused = signed_in(plant.person("adm")).post("/people/organisation/new", new)
    assert refused.status_code == 403
    assert not OrgNode.objects.filter(code="Q").exists()

    assert signed_in(StaffFactory(org=None, roles=["adm"])).post("/people/organisation/new", new).status_code == 302
    assert OrgNode.objects.get(code="Q").kind == OrgKind.PLANT


def test_a_unit_never_stands_below_one_that_opens_later(plant):
    admin, later = plant.person("adm"), plant_today() + timedelta(days=30)
    section = add_unit(code="S1", kind=OrgKind.SECTION, standing=Standing(later, "Section 1", parent=plant.a), by=admin)
    with pytest.raises(NotYetOpen) as refused:
        change_unit(node=plant.a1, standing=Standing(later - timedelta(days=1), "A1", parent=section), by=admin)
    assert refused.value.field == "parent"
    change_unit(node=plant.a1, standing=Standing(later, "A1", parent=section), by=admin)


def test_a_change_is_withdrawn_only_before_its_day(plant):
    admin = plant.person("adm")
    later = change_unit(node=plant.a1, standing=Standing(plant_today() + timedelta(days=3), "Later", parent=plant.b), by=admin)
    withdraw_change(span=later, by=admin)
    assert OrgSpan.objects.filter(node=plant.a1).count() == 1
    with pytest.raises(InThePast):
        withdraw_change(span=OrgSpan.objects.get(node=plant.a1), by=admin)


@pytest.mark.req("SYS-01")
def test_a_role_is_lent_for_dates_with_its_scope_and_ends_when_it_is_ended(plant, signed_in):
    manager, taker = plant.person("wsm", plant.a), StaffFactory(org=plant.b1, roles=["tld"])
    today = plant_today()
    client = signed_in(manager)
    asked = {"taker": taker.staff_no, "role": "wsm", "starts_on": today, "ends_on": today + timedelta(days=2), "reason": "On leave"}
    assert client.post("/people/delegations/new", asked).status_code == 302
    loan = Delegation.objects.get()
    assert access_of(taker).may("report.approve", plant.a1)
    assert not access_of(taker).may("report.approve", plant.b1)

    assert signed_in(plant.person("wsm", plant.b)).post(f"/people/delegations/{loan.pk}/end").status_code == 404
    assert signed_in(manager).post(f"/people/delegations/{loan.pk}/end").status_code == 302
    assert not access_of(taker).may("report.approve", plant.a1)
    with pytest.raises(InThePast):
        end_delegation(delegation=loan, by=manager)

    assert signed_in(plant.person("wsm", plant.b)).get(f"/people/delegations/{loan.pk}").status_code == 404
    told = signed_in(manager).get(f"/people/delegations/{loan.pk}")
    assert [(entry.who, entry.deed) for entry in told.context["history"]] == [(manager.name, "changed"), (manager.name, "made")]
    assert "On leave" in told.content.decode()


@pytest.mark.req("SYS-03")
def test_the_page_of_a_lent_role_tells_its_history_to_those_whom_it_concerns(plant, signed_in):
    manager, taker, today = plant.person("wsm", plant.a), plant.person("wsm", plant.b), plant_today()
    dates = {"starts_on": today, "ends_on": today + timedelta(days=2), "reason": "On leave"}
    loan = lend_role(giver=manager, taker=taker, role="wsm", by=manager, **dates)
    address = f"/people/delegations/{loan.pk}"
    assert f'href="{address}"' in signed_in(manager).get("/people/delegations").content.decode()
    signed_in(manager).post(f"{address}/end")

    page = signed_in(taker).get(address)

    ended, made = page.context["history"]
    assert (made.deed, ended.deed, ended.who) == ("made", "changed", "wsm A")
    assert {str(change.label) for change in ended.changes} == {"ended by", "ended at"}
    assert "<b>wsm A</b> changed it" in page.content.decode()
    stranger = StaffFactory(org=plant.a, roles=["wsm"])
    assert signed_in(stranger).get(address).status_code == 404


@pytest.mark.req("SYS-01")
def test_an_operator_who_takes_a_role_elsewhere_keeps_the_own_place(plant, signed_in):
    operator, today = StaffFactory(org=plant.a1, user=UserFactory()), plant_today()
    theirs = plant.person("tld", plant.b1)
    assert signed_in(operator).get(f"/people/organisation/unit/{plant.a1.pk}").status_code == 200

    lend_role(giver=theirs, taker=operator, role="tld", starts_on=today, ends_on=today, reason="", by=theirs)

    assert access_of(operator).may("report.post", plant.b1)
    assert not access_of(operator).may("report.post", plant.a1)
    assert signed_in(operator).get(f"/people/organisation/unit/{plant.a1.pk}").status_code == 200


@pytest.mark.req("SYS-01")
def test_what_another_plant_lends_is_neither_seen_nor_made_nor_ended_here(plant, signed_in):
    """Two plants: the administrator of one must not lend himself the other's manager."""
    elsewhere, today = make_plant("D-"), plant_today()
    theirs, taker = elsewhere.person("mgr"), elsewhere.person("tld", elsewhere.a1)
    everybodys = StaffFactory(org=None, roles=["mgr"])
    dates = {"starts_on": today, "ends_on": today, "reason": "x"}
    loan = lend_role(giver=theirs, taker=taker, role="mgr", by=theirs, **dates)
    admin = signed_in(plant.person("adm"))

    assert loan not in admin.get("/people/delegations").context["rows"]
    assert admin.post(f"/people/delegations/{loan.pk}/end").status_code == 404
    for giver, refused in ((theirs, 404), (everybodys, 403)):
        asked = dates | {"giver": giver.staff_no, "taker": plant.person("adm").staff_no, "role": "mgr"}
        assert admin.post("/people/delegations/new", asked).status_code == refused
    assert list(Delegation.objects.all()) == [loan]
    assert loan in signed_in(elsewhere.person("adm")).get("/people/delegations").context["rows"]


def test_only_an_own_role_is_lent_and_never_the_administration(plant):
    today, taker = plant_today(), plant.person("tld", plant.a1)
    dates = {"starts_on": today, "ends_on": today, "reason": "x"}
    with pytest.raises(NotYours):
        lend_role(giver=plant.person("mgr"), taker=taker, role="mgr", by=plant.person("wsm", plant.a), **dates)
    with pytest.raises(NotTheirRole):
        lend_role(giver=plant.person("wsm", plant.a), taker=taker, role="mgr", by=plant.person("wsm", plant.a), **dates)
    with pytest.raises(NotTheirRole):
        lend_role(giver=plant.person("adm"), taker=taker, role="adm", by=plant.person("adm"), **dates)
    lend_role(giver=plant.person("mgr"), taker=taker, role="mgr", by=plant.person("adm"), **dates)


def test_the_administrator_keeps_shifts(signed_in, plant):
    client = signed_in(plant.person("adm"))
    night = {"code": "N", "name": "Night", "name_zh": "夜班", "starts_at": "20:00", "ends_at": "08:00", "break_minutes": "６０"}
    assert client.post("/people/shifts/new", night).status_code == 302
    shift = Shift.objects.get(code="N")
    assert (shift.break_minutes, shift.net_hours, shift.times.crosses_midnight) == (60, 11, True)
    too_long = client.post("/people/shifts/new", night | {"code": "M", "break_minutes": "720"})
    assert "break_minutes" in too_long.context["form"].errors
    edit = f"/people/shifts/shift/{shift.pk}"
    version = client.get(edit).context["form"]["version"].value()
    client.post(edit, night | {"name": "Late", "version": version})
    assert "<del>Night</del>" in client.get(edit).content.decode()
    assert signed_in(plant.person("sup", plant.a)).get(edit).status_code == 403


def test_the_administrator_makes_a_holiday_and_takes_it_back(signed_in, plant):
    client, monday = signed_in(plant.person("adm")), date(2026, 10, 5)
    client.post(f"/people/calendar/{monday}", {"kind": "holiday", "name": "National Day", "name_zh": "国庆节"})
    assert not is_working_day(plant.plant, monday)
    assert "National Day" in client.get("/people/calendar?month=2026-10").content.decode()
    assert "26 working days" in client.get("/people/calendar?month=2026-10").content.decode()
    client.post(f"/people/calendar/{monday}", {"kind": "usual", "name": "", "name_zh": ""})
    assert is_working_day(plant.plant, monday)
    assert not CalendarDay.objects.exists()
    assert client.get("/people/calendar/2026-13-99").status_code == 404
    assert client.get("/people/calendar?plant=nowhere").status_code == 404
    assert signed_in(plant.person("sup", plant.a)).get(f"/people/calendar/{monday}").status_code == 403


@pytest.mark.req("SYS-01")
def test_the_administrator_of_one_plant_of_several_changes_the_calendar_of_that_one(signed_in, plant):
    monday = date(2026, 10, 5)
    elsewhere = make_plant("Q-")
    client = signed_in(plant.person("adm"))
    client.post(f"/people/calendar/{monday}", {"kind": "holiday", "name": "Stocktaking", "name_zh": "盘点"})
    assert (is_working_day(plant.plant, monday), is_working_day(elsewhere.plant, monday)) == (False, True)
    assert client.post(f"/people/calendar/{monday}", {"kind": "holiday", "name": "X", "plant": "Q-P"}).status_code == 404

    page = signed_in(elsewhere.person("adm")).get(f"/people/calendar/{monday}").content.decode()
    assert "Stocktaking" not in page


@pytest.mark.req("SYS-03")
def test_settings_are_kept_within_their_bounds_with_their_history(signed_in, plant):
    client = signed_in(plant.person("adm"))
    kept = {name: field.value() for name, field in ((field.name, field) for field in client.get("/settings").context["form"])}
    assert client.post("/settings", kept | {"month_first_day": "26"}).status_code == 302
    assert PlantSetting.objects.get().value == 26
    assert client.post("/settings", kept | {"month_first_day": "31"}).status_code == 422
    assert client.post("/settings", kept | {"month_first_day": "20"}).status_code == 302
    page = client.get("/settings").content.decode()
    assert "<del>26</del>" in page
    assert client.post("/settings", kept | {"working_weekdays": ["0", "5"]}).status_code == 302
    assert "<ins>Monday, Saturday</ins>" in client.get("/settings").content.decode()
    plant.person("adm").user.__class__.objects.update(language="zh-hans")
    assert "<ins>周一、周六</ins>" in client.get("/settings").content.decode()
    assert signed_in(plant.person("mgr")).get("/settings").status_code == 403


def test_a_stale_settings_page_writes_only_what_was_changed_on_it(signed_in, plant):
    """Two administrators have the page open; each changes something else, then both the same."""
    client = signed_in(plant.person("adm"))
    page = client.get("/settings")
    opened = {field.name: field.value() for field in page.context["form"]} | {"version": page.context["version"]}
    assert f'name="version" value="{page.context["version"]}"' in page.content.decode()

    assert client.post("/settings", opened | {"roll_call_days": "7"}).status_code == 302
    assert client.post("/settings", opened | {"slow_stock_days": "90"}).status_code == 302
    kept = dict(PlantSetting.objects.values_list("key", "value"))
    refused = client.post("/settings", opened | {"roll_call_days": "5", "dead_stock_days": "200"})
    same = client.post("/settings", opened | {"roll_call_days": "7"})

    assert kept == {"roll_call_days": 7, "slow_stock_days": 90}
    assert refused.status_code == 409
    assert "changed this at" in refused.context["form"].errors["roll_call_days"][0]
    assert same.status_code == 302
    assert dict(PlantSetting.objects.values_list("key", "value")) == kept
