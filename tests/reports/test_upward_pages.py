"""Pages, files and API of reports upward: who sees what, what is typed stays, files open with Chinese as Chinese."""

import csv
import io
import json
import re
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from core.versions import version_of
from people.access import access_of
from people.models import Notice
from people.services import make_token
from plans import hooks
from reports.documents.upward import upward_data
from reports.models import UpwardReport
from reports.period_figures import read_figures
from reports.services import UpwardInput, change_report, comment_report, remind_upward, return_report
from reports.upward_slot import upward_waiting
from tests.factories.plans import LineFactory, ReportFactory
from tests.factories.upward import MONDAY, WHOLE, begun, clock, sent, told_to
from tests.factories.work_logs import led
from tests.plans.statements import own_statements

pytestmark = [pytest.mark.django_db, pytest.mark.req("GEN-11")]


@pytest.fixture(autouse=True)
def on_a_monday():
    with time_machine.travel("2026-11-23 00:00Z", tick=False):
        yield


@pytest.fixture
def manager(plant):
    return led(plant.plant, plant.person("mgr"))


@pytest.fixture
def director(plant):
    return plant.person("dir")


@pytest.fixture
def shop(plant):
    return led(plant.a, plant.person("wsm", plant.a))


def new_address(node, kind="week", on="2026-11-18"):
    return f"{reverse('upward-new')}?kind={kind}&node={node.pk}&on={on}"


def typed(**more):
    return WHOLE | {"request_key": str(uuid4()), "version": "0", "then": "send"} | more


def html(answer):
    return answer.content.decode()


def test_a_manager_writes_the_week_beside_its_figures_and_sends_it(plant, manager, director, signed_in):
    LineFactory(report=ReportFactory(team=plant.a1, business_date=MONDAY), planned_qty=100, good_qty=91)
    client = signed_in(manager)
    assert "Day, week or month of a unit" in html(client.get(reverse("upward-new")))
    page = html(client.get(new_address(plant.plant)))
    assert "week 47 of 2026" in page
    assert "91" in page

    answer = client.post(new_address(plant.plant), typed())

    report = UpwardReport.objects.get()
    assert answer["Location"] == reverse("upward", args=[report.pk])
    assert (report.status, report.starts_on, report.sent_by, report.is_late) == ("sent", MONDAY, manager, False)
    page = html(client.get(answer["Location"]))
    for words in ("Line 2 changed over / 2线换型", "Month to date", "Day by day", "91.0", "mgr P → dir P"):
        assert words in page, words
    assert client.get(new_address(plant.plant))["Location"] == reverse("upward", args=[report.pk])


def test_the_own_unit_and_the_last_week_are_offered_first(plant, manager, shop, signed_in):
    def offered(person):
        form = signed_in(person).get(reverse("upward-new")).context["form"]
        return form["node"].value(), form["on"].value()

    assert offered(shop) == (str(plant.a.pk), date(2026, 11, 22))
    assert offered(manager) == (str(plant.plant.pk), date(2026, 11, 22))
    manager.org = None
    manager.save()
    assert offered(manager) == (str(plant.plant.pk), date(2026, 11, 22))


def test_a_double_click_sends_one_report(plant, manager, director, signed_in):
    client, click = signed_in(manager), typed()

    first, second = (client.post(new_address(plant.plant), click) for _time in range(2))

    assert first["Location"] == second["Location"]
    assert UpwardReport.objects.get().number == "UPR-2026-000001"
    assert Notice.objects.filter(recipient=director).count() == 1


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost_or_kept(plant, manager, signed_in):
    client = signed_in(manager)

    answer = client.post(new_address(plant.plant), typed(plan="", analysis="Only this"))

    assert answer.status_code == 422
    assert "Only this" in html(answer)
    assert answer.context["form"].errors["plan"] == ["This is needed."]
    assert not UpwardReport.objects.exists()
    assert client.post(new_address(plant.plant), typed(plan="", then="save"))["Location"].endswith("/edit")
    assert client.get(new_address(plant.plant))["Location"] == reverse("upward-edit", args=[UpwardReport.objects.get().pk])


