"""Spot checks in windows of 4 hours from the shift's start (PLN-04)."""

import json
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.clock import plant_zone
from core.errors import Faults
from people.models import Notice, RosterDay
from plans.errors.sheets import AnswerIdTaken, NothingSeen
from plans.errors.templates import WrongChecklist
from plans.models import Finding, Sheet, SpotAnswer, SpotCheck, SpotWindow, TemplateAssignment
from plans.selectors.spot_checks import owed_windows, spot_version, todays_windows
from plans.selectors.templates import content_of
from plans.services import (
    FindingInput,
    SpotAnswerInput,
    make_sheets,
    make_spot_windows,
    record_spot_check,
    save_draft,
    tell_overdue_windows,
)
from tests.factories.checklists import shipped, template_of
from tests.factories.people import ShiftFactory
from tests.factories.spot_checks import OBJECTS, looked_round, spots_asked

pytestmark = pytest.mark.django_db


def at(text: str, on: str = "2026-11-20") -> datetime:
    """A moment of Friday 20 November by the plant's clock."""
    return datetime.fromisoformat(f"{on} {text}").replace(tzinfo=plant_zone())


@pytest.fixture
def eight_hours(db):
    return ShiftFactory(code="E", name="Early", name_zh="早班", starts_at=time(8), ends_at=time(16))


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def windows(plant, eight_hours):
    spots_asked(plant.a, eight_hours)
    make_spot_windows(at=at("07:30"))


def strip(person, moment):
    """The states of the windows that this person sees: ``08–12 green``."""
    from people.access import access_of

    return [
        f"{row.window.starts_at.astimezone(plant_zone()):%H}–{row.window.ends_at.astimezone(plant_zone()):%H} {row.state}"
        for place in todays_windows(access_of(person), moment)
        for row in place.rows
    ]


@pytest.mark.req("PLN-04")
def test_one_check_at_0910_leaves_the_morning_green_and_the_afternoon_overdue_at_1600(windows, plant, sup):
    with time_machine.travel(at("09:10"), tick=False):
        looked_round(plant.a, by=sup)

    assert strip(sup, at("11:00")) == ["08–12 green", "12–16 later"]
    assert strip(sup, at("15:59")) == ["08–12 green", "12–16 open"]
    assert strip(sup, at("16:00")) == ["08–12 green", "12–16 overdue"]


@pytest.mark.req("PLN-04")
def test_a_check_without_work_standards_is_kept_and_does_not_count(windows, plant, sup):
    with time_machine.travel(at("09:10"), tick=False):
        check = looked_round(plant.a, by=sup, objects=OBJECTS[:4])

    assert check.is_complete is False
    assert strip(sup, at("12:00")) == ["08–12 overdue", "12–16 open"]


@pytest.mark.req("PLN-04")
def test_a_check_made_without_network_counts_for_its_own_time(windows, plant, sup):
    assert strip(sup, at("12:30")) == ["08–12 overdue", "12–16 open"]
    with time_machine.travel(at("12:40"), tick=False):
        looked_round(plant.a, by=sup, at=at("11:50"), sent_at=at("12:40"))

    assert strip(sup, at("12:41")) == ["08–12 green", "12–16 open"]


def test_another_places_check_does_not_count_here(windows, plant, sup):
    with time_machine.travel(at("09:10"), tick=False):
        looked_round(plant.b, by=plant.person("wsm", plant.b))

    assert strip(sup, at("11:00")) == ["08–12 open", "12–16 later"]


@pytest.mark.req("PPL-17")
def test_two_hours_of_overtime_add_no_window_and_a_sunday_off_has_none(plant, eight_hours, sup):
    spots_asked(plant.a1, eight_hours)
    RosterDay.objects.create(team=plant.a1, date=date(2026, 11, 20), shift=eight_hours, starts_at=time(8), ends_at=time(18))
    make_spot_windows(at=at("07:30"))
    assert strip(sup, at("08:00")) == ["08–12 open", "12–16 later"]

    make_spot_windows(at=at("07:30", "2026-11-21"))
    assert not SpotWindow.objects.filter(business_date=date(2026, 11, 22)).exists()


