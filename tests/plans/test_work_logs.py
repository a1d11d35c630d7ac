"""The daily work log: due time, late mark, reply, corrections; private notes; to-dos on the sheet of the next day (PLN-12, GEN-10)."""

import io
from datetime import date, datetime
from uuid import uuid4

import openpyxl
import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.db import DatabaseError, transaction
from django.urls import reverse
from pghistory.models import Event

from core.errors import Faults, Required, StaleVersion
from core.models import PlantSetting
from core.tables import KINDS
from core.tables.kinds import RECORDS
from people.access import access_of
from people.models import CalendarDay, Delegation, Notice
from plans.errors.work_logs import DueTooSoon, LogAhead, LogAnswered, LogNotHandedIn, NotTheirLog
from plans.models import ThinkingNote, ToDo, WorkLog
from plans.selectors.log_readers import ladder, logs_to_answer, logs_to_read
from plans.selectors.to_dos import to_dos_on
from plans.selectors.work_logs import expected_of, log_day
from plans.services import LogInput, NoteInput, ToDoInput, reply_to_log, save_log, submit_log, tick_to_do
from tests.factories.checklists import FRIDAY, make_sheet
from tests.factories.people import StaffFactory, night_shift
from tests.factories.rosters import follow, make_pattern
from tests.factories.work_logs import handed_in, led, written
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db
SECRET = "Two of the group want to leave; I doubt my own planning"
SATURDAY, MONDAY = date(2026, 11, 21), date(2026, 11, 23)


def at(text: str, on: str = "2026-11-20"):
    return time_machine.travel(f"{on} {text}+08:00", tick=False)


@pytest.fixture(autouse=True)
def friday_evening():
    with at("17:30"):
        yield


@pytest.fixture(autouse=True)
def shift(day_shift):
    return day_shift


@pytest.fixture
def boss(plant):
    """The workshop manager leads workshop A, where supervisor and team leader stand below."""
    led(plant.plant, plant.person("mgr"))
    return led(plant.a, plant.person("wsm", plant.a))


@pytest.fixture
def sup(plant, boss):
    return plant.person("sup", plant.a)


# --- due time ---


@pytest.mark.req("GEN-10")
@pytest.mark.parametrize(
    ("clock", "is_late"), [("17:59", False), ("18:00", False), ("18:00:59", False), ("18:01", True), ("18:05", True), ("23:00", True)]
)
def test_a_log_at_18_05_is_late_and_one_at_18_00_is_not(sup, clock, is_late):
    log = written(sup)
    with at(clock):
        assert submit_log(log=log).is_late is is_late


@pytest.mark.req("GEN-10")
def test_the_due_time_is_a_setting_and_the_database_holds_the_mark(sup, signed_in, plant):
    PlantSetting.objects.create(key="work_log_due", value="17:15")
    log = handed_in(sup)
    assert (log.is_late, log.due_at) == (True, datetime.fromisoformat("2026-11-20T17:15+08:00"))
    with pytest.raises(DatabaseError), transaction.atomic():
        WorkLog.objects.filter(pk=log.pk).update(is_late=False)
    page = signed_in(plant.person("adm")).get(reverse("settings")).content.decode()
    assert 'value="17:15"' in page


def test_the_time_is_set_on_the_settings_page_and_nonsense_is_refused(signed_in, plant):
    client = signed_in(plant.person("adm"))
    form = client.get(reverse("settings")).context["form"]
    data = {name: form[name].value() for name in form.fields} | {"work_log_due": "19:30"}
    assert client.post(reverse("settings"), data).status_code == 302
    assert PlantSetting.objects.get(key="work_log_due").value == "19:30"
    assert client.post(reverse("settings"), data | {"work_log_due": "25:00"}).status_code == 422


@pytest.mark.req("GEN-10")
def test_the_night_shifts_log_stands_under_the_date_on_which_the_night_began(plant, boss):
    night = night_shift()
    follow(plant.a1, make_pattern(night), date(2026, 11, 16))
    leader = plant.person("tld", plant.a1)
    with at("04:00", "2026-11-21"):
        day = log_day(leader)
        assert (day.on, day.shift) == (FRIDAY, night)
        log = written(leader, day.on)
        assert not submit_log(log=log).is_late  # due by the end of the shift, which is after 18:00
    with at("05:30", "2026-11-21"):
        assert log_day(leader).on == FRIDAY
    with at("05:05", "2026-11-20"):
        assert handed_in(leader, date(2026, 11, 19)).is_late


