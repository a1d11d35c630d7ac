"""A finding raised without network: words and photo stay on the tablet, arrive once, and what is refused comes back with its reason."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from PIL import Image

from people.models import OrgSpan, Staff
from plans.models import Finding
from tests.browser import session_of
from tests.plans.test_sheet_offline_in_chromium import kept, until


@pytest.fixture
def opr(transactional_db, plant, day_shift, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    OrgSpan.objects.filter(node=plant.a1).update(leader=plant.person("tld", plant.a1))
    return plant.person("opr", plant.a1)


@pytest.fixture
def picture(tmp_path):
    Image.new("RGB", (60, 40), "navy").save(tmp_path / "guard.jpg")
    return tmp_path / "guard.jpg"


KEPT = r"""async () => {
    const pages = await caches.open('floorops-pages-1');
    const files = (await (await caches.open('floorops-files-1')).keys()).map((file) => file.url).join();
    const hasScripts = /finding\b/.test(files) && /on-this-device\b/.test(files);
    const arePages = await pages.match('/findings/new') && await pages.match('/on-this-device');
    return Boolean(arePages && hasScripts && navigator.serviceWorker.controller);
}"""


@pytest.fixture
def tablet(open_page, opr):
    page = open_page(opr)
    page.goto("/findings/new")
    until(page, KEPT)
    return page


def write(page, text):
    page.get_by_label("What is wrong").fill(text)


def send(page):
    page.get_by_role("button", name="Send the finding").tap()


def kept_here(page):
    page.get_by_text("Kept on this tablet; nobody is told of it yet.").wait_for()


@pytest.mark.req("PLN-11")
def test_words_and_a_photo_without_network_survive_a_reload_and_arrive_once(tablet, opr, picture, console):
    tablet.context.set_offline(True)
    tablet.reload()
    write(tablet, "Guard of press 3 is loose")
    tablet.locator("#photo").set_input_files(picture)
    assert tablet.locator("[data-fo-thumb] img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    kept(tablet, 1)
    tablet.reload()
    tablet.get_by_text("What you began here is filled in below.").wait_for()
    assert tablet.get_by_label("What is wrong").input_value() == "Guard of press 3 is loose"
    assert tablet.locator("[data-fo-thumb] img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    send(tablet)
    kept_here(tablet)
    sent_off = timezone.now()
    assert tablet.get_by_label("What is wrong").input_value() == ""
    assert tablet.locator("[data-fo-device] b").text_content() == "1"

    tablet.goto("/on-this-device")
    tablet.get_by_text("Problem raised by staff · Team A1 · Guard of press 3 is loose").wait_for()
    tablet.locator("[data-fo-entries]").get_by_text("On this device", exact=True).wait_for()
    assert not Finding.objects.exists()

    tablet.context.set_offline(False)
    tablet.get_by_text("Everything is with the server").wait_for()
    finding = Finding.objects.get()
    assert (finding.text, finding.raised_by, finding.photos.count()) == ("Guard of press 3 is loose", opr, 1)
    assert finding.raised_at < sent_off
    tablet.goto("/findings/new")
    tablet.get_by_text(f"{finding.number} is written down").wait_for()
    kept(tablet, 0)
    console.clear()  # Chromium notes every request that found no network


def test_with_network_it_leads_to_the_finding_with_its_photo(tablet, picture):
    write(tablet, "Oil on the aisle")
    tablet.locator("#photo").set_input_files(picture)
    send(tablet)
    tablet.wait_for_url("**/findings/FND-*")

    finding = Finding.objects.get()
    tablet.get_by_text(f"{finding.number} is written down; owner tld A1.").wait_for()
    assert finding.photos.count() == 1
    kept(tablet, 0)


def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_raised_twice(tablet, console):
    lost = []

    def lose(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch().status)  # the server did it, and the device never hears of it
        return route.abort()

    tablet.clock.install()
    tablet.goto("/findings/new")
    tablet.route("**/findings/new", lose)
    write(tablet, "Oil on the aisle")
    # By the page's own clock, for a busy machine may lose the answer later than the page waits for it.
    tablet.clock.pause_at(tablet.evaluate("Date.now() + 5000") / 1000)
    send(tablet)
    for _ in range(400):
        tablet.wait_for_timeout(100)
        if console:  # Chromium notes the lost answer; the page asks again after 2 s of its clock
            break
    tablet.wait_for_timeout(300)
    tablet.clock.run_for(2_000)
    tablet.wait_for_url("**/findings/FND-*")

    assert lost == [200]
    assert tablet.url.endswith(Finding.objects.get().number)
    kept(tablet, 0)
    console.clear()


def test_two_without_network_are_two(tablet, console):
    tablet.context.set_offline(True)
    for text in ("Oil on the aisle", "Lamp is broken"):
        write(tablet, text)
        send(tablet)
        kept_here(tablet)
        tablet.reload()
    tablet.context.set_offline(False)
    tablet.locator("[data-fo-device]").wait_for(state="hidden")
    assert sorted(Finding.objects.values_list("text", flat=True)) == ["Lamp is broken", "Oil on the aisle"]
    console.clear()


def test_what_is_refused_comes_back_with_its_words_and_can_be_mended(tablet, plant, console):
    leader = Staff.objects.get(name="tld A1")
    tablet.get_by_text("Owner and due time", exact=True).tap()
    tablet.get_by_label("Owner", exact=True).select_option(str(leader.pk))
    tablet.context.set_offline(True)
    write(tablet, "Guard is loose")
    send(tablet)
    kept_here(tablet)
    tablet.goto("/on-this-device")
    leader.left_on = timezone.now().date() - timedelta(days=2)
    leader.save()
    tablet.context.set_offline(False)
    tablet.get_by_text("Owner: This person is not to be chosen here any more.").wait_for()
    assert not Finding.objects.exists()

    tablet.get_by_role("link", name="Open").tap()
    tablet.get_by_text("This finding was not taken: Owner: This person is not to be chosen here any more.").wait_for()
    assert tablet.get_by_label("What is wrong").input_value() == "Guard is loose"
    assert tablet.locator("#div_id_owner .invalid-feedback").is_visible()
    send(tablet)
    tablet.wait_for_url("**/findings/FND-*")
    assert Finding.objects.get().text == "Guard is loose"
    kept(tablet, 0)
    console.clear()


def test_whoever_may_raise_none_any_more_is_told_and_may_discard_it(tablet, opr, console):
    tablet.context.set_offline(True)
    write(tablet, "Guard is loose")
    send(tablet)
    kept_here(tablet)
    tablet.goto("/on-this-device")
    opr.user.groups.set([Group.objects.get(name="adm")])
    tablet.context.set_offline(False)
    tablet.get_by_text("Your role does not include this.").wait_for()
    tablet.get_by_text("Guard is loose").wait_for()
    tablet.get_by_role("button", name="Discard").tap()
    kept(tablet, 0)
    assert not Finding.objects.exists()
    console.clear()


def test_signed_out_meanwhile_it_waits_and_goes_out_after_the_next_sign_in(tablet, opr, picture, settings, console):
    cookie = {"name": settings.SESSION_COOKIE_NAME, "url": tablet.evaluate("location.origin")}
    tablet.context.add_cookies([{**cookie, "value": "gone"}])
    write(tablet, "Guard is loose")
    tablet.locator("#photo").set_input_files(picture)
    send(tablet)
    kept_here(tablet)
    tablet.goto("/sign-in")
    tablet.get_by_text("1 kept on this device.").wait_for()
    tablet.context.add_cookies([{**cookie, "value": session_of(opr)}])
    tablet.goto("/account")
    kept(tablet, 0)
    assert Finding.objects.get().photos.count() == 1
    console.clear()


def test_what_a_kind_needs_is_said_at_its_field(tablet, console):
    tablet.locator(".fo-chip").get_by_text("Pile-up").tap()
    write(tablet, "Frames in the aisle")
    send(tablet)
    fault = tablet.locator("#div_id_area .invalid-feedback")
    fault.wait_for()
    assert tablet.get_by_label("Place", exact=True).evaluate("input => input === document.activeElement")
    tablet.get_by_label("Place", exact=True).fill("Aisle C")
    send(tablet)
    tablet.wait_for_url("**/findings/FND-*")
    assert (Finding.objects.get().kind, Finding.objects.get().area) == ("pile_up", "Aisle C")
    console.clear()  # the refusal, 422