def test_whoever_begins_a_report_that_another_began_meanwhile_is_led_to_it(plant, manager, shop, signed_in):
    begun(plant.a, shop)

    answer = signed_in(manager).post(new_address(plant.a), typed())

    assert answer.status_code == 409
    assert "already has a report of that period" in html(answer)
    assert "Open that report" in html(answer)


def test_a_stale_page_is_refused_with_both_texts_and_the_second_time_it_is_meant(plant, manager, shop, signed_in):
    report = begun(plant.a, shop)
    client, address = signed_in(shop), reverse("upward-edit", args=[report.pk])
    seen = client.get(address).context["form"]["version"].value()
    change_report(report=report, said=UpwardInput(**WHOLE | {"plan": "Theirs"}), by=manager, version=seen)

    answer = client.post(address, typed(plan="Mine", version=seen))

    assert answer.status_code == 409
    assert "Theirs" in html(answer)
    assert "Mine" in html(answer)
    assert UpwardReport.objects.get().plan == "Theirs"
    again = answer.context["form"]["version"].value()
    assert client.post(address, typed(plan="Mine", version=again)).status_code == 302
    assert UpwardReport.objects.get().plan == "Mine"


@pytest.mark.req("RPT-12")
def test_a_director_comments_and_the_manager_reads_it_in_the_inbox(plant, manager, director, signed_in):
    report = told_to(manager, director, "oral", done="Told at noon")
    address = reverse("upward-step", args=[report.pk, "comment"])
    said = {"text": "Since when? / 从何时起？", "request_key": str(uuid4())}
    client = signed_in(director)
    for _click in range(2):
        assert client.post(address, said)["Location"] == reverse("upward", args=[report.pk])

    assert report.words.count() == 1
    page = html(signed_in(manager).get(reverse("inbox")))
    assert "dir P wrote about the report New press / 新压力机: Since when? / 从何时起？" in page
    reply = reverse("upward-step", args=[report.pk, "reply"])
    assert signed_in(manager).post(reply, {"text": "Friday", "request_key": str(uuid4())}).status_code == 302
    assert [word.text for word in report.words.all()] == ["Since when? / 从何时起？", "Friday"]


def test_a_word_that_is_refused_keeps_what_was_typed(plant, manager, director, signed_in):
    report = sent(plant.plant, manager)
    client = signed_in(director)

    answer = client.post(reverse("upward-step", args=[report.pk, "comment"]), {"text": "x" * 1001})

    assert answer.status_code == 422
    assert "x" * 1001 in html(answer)
    assert client.post(reverse("upward-step", args=[report.pk, "return"]), {"reason": " "}).status_code == 422
    assert client.post(reverse("upward-step", args=[report.pk, "acknowledge"]), {"text": ""}).status_code == 302
    assert UpwardReport.objects.get().status == "acknowledged"


def test_a_returned_report_shows_why_and_is_sent_again(plant, manager, director, signed_in):
    report = sent(plant.plant, manager)
    return_report(report=report, reason="Sunday is missing", access=access_of(director))
    client, address = signed_in(manager), reverse("upward-edit", args=[report.pk])

    assert "Sunday is missing" in html(client.get(address))
    answer = client.post(address, typed(analysis="With Sunday", version=version_of(report)))

    assert answer["Location"] == reverse("upward", args=[report.pk])
    page = html(client.get(f"{answer['Location']}?tab=history"))
    assert "With Sunday" in page
    assert "sums" not in page