def test_nobody_writes_about_a_day_to_come(sup):
    with pytest.raises(LogAhead):
        written(sup, SATURDAY)


# --- handing in, replying, correcting ---


@pytest.mark.req("GEN-10")
def test_the_reply_of_the_superior_tells_the_author_once(plant, boss, sup):
    log = handed_in(sup)
    assert Notice.objects.filter(recipient=boss, kind="log.wait", done_at=None).count() == 1

    for _again in range(2):
        reply_to_log(log=log, text="Good. Ask Wang about the die.", by=boss)

    (told,) = Notice.objects.filter(recipient=sup, kind="log.replied")
    assert told.url == reverse("work-log", args=[log.pk])
    assert not Notice.objects.filter(kind="log.wait", done_at=None).exists()
    log.refresh_from_db()
    assert (log.status, log.replied_by, log.reply) == ("answered", boss, "Good. Ask Wang about the die.")


@pytest.mark.req("GEN-10")
def test_only_who_stands_next_above_replies(plant, boss, sup):
    mgr, other = plant.person("mgr"), plant.person("wsm", plant.b)
    log = handed_in(sup)
    for stranger in (mgr, other, sup):
        with pytest.raises(NotTheirLog):
            reply_to_log(log=log, text="Seen", by=stranger)
    with pytest.raises(LogNotHandedIn):
        reply_to_log(log=written(plant.person("tld", plant.a1)), text="Seen", by=boss)
    with pytest.raises(Required):
        reply_to_log(log=log, text="  ", by=boss)
    with pytest.raises(DatabaseError), transaction.atomic():
        WorkLog.objects.filter(pk=log.pk).update(status="answered", reply="Mine", replied_by=sup, replied_at=log.submitted_at)

    own = handed_in(boss)  # the manager of the workshop writes too: the plant's manager stands next above
    assert ladder().nearest(own.node_id, boss.pk) == mgr
    assert reply_to_log(log=own, text="Thank you", by=mgr).status == "answered"


@pytest.mark.req("GEN-10")
def test_of_an_absent_superior_the_deputy_replies_and_with_no_leader_the_upper_management(plant, boss, sup):
    deputy = plant.person("eng", plant.a)
    Delegation.objects.create(giver=boss, taker=deputy, role="wsm", starts_on=FRIDAY, ends_on=FRIDAY, reason="Away", made_by=boss)
    log = handed_in(sup)
    with pytest.raises(NotTheirLog):
        reply_to_log(log=log, text="Seen", by=boss)
    assert reply_to_log(log=log, text="Seen", by=deputy).status == "answered"

    top = plant.person("dir")
    alone = handed_in(plant.person("mgr"))
    assert [row.pk for row in logs_to_answer(access_of(top))] == [alone.pk]
    assert reply_to_log(log=alone, text="Seen", by=top).status == "answered"


@pytest.mark.req("GEN-10")
def test_the_author_corrects_until_the_reply_and_the_first_moment_counts(plant, boss, sup):
    log = handed_in(sup)
    with at("20:00"):
        kept = save_log(author=sup, business_date=FRIDAY, said=LogInput(done="Ran line 2 and 3"), version=log.version)
        assert (kept.status, kept.is_late, kept.done) == ("submitted", False, "Ran line 2 and 3")
        with pytest.raises(StaleVersion):
            reply_to_log(log=log, text="Seen", by=boss, version=log.version)  # they read what was there before
        with pytest.raises(Faults):
            save_log(author=sup, business_date=FRIDAY, said=LogInput(done=" "))
        reply_to_log(log=log, text="Seen", by=boss, version=kept.version)
    with pytest.raises(LogAnswered):
        save_log(author=sup, business_date=FRIDAY, said=LogInput(done="Something else"))
    with pytest.raises(DatabaseError), transaction.atomic():
        WorkLog.objects.filter(pk=log.pk).update(done="Something else")


def test_one_log_a_day_and_a_stale_page_does_not_overwrite_it(sup):
    first = save_log(author=sup, business_date=FRIDAY, said=LogInput(done="One"), version=0)
    with pytest.raises(StaleVersion):
        save_log(author=sup, business_date=FRIDAY, said=LogInput(done="Two"), version=0)
    assert save_log(author=sup, business_date=FRIDAY, said=LogInput(done="Three"), version=first.version).pk == first.pk
    with pytest.raises(DatabaseError), transaction.atomic():
        WorkLog.objects.create(author=sup, business_date=FRIDAY, due_at=first.due_at)


