"""What of this room waits for a person: slips to confirm, requests to decide, slips of the counter that nobody signed."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.together import read_together
from materials.models import QuotaReport, Slip, SlipRequest, Supplement
from materials.selectors.quota_reports import quota_reports_to_decide
from materials.selectors.slip_requests import slip_requests_to_decide
from materials.selectors.slips import slips_seen
from materials.selectors.supplements import waiting_for
from people.access import Access

EACH = 6


@dataclass
class MaterialDay:
    """``confirm`` are slips this person received and did not sign yet, ``unsigned`` those of others at the counter, one more of them
    than are shown when there are more."""

    confirm: list[Slip] = field(default_factory=list)
    unsigned: list[Slip] = field(default_factory=list)
    decide: list[Supplement] = field(default_factory=list)
    requests: list[SlipRequest] = field(default_factory=list)
    reports: list[QuotaReport] = field(default_factory=list)

    @property
    def shown_unsigned(self) -> list[Slip]:
        return self.unsigned[:EACH]

    @property
    def has_more_unsigned(self) -> bool:
        return len(self.unsigned) > EACH

    @property
    def is_empty(self) -> bool:
        return not (self.confirm or self.unsigned or self.decide or self.requests or self.reports)


def material_day(access: Access) -> MaterialDay:
    """One statement."""
    waiting = Slip.objects.filter(status=Slip.Status.AWAITING_RECEIVER).select_related("order", "receiver").order_by("posted_at")
    others = slips_seen(access, waiting).exclude(receiver=access.staff) if access.may("slip.post") else waiting.none()
    supplements = waiting_for(access).select_related("quota_line__order", "quota_line__item__unit", "requested_by")
    requests = slip_requests_to_decide(access).select_related("requested_by")
    reports = quota_reports_to_decide(access).select_related("item", "order")
    return MaterialDay(
        *read_together(
            waiting.filter(receiver=access.staff)[:EACH],
            others[: EACH + 1],
            supplements.order_by("requested_at")[:EACH],
            requests.order_by("requested_at")[:EACH],
            reports.order_by("filed_at")[:EACH],
        )
    )
