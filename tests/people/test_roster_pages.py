"""The roster as a page: a month at a glance, a day changed, teams on a pattern (PPL-17)."""

from datetime import date, time
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from core.errors import Faults, StaleVersion
from people.errors import (
    BeyondTheCycle,
    DatesReversed,
    NotATeam,
    NotEmployed,
    PatternEmpty,
    PatternInUse,
    Taken,
    TimesApart,
    TooManyDays,
)
from people.models import RosterDay, RosterPlan, RotationPattern
from people.roster import on_duty
from people.selectors import days_seen
from people.selectors.roster_months import shift_keys
from people.services import TeamStart, add_pattern, change_roster_days, edit_pattern, follow_pattern
from tests.factories.people import ShiftFactory, StaffFactory, night_shift
from tests.factories.rosters import follow, make_pattern, rostered
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db
FRIDAY, SATURDAY, SUNDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)


@pytest.fixture(autouse=True)
def friday_morning():
    with time_machine.travel("2026-11-20 10:00+08:00"):
        yield


def works(team, shift, *dates):
    duties = on_duty([team.pk], min(dates), max(dates))
    return [duties.window(team.pk, shift, on) is not None for on in dates]


# --- patterns ---


def test_a_pattern_is_added_and_its_code_is_taken(plant, day_shift):
    by = plant.person("wsm", plant.a)
    pattern = add_pattern(code="W5", name="Week", name_zh="五天", rests_on_days_off=True, shifts=[day_shift] * 5 + [None] * 2, by=by)

    assert pattern.days.count() == 7
    with pytest.raises(Taken):
        add_pattern(code="W5", name="Again", name_zh="", rests_on_days_off=True, shifts=[day_shift], by=by)
    with pytest.raises(PatternEmpty):
        add_pattern(code="W0", name="Never", name_zh="", rests_on_days_off=True, shifts=[None, None], by=by)


def test_a_pattern_in_use_may_change_its_name_but_not_its_days(plant, day_shift):
    pattern, by = make_pattern(day_shift, None), plant.person("wsm", plant.a)
    kept = {"pattern": pattern, "name_zh": "", "rests_on_days_off": False, "by": by}
    edit_pattern(name="Two days", shifts=[None, day_shift], **kept)
    follow(plant.a1, pattern, FRIDAY)

    edit_pattern(name="Every other day", shifts=[None, day_shift], **kept)

    assert RotationPattern.objects.get().name == "Every other day"
    with pytest.raises(PatternInUse):
        edit_pattern(name="Every day", shifts=[day_shift, day_shift], **kept)
    with pytest.raises(PatternInUse):
        edit_pattern(name="x", shifts=[None, day_shift], **(kept | {"rests_on_days_off": True}))
    with pytest.raises(StaleVersion):
        edit_pattern(name="x", shifts=[None, day_shift], version=0, **kept)


# --- teams on patterns ---


def put(plant, pattern, first, last=None, **starts):
    teams = [TeamStart(getattr(plant, name), first_day) for name, first_day in starts.items()]
    return follow_pattern(starts=teams, pattern=pattern, starts_on=first, ends_on=last, by=plant.person("wsm", plant.a))


def plans(team):
    return list(
        RosterPlan.objects.filter(team=team).order_by("starts_on").values_list("pattern__code", "starts_on", "ends_on", "first_day")
    )


@pytest.mark.req("PPL-17")
def test_a_new_pattern_ends_the_one_before_and_gives_way_again_after_its_last_day(plant, day_shift):
    rotation = make_pattern(day_shift, day_shift, None, code="R")
    stop = make_pattern(None, day_shift, code="STOP")
    put(plant, rotation, date(2026, 11, 2), a1=2)

    put(plant, stop, SATURDAY, SUNDAY, a1=1)

    # On 2 November the team is at day 2 of three, on 23 November again.
    assert plans(plant.a1) == [
        ("R", date(2026, 11, 2), FRIDAY, 2),
        ("STOP", SATURDAY, SUNDAY, 1),
        ("R", date(2026, 11, 23), None, 2),
    ]
    put(plant, None, date(2026, 11, 1), a1=1)
    assert plans(plant.a1) == []


def test_a_pattern_that_begins_earlier_pushes_a_later_one(plant, day_shift):
    rotation = make_pattern(day_shift, None, None, code="R")
    put(plant, rotation, SATURDAY, a1=1)

    put(plant, None, FRIDAY, SUNDAY, a1=1)

    assert plans(plant.a1) == [("R", date(2026, 11, 23), None, 3)]