def test_a_log_that_says_nothing_is_not_handed_in(sup):
    with pytest.raises(Required):
        submit_log(log=written(sup, done=""))


# --- private notes ---


@pytest.mark.req("PLN-12")
@pytest.mark.parametrize("who", ["neighbour", "deputy", "peer", "superior", "mgr", "dir", "adm", "hrt"])
def test_nobody_else_reads_a_private_note(plant, boss, sup, signed_in, who):
    neighbour = StaffFactory(name="other sup A", org=plant.a, roles=["sup"])
    if who == "deputy":  # the same neighbour, who may read the log itself while he stands in for the workshop's manager
        Delegation.objects.create(giver=boss, taker=neighbour, role="wsm", starts_on=FRIDAY, ends_on=FRIDAY, made_by=boss, reason="Away")
    people = {"neighbour": neighbour, "deputy": neighbour, "peer": plant.person("sup", plant.b), "superior": boss}
    may_read = who in ("superior", "deputy", "mgr")
    reader = people.get(who) or plant.person(who)
    log = handed_in(sup, notes={"staffing": SECRET, "improvement": NoteInput("Shared: a rack for dies", is_shared=True)})
    client = signed_in(reader)

    page = client.get(reverse("work-log", args=[log.pk]))
    assert page.status_code == (200 if may_read else 404)
    assert (b"Shared: a rack for dies" in page.content) is may_read
    for address in ("work-logs", "team-logs", "my-day", "inbox"):
        for query in ("", "?view=all", f"?view=all&q={SECRET[:10]}"):
            assert SECRET not in client.get(reverse(address) + query).content.decode()
    assert SECRET not in page.content.decode()
    file = client.get(reverse("team-logs") + "?view=all&file=xlsx")
    assert SECRET not in _cells(b"".join(file.streaming_content))


def _cells(book: bytes) -> str:
    sheets = openpyxl.load_workbook(io.BytesIO(book)).worksheets
    return str([[cell.value for cell in row] for sheet in sheets for row in sheet.iter_rows()])


@pytest.mark.req("PLN-12")
def test_a_private_note_stands_in_no_history_file_api_or_administration(plant, boss, sup, signed_in):
    log = handed_in(sup, notes={"staffing": SECRET})
    save_log(author=sup, business_date=FRIDAY, said=LogInput(done="Corrected", notes={"staffing": NoteInput(SECRET + ".")}))

    assert ThinkingNote not in admin.site._registry
    assert WorkLog not in admin.site._registry
    assert ThinkingNote not in {kind.model for kind in (*KINDS.values(), *RECORDS.values())}
    tracked = {getattr(event, "pgh_tracked_model", None) for event in Event.__subclasses__()}
    assert ThinkingNote not in tracked
    paths = signed_in(plant.person("adm")).get("/api/v1/openapi.json").json()["paths"]
    assert not [path for path in paths if "log" in path or "note" in path]
    for model in apps.get_models():
        if model is not ThinkingNote and model._meta.managed and not model._meta.proxy:
            assert SECRET not in str(list(model._default_manager.values())), model
    page = signed_in(sup).get(reverse("work-log", args=[log.pk]))
    assert SECRET in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert any(change.before == "Ran line 2 as planned" for entry in page.context["history"] for change in entry.changes)
    assert SECRET not in str(page.context["history"])


@pytest.mark.req("PLN-12")
def test_a_draft_is_its_authors_alone_and_leaves_no_history(plant, boss, sup, signed_in):
    log = written(sup, done="A first thought")
    written(sup, done="A second thought")
    assert signed_in(boss).get(reverse("work-log", args=[log.pk])).status_code == 404
    assert not logs_to_read(access_of(boss)).exists()
    submit_log(log=log)
    assert signed_in(boss).get(reverse("work-log", args=[log.pk])).context["history"] == []


# --- to-dos of the next day ---


