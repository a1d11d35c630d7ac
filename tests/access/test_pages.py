"""Every page × every role and nobody: the rights of FORMATS section 4, and nothing outside one's scope (SYS-01)."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core.clock import PlantMonth
from reports.services import build_pack, flags_of
from tests.access.cast import put_back
from tests.access.pages import OPEN, PAGES, address_of
from tests.access.rights import ELSEWHERE, EVERYONE, RIGHTS

pytestmark = pytest.mark.django_db
APART = ("admin", "api")


def addresses(patterns, within=""):
    """The names of all addresses but those of the administration and the API, which have tests of their own."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            route = str(pattern.pattern)
            if not route.startswith(APART):
                yield from addresses(pattern.url_patterns, within + route)
        elif isinstance(pattern, URLPattern):
            if not pattern.name:
                raise ImproperlyConfigured(f"{within}{pattern.pattern} has no name")
            yield pattern.name


@pytest.fixture(scope="module")
def cast(played):
    """With the pack of a month, which only pages show."""
    plant, rows = played
    version = build_pack(plant=plant.plant, month=PlantMonth(2026, 10), by=None)
    return rows | {"pack": version.pack_id, "mark": flags_of(version)[0].mark}


def call(client, name, cast):
    page, address = PAGES[name], address_of(name, cast)
    return client.post(address, page.data) if page.method == "post" else client.get(address)


def test_every_address_is_listed():
    assert set(addresses(get_resolver().url_patterns)) == set(PAGES) | OPEN


@pytest.mark.req("SYS-01")
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_opens_for_whom_it_is_meant_and_for_nobody_else(name, cast, plant, in_session):
    nobody = call(Client(), name, cast)
    assert nobody.status_code in (302, 401)
    if nobody.status_code == 302:
        assert nobody["Location"].startswith("/sign-in")
    wrong = {}
    for role in sorted(EVERYONE):
        client = in_session(plant.person(role))
        with put_back():
            answer = call(client, name, cast)
        is_let_in = answer.status_code not in (401, 403, 404, 500) and not answer.get("Location", "").startswith("/sign-in")
        refusal = 404 if PAGES[name].is_hidden else 403
        if is_let_in != (role in RIGHTS[PAGES[name].right]) or (not is_let_in and answer.status_code != refusal):
            wrong[role] = answer.status_code
    assert wrong == {}


OUTSIDE = [
    "unit",
    "unit-change",
    "person",
    "person-edit",
    "person-account",
    "roster-day",
    "joiner",
    "support-note",
    "support-follow-up",
    "roll-call",
    "lend",
    "loan",
    "sheet-fill",
    "sheet-answers",
    "sheet-photo",
    "sheet-paper",
    "order",
    "order-edit",
    "order-release",
    "order-hold",
    "order-resume",
    "order-close",
    "order-cancel",
    "order-review",
    "order-review-ask",
    "order-review-judge",
    "plan-line",
    "progress-count",
    "display-link",
    "display-link-revoke",
    "plan-query",
    "report",
    "report-edit",
    "report-seen",
    "report-approve",
    "report-reopen",
    "file",
    "finding",
    "finding-step",
    "handover",
    "handover-receive",
    "handover-paper",
    "issue-order",
    "return-order",
    "order-material",
    "order-recalculate",
    "order-leftovers",
    "use-check",
    "report-use",
    "quota-report",
    "production-receipt-order",
    "slip-request",
    "slip-request-approve",
    "slip-request-withdraw",
    "supplement",
    "supplement-approve",
    "slip",
    "slip-confirm",
    "slip-reverse",
    "count",
    "upward",
    "upward-file",
    "upward-step",
    "upward-edit",
    "upward-discard",
    "count-plan-edit",
    "count-plan-start",
    "count-sheet",
    "count-paper",
    "count-recount",
    "count-approve",
    "count-cancel",
    "work-log",
    "work-log-reply",
    "to-do-tick",
    "survey",
    "survey-section",
    "survey-close",
    "task",
    "task-step",
    "sheet-state",
    "sheet-history",
    "sheet-submit",
    "sheet-countersign",
    "sheet-reopen",
    "sheet-skip",
    "sheet-arrive",
    "spot-check",
    "slip-request-reject",
    "quota-report-accept",
    "quota-report-reject",
    "supplement-reject",
    "slip-paper",
    "day-figures",
    "day-comment",
    "report-discard",
    "process",
    "target",
    "target-edit",
    "pack",
    "pack-progress",
    "pack-rebuild",
    "pack-explain",
    "pack-submit",
    "pack-next",
    "pack-decide",
    "pack-chart",
    "pack-file",
]


# Rows of the whole plant, or of nobody's place: the right alone decides who opens them.
OF_THE_PLANT = """
    job import-result unit-withdraw shift-edit pattern-edit delegation delegation-end contact-edit assignment-edit
    product product-edit process-edit standard-hours-row standard-hours-edit
    bom bom-compare bom-edit bom-approve bom-withdraw bom-discard
    adjustment adjustment-approve adjustment-reject disposal disposal-approve disposal-reject disposal-done
    lot lot-code lot-decide lot-move requisition requisition-approve requisition-reject requisition-order requisition-close
    purchase purchase-move purchase-cancel receive-purchase supplier supplier-edit supplier-document
    gate-pass gate-pass-paper gate-pass-approve gate-pass-reject gate-pass-close pack-of
"""


@pytest.mark.req("SYS-01")
def test_every_page_of_a_row_says_whose_it_is():
    of_a_row = {name for name, page in PAGES.items() if any(not value.startswith("=") for value in page.args.values())}
    assert sorted(of_a_row) == sorted([*OUTSIDE, *OF_THE_PLANT.split()])


@pytest.mark.req("SYS-01")
@pytest.mark.parametrize("name", OUTSIDE)
def test_what_belongs_to_another_workshop_does_not_exist(name, cast, plant, in_session):
    for role in ELSEWHERE:
        client = in_session(plant.person(role, plant.b))
        with put_back():
            assert call(client, name, cast).status_code == 404, role