def test_what_following_refuses(plant, day_shift):
    pattern = make_pattern(day_shift)
    with pytest.raises(DatesReversed):
        put(plant, pattern, SATURDAY, FRIDAY, a1=1)
    with pytest.raises(Faults) as refused:
        put(plant, pattern, FRIDAY, a=1, a1=2)
    assert [type(fault) for fault in refused.value.faults] == [NotATeam, BeyondTheCycle]


def test_sent_twice_a_team_follows_once(plant, day_shift):
    asked = {"starts": [TeamStart(plant.a1)], "pattern": make_pattern(day_shift), "starts_on": FRIDAY, "ends_on": None}
    asked |= {"by": plant.person("wsm", plant.a), "request_key": uuid4()}

    assert follow_pattern(**asked) == follow_pattern(**asked)
    assert RosterPlan.objects.count() == 1


# --- single days ---


def change(plant, first=FRIDAY, team=None, **asked):
    return change_roster_days(**{"team": team or plant.a1, "staff": None, "first": first, "by": plant.person("tld", plant.a1)} | asked)


def test_a_day_is_changed_switched_off_and_set_back(plant, day_shift):
    night = night_shift()
    follow(plant.a1, make_pattern(day_shift), date(2026, 11, 1))
    change(plant, shift=night)
    assert (works(plant.a1, day_shift, FRIDAY), works(plant.a1, night, FRIDAY)) == ([False], [True])

    change(plant, shift=day_shift, is_off=True)
    assert works(plant.a1, day_shift, FRIDAY, SATURDAY) == [False, True]

    change(plant)
    assert works(plant.a1, day_shift, FRIDAY) == [True]
    assert not RosterDay.objects.exists()


def test_some_days_on_end_are_changed_for_one_person(plant, day_shift):
    staff = StaffFactory(org=plant.a1)
    rostered(plant.a1, day_shift, [SATURDAY], staff=staff, ends_at=time(12))

    change(plant, staff=staff, last=SUNDAY, shift=day_shift, starts_at=time(8), ends_at=time(19))

    assert list(RosterDay.objects.order_by("date").values_list("date", "starts_at", "ends_at")) == [
        (FRIDAY, None, time(19)),
        (SATURDAY, None, time(19)),
        (SUNDAY, None, time(19)),
    ]


def test_what_a_change_refuses(plant, day_shift):
    leaver = StaffFactory(org=plant.a1, left_on=FRIDAY)
    for asked, refusal in [
        ({"last": date(2026, 11, 19)}, DatesReversed),
        ({"last": date(2026, 12, 21)}, TooManyDays),
        ({"team": plant.a}, NotATeam),
        ({"staff": leaver, "last": SATURDAY}, NotEmployed),
        ({"starts_at": time(18), "ends_at": time(20)}, TimesApart),
    ]:
        with pytest.raises(refusal):
            change(plant, shift=day_shift, **asked)


def test_a_page_that_is_older_than_the_roster_changes_nothing(plant, day_shift):
    seen = days_seen(plant.a1, None, FRIDAY)
    change(plant, shift=day_shift, seen=seen)

    with pytest.raises(StaleVersion):
        change(plant, shift=day_shift, is_off=True, seen=seen)


# --- pages ---


def test_shifts_have_marks_of_their_own(plant):
    shifts = [ShiftFactory(code="A", name="Day", name_zh="白班"), ShiftFactory(code="B", name="Dusk", name_zh="中班"), night_shift()]

    assert [key.mark for key in shift_keys(shifts)] == ["Da", "Du", "N"]


@pytest.mark.req("PPL-17")
def test_the_month_shows_team_people_and_days_that_differ(signed_in, plant, day_shift):
    night_shift()
    follow(plant.a1, make_pattern(*[day_shift] * 6, None), date(2026, 11, 16))
    staff = StaffFactory(org=plant.a1, name="Li Min")
    rostered(plant.a1, day_shift, [FRIDAY], staff=staff, ends_at=time(19), is_change=True)

    page = signed_in(plant.person("tld", plant.a1)).get(reverse("roster"), {"month": "2026-11"})

    grid = page.context["grid"]
    team, person = grid.lines[0], next(line for line in grid.lines if line.staff == staff)
    assert [cell.mark for cell in team.cells[15:22]] == ["D"] * 6 + ["–"]
    assert (person.cells[19].mark, person.cells[19].times, person.cells[19].is_change) == ("D", "–19:00", True)
    assert grid.counts[19] == 2  # the leader too
    assert grid.counts[21] == 0
    assert "Fri 20 Nov: Day shift –19:00" in page.content.decode()


def test_a_month_costs_the_same_for_few_people_and_for_many(signed_in, plant, day_shift):
    client = signed_in(plant.person("tld", plant.a1))
    few = own_statements(client, reverse("roster"))
    StaffFactory.create_batch(15, org=plant.a1)
    rostered(plant.a1, day_shift, [FRIDAY, SATURDAY])

    assert own_statements(client, reverse("roster")) <= few <= 18


