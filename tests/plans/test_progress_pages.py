import re
from datetime import time
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from core.clock import at_plant
from plans.models import DisplayLink, SlotOutput
from plans.services.progress import make_display_link, revoke_display_link
from tests.factories.checklists import FRIDAY
from tests.factories.plans import OrderFactory, PlanLineFactory, ProcessFactory
from tests.plans.statements import own_statements, statements_of

pytestmark = pytest.mark.django_db
D = Decimal


def on_friday(hour, minute=0):
    return at_plant(FRIDAY, time(hour, minute))


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(on_friday(12), tick=False) as moved:
        yield moved


@pytest.fixture
def tld(plant):
    return plant.person("tld", plant.a1)


@pytest.fixture
def line(plant, day_shift):
    return PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, planned_qty=D(1000))


@pytest.fixture
def count_page(plant, day_shift):
    return f"/progress/{plant.a1.pk}/2026-11-20/{day_shift.pk}"


def counted(line, good, slot="2026-11-20T08:00", version="0", **more):
    prefix = f"line-{line.pk}"
    return {
        "slot": slot,
        f"{prefix}-good_qty": good,
        f"{prefix}-version": version,
        **{f"{prefix}-{name}": value for name, value in more.items()},
    }


@pytest.mark.req("PLN-07")
def test_a_team_counts_slot_by_slot_and_the_board_asks_why_when_it_is_behind(line, tld, plant, signed_in, count_page):
    client = signed_in(tld)
    page = client.get(count_page)
    assert page.context["number"] == 0
    assert "250 pieces are due in this slot" in page.content.decode()
    assert client.post(count_page, counted(line, "220")).headers["Location"].startswith(f"{count_page}?slot=2026-11-20T08:00")
    assert client.get(count_page).context["number"] == 1

    answer = client.post(count_page, counted(line, "１80", "2026-11-20T10:00"))
    asked = client.get(answer.headers["Location"]).content.decode()
    assert "1 line is behind. Say why." in asked
    assert "No material" in asked

    board = signed_in(plant.person("sup", plant.a)).get("/progress").content.decode()
    for words in ("Due by 12:00", "500", "400", "−100", "80.0\u202f%", "−100 / 80.0\u202f%: why?"):
        assert words in board, words

    client = signed_in(tld)
    done = client.post(count_page, counted(line, "180", "2026-11-20T10:00", "1", reason="machine", note="P-03 stood"))
    assert done.headers["Location"] == "/progress"
    board = client.get("/progress").content.decode()
    assert "Behind: Machine" in board
    assert "why?" not in board


def test_a_figure_that_is_none_stays_at_its_field_and_nothing_is_counted(line, tld, signed_in, count_page):
    answer = signed_in(tld).post(count_page, counted(line, "12x"))

    assert answer.status_code == 422
    assert "“12x” is not a number." in answer.content.decode()
    fine = signed_in(tld).post(count_page, counted(line, "1.5"))
    assert "is finer than the unit" in fine.content.decode()
    assert not SlotOutput.objects.exists()


def test_what_somebody_counted_meanwhile_is_told_and_the_next_press_puts_the_typed_in_its_place(line, tld, plant, signed_in, count_page):
    signed_in(plant.person("sup", plant.a)).post(count_page, counted(line, "200"))
    client = signed_in(tld)

    stale = client.post(count_page, counted(line, "210"))
    assert stale.status_code == 409
    page = stale.content.decode()
    assert "changed this" in page
    assert 'value="210"' in page
    assert f'name="line-{line.pk}-version" value="1"' in page
    client.post(count_page, counted(line, "210", version="1"))
    assert SlotOutput.objects.get().good_qty == D(210)


def test_a_slot_that_has_not_begun_is_not_offered_and_a_team_without_a_plan_is_told(line, tld, plant, day_shift, signed_in, count_page):
    client = signed_in(tld)

    assert client.get(f"{count_page}?slot=2026-11-20T14:00").context["number"] == 0
    assert "No plan to measure against" in client.get(f"/progress/{plant.a1.pk}/2026-11-19/{day_shift.pk}").content.decode()
    assert client.get(f"/progress/{plant.a1.pk}/nonsense/{day_shift.pk}").status_code == 404