@pytest.mark.req("RPT-12")
def test_a_letter_is_hidden_from_everybody_it_does_not_concern(plant, manager, director, shop, signed_in):
    letter = told_to(manager, director)
    for person in (shop, plant.person("adm"), plant.person("wsm"), plant.person("sup", plant.a)):
        client = signed_in(person)
        for name, args in (("upward", []), ("upward-file", ["pdf"]), ("upward-edit", [])):
            assert client.get(reverse(name, args=[letter.pk, *args])).status_code == 404, (person, name)
        assert "新压力机" not in html(client.get(reverse("upward-reports")))
        assert client.post(reverse("upward-step", args=[letter.pk, "comment"]), {"text": "x"}).status_code == 404
    assert signed_in(director).get(reverse("upward", args=[letter.pk])).status_code == 200


def test_the_report_of_another_workshop_does_not_exist(plant, manager, signed_in):
    led(plant.b, plant.person("wsm", plant.b))
    theirs = sent(plant.b, plant.person("wsm", plant.b))
    client = signed_in(plant.person("wsm", plant.a))

    assert client.get(reverse("upward", args=[theirs.pk])).status_code == 404
    assert client.get(new_address(plant.b)).status_code in (404, 422)
    assert client.post(new_address(plant.b), typed()).status_code == 404


def test_a_draft_may_be_thrown_away_and_what_was_sent_may_not(plant, manager, signed_in):
    draft, report = begun(plant.a, manager), sent(plant.plant, manager)
    client = signed_in(manager)

    assert client.post(reverse("upward-discard", args=[draft.pk]))["Location"] == reverse("upward-reports")
    client.post(reverse("upward-discard", args=[report.pk]))

    assert list(UpwardReport.objects.all()) == [report]


# --- the list and My day ---


def test_the_list_narrows_sorts_and_says_what_is_owed(plant, manager, director, shop, signed_in):
    late, own = sent(plant.a, shop, at=clock(23, 9, 1)), sent(plant.plant, manager, at=clock(23, 8))
    letter, draft = told_to(manager, director), begun(plant.b, manager, "day", date(2026, 11, 20))
    client = signed_in(manager)

    def shown(query):
        return {row.pk for row in client.get(f"{reverse('upward-reports')}?{query}").context["rows"]}

    assert shown("") == {late.pk, own.pk, letter.pk, draft.pk}
    assert shown("view=wait") == {late.pk}
    assert shown("view=mine") == {own.pk, letter.pk, draft.pk}
    assert shown("view=late") == {late.pk, draft.pk}
    assert shown("kind=written") == {letter.pk}
    assert shown(f"node={plant.a.pk}") == {late.pk}
    assert shown("q=压力机") == {letter.pk}
    assert shown("on_from=2026-11-23") == set()
    page = client.get(reverse("upward-reports"))
    assert [row["about"] for row in page.context["owed"]] == ["October 2026", "October 2026"]
    assert "Due and not sent" in html(page)


def test_the_empty_list_says_what_to_do(plant, manager, director, signed_in):
    page = html(signed_in(manager).get(f"{reverse('upward-reports')}?view=wait"))
    assert "No report here" in page
    assert "Write a report" in page


def test_the_list_costs_the_same_few_statements_however_many_there_are(plant, manager, director, shop, signed_in):
    client = signed_in(manager)
    sent(plant.plant, manager)
    few = own_statements(client, reverse("upward-reports"))
    for day in range(2, 14):
        sent(plant.a, shop, "day", date(2026, 11, day))
        told_to(manager, director, subject=f"Matter {day}")

    assert own_statements(client, reverse("upward-reports")) <= few <= 12


@pytest.mark.req("RPT-12")
def test_my_day_shows_what_is_due_with_the_statement_that_counts_the_inbox(plant, manager, director, shop, signed_in, monkeypatch):
    client = signed_in(manager)
    assert remind_upward(at=clock(23, 8)) == 4
    sent(plant.a, shop)
    page = client.get("/")
    for words in ("2026-W47", "2026-10", "Report to answer", 'aria-label="Inbox, 3 open"', reverse("upward-new")):
        assert words in html(page), words
    with CaptureQueriesContext(connection) as statements:
        client.get("/")
    asked = [
        query["sql"] for query in statements.captured_queries if "people_notice" in query["sql"] and "plans_finding" not in query["sql"]
    ]
    assert len(asked) == 1, asked
    with_it = own_statements(client, "/")

    monkeypatch.setattr("plans.views.my_day.day_cards", [cards for cards in hooks.day_cards if cards is not upward_waiting])

    assert own_statements(client, "/") == with_it