def test_windows_follow_a_roster_changed_before_they_end_and_what_is_over_stays(windows, plant, eight_hours):
    for team in (plant.a1, plant.a2):
        RosterDay.objects.create(team=team, date=date(2026, 11, 20), shift=eight_hours, starts_at=time(8), ends_at=time(14))
    make_spot_windows(at=at("12:30"))
    make_spot_windows(at=at("12:30"))

    kept = SpotWindow.objects.filter(business_date=date(2026, 11, 20)).order_by("starts_at").values_list("starts_at", "ends_at")
    assert list(kept) == [(at("08:00"), at("12:00")), (at("12:00"), at("14:00"))]


def test_spot_checks_make_windows_and_no_sheets(windows):
    assert make_sheets(at=at("07:30")) == 0
    assert not Sheet.objects.exists()


def test_windows_of_many_places_are_made_in_a_constant_number_of_statements(plant, eight_hours):
    spots_asked(plant.a, eight_hours)
    with CaptureQueriesContext(connection) as few:
        make_spot_windows(at=at("07:30"))
    for node in (plant.b, plant.a1, plant.a2, plant.b1):
        spots_asked(node, eight_hours)
    SpotWindow.objects.all().delete()
    with CaptureQueriesContext(connection) as many:
        make_spot_windows(at=at("07:30"))

    assert len(many) == len(few)
    assert SpotWindow.objects.filter(business_date=date(2026, 11, 20)).count() == 10


@pytest.mark.req("PLN-04")
def test_a_night_shift_has_its_windows_over_midnight(plant, sup):
    night = ShiftFactory(code="N", name="Night", name_zh="夜班", starts_at=time(20), ends_at=time(4))
    spots_asked(plant.a, night)
    make_spot_windows(at=at("19:00"))
    with time_machine.travel(at("01:30", "2026-11-21"), tick=False):
        check = looked_round(plant.a, by=sup)

    assert check.business_date == date(2026, 11, 20)
    assert strip(sup, at("02:00", "2026-11-21")) == ["20–00 overdue", "00–04 green"]


# --- telling ---


@pytest.mark.req("PLN-04")
def test_whoever_leads_the_place_is_told_once_of_a_window_that_passed_and_no_more_when_a_check_arrives(windows, plant, sup):
    from people.models import OrgSpan

    OrgSpan.objects.filter(node=plant.a).update(leader=sup)
    assert tell_overdue_windows(at=at("11:59")) == 0
    assert tell_overdue_windows(at=at("12:00")) == 1
    assert tell_overdue_windows(at=at("12:05")) == 0
    assert Notice.objects.get(done_at=None).recipient == sup

    with time_machine.travel(at("12:40"), tick=False):
        looked_round(plant.a, by=sup, at=at("11:50"), sent_at=at("12:40"))
    tell_overdue_windows(at=at("12:45"))
    assert not Notice.objects.filter(done_at=None).exists()


def test_the_commands_make_windows_and_tell_what_is_overdue(plant, eight_hours, capsys):
    spots_asked(plant.a, eight_hours)
    call_command("make_sheets", "--at", "2026-11-20T07:30:00+08:00")
    assert "windows for spot checks" in capsys.readouterr().out
    call_command("mark_missed", "--at", "2026-11-20T12:00:00+08:00")
    assert "0 sheets missed" in capsys.readouterr().out


# --- recording ---


@pytest.mark.req("PLN-04")
def test_an_abnormal_object_needs_its_note_and_opens_its_finding(plant, sup):
    def record(note):
        answers = [SpotAnswerInput(item=OBJECTS[1], is_ok=False, note=note, finding=FindingInput())]
        return record_spot_check(id=uuid4(), version=spot_version(), node=plant.a, answers=answers, by=sup)

    with pytest.raises(Faults) as refused:
        record("  ")
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("answers.0.note", "note_needed")]

    check = record("Guard off at press 3")
    finding = Finding.objects.get()
    assert (finding.text, finding.item_key, finding.node) == ("Guard off at press 3", OBJECTS[1], plant.a)
    assert check.answers.get().finding == finding


def test_the_same_check_sent_twice_is_kept_once_and_its_id_serves_nobody_else(plant, sup):
    own = uuid4()
    first = looked_round(plant.a, by=sup, id=own)

    assert looked_round(plant.a, by=sup, id=own) == first
    assert (SpotCheck.objects.count(), SpotAnswer.objects.count()) == (1, 5)
    with pytest.raises(AnswerIdTaken):
        looked_round(plant.a, by=plant.person("wsm", plant.a), id=own)
    with pytest.raises(NothingSeen):
        looked_round(plant.a, by=sup, objects=())


