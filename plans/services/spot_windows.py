"""The windows in which spot checks are owed: made ahead with the roster, and told when one has passed without a check (PLN-04)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.clock import plant_zone
from people.models import Notice
from people.selectors import leaders_on, standing_in
from people.services import NewNotice, notify_all, settle_all
from plans.models import SpotWindow
from plans.selectors.places import named
from plans.selectors.schedule import Horizon, planned_windows
from plans.selectors.spot_checks import with_checks

OVERDUE = "spot.overdue"
TOLD_FOR = timedelta(hours=24)
Key = tuple[int, int, date, int]

KEEP_WINDOWS = """
    INSERT INTO plans_spotwindow (node_id, shift_id, business_date, number, starts_at, ends_at)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::smallint[], %s::timestamptz[], %s::timestamptz[])
    ON CONFLICT (node_id, shift_id, business_date, number) DO UPDATE SET starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at
        WHERE (plans_spotwindow.starts_at, plans_spotwindow.ends_at) IS DISTINCT FROM (EXCLUDED.starts_at, EXCLUDED.ends_at)
          AND plans_spotwindow.ends_at > %s
"""


@transaction.atomic
def make_spot_windows(*, at: datetime | None = None) -> int:
    """Make the windows of today's shifts, of those still running and of those that begin within 24 hours; how many are there.

    Windows that have not ended follow the roster; one that is over stays as it was. Safe to run twice and at once.
    """
    at = at or timezone.now()
    horizon = Horizon(at)
    planned: dict[Key, tuple[datetime, datetime]] = {}
    for duty, windows in planned_windows(horizon):
        if horizon.asks_now(duty):
            for number, window in enumerate(windows, 1):
                planned[duty.node_id, duty.shift.pk, duty.business_date, number] = window
    coming = SpotWindow.objects.filter(starts_at__gt=at)
    gone = [row.pk for row in coming if (row.node_id, row.shift_id, row.business_date, row.number) not in planned]
    SpotWindow.objects.filter(pk__in=gone).delete()
    if planned:
        rows = [(*key, *window) for key, window in sorted(planned.items())]
        with connection.cursor() as cursor:
            cursor.execute(KEEP_WINDOWS, [*(list(column) for column in zip(*rows, strict=True)), at])
    return len(planned)


def tell_overdue_windows(*, at: datetime | None = None) -> int:
    """Tell whoever leads the place of each window that ended without a complete check, once; how many were told.

    A check that arrives later from a tablet takes it from the inbox again.
    """
    at = at or timezone.now()
    ended = with_checks(SpotWindow.objects.filter(ends_at__lte=at, ends_at__gt=at - TOLD_FOR))
    overdue = [window for window in ended if not window.is_green]
    nodes = {window.node_id for window in overdue}
    on = at.astimezone(plant_zone()).date()
    leaders = leaders_on(nodes, on)
    deputies = standing_in(leaders.values(), on)
    places = named(nodes)
    told = notify_all(
        [
            NewNotice(
                deputies.get(leaders[window.node_id].pk, leaders[window.node_id]),
                OVERDUE,
                str(window.pk),
                {"place": places[window.node_id], "starts": window.starts_at, "ends": window.ends_at},
                reverse("spot-checks"),
                window.ends_at,
            )
            for window in overdue
            if window.node_id in leaders
        ],
        at=at,
    )
    waiting = set(Notice.objects.filter(kind=OVERDUE, done_at=None).values_list("key", flat=True))
    settle_all(OVERDUE, waiting - {str(window.pk) for window in overdue}, at=at)
    return told