def test_my_day_says_how_many_more_wait_in_the_inbox(plant, manager, director, signed_in):
    for number in range(8):
        told_to(manager, director, subject=f"Matter {number}")

    page = html(signed_in(director).get("/"))
    assert page.count("Report to answer") == 6
    assert "All in the inbox" in page
    assert 'aria-label="Inbox, 8 open"' in page


def test_the_reminder_has_a_command_that_needs_no_broker(plant, manager, capsys):
    call_command("remind_upward", "--at", "2026-11-23T08:00+08:00")
    call_command("remind_upward", "--at", "2026-11-23T08:00+08:00")

    assert capsys.readouterr().out.splitlines() == ["2 notices told", "0 notices told"]


# --- files ---


def rows_of(answer):
    content = answer.content if not answer.streaming else b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.req("RPT-12")
def test_a_csv_opens_with_correct_chinese_and_no_formula(plant, manager, director, signed_in):
    LineFactory(report=ReportFactory(team=plant.a1, business_date=MONDAY), planned_qty=1000, good_qty=2345)
    report = sent(plant.plant, manager, done='=HYPERLINK("http://evil.example")', analysis="废品率下降，换型后稳定", plan="+1 人")
    comment_report(report=report, text="很好", access=access_of(director), at=clock(23, 10))
    client = signed_in(manager)
    client.post(reverse("language"), {"language": "zh-hans"})

    rows = {row[0]: row[1:] for row in rows_of(client.get(reverse("upward-file", args=[report.pk, "csv"])))}

    assert rows["分析"][0] == "废品率下降，换型后稳定"
    assert rows["完成的工作"][0].startswith("'=")
    assert rows["下期计划"][0] == "'+1 人"
    assert rows["良品产量"] == ["2345", "件", "2345"]
    assert rows["dir P, 批示"][0] == "很好"


@pytest.mark.req("RPT-12")
def test_the_list_as_csv_opens_with_correct_chinese_and_holds_what_one_may_read(plant, manager, director, shop, signed_in):
    letter, week = told_to(manager, director, done="=1+1"), sent(plant.a, shop)
    begun(plant.plant, manager)

    def numbers(person):
        rows = rows_of(signed_in(person).get(f"{reverse('export', args=['upward-reports'])}?form=csv"))
        return {row[0]: row for row in rows[1:]}

    assert set(numbers(director)) == {letter.number, week.number}
    assert numbers(director)[letter.number][5:7] == ["New press / 新压力机", "'=1+1"]
    assert set(numbers(shop)) == {week.number}
    assert set(numbers(plant.person("adm"))) == {week.number}


@pytest.mark.req("RPT-12")
@pytest.mark.parametrize(("language", "words"), [("en", ("Report of the week", "Month to date")), ("zh-hans", ("工作周报", "本月累计"))])
def test_a_pdf_says_the_same_in_both_languages(plant, manager, director, signed_in, language, words):
    LineFactory(report=ReportFactory(team=plant.a1, business_date=MONDAY), planned_qty=1000, good_qty=2345)
    report = sent(plant.plant, manager, done="#eval(1) *bold* 换型")
    comment_report(report=report, text="很好", access=access_of(director), at=clock(23, 10))
    client = signed_in(manager)
    client.post(reverse("language"), {"language": language})

    answer = client.get(reverse("upward-file", args=[report.pk, "pdf"]))
    with translation.override(language):
        said = json.dumps(upward_data(report, read_figures(UpwardReport.objects.get().figures)), ensure_ascii=False)

    assert answer["Content-Type"] == "application/pdf"
    assert 'filename="UPR-2026-000001.pdf"' in answer["Content-Disposition"]
    assert int(re.search(rb"/Type/Pages/Count (\d+)", answer.content)[1]) == 1
    for told in (*words, "2,345", "#eval(1) *bold* 换型", "很好", "UPR-2026-000001"):
        assert told in said, told


