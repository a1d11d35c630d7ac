"""The inbox: each notice once, in its reader's language, counted in the header (SYS-04)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from people.models import Notice
from people.notices import NOTICE_KINDS, NoticeKind, in_words, list_notice_kinds
from people.selectors import inbox_count
from people.services import mark_seen, notify, settle
from tests.races import Elsewhere, wait_until_blocked

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")  # digits to Python, but not ours
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """``late`` waits for a deed, ``news`` is over when it was read."""
    monkeypatch.setattr("people.notices.NOTICE_KINDS", dict(NOTICE_KINDS))
    for place in ("people.notices", "people.services.notices"):
        monkeypatch.setitem(
            __import__(place, fromlist=["x"]).NOTICE_KINDS, "late", NoticeKind("late", "clock", "%(what)s is late", waits=True)
        )
        monkeypatch.setitem(__import__(place, fromlist=["x"]).NOTICE_KINDS, "news", NoticeKind("news", "info", "%(who)s came, %(on)s"))


def tell(person, key="1", kind="late", **more):
    figures = {"what": "Sheet", "who": person, "on": NOW.date()}
    return notify(to=[person], kind=kind, key=key, figures=figures, url="/", **more)


@pytest.mark.req("SYS-04")
def test_a_late_checklist_is_told_once_not_each_minute(plant):
    leader = plant.person("tld", plant.a1)
    told = [tell(leader, "T-01:A1:2026-11-20", at=NOW + timedelta(minutes=minute)) for minute in range(60)]

    assert told == [1] + [0] * 59
    assert Notice.objects.filter(recipient=leader).count() == 1


@pytest.mark.req("SYS-04")
@pytest.mark.django_db(transaction=True)
def test_of_two_that_tell_at_once_one_does(plant):
    from django.db import transaction

    leader = plant.person("tld", plant.a1)
    with transaction.atomic():
        assert tell(leader) == 1
        second = Elsewhere(lambda: tell(leader))
        wait_until_blocked()
    assert (second.outcome, second.result) == ("done", 0)
    assert Notice.objects.count() == 1


def test_a_settled_notice_leaves_every_inbox_and_is_not_told_again(plant):
    people = [plant.person("tld", plant.a1), plant.person("wsm", plant.a)]
    notify(to=people, kind="late", key="1", figures={"what": "Sheet"}, url="/")

    assert settle("late", "1") == 2
    assert [inbox_count(person).waiting for person in people] == [0, 0]
    assert tell(people[0]) == 0


def test_news_is_over_when_it_was_seen_and_what_waits_is_not(plant):
    leader, other = plant.person("tld", plant.a1), plant.person("tld", plant.a2)
    tell(leader, kind="late")
    tell(leader, kind="news")
    tell(other, kind="news")

    assert mark_seen(by=leader) == 2
    assert inbox_count(leader).waiting == 1
    assert inbox_count(other).waiting == 1


def test_the_words_are_those_of_the_reader(plant):
    from django.utils import translation

    leader = plant.person("tld", plant.a1)
    tell(leader, kind="news")
    with time_machine.travel(NOW, tick=False):
        assert in_words(Notice.objects.all(), NOW)[0].title == "tld A1 came, 20 Nov"
        with translation.override("zh-hans"):
            assert in_words(Notice.objects.all(), NOW)[0].title == "tld A1 came, 11月20日"


def test_a_kind_that_no_room_listed_is_refused_loudly(plant):
    with pytest.raises(KeyError):
        tell(plant.person("tld", plant.a1), kind="unheard")
    with pytest.raises(ValueError):
        list_notice_kinds(NoticeKind("late", "other", "Another"))


@pytest.mark.req("SYS-04")
def test_the_inbox_shows_what_is_late_first_and_the_header_counts_it(plant, signed_in):
    leader = plant.person("tld", plant.a1)
    with time_machine.travel(NOW, tick=False):
        tell(leader, "news", kind="news")
        tell(leader, "late", due_at=NOW - timedelta(hours=1))
        client = signed_in(leader)
        page = client.get("/inbox")
        text = page.content.decode()
        assert text.index("Sheet is late") < text.index("tld A1 came")
        assert 'aria-label="Inbox, 2 open"' in text
        assert "fo-count--ng" in text

        client.post("/inbox", {})
        text = client.get("/inbox").content.decode()
    assert "Sheet is late" in text
    assert "tld A1 came" not in text


def test_a_press_leads_to_the_thing_and_nobody_reads_anothers_inbox(plant, signed_in):
    leader, other = plant.person("tld", plant.a1), plant.person("tld", plant.a2)
    tell(leader, kind="news")
    notice = Notice.objects.get()

    assert "Nothing is waiting for you" in signed_in(other).get("/inbox").content.decode()
    assert signed_in(other).post("/inbox", {"notice": notice.pk, "go": "1"})["Location"] == "/inbox"
    assert inbox_count(leader).waiting == 1
    assert signed_in(leader).post("/inbox", {"notice": notice.pk, "go": "1"})["Location"] == "/"
    assert inbox_count(leader).waiting == 0


def test_what_is_no_number_of_ours_marks_no_notice_and_shows_the_first_page(plant, signed_in):
    leader = plant.person("tld", plant.a1)
    tell(leader, kind="news")
    pk = str(Notice.objects.get().pk)
    client = signed_in(leader)

    for odd in (pk.translate(ARABIC), "²", "x", "9" * 20, "9" * 5000):
        assert client.post("/inbox", {"notice": odd, "go": "1"})["Location"] == "/inbox"
        assert client.get("/inbox", {"page": odd}).context["page"] == 1
    assert inbox_count(leader).waiting == 1


def test_the_bell_costs_one_statement(plant, signed_in, django_assert_max_num_queries):
    leader = plant.person("tld", plant.a1)
    for number in range(5):
        tell(leader, str(number))
    with django_assert_max_num_queries(1):
        inbox_count(leader)