def test_the_board_refreshes_itself_alone_and_shows_only_what_one_sees(line, plant, signed_in):
    client = signed_in(plant.person("opr", plant.a1))
    whole = client.get("/progress").content.decode()
    part = client.get("/progress", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 30s"' in whole
    assert "<html" not in part
    assert part.lstrip().startswith('<div id="board"')

    assert line.product.label not in signed_in(plant.person("sup", plant.b)).get("/progress").content.decode()
    assert line.product.label in signed_in(plant.person("mgr")).get(f"/progress?node={plant.a.pk}").content.decode()
    assert line.product.label not in signed_in(plant.person("mgr")).get(f"/progress?node={plant.b.pk}").content.decode()


def test_the_board_costs_the_same_few_statements_however_much_is_planned(plant, day_shift, signed_in):
    client = signed_in(plant.person("sup", plant.a))

    def work(count):
        for _ in range(count):
            made = PlanLineFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift, process=ProcessFactory())
            SlotOutput.objects.create(
                plan_line=made,
                starts_at=on_friday(8),
                ends_at=on_friday(10),
                counted_until=on_friday(10),
                good_qty=1,
                posted_by=plant.person("tld", plant.a1),
                posted_at=on_friday(10),
            )

    work(2)
    few = own_statements(client, "/progress")
    work(20)
    assert own_statements(client, "/progress") <= few <= 15


@pytest.mark.req("SYS-03")
def test_the_history_of_a_shifts_counts_says_who_counted_and_who_corrected(line, tld, plant, signed_in, count_page):
    signed_in(tld).post(count_page, counted(line, "220"))
    signed_in(plant.person("sup", plant.a)).post(count_page, counted(line, "210", version="1"))
    other = PlanLineFactory(team=plant.a2, shift=line.shift, business_date=FRIDAY, planned_qty=D(1000))
    signed_in(plant.person("tld", plant.a2)).post(count_page.replace(f"/{plant.a1.pk}/", f"/{plant.a2.pk}/"), counted(other, "77"))

    page = signed_in(tld).get(f"{count_page}?tab=history")

    made, changed = sorted(page.context["history"], key=lambda entry: entry.deed, reverse=True)
    assert [(made.who, made.deed), (changed.who, changed.deed)] == [("tld A1", "made"), ("sup A", "changed")]
    assert made.thing == changed.thing == f"{line.product.label} · 08:00–10:00"
    assert [(change.before, change.after) for change in changed.changes] == [("220", "210")]
    text = page.content.decode()
    assert "<del>220</del>" in text
    assert "<ins>210</ins>" in text
    assert 'href="?tab=history"' in signed_in(tld).get(count_page).content.decode()
    assert signed_in(plant.person("tld", plant.b1)).get(f"{count_page}?tab=history").status_code == 404


# --- wall screens ---


@pytest.fixture
def link(plant):
    return make_display_link(node=plant.a, name="Gate 2", language="zh-hans", by=plant.person("wsm", plant.a))