# --- whose checklist ---


def own_checklist(node, *, code="S-1", **more):
    """A checklist with one object, by which a unit, or each of its teams, is looked round."""
    template = template_of([{"text": "Guards"}], code=code)
    TemplateAssignment.objects.create(template=template, node=node, **{"rule": "windows", "starts_on": date(2026, 1, 1)} | more)
    return template


def test_each_team_of_a_unit_is_looked_round_by_the_checklist_of_its_teams(plant):
    template = own_checklist(plant.a, reach="teams")
    with time_machine.travel(at("09:10"), tick=False):
        assert spot_version(plant.a1.pk).template == template
        assert spot_version(plant.a.pk).template.code == spot_version(plant.b1.pk).template.code == "T-02"
        near = own_checklist(plant.a1, code="S-2")
        assert spot_version(plant.a1.pk).template == near
        assert spot_version(plant.a2.pk).template == template


@pytest.mark.parametrize("when", [{"ends_on": date(2026, 11, 19)}, {"starts_on": date(2026, 11, 21)}])
def test_an_assignment_counts_on_its_own_dates(plant, when):
    own_checklist(plant.a, **when)
    with time_machine.travel(at("09:10"), tick=False):
        assert spot_version(plant.a.pk).template.code == "T-02"


@pytest.mark.req("PLN-04")
def test_another_places_checklist_turns_no_window_green(windows, plant, sup, signed_in):
    other = own_checklist(plant.b).versions.get()
    with time_machine.travel(at("09:10"), tick=False):
        body = sent(plant, version=other.pk, answers=[{"item": "S-1-01", "value": "ok"}])
        refused = signed_in(sup).post("/spot-checks/new", json.dumps(body), content_type="application/json")
        form = {"node": plant.a.pk, "version": other.pk, "value-S-1-01": "ok"}
        again = signed_in(sup).post("/spot-checks/new", form)

    assert (refused.status_code, refused.json()["code"]) == (422, "wrong_checklist")
    assert again.status_code == 422
    assert f'name="version" value="{spot_version(plant.a.pk).pk}"' in again.content.decode()
    assert not SpotCheck.objects.exists()


def test_nobody_looks_round_by_a_draft(plant, sup, signed_in):
    draft = save_draft(template=shipped("T-02"), content=content_of(shipped("T-02").versions.get()), by=sup)
    with pytest.raises(WrongChecklist):
        record_spot_check(id=uuid4(), version=draft, node=plant.a, answers=[SpotAnswerInput(OBJECTS[0], True)], by=sup)
    form = {"node": plant.a.pk, "version": draft.pk, f"value-{OBJECTS[0]}": "ok"}
    assert signed_in(sup).post("/spot-checks/new", form).status_code == 404


def test_a_check_is_written_once(plant, sup):
    check = looked_round(plant.a, by=sup)
    for broken in (SpotCheck.objects.filter(pk=check.pk), SpotAnswer.objects.filter(check_of=check)):
        with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
            broken.delete() if broken.model is SpotAnswer else broken.update(is_complete=False)


def test_the_database_refuses_an_abnormal_object_without_a_note(plant, sup):
    check = looked_round(plant.a, by=sup, objects=OBJECTS[:1])
    item = check.version.items.get(key=OBJECTS[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        SpotAnswer.objects.create(check_of=check, item=item, is_ok=False)


# --- pages ---


def sent(plant, **more):
    answers = [{"item": key, "value": "ok"} for key in OBJECTS]
    return {"id": str(uuid4()), "node": plant.a.pk, "version": spot_version().pk, "answers": answers} | more


def test_a_device_sends_a_check_and_its_repeat_is_harmless(signed_in, sup, plant):
    body = sent(plant, checked_at="2026-11-20T09:10:00+08:00")
    client = signed_in(sup)
    for _ in range(2):
        response = client.post("/spot-checks/new", json.dumps(body), content_type="application/json")
        assert response.status_code == 200
    assert SpotCheck.objects.get().checked_at == at("09:10")
    assert client.get(response.json()["url"]).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"node": float("inf")},
        {"checked_at": "0001-01-01T00:00:00+14:00"},
        {"answers": [{"item": OBJECTS[0], "value": "ng", "note": "Oil\0"}]},
        {"answers": [{"item": OBJECTS[0], "value": "ng", "note": "Oil", "finding": {"severity": "x"}}]},
    ],
)
def test_a_check_with_a_value_that_is_none_is_a_fault_and_no_crash(signed_in, sup, plant, changes):
    body = json.dumps(sent(plant, **changes)).replace("Infinity", "1e999")
    assert signed_in(sup).post("/spot-checks/new", body, content_type="application/json").status_code == 422