@pytest.mark.req("PLN-12")
def test_a_to_do_for_tomorrow_shows_at_the_top_of_tomorrows_sheet_and_is_ticked_there(plant, boss, sup, shift, signed_in):
    log = handed_in(sup, to_dos=(ToDoInput("Change the die of press 3", team=plant.a1), ToDoInput("Talk to Zhao")))
    of_team, own = log.to_dos.order_by("pk")
    assert (of_team.due_on, own.due_on) == (SATURDAY, SATURDAY)
    today, tomorrow = make_sheet(plant.a1, shift, FRIDAY), make_sheet(plant.a1, shift, SATURDAY)
    leader = plant.person("tld", plant.a1)

    assert b"Change the die" not in signed_in(leader).get(reverse("sheet-fill", args=[today.pk])).content
    with at("08:00", "2026-11-21"):
        page = signed_in(leader).get(reverse("sheet-fill", args=[tomorrow.pk])).content.decode()
        assert page.index("Change the die of press 3") < page.index('id="sheet"')
        assert "Talk to Zhao" not in page
        assert "Talk to Zhao" in signed_in(sup).get(reverse("sheet-fill", args=[tomorrow.pk])).content.decode()
        assert "Talk to Zhao" in signed_in(sup).get("/").content.decode()
        assert "Change the die" in signed_in(leader).get("/").content.decode()

        client = signed_in(leader)
        back = reverse("sheet-fill", args=[tomorrow.pk])
        assert client.post(reverse("to-do-tick", args=[of_team.pk]), {"next": back})["Location"] == back
        of_team.refresh_from_db()
        assert of_team.done_by == leader
        assert "done by" in client.get(back).content.decode()
        assert client.post(reverse("to-do-tick", args=[own.pk])).status_code == 404
        assert client.post(reverse("to-do-tick", args=[of_team.pk]), {"next": "//elsewhere.example"})["Location"] == reverse("my-day")
        part = client.post(reverse("to-do-tick", args=[of_team.pk]), {"is_done": "0"}, headers={"HX-Request": "true"})
        assert part.content.decode().strip().startswith("<li")
        of_team.refresh_from_db()
        assert of_team.done_at is None


@pytest.mark.req("PLN-12")
def test_the_next_day_is_the_next_working_day_and_what_is_left_stays_on_top(plant, boss, sup, shift):
    CalendarDay.objects.create(plant=plant.plant, date=SATURDAY, name="Off", name_zh="休", is_working=False)
    log = handed_in(sup, to_dos=(ToDoInput("Order gloves", team=plant.a1), ToDoInput("Later", due_on=date(2026, 11, 30))))
    assert [row.due_on for row in log.to_dos.order_by("pk")] == [MONDAY, date(2026, 11, 30)]
    leader = plant.person("tld", plant.a1)
    monday, tuesday = make_sheet(plant.a1, shift, MONDAY), make_sheet(plant.a1, shift, date(2026, 11, 24))
    assert [row.text for row in to_dos_on(monday, leader)] == ["Order gloves"]
    assert [row.text for row in to_dos_on(tuesday, leader)] == ["Order gloves"]
    tick_to_do(to_do=log.to_dos.first(), by=leader)
    assert [row.text for row in to_dos_on(monday, leader)] == ["Order gloves"]
    assert list(to_dos_on(tuesday, leader)) == []


def test_rows_of_the_next_day_are_kept_by_their_id_and_ticked_ones_never_go(sup):
    log = written(sup, to_dos=(ToDoInput("One"), ToDoInput("Two"), ToDoInput("Three")))
    one, two, _three = log.to_dos.order_by("pk")
    tick_to_do(to_do=two, by=sup)
    save_log(author=sup, business_date=FRIDAY, said=LogInput(done="x", to_dos=(ToDoInput("One and a half", id=one.pk),)))
    assert list(log.to_dos.order_by("pk").values_list("pk", "text")) == [(one.pk, "One and a half"), (two.pk, "Two")]
    with pytest.raises(Faults) as refused:
        save_log(author=sup, business_date=FRIDAY, said=LogInput(to_dos=(ToDoInput("Now", due_on=FRIDAY),)))
    assert isinstance(refused.value.faults[0], DueTooSoon)


# --- pages ---


def _said(field):
    return "" if field.value() is None else field.value()


def _post(page, **more):
    """What a browser sends of the form as it stands, with what was typed."""
    form, rows = page.context["form"], page.context["rows"]
    data = {name: _said(form[name]) for name in form.fields if not name.endswith("_shared")}
    data |= {f"{rows.prefix}-{name}": rows.management_form[name].value() for name in rows.management_form.fields}
    for row in rows:
        data |= {row.add_prefix(name): _said(row[name]) for name in row.fields}
    return data | more


