"""What nobody can have meant, in addresses and hidden fields, is told or passed over: it never breaks a page."""

import pytest

from plans.models import DailyReport
from tests.factories.checklists import FRIDAY
from tests.factories.plans import LineFactory, OrderFactory, PlanLineFactory, ReportFactory

pytestmark = pytest.mark.django_db
ODD = ("²", "٣", "x", "-1", "1.5", "9" * 30)
DAYS = ("0001-01-01", "9999-12-31", "1899-12-31", "2026-02-30", "20261120", "x")


@pytest.mark.parametrize("on", DAYS)
def test_no_date_in_an_address_breaks_a_page(plant, day_shift, signed_in, on):
    OrderFactory(workshop=plant.a)
    mgr, plr, tld = (plant.person(role, place) for role, place in (("mgr", None), ("plr", plant.a), ("tld", plant.a1)))

    for person, address in (
        (mgr, f"/plan?on={on}"),
        (plr, f"/plan/edit?on={on}"),
        (mgr, f"/progress?on={on}"),
        (mgr, f"/daily-reports/review?on={on}"),
        (tld, f"/daily-reports/new?business_date={on}"),
        (mgr, f"/arrivals?on={on}"),
    ):
        assert signed_in(person).get(address).status_code == 200, address
    assert signed_in(mgr).get(f"/day/{plant.a.pk}/{on}").status_code == 404


@pytest.mark.parametrize("odd", ODD)
def test_no_number_in_a_form_breaks_a_page(plant, day_shift, signed_in, odd):
    order = OrderFactory(workshop=plant.a)
    line = PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, order=order, product=order.product)
    report = ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY)
    LineFactory(report=report)
    places = {"plr": plant.a, "sup": plant.a, "wsm": plant.a, "tld": plant.a1}
    people = {role: plant.person(role, place) for role, place in places.items()}
    sent = {"lines-TOTAL_FORMS": odd, "lines-INITIAL_FORMS": "0", "version": odd, "then": "add"}
    grid = {"workshop": plant.a.pk, "on": "2026-11-20", "shift": day_shift.pk, "rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0"}

    for role, address, data in (
        ("tld", "/daily-reports/new", sent),
        ("tld", f"/daily-reports/{report.pk}/edit", sent | {"then": "save"}),
        ("tld", "/daily-reports/new", sent | {"team": odd}),
        ("wsm", f"/daily-reports/{report.pk}/reopen", {"version": odd}),
        ("plr", "/plan/edit", grid | {"rows-TOTAL_FORMS": odd, "then": "add"}),
        ("plr", "/plan/edit", grid | {"workshop": odd}),
        ("plr", "/plan/edit", grid | {"rows-0-line": odd, "rows-0-team": plant.a1.pk, "rows-0-planned_qty": "1"}),
        ("sup", "/plan/confirm", {"line": [f"{odd}:{odd}", f"{line.pk}:{odd}"]}),
        ("sup", f"/plan/lines/{line.pk}/query", {"version": odd, "reason": "Too much", "on": odd}),
        ("plr", f"/orders/{order.number}/hold", {"version": odd}),
        ("sup", f"/day/{plant.a1.pk}/2026-11-20/{day_shift.pk}/comment", {"text": "Late", "version": "0", "page": odd}),
        ("sup", "/spot-checks/new", {"node": odd, "version": odd}),
    ):
        assert signed_in(people[role]).post(address, data).status_code < 500, (address, data)
    assert DailyReport.objects.count() == 1


def test_a_comment_that_never_was_cannot_be_changed(plant, day_shift, signed_in):
    sup = signed_in(plant.person("sup", plant.a))

    answer = sup.post(f"/day/{plant.a1.pk}/2026-11-20/{day_shift.pk}/comment", {"text": "Late", "version": "7"})
    assert answer.status_code == 409
