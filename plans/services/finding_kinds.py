"""Findings that carry something of their own: pile-ups, manpower imbalance, observations, emergencies (PLN-08 to PLN-10, GEN-28)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.clock import plant_zone
from core.errors import Required
from core.models import Attachment
from core.quantities import fit
from people.models import OrgNode, Staff
from people.selectors import superiors
from plans.errors.findings import AheadOfNow, NobodyTold, PlaceNeeded, ShortOrOver
from plans.errors.orders import NotAboveZero
from plans.models import (
    Emergency,
    EmergencyCall,
    EmergencyKind,
    Finding,
    FindingKind,
    Imbalance,
    Observation,
    PileUp,
    Process,
    Product,
    Severity,
)
from plans.services.device_clock import moment_told
from plans.services.emergencies import tell_of_emergency
from plans.services.finding_steps import ask_supporters, put_right, supporters
from plans.services.findings import checked_text, optional_text, raise_finding

CAUSE_CHARACTERS = 300
STANDARD_CHARACTERS = 200


@transaction.atomic
def report_pile_up(
    *,
    node: OrgNode,
    area: str,
    text: str,
    by: Staff,
    product: Product | None = None,
    quantity: Decimal | None = None,
    cause: str = "",
    **more: Any,
) -> Finding:
    """Goods stand where they should flow; ``quantity`` in the product's unit (PLN-09).

    ``more`` is what ``raise_finding`` takes. Raises ``PlaceNeeded``, ``Required`` at ``product`` for a quantity of nothing,
    ``NotAboveZero``, ``TooFine`` and what raising raises.
    """
    if not area.strip():
        raise PlaceNeeded(field="area")
    if quantity is not None:
        if product is None:
            raise Required(field="product")
        if quantity <= 0:
            raise NotAboveZero(field="quantity")
        quantity = fit(quantity, product.unit, field="quantity")
    finding = raise_finding(kind=FindingKind.PILE_UP, node=node, area=area, text=text, by=by, **more)
    cause = optional_text(cause, field="cause", most=CAUSE_CHARACTERS)
    PileUp.objects.create(finding=finding, product=product, quantity=quantity, cause=cause)
    return finding


@transaction.atomic
def report_imbalance(
    *, node: OrgNode, text: str, action: str, by: Staff, heads_short: int = 0, heads_over: int = 0, **more: Any
) -> Finding:
    """A team has too few or too many heads: handled at once (``text`` says how), or the superior is asked for support (PLN-08).

    A request belongs to the leader above, stands in the inbox of every workshop and production manager there, and stays open until one
    of them answers; an ``owner`` in ``more`` goes before them, and before who handled it. Raises ``ShortOrOver`` and what raising raises.
    """
    if (heads_short > 0) == (heads_over > 0) or min(heads_short, heads_over) < 0:
        raise ShortOrOver(field="heads")
    action = Imbalance.Action(action)
    named = more.pop("owner", None)
    if action == Imbalance.Action.HANDLED:
        finding = raise_finding(kind=FindingKind.IMBALANCE, node=node, text=text, owner=named or by, by=by, **more)
        Imbalance.objects.create(finding=finding, heads_short=heads_short, heads_over=heads_over, action=action)
        return put_right(finding=finding, result=text, by=by) if not more.get("photo") else finding
    on = timezone.now().astimezone(plant_zone()).date()
    asked = supporters(node.pk, on, by)
    above = [person for person in superiors([node.pk], on).get(node.pk, []) if person != by]
    owner = named or next(iter([*above, *asked]), by)
    finding = raise_finding(kind=FindingKind.IMBALANCE, node=node, text=text, owner=owner, by=by, **more)
    Imbalance.objects.create(finding=finding, heads_short=heads_short, heads_over=heads_over, action=action)
    ask_supporters(finding, asked)
    return finding


@transaction.atomic
def answer_support(*, finding: Finding, text: str, by: Staff, photo: Attachment | None = None, version: int | None = None) -> Finding:
    """What is done about the asked-for support; only now the request is no longer open. Raises what ``put_right`` raises."""
    return put_right(finding=finding, result=text, by=by, photo=photo, version=version)


@transaction.atomic
def record_observation(
    *,
    node: OrgNode,
    person: Staff,
    standard: str,
    text: str,
    by: Staff,
    process: Process | None = None,
    correction: str = "",
    **more: Any,
) -> Finding:
    """Somebody was seen working otherwise than the standard says; counted for the team ``node`` (PLN-10).

    With a ``correction`` made on the spot it is put right at once. Raises ``Required`` at ``standard`` and what raising raises.
    """
    standard = checked_text(standard, field="standard", most=STANDARD_CHARACTERS)
    correction = optional_text(correction, field="correction")
    finding = raise_finding(kind=FindingKind.OBSERVATION, node=node, text=text, by=by, **more)
    Observation.objects.create(finding=finding, person=person, process=process, standard=standard, correction=correction)
    if correction and not more.get("photo"):
        return put_right(finding=finding, result=correction, by=by)
    return finding


@transaction.atomic
def report_emergency(
    *,
    node: OrgNode,
    what: str,
    area: str,
    text: str,
    by: Staff,
    happened_at: datetime | None = None,
    actions: str = "",
    severity: str = Severity.SEVERE,
    at: datetime | None = None,
    **more: Any,
) -> Finding:
    """Fire, flood and the like: told at once to everybody who leads there, a severe one to the upper management too (GEN-28).

    ``at`` is when it was written down, and when it happened unless ``happened_at`` says so; whoever must know is told now.
    Whom the system told stands as the first links of the report chain. Raises ``PlaceNeeded``, ``AheadOfNow`` and what raising raises.
    """
    now = timezone.now()
    if not area.strip():
        raise PlaceNeeded(field="area")
    if happened_at is not None and happened_at > now:
        raise AheadOfNow(field="happened_at")
    actions = optional_text(actions, field="actions")
    finding = raise_finding(kind=FindingKind.EMERGENCY, node=node, area=area, text=text, by=by, severity=severity, at=at, **more)
    Emergency.objects.create(finding=finding, what=EmergencyKind(what), happened_at=happened_at or at or now, actions=actions)
    tell_of_emergency(finding, by=by, at=now)
    return finding


@transaction.atomic
def note_call(*, finding: Finding, by: Staff, person: Staff | None = None, name: str = "", at: datetime | None = None) -> EmergencyCall:
    """One more link of the report chain: who was told, and when. Raises ``NobodyTold`` or ``AheadOfNow``."""
    now = timezone.now()
    if (person is None) == (not name.strip()):
        raise NobodyTold(field="name")
    if at is not None and at > now:
        raise AheadOfNow(field="at")
    told = "" if person else checked_text(name, field="name", most=100)
    return EmergencyCall.objects.create(emergency=finding.emergency, person=person, name=told, at=at or now, by=by)


FACTS: dict[str, frozenset[str]] = {
    FindingKind.PILE_UP: frozenset({"product", "quantity", "cause"}),
    FindingKind.IMBALANCE: frozenset({"heads_short", "heads_over", "action"}),
    FindingKind.OBSERVATION: frozenset({"person", "process", "standard", "correction"}),
    FindingKind.EMERGENCY: frozenset({"what", "happened_at", "actions"}),
}
"""What each kind tells besides what every finding has."""

VERBS: dict[str, Callable[..., Finding]] = {
    FindingKind.PILE_UP: report_pile_up,
    FindingKind.IMBALANCE: report_imbalance,
    FindingKind.OBSERVATION: record_observation,
    FindingKind.EMERGENCY: report_emergency,
}


NEEDED: dict[str, tuple[str, ...]] = {
    FindingKind.IMBALANCE: ("action",),
    FindingKind.OBSERVATION: ("person", "standard"),
    FindingKind.EMERGENCY: ("what",),
}
"""Facts without which a kind means nothing."""


def report_finding(
    *,
    kind: str,
    by: Staff,
    facts: Mapping[str, Any],
    typed_at: datetime | None = None,
    sent_at: datetime | None = None,
    **common: Any,
) -> Finding:
    """Raise a finding of any kind, as a form or a program says it; of ``facts`` those that belong to the kind are kept.

    A device that kept it for a time tells by its own clock when it was typed, and when it was sent.
    Raises ``Required`` at a fact the kind cannot do without, and what the kind's own verb raises.
    """
    own = {name: facts[name] for name in FACTS.get(kind, frozenset()) if facts.get(name) not in (None, "")}
    for needed in NEEDED.get(kind, ()):
        if needed not in own:
            raise Required(field=needed)
    at, _told = moment_told(typed_at, now=timezone.now(), sent_at=sent_at)
    verb = VERBS.get(kind)
    return verb(by=by, at=at, **common, **own) if verb else raise_finding(kind=kind, by=by, at=at, **common)