def test_a_form_with_a_number_that_is_none_is_no_crash(signed_in, sup, plant):
    client = signed_in(sup)
    assert client.get("/spot-checks/new?node=²").status_code == 200
    for name in ("node", "version"):
        form = {"node": plant.a.pk, "version": spot_version().pk, f"value-{OBJECTS[0]}": "ok"} | {name: "²"}
        assert client.post("/spot-checks/new", form).status_code in (404, 422)


@pytest.mark.parametrize("body", ["[]", "{}", '{"id": "x"}', '{"answers": {}}'])
def test_what_is_no_check_is_a_fault_and_no_crash(signed_in, sup, body):
    assert signed_in(sup).post("/spot-checks/new", body, content_type="application/json").status_code == 422


def test_another_workshop_is_out_of_reach_and_a_reader_may_not_record(signed_in, plant):
    def post(person):
        return signed_in(person).post("/spot-checks/new", json.dumps(sent(plant)), content_type="application/json").status_code

    assert post(plant.person("sup", plant.b)) == 404
    assert post(plant.person("plr", plant.a)) == 403
    assert not SpotCheck.objects.exists()


def test_without_a_script_the_form_is_saved_and_a_refused_one_says_where(signed_in, sup, plant):
    client = signed_in(sup)
    form = {"node": plant.a.pk, "version": spot_version().pk, "id": str(uuid4())}
    refused = client.post("/spot-checks/new", form | {f"value-{OBJECTS[0]}": "ng", f"note-{OBJECTS[0]}": " "})
    assert refused.status_code == 422
    assert "Say what is wrong" in refused.content.decode()

    filled = {f"value-{key}": "ok" for key in OBJECTS}
    assert client.post("/spot-checks/new", form | filled).status_code == 302
    assert SpotCheck.objects.get().is_complete


@pytest.mark.req("PLN-04")
def test_the_page_shows_the_windows_and_the_list_filters_and_leaves_as_a_workbook(signed_in, windows, plant, sup):
    with time_machine.travel(at("09:10"), tick=False):
        looked_round(plant.a, by=sup)
        looked_round(plant.a, by=sup, objects=OBJECTS[:4])
    with time_machine.travel(at("16:00"), tick=False):
        page = signed_in(sup).get("/spot-checks").content.decode()
        assert "08:00–12:00" in page
        assert "Overdue" in page
        assert len(signed_in(sup).get("/spot-checks?is_complete=0").context["rows"]) == 1
        assert signed_in(sup).get("/spot-checks?file=xlsx").status_code == 200
        assert signed_in(plant.person("sup", plant.b)).get("/spot-checks").context["rows"] == []


def test_the_page_costs_the_same_few_statements_however_much_there_is(signed_in, windows, plant, sup, eight_hours):
    client = signed_in(sup)

    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/spot-checks").status_code == 200
        return [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    with time_machine.travel(at("16:00"), tick=False):
        looked_round(plant.a, by=sup, at=at("09:00"))
        client.get("/spot-checks")
        few = statements()
        spots_asked(plant.a1, eight_hours)
        make_spot_windows(at=at("07:30"))
        for minutes in range(20):
            looked_round(plant.a, by=sup, at=at("09:00") + timedelta(minutes=minutes))
        many = statements()
    assert len(many) == len(few)


def test_what_is_owed_now_is_open_or_overdue_windows(windows, plant, sup):
    from people.access import access_of

    owed = owed_windows(access_of(sup), at("12:30"))
    assert [(window.starts_at, window.is_green) for window in owed] == [(at("08:00"), False), (at("12:00"), False)]
