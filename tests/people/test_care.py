"""Newcomers and their guidance, notes on attire, confidential talks (PPL-05, PPL-06, PPL-07)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.db import DatabaseError, transaction
from django.urls import reverse
from pghistory.models import Event

from core.models import PlantSetting
from core.tables import KINDS, export
from people.access import access_of
from people.errors import AboutOneself, DatesReversed, DayAhead, NoNewJoiner, OwnMentor
from people.models import AttireNote, Delegation, GuidanceNote, Mentoring, SupportNote
from people.selectors.joiners import new_joiners
from people.selectors.support import due_follow_ups, support_notes
from people.services import set_mentor, write_attire_note, write_guidance, write_support_note
from tests.factories.people import StaffFactory
from tests.factories.rosters import rostered
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)
SECRET = "His mother is ill; a week of early shifts"


@pytest.fixture(autouse=True)
def friday_morning():
    with time_machine.travel("2026-11-20 10:00+08:00"):
        yield


# --- newcomers ---


@pytest.fixture
def newcomer(plant):
    return StaffFactory(org=plant.a1, name="Fresh", hired_on=date(2026, 11, 16))  # a Monday


@pytest.mark.req("PPL-05")
def test_who_was_hired_is_listed_for_thirty_days(signed_in, plant, newcomer):
    client = signed_in(plant.person("sup", plant.a))
    assert [joiner.staff for joiner in client.get(reverse("joiners")).context["joiners"]] == [newcomer]

    with time_machine.travel("2026-12-15 10:00+08:00"):
        (joiner,) = new_joiners(None, date(2026, 12, 15))
        assert (joiner.day, joiner.days) == (30, 30)
    assert new_joiners(None, date(2026, 12, 16)) == []
    PlantSetting.objects.create(key="new_joiner_days", value=3)
    assert new_joiners(None, FRIDAY) == []


@pytest.mark.req("PPL-05")
def test_a_day_without_a_guidance_note_is_flagged(plant, newcomer, day_shift):
    by = plant.person("tld", plant.a1)
    for day in (16, 17, 19):
        write_guidance(staff=newcomer, on=date(2026, 11, day), text="Beside the mentor", by=by)

    (joiner,) = new_joiners(None, FRIDAY)

    assert [(one.on.day, one.state) for one in joiner.guided] == [
        (16, "done"),
        (17, "done"),
        (18, "missed"),
        (19, "done"),
        (20, "due"),
    ]
    assert joiner.missed == 1
    rostered(plant.a1, day_shift, [date(2026, 11, 18)], staff=newcomer, is_off=True, is_change=True)
    assert new_joiners(None, FRIDAY)[0].missed == 0
    (later,) = new_joiners(None, date(2026, 11, 23))
    assert [one.state for one in later.guided[-3:]] == ["missed", "na", "due"]  # Saturday, Sunday off, Monday


def test_guidance_is_written_in_the_first_days_once_and_never_changed(plant, newcomer):
    by, key = plant.person("tld", plant.a1), uuid4()
    note = write_guidance(staff=newcomer, on=FRIDAY, text=" First piece ", by=by, request_key=key)
    assert write_guidance(staff=newcomer, on=FRIDAY, text=" First piece ", by=by, request_key=key) == note
    for on, refusal in ((date(2026, 11, 21), DayAhead), (date(2026, 11, 15), NoNewJoiner)):
        with pytest.raises(refusal):
            write_guidance(staff=newcomer, on=on, text="x", by=by)
    with pytest.raises(NoNewJoiner):
        write_guidance(staff=by, on=FRIDAY, text="x", by=by)
    with pytest.raises(DatabaseError), transaction.atomic():
        GuidanceNote.objects.update(text="Something else")


def test_a_leader_writes_what_was_shown_and_names_a_mentor(signed_in, plant, newcomer):
    client, mentor = signed_in(plant.person("tld", plant.a1)), StaffFactory(staff_no="OLD", org=plant.a1)
    address = reverse("joiner", args=[newcomer.pk])

    assert client.post(address, {"on": "2026-11-20", "text": "Goggles", "request_key": str(uuid4()), "then": "note"}).status_code == 302
    assert client.post(address, {"mentor": "OLD", "then": "mentor"}).status_code == 302
    refused = client.post(address, {"mentor": newcomer.staff_no, "then": "mentor"})

    assert refused.status_code == 422
    assert Mentoring.objects.get().mentor == mentor
    page = client.get(address).content.decode()
    assert "Goggles" in page
    with pytest.raises(OwnMentor):
        set_mentor(staff=mentor, mentor=mentor, by=mentor)
    assert client.get(reverse("joiner", args=[mentor.pk])).status_code == 404
    assert signed_in(plant.person("tld", plant.b1)).get(address).status_code == 404


def test_the_list_of_newcomers_costs_the_same_for_one_and_for_many(signed_in, plant, newcomer):
    client = signed_in(plant.person("sup", plant.a))
    few = own_statements(client, reverse("joiners"))
    StaffFactory.create_batch(5, org=plant.a2, hired_on=date(2026, 11, 1))

    assert own_statements(client, reverse("joiners")) <= few <= 18


# --- attire ---


@pytest.mark.req("PPL-06")
def test_a_note_on_attire_is_seen_by_supervisors_and_above_only(signed_in, plant):
    person = plant.person("opr", plant.a1)
    client = signed_in(plant.person("sup", plant.a))
    asked = {"staff": person.staff_no, "on": "2026-11-20", "text": "No helmet", "request_key": str(uuid4())}
    assert [client.post(reverse("attire-add"), asked).status_code for _n in range(2)] == [302, 302]
    assert AttireNote.objects.count() == 1

    for role, node in (("sup", plant.a), ("wsm", plant.a), ("mgr", None), ("dir", None)):
        assert "No helmet" in signed_in(plant.person(role, node)).get(reverse("attire")).content.decode(), role
    for role in ("tld", "opr", "hrt", "adm", "ins", "stk"):
        reader = signed_in(plant.person(role, plant.a1 if role in ("tld", "opr") else None))
        assert reader.get(reverse("attire")).status_code == 403
        assert "No helmet" not in reader.get(reverse("person", args=[person.pk])).content.decode()
        assert "No helmet" not in reader.get(reverse("person", args=[person.pk]) + "?tab=history").content.decode()
    assert "No helmet" not in signed_in(plant.person("sup", plant.b)).get(reverse("attire")).content.decode()


def test_what_a_note_on_attire_refuses(signed_in, plant):
    by = plant.person("sup", plant.a)
    with pytest.raises(AboutOneself):
        write_attire_note(staff=by, on=FRIDAY, text="x", by=by)
    with pytest.raises(DayAhead):
        write_attire_note(staff=plant.person("opr", plant.a1), on=date(2026, 11, 21), text="x", by=by)
    elsewhere = {"staff": plant.person("opr", plant.b1).staff_no, "on": "2026-11-20", "text": "x", "request_key": str(uuid4())}
    assert signed_in(by).post(reverse("attire-add"), elsewhere).status_code == 422


# --- confidential talks ---


@pytest.fixture
def talk(plant):
    return write_support_note(
        staff=plant.person("opr", plant.a1),
        talked_on=FRIDAY,
        text=SECRET,
        by=plant.person("sup", plant.a),
        follow_up_on=FRIDAY + timedelta(days=3),
    )


@pytest.mark.req("PPL-07")
def test_a_talk_exists_for_its_author_hr_and_the_manager_and_for_nobody_else(signed_in, plant, talk):
    address = reverse("support-note", args=[talk.pk])
    for role, node in (("sup", plant.a), ("hrt", None), ("mgr", None)):
        reader = signed_in(plant.person(role, node))
        assert SECRET in reader.get(address).content.decode(), role
        assert talk.staff.name in reader.get(reverse("support-notes")).content.decode()
    others = [("sup", plant.plant), ("sup", plant.a1), ("wsm", plant.a), ("tld", plant.a1), ("opr", plant.a1), ("adm", None), ("dir", None)]
    for role, node in others:
        reader = signed_in(plant.person(role, node))
        assert reader.get(address).status_code == 404, role
        assert reader.post(reverse("support-follow-up", args=[talk.pk])).status_code == 404, role
        listed = reader.get(reverse("support-notes"))
        assert listed.status_code == 404 or talk.staff.name not in listed.content.decode(), role


@pytest.mark.req("PPL-07")
def test_a_borrowed_role_does_not_open_a_talk(signed_in, plant, talk):
    taker = plant.person("wsm", plant.a)
    Delegation.objects.create(
        giver=plant.person("mgr"), taker=taker, role="mgr", starts_on=FRIDAY, ends_on=FRIDAY, reason="Away", made_by=plant.person("mgr")
    )

    assert access_of(taker).may("support.read")
    assert not support_notes(access_of(taker)).exists()
    assert signed_in(taker).get(reverse("support-note", args=[talk.pk])).status_code == 404


@pytest.mark.req("PPL-07")
def test_no_talk_stands_in_a_file_a_history_or_the_administration(signed_in, plant, talk, tmp_path):
    assert not [kind for kind in KINDS.values() if kind.model in (SupportNote, AttireNote)]
    for kind in KINDS.values():
        export(kind, tmp_path / "t.csv")
        assert SECRET not in (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert not [event for event in Event.__subclasses__() if getattr(event, "pgh_tracked_model", None) is SupportNote]
    assert SupportNote not in admin.site._registry
    client = signed_in(plant.person("adm"))
    assert not [path for path in client.get("/api/v1/openapi.json").json()["paths"] if "talk" in path or "support" in path]
    for model in apps.get_models():
        if model is not SupportNote and model._meta.managed and not model._meta.proxy:
            assert SECRET not in str(list(model._default_manager.values())), model
    for address in (reverse("my-day"), reverse("person", args=[talk.staff_id]) + "?tab=history", reverse("joiners")):
        assert SECRET not in client.get(address).content.decode()


def test_a_talk_is_written_once_kept_by_no_browser_and_asked_again(signed_in, plant):
    author, person = plant.person("tld", plant.a1), plant.person("opr", plant.a1)
    client = signed_in(author)
    asked = {"staff": person.staff_no, "talked_on": "2026-11-20", "text": SECRET, "follow_up_on": "2026-11-20", "request_key": str(uuid4())}
    assert [client.post(reverse("support-add"), asked).status_code for _n in range(2)] == [302, 302]
    note = SupportNote.objects.get()

    assert client.get(reverse("support-note", args=[note.pk]))["Cache-Control"] == "no-store"
    assert list(due_follow_ups(access_of(author))) == [note]
    page = reverse("support-note", args=[note.pk])
    day = client.get("/").content.decode()
    assert page in day
    assert person.name not in day
    assert page not in signed_in(plant.person("mgr")).get("/").content.decode()
    SupportNote.objects.update(follow_up_on=FRIDAY + timedelta(days=3650))
    client = signed_in(author)
    assert page not in client.get("/").content.decode()
    SupportNote.objects.update(follow_up_on="2026-11-20")
    client.post(reverse("support-follow-up", args=[note.pk]))
    assert list(due_follow_ups(access_of(author))) == []


def test_what_a_talk_refuses(plant):
    by, person = plant.person("sup", plant.a), plant.person("opr", plant.a1)
    for asked, refusal in [
        ({"staff": by}, AboutOneself),
        ({"talked_on": date(2026, 11, 21)}, DayAhead),
        ({"follow_up_on": date(2026, 11, 19)}, DatesReversed),
    ]:
        with pytest.raises(refusal):
            write_support_note(**({"staff": person, "talked_on": FRIDAY, "text": "x", "by": by} | asked))
