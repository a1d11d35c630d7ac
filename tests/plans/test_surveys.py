"""A one-off baseline survey: sections with owners, improvements out of what is found, closed when all are handed in (GEN-05)."""

from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse

from core.errors import Faults
from people.models import Notice
from plans.errors.sheets import SheetLocked, UnknownItem
from plans.errors.surveys import NoSections, SectionDone, SectionsOpen, SurveyClosed, SurveyedToday, SurveyRunning
from plans.models import Answer, Finding, FindingKind, Sheet, Survey
from plans.selectors.coverage import coverage_by_place
from plans.selectors.lateness import late_phases
from plans.selectors.surveys import done_of, improvements_of, sections_of
from plans.services import (
    FindingInput,
    answer,
    close_survey,
    give_section,
    make_sheets,
    mark_missed,
    missing_items,
    put_right,
    reopen_sheet,
    skip_sheet,
    start_survey,
    submit_sheet,
)
from tests.factories.checklists import shipped, tap
from tests.factories.people import StaffFactory
from tests.factories.work_logs import led, surveyed
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db
SECTIONS = ["purchasing", "store", "safety", "people", "data", "improvement"]


@pytest.fixture(autouse=True)
def friday_morning():
    with time_machine.travel("2026-11-20 10:00+08:00", tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def shift(day_shift):
    return day_shift


@pytest.fixture
def mgr(plant):
    return plant.person("mgr")


@pytest.fixture
def sup(plant):
    led(plant.a, plant.person("wsm", plant.a))
    return plant.person("sup", plant.a)


def sheets_of(survey):
    return {section.area.key: section.sheet for section in sections_of(survey)}


def fill(sheet, by, *, wrong=0):
    """Answer a whole section, the first ``wrong`` items NG."""
    keys = list(missing_items(sheet))
    taps = [tap(item.key, "ng", f"{item.key} is not in place") if n < wrong else tap(item.key) for n, item in enumerate(keys)]
    answer(sheet=sheet, answers=taps, by=by)
    return submit_sheet(sheet=sheet, by=by)


@pytest.mark.req("GEN-05")
def test_a_survey_with_10_findings_makes_10_linked_improvements(plant, mgr, sup, signed_in):
    survey = surveyed(plant.a, owner=sup, by=mgr)
    sheets = sheets_of(survey)
    assert list(sheets) == SECTIONS
    assert sum(section.asked for section in sections_of(survey)) == 36
    for key, wrong in zip(SECTIONS, (3, 4, 2, 1, 0, 0), strict=True):
        fill(sheets[key], sup, wrong=wrong)

    found = list(improvements_of(survey))
    assert len(found) == 10
    assert {finding.kind for finding in found} == {FindingKind.IMPROVEMENT}
    assert {finding.owner for finding in found} == {plant.person("wsm", plant.a)}
    assert {finding.due_at.date() for finding in found} == {date(2026, 12, 20)}
    assert Answer.objects.filter(finding__in=found, sheet__section__survey=survey).count() == 10

    for finding in found[:4]:
        put_right(finding=finding, result="Contract filed", by=finding.owner)
    page = signed_in(mgr).get(reverse("survey", args=[survey.pk]))
    assert (done_of(improvements_of(survey)).done, page.context["done"].total) == (4, 10)
    assert page.context["done"].percent == Decimal("40.0")
    assert page.content.decode().count("FND-2026-") >= 10
    row = signed_in(mgr).get(reverse("surveys")).context["rows"][0]
    assert (row.sections_settled, row.sections_total, row.found, row.found_done) == (6, 6, 10, 4)


@pytest.mark.req("GEN-05")
def test_it_is_closed_when_every_section_is_handed_in_and_a_refusal_names_the_others(plant, mgr, sup, signed_in):
    survey = surveyed(plant.a, owner=sup, by=mgr)
    sheets = sheets_of(survey)
    for key in SECTIONS[:4]:
        fill(sheets[key], sup)
    skip_sheet(sheet=sheets["data"], reason="Outsourced", by=mgr)
    with pytest.raises(SectionsOpen) as refused:
        close_survey(survey=survey, by=mgr)
    assert (refused.value.figures["count"], refused.value.figures["names"]) == (1, "Improvement")
    client = signed_in(mgr)
    page = client.post(reverse("survey-close", args=[survey.pk]), {"version": survey.version})
    assert page.status_code == 409
    assert "1 sections are not handed in yet: Improvement." in page.content.decode()

    fill(sheets["improvement"], sup)
    assert client.post(reverse("survey-close", args=[survey.pk]), {"version": survey.version}).status_code == 302
    survey.refresh_from_db()
    assert (survey.status, survey.closed_by) == ("closed", mgr)
    with pytest.raises(SurveyClosed):
        close_survey(survey=survey, by=mgr)
    with pytest.raises(SurveyClosed):
        reopen_sheet(sheet=sheets["store"], reason="A row was wrong", by=mgr)


@pytest.mark.req("GEN-05")
def test_no_schedule_makes_it_and_nothing_marks_it_missed_or_late(plant, mgr, sup, shift, friday_morning):
    survey = surveyed(plant.a, owner=sup, by=mgr)
    friday_morning.move_to(datetime.fromisoformat("2027-02-01T10:00+08:00"))
    now = datetime.fromisoformat("2027-02-01T10:00+08:00")
    assert (make_sheets(), mark_missed(), late_phases(now)) == (0, 0, [])
    assert Sheet.objects.filter(section__survey=survey, status="open").count() == 6
    assert coverage_by_place(Sheet.objects.filter(area=None), now) == {}
    fill(sheets_of(survey)["store"], sup)  # after its date it still takes answers


@pytest.mark.req("GEN-05")
def test_the_owner_fills_a_section_whatever_their_place_and_role_and_nobody_else_does(plant, mgr, sup, signed_in):
    buyer = plant.person("buy", plant.b)
    survey = surveyed(plant.a, owner=sup, by=mgr, owners={"purchasing": buyer})
    sheet = sheets_of(survey)["purchasing"]
    address = reverse("sheet-fill", args=[sheet.pk])
    assert Notice.objects.filter(recipient=buyer, kind="survey.section", done_at=None).get().url == address

    client = signed_in(buyer)
    assert "Survey: Purchasing" in [str(task.title) for task in client.get("/").context["day"].tasks]
    page = client.get(address).content.decode()
    assert "T-05-01" in page
    assert "T-05-05" not in page  # another section's
    answers = reverse("sheet-answers", args=[sheet.pk])
    assert client.post(answers, {"value-T-05-01.1": "ng", "note-T-05-01.1": "No list of suppliers"}).status_code == 302
    assert improvements_of(survey).get().text == "No list of suppliers"
    assert client.get(reverse("sheet-fill", args=[sheets_of(survey)["store"].pk])).status_code == 404
    assert client.get(reverse("survey", args=[survey.pk])).status_code == 200

    others = {plant.person("sup", plant.a): 403, plant.person("tld", plant.b1): 404, mgr: 403}
    for person, status in others.items():
        assert signed_in(person).post(answers, {"value-T-05-02.1": "ok"}).status_code == status
    for key in ("T-05-02", "T-05-03", "T-05-04"):
        answer(sheet=sheet, answers=[tap(key)], by=buyer)
    assert signed_in(buyer).post(reverse("sheet-submit", args=[sheet.pk])).status_code == 200
    assert not Notice.objects.filter(recipient=buyer, kind="survey.section", done_at=None).exists()
    assert "Survey: Purchasing" not in [str(task.title) for task in signed_in(buyer).get("/").context["day"].tasks]
    with pytest.raises(SheetLocked):
        answer(sheet=sheet, answers=[tap("T-05-02", "ng", "No")], by=buyer)


def test_a_section_takes_no_answer_of_another_one(plant, mgr, sup):
    sheet = sheets_of(surveyed(plant.a, owner=sup, by=mgr))["purchasing"]
    with pytest.raises(Faults) as refused:
        answer(sheet=sheet, answers=[tap("T-05-05")], by=sup)
    assert isinstance(refused.value.faults[0], UnknownItem)
    item = sheet.version.items.get(key="T-05-05")
    with pytest.raises(DatabaseError), transaction.atomic():
        Answer.objects.create(sheet=sheet, item=item, value="ok", by=sup, answered_at="2026-11-20T10:00+08:00")


def test_a_section_is_handed_to_another_owner_while_it_is_open(plant, mgr, sup, signed_in):
    survey = surveyed(plant.a, owner=sup, by=mgr)
    leader = plant.person("tld", plant.a1)
    section = survey.sections.get(area__key="safety")
    address = reverse("survey-section", args=[survey.pk, section.pk])
    assert signed_in(mgr).post(address, {"owner": sup.pk}).status_code == 422  # they own it already
    for owner, words in (("", "This field is required."), ("0", "This person is not to be chosen here any more.")):
        refused = signed_in(mgr).post(address, {"owner": owner})
        assert refused.status_code == 422
        assert words in refused.content.decode()
    assert signed_in(mgr).post(address, {"owner": leader.pk}).status_code == 302
    key = {"kind": "survey.section", "key__startswith": f"{section.sheet_id}:", "done_at": None}
    assert [notice.recipient for notice in Notice.objects.filter(**key)] == [leader]
    give_section(section=section, owner=sup, by=mgr)
    assert [notice.recipient for notice in Notice.objects.filter(**key)] == [sup]
    fill(section.sheet, sup)
    with pytest.raises(SectionDone):
        give_section(section=section, owner=leader, by=mgr)


@pytest.mark.req("SYS-03")
def test_the_history_tells_who_owned_a_section_before(plant, mgr, sup, signed_in):
    survey = surveyed(plant.a, owner=sup, by=mgr)
    leader, section = plant.person("tld", plant.a1), survey.sections.get(area__key="safety")
    client = signed_in(mgr)
    client.post(reverse("survey-section", args=[survey.pk, section.pk]), {"owner": leader.pk})

    page = client.get(reverse("survey", args=[survey.pk]) + "?tab=history")

    changed = [entry for entry in page.context["history"] if entry.deed == "changed"]
    assert [(entry.who, entry.thing) for entry in changed] == [(mgr.name, section.area.label)]
    assert [(change.before, change.after) for change in changed[0].changes] == [(sup.name, leader.name)]
    assert leader.name in page.content.decode()


def test_a_corrected_answer_gives_up_its_improvement(plant, mgr, sup):
    sheet = sheets_of(survey := surveyed(plant.a, owner=sup, by=mgr))["people"]
    answer(sheet=sheet, answers=[tap("T-05-21", "ng", "No list", finding=FindingInput(is_safety=True))], by=sup)
    assert improvements_of(survey).get().kind == FindingKind.SAFETY
    answer(sheet=sheet, answers=[tap("T-05-21")], by=sup)
    assert done_of(improvements_of(survey)).total == 0
    assert Finding.objects.get().status == "cancelled"


def test_what_starting_a_survey_refuses(plant, mgr, sup):
    survey = surveyed(plant.a, owner=sup, by=mgr)
    with pytest.raises(SurveyRunning):
        surveyed(plant.a, owner=sup, by=mgr)
    with pytest.raises(NoSections):
        surveyed(plant.b, owner=sup, by=mgr, code="T-01")
    gone = StaffFactory(left_on=date(2026, 1, 1))
    with pytest.raises(Faults) as refused:
        start_survey(template=shipped("T-05"), node=plant.b, owners={"store": gone}, due_on=date(2026, 11, 19), by=mgr)
    assert [fault.field for fault in refused.value.faults] == ["due_on", *(f"owner_{key}" for key in SECTIONS)]
    assert refused.value.faults[2].figures == {"who": gone.name}
    for sheet in sheets_of(survey).values():
        skip_sheet(sheet=sheet, reason="A try", by=mgr)
    close_survey(survey=survey, by=mgr)
    with pytest.raises(SurveyedToday):
        surveyed(plant.a, owner=sup, by=mgr)
    with time_machine.travel("2026-11-21 10:00+08:00"):
        surveyed(plant.a, owner=sup, by=mgr)


def test_a_manager_starts_a_survey_on_its_page(plant, mgr, sup, signed_in):
    client = signed_in(mgr)
    page = client.get(reverse("survey-new"))
    assert "T-01" not in {template.code for template in page.context["checklists"]}
    form = page.context["form"]
    data = {"request_key": str(form["request_key"].value()), "node": plant.a.pk, "due_on": "2026-12-04"}
    owners = {f"owner_{key}": sup.pk for key in SECTIONS}
    refused = client.post(reverse("survey-new"), data | owners | {"owner_store": ""})
    assert (refused.status_code, Survey.objects.count()) == (422, 0)
    assert [client.post(reverse("survey-new"), data | owners).status_code for _again in range(2)] == [302, 302]
    survey = Survey.objects.get()
    assert (survey.node, survey.due_on, survey.sections.count()) == (plant.a, date(2026, 12, 4), 6)
    own = plant.person("wsm", plant.b)
    assert plant.a.pk not in {int(pk) for pk, _label in signed_in(own).get(reverse("survey-new")).context["form"].fields["node"].choices}


def test_the_pages_cost_the_same_few_statements_however_much_there_is(plant, mgr, sup, signed_in):
    survey = surveyed(plant.a, owner=sup, by=mgr)
    client = signed_in(mgr)
    pages = [reverse("survey", args=[survey.pk]), reverse("surveys")]
    fill(sheets_of(survey)["purchasing"], sup, wrong=1)
    few = [own_statements(client, page) for page in pages]
    for key in SECTIONS[1:]:
        fill(sheets_of(survey)[key], sup, wrong=2)
    for node in (plant.b, plant.a1, plant.a2):
        surveyed(node, owner=sup, by=mgr)
    assert [own_statements(client, page) for page in pages] == few
    assert max(few) <= 9, few
