"""What every page of the demo plant costs in statements for somebody who may do everything there."""

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from floorops.demo import make_demo
from people.models import Staff
from people.roles import Role
from tests.test_accessibility import FRIDAY_MORNING, what_the_demo_lacks
from tests.walk import name_of, pages_of

pytestmark = pytest.mark.django_db
CEILING = 14
# What is asked by more than that today. A page may come down or leave; none comes in, and none goes up.
ABOVE = {
    "handover": 35,
    "handover-paper": 22,
    "report-new": 22,
    "plan-edit": 21,
    "team-logs": 15,
    "template-edit": 15,
}
NOT_COUNTED = ("SAVEPOINT", "RELEASE", *(f"{verb} {name}" for verb in ("EXECUTE", "PREPARE") for name in ("kept_session_", "user_")))
# Whose rights reach the most pages: in the whole plant, and in a workshop.
WALKERS = ("mgr", "sup")


class CountingClient(Client):
    """Keeps what each page asked beside session and user, by the page's name."""

    def __init__(self):
        super().__init__()
        self.costs = {}

    def get(self, address, *args, **kwargs):
        answer, asked = self.count(address, *args, **kwargs)
        if asked > CEILING:
            # The first who opens a month counts its figures and keeps them for all others.
            answer, asked = self.count(address, *args, **kwargs)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            self.costs[name_of(address)] = asked
        return answer

    def count(self, *args, **kwargs):
        asked = []

        def note(execute, sql, params, many, context):
            asked.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            answer = super().get(*args, **kwargs)
        return answer, sum(not sql.startswith(NOT_COUNTED) for sql in asked)


@pytest.fixture
def costs(settings, tmp_path):
    """The dearer of both walks, by page."""
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(FRIDAY_MORNING, tick=True):
        make_demo(months=1)
        apart = what_the_demo_lacks()
        found: dict[str, int] = {}
        for username in WALKERS:
            person, client = Staff.objects.get(user__username=username), CountingClient()
            person.user.groups.set(Group.objects.filter(name__in=Role.values))
            pages_of(person, set(), client)
            for page in apart:
                client.get(page.address)
            for name, cost in client.costs.items():
                found[name] = max(cost, found.get(name, 0))
    return found


def test_no_page_costs_more_than_fourteen_statements_but_those_that_are_named(costs):
    too_dear = {name: cost for name, cost in costs.items() if cost > ABOVE.get(name, CEILING)}

    assert not too_dear
    assert len(costs) >= 250, "the walk went astray"
    assert not set(ABOVE) - set(costs), "gone, or called otherwise"