@pytest.mark.req("RPT-12")
def test_a_letter_and_a_draft_are_papers_too(plant, manager, director, signed_in):
    client = signed_in(manager)
    for report in (told_to(manager, director, plan="", analysis=""), begun(plant.plant, manager, done="", plan="")):
        answer = client.get(reverse("upward-file", args=[report.pk, "pdf"]))
        assert answer.content.startswith(b"%PDF")
        assert client.get(reverse("upward-file", args=[report.pk, "csv"])).content.startswith(b"\xef\xbb\xbf")


# --- API ---


def post(token, address, body, key=None):
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
    return Client().post(f"/api/v1{address}", json.dumps(body), content_type="application/json", headers=headers)


@pytest.mark.req("RPT-12")
def test_a_program_sends_a_report_once_and_the_director_answers_it(plant, manager, director):
    token, key = make_token(staff=manager, name="t"), str(uuid4())
    body = {"kind": "week", "on": "2026-11-18", "org_code": "P"} | WHOLE

    first, again = (post(token, "/upward-reports", body, key) for _time in range(2))

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again["Idempotent-Replay"] == "true"
    assert first.json()["number"] == "UPR-2026-000001"
    assert (first.json()["starts_on"], first.json()["is_late"], first.json()["reader"]) == ("2026-11-16", False, director.staff_no)
    theirs = make_token(staff=director, name="t")
    assert post(theirs, "/upward-reports/UPR-2026-000001/comment", {"text": "Good"}).json()["status"] == "commented"
    assert post(theirs, "/upward-reports/UPR-2026-000001/acknowledge", {}).json()["status"] == "acknowledged"
    assert post(theirs, "/upward-reports/UPR-2026-000001/return", {"reason": "Mend"}).json()["status"] == "returned"
    assert post(theirs, "/upward-reports/UPR-2026-000001/comment", {"text": "x"}).json()["code"] == "not_sent_yet"
    assert post(token, "/upward-reports", body).json()["code"] == "period_report_taken"


def test_a_program_is_told_every_fault_at_its_field(plant, manager, shop):
    token = make_token(staff=shop, name="t")
    week = {"kind": "week", "on": "2026-11-18", "org_code": "A"} | WHOLE

    def faults(**more):
        answer = post(token, "/upward-reports", week | more)
        return answer.status_code, [(fault["field"], fault["code"]) for fault in answer.json().get("errors", [])]

    assert faults(org_code="B") == (422, [("org_code", "unknown")])
    assert faults(org_code=None) == (422, [("org_code", "required")])
    assert faults(analysis="", plan=" ") == (422, [("analysis", "required"), ("plan", "required")])
    assert faults(kind="oral") == (422, [("reader", "required")])
    assert faults(kind="oral", reader=manager.staff_no) == (422, [("subject", "required")])
    assert faults(on="2026-12-07") == (422, [("on", "period_ahead")])
    assert not UpwardReport.objects.exists()


def test_a_program_does_not_see_what_its_person_does_not_see(plant, manager, director, shop):
    letter, week = told_to(manager, director), sent(plant.a, shop)
    token = make_token(staff=shop, name="t")

    def get(address):
        return Client().get(f"/api/v1{address}", headers={"Authorization": f"Bearer {token}"})

    assert [row["number"] for row in get("/upward-reports").json()["items"]] == [week.number]
    assert get(f"/upward-reports/{letter.number}").status_code == 404
    assert get("/upward-reports?kind=week&sent_at_from=2026-11-23T00:00%2B08:00").json()["items"][0]["org_code"] == "A"