def test_a_log_is_kept_while_it_is_typed_then_handed_in(plant, boss, sup, signed_in):
    client, address = signed_in(sup), reverse("work-log-write", args=["2026-11-20"])
    assert client.get(reverse("work-log-today"))["Location"] == address
    page = client.get(address)
    typed = _post(page, done="Ran line 2", **{"to_dos-0-text": "Oil press 3", "to_dos-0-team": plant.a1.pk}, staffing=SECRET)
    kept = client.post(address, typed | {"then": "auto"})
    assert kept.json().get("version") == 1, kept.json()
    assert client.post(address, typed | {"then": "auto"}).json() == kept.json()  # the same sending again
    log = WorkLog.objects.get()
    assert (log.status, log.to_dos.get().team, log.notes.get().text) == ("draft", plant.a1, SECRET)

    page = client.get(address)
    assert client.post(address, _post(page, then="submit", done="")).status_code == 422
    again = client.post(address, _post(page, then="add"))
    assert len(again.context["rows"].forms) == len(page.context["rows"].forms) + 1
    assert client.post(address, _post(page, then="submit"))["Location"] == reverse("work-log", args=[log.pk])
    assert client.post(address, typed | {"then": "auto"}).json() == kept.json()
    assert client.post(address, typed | {"then": "auto", "request_key": str(uuid4())}).status_code == 409  # a stale tablet
    stale = client.post(address, _post(page, then="save", done="An old page", request_key=str(uuid4())))
    assert (stale.status_code, stale.context["stands"].pk) == (409, log.pk)
    assert b"An old page" in stale.content
    reply_to_log(log=log, text="Seen", by=boss)
    assert client.get(address)["Location"] == reverse("work-log", args=[log.pk])


def test_the_superior_sees_unanswered_then_missing_logs_and_replies(plant, boss, sup, signed_in):
    leader, other = plant.person("tld", plant.a1), plant.person("tld", plant.a2)
    plant.person("opr", plant.a1)  # fills no checks, so owes no log
    log = handed_in(leader, done="Press 3 stood for an hour")
    written(other)
    reply_to_log(log=handed_in(sup), text="Good", by=boss)
    with at("18:30"):
        client = signed_in(boss)
        page = client.get(reverse("team-logs"))
        assert [(row.who, row.state) for row in page.context["expected"]] == [(leader, "unanswered"), (other, "missing"), (sup, "answered")]
        assert [row.pk for row in page.context["rows"]] == [log.pk]
        assert "Press 3 stood for an hour" in page.content.decode()
        refused = client.post(reverse("work-log-reply", args=[log.pk]), {"text": " ", "version": log.version})
        assert refused.status_code == 200
        assert client.post(reverse("work-log-reply", args=[log.pk]), {"text": "Seen", "version": log.version}).status_code == 302
        assert list(client.get(reverse("team-logs")).context["rows"]) == []
        assert len(client.get(reverse("team-logs") + "?view=all").context["rows"]) == 2
        assert signed_in(plant.person("mgr")).get(reverse("team-logs") + "?view=all").context["rows"][0].author in (leader, sup)


def test_nobody_owes_a_log_of_a_day_off(plant, boss, sup):
    CalendarDay.objects.create(plant=plant.plant, date=FRIDAY, name="Off", name_zh="休", is_working=False)
    now = datetime.fromisoformat("2026-11-20T19:00+08:00")
    assert expected_of(access_of(boss), FRIDAY, now) == []


def test_the_lists_cost_the_same_few_statements_however_much_there_is(plant, boss, sup, shift, signed_in):
    leader = plant.person("tld", plant.a1)
    days = [date(2026, 11, number) for number in (9, 10, 11, 12, 13, 16, 17, 18)]

    def work(some):
        for on in some:
            for author in (sup, leader):
                handed_in(author, on, to_dos=(ToDoInput("Something", team=plant.a1), ToDoInput("Own")))

    work(days[:2])
    sheet = make_sheet(plant.a1, shift, SATURDAY)
    pages = [(boss, reverse("team-logs") + "?view=all"), (sup, reverse("work-logs")), (leader, "/")]
    pages += [(leader, reverse("sheet-fill", args=[sheet.pk])), (boss, reverse("work-log", args=[WorkLog.objects.first().pk]))]
    few = [own_statements(signed_in(who), address) for who, address in pages]
    work(days[2:])
    assert [own_statements(signed_in(who), address) for who, address in pages] == few
    assert max(few) <= 20, few
    assert ToDo.objects.count() == 32