@pytest.mark.req("PLN-07")
def test_a_wall_screen_opens_its_link_without_signing_in_session_or_names(line, link, tld, plant, signed_in, count_page):
    signed_in(tld).post(count_page, counted(line, "100", note="王小明 is away"))
    PlanLineFactory(team=plant.b1, shift=line.shift, business_date=FRIDAY, order=OrderFactory(workshop=plant.b))
    nobody = Client()
    answer = nobody.get(f"/wall/{link[1]}")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Language"] == "zh-hans"
    assert 'lang="zh-Hans"' in page
    assert "进度达成" in page
    assert "40.0\u202f%" in page
    words = page.replace(link[1], "")  # the link's secret may spell a team's code
    assert "B1" not in words
    assert "1.5" not in words
    for person in (tld, plant.person("wsm", plant.a)):
        assert person.name not in page
    assert "王小明" not in page
    part = nobody.get(f"/wall/{link[1]}", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<main id="wall"')
    for refreshes in (page, part):  # what comes in its place asks again
        head = re.search(r'<main id="wall"[^>]*>', refreshes)[0]
        assert f'hx-get="/wall/{link[1]}"' in head
        assert 'hx-trigger="every 30s"' in head
        assert 'hx-swap="outerHTML"' in head
    assert "htmx" in page.partition("</main>")[2]
    assert DisplayLink.objects.get().last_used_at is not None


@pytest.mark.req("PLN-07")
def test_a_revoked_or_unknown_link_does_not_exist(link, plant):
    nobody = Client()
    assert nobody.get("/wall/never-was").status_code == 404
    revoke_display_link(link=link[0], by=plant.person("wsm", plant.a))

    assert nobody.get(f"/wall/{link[1]}").status_code == 404
    assert nobody.post(f"/wall/{link[1]}").status_code == 405


def test_a_wall_link_opens_nothing_else_and_only_so_often(link, monkeypatch):
    monkeypatch.setattr("plans.views.wall.REQUESTS_PER_MINUTE", 5)
    nobody = Client()
    assert nobody.get("/progress", headers={"Authorization": f"Bearer {link[1]}"}).status_code == 302
    assert nobody.get("/api/v1/plan-lines", headers={"Authorization": f"Bearer {link[1]}"}).status_code == 401

    answers = [nobody.get(f"/wall/{link[1]}").status_code for _ in range(6)]
    assert answers[-2:] == [200, 429]
    assert 0 < int(nobody.get(f"/wall/{link[1]}").headers["Retry-After"]) <= 60
    with time_machine.travel(on_friday(12, 2), tick=False):
        assert nobody.get(f"/wall/{link[1]}").status_code == 200


def test_a_manager_makes_a_link_sees_its_address_once_and_revokes_it(plant, signed_in):
    client = signed_in(plant.person("wsm", plant.a))
    assert "No wall screen yet" in client.get("/progress/screens").content.decode()
    made = client.post("/progress/screens/new", {"name": "Gate 2", "node": plant.a1.pk, "language": "en"})

    address = made.context["address"]
    assert made.headers["Cache-Control"] == "no-store"
    assert Client().get(address.removeprefix("http://testserver")).status_code == 200
    link = DisplayLink.objects.get()
    assert address.rpartition("/")[2] not in link.token_hash
    listed = client.get("/progress/screens").content.decode()
    assert "Gate 2" in listed
    assert address not in listed

    assert client.post("/progress/screens/new", {"name": "x", "node": plant.b.pk, "language": "en"}).status_code == 422
    client.post(f"/progress/screens/{link.pk}/revoke")
    link.refresh_from_db()
    assert (link.revoked_by, link.state) == (plant.person("wsm", plant.a), "ended")
    assert Client().get(address.removeprefix("http://testserver")).status_code == 404
    assert "Ended" in client.get("/progress/screens?view=all").content.decode()


@pytest.mark.req("SYS-03")
def test_the_page_of_a_link_tells_its_history_and_never_its_address(link, plant, signed_in):
    client, address = signed_in(plant.person("wsm", plant.a)), f"/progress/screens/{link[0].pk}"
    assert f'href="{address}"' in client.get("/progress/screens").content.decode()
    client.post(f"{address}/revoke")

    facts, page = client.get(address).content.decode(), client.get(f"{address}?tab=history")

    assert "Revoked by" in facts
    revoked = next(entry for entry in page.context["history"] if entry.deed == "changed")
    assert revoked.who == "wsm A"
    assert {str(change.label) for change in revoked.changes} == {"revoked by", "revoked at"}
    assert "Gate 2" in page.content.decode()
    for text in (facts, page.content.decode()):
        assert link[1] not in text
        assert link[0].token_hash not in text
    assert signed_in(plant.person("wsm", plant.b)).get(address).status_code == 404


def test_the_wall_costs_few_statements_whatever_it_shows(link, plant, day_shift):
    client = Client()

    def cost():
        client.get(f"/wall/{link[1]}")
        return len(statements_of(client, f"/wall/{link[1]}"))

    PlanLineFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift)
    few = cost()
    for _ in range(15):
        PlanLineFactory(team=plant.a2, business_date=FRIDAY, shift=day_shift, process=ProcessFactory())
    assert cost() <= few <= 16