def test_a_leader_changes_a_day_of_the_own_team_only(signed_in, plant, day_shift):
    client = signed_in(plant.person("tld", plant.a1))
    address = reverse("roster-day", args=[plant.a1.pk, "2026-11-20"])
    seen = client.get(address).context["form"].initial["seen"]

    answer = client.post(address, {"what": str(day_shift.pk), "ends_at": "19:00", "seen": seen})

    assert answer.status_code == 302
    assert answer["Location"].endswith("#d0-2026-11-20")
    assert RosterDay.objects.get().ends_at == time(19)
    assert client.get(reverse("roster-day", args=[plant.a2.pk, "2026-11-20"])).status_code == 404
    refused = client.post(address, {"what": str(day_shift.pk), "starts_at": "18:00", "ends_at": "20:00"})
    assert refused.status_code == 422
    assert "does not touch the shift" in refused.content.decode()
    assert client.get(reverse("roster"), {"team": plant.a1.pk, "tab": "history"}).status_code == 200


def test_a_person_is_named_by_a_number_of_ours_or_not_found(signed_in, plant, day_shift):
    client, staff = signed_in(plant.person("tld", plant.a1)), StaffFactory(org=plant.a1)
    address = reverse("roster-day", args=[plant.a1.pk, "2026-11-20"])
    arabic = str(staff.pk).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert client.get(address, {"staff": staff.pk}).status_code == 200
    for odd in (arabic, "²", "x", "9" * 20, "9" * 5000):
        assert client.get(address, {"staff": odd}).status_code == 404, odd[:20]


def test_a_manager_lets_teams_follow_after_a_look(signed_in, plant, day_shift):
    client, pattern = signed_in(plant.person("wsm", plant.a)), make_pattern(day_shift, None)
    asked = {"pattern": pattern.pk, "starts_on": "2026-11-20", f"team_{plant.a1.pk}": "on", f"team_{plant.a2.pk}": "on"}
    asked |= {f"first_day_{plant.a1.pk}": "1", f"first_day_{plant.a2.pk}": "2", "request_key": str(uuid4())}

    look = client.post(reverse("roster-follow"), asked | {"then": "look"})

    assert [[cell.mark for cell in row.cells[:4]] for row in look.context["preview"]] == [["D", "–", "D", "–"], ["–", "D", "–", "D"]]
    assert not RosterPlan.objects.exists()
    assert client.post(reverse("roster-follow"), asked | {"then": "save"}).status_code == 302
    assert plans(plant.a2) == [("CYCLE", FRIDAY, None, 2)]
    refused = client.post(reverse("roster-follow"), asked | {"then": "save", "request_key": str(uuid4()), f"first_day_{plant.a1.pk}": "3"})
    assert refused.status_code == 422
    assert "The cycle has 2 days." in refused.content.decode()


def test_a_manager_of_one_workshop_does_not_let_teams_of_another_follow(signed_in, plant, day_shift):
    asked = {"pattern": make_pattern(day_shift).pk, "starts_on": "2026-11-20", f"team_{plant.b1.pk}": "on", "request_key": str(uuid4())}

    answer = signed_in(plant.person("wsm", plant.a)).post(reverse("roster-follow"), asked | {"then": "save"})

    assert "Tick at least one team." in answer.content.decode()
    assert not RosterPlan.objects.exists()


def test_the_form_of_a_pattern_draws_as_many_days_as_asked_and_keeps_what_was_typed(signed_in, plant, day_shift):
    client = signed_in(plant.person("mgr"))
    typed = {"code": "R4", "name": "Four days", "name_zh": "四天", "day_1": str(day_shift.pk)}

    drawn = client.post(reverse("pattern-add"), typed | {"days": "4", "then": "days"})
    assert len(drawn.context["form"].day_fields) == 4
    assert 'value="Four days"' in drawn.content.decode()

    assert client.post(reverse("pattern-add"), typed | {"days": "4"}).status_code == 302
    pattern = RotationPattern.objects.get()
    assert list(pattern.days.order_by("number").values_list("shift", flat=True)) == [day_shift.pk, None, None, None]

    edit = client.get(reverse("pattern-edit", args=[pattern.pk])).context["form"]
    answer = client.post(
        reverse("pattern-edit", args=[pattern.pk]),
        {"name": "Three", "day_2": str(day_shift.pk), "days": "3", "version": edit.initial["version"]},
    )
    assert answer.status_code == 302
    assert list(pattern.days.order_by("number").values_list("shift", flat=True)) == [None, day_shift.pk, None]
