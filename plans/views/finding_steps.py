"""The steps a finding can take on its page, said once: which form, which right, which service (ADR 0014)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Required
from core.forms import HouseForm
from core.models import Attachment
from people.models import Staff
from plans import services
from plans.errors.findings import NobodyTold
from plans.forms.findings import (
    CallForm,
    DueForm,
    FindingReasonForm,
    FindingStepForm,
    HandOverForm,
    PutRightForm,
    SeverityForm,
    WordsForm,
)
from plans.models import Finding, FindingPhoto

Take = Callable[[Finding, Staff, dict[str, Any], Attachment | None], Any]
Status = Finding.Status


@dataclass(frozen=True)
class FindingStep:
    """``right`` is a field of ``FindingRights``, asked while the finding stands in one of ``at``; blank for everybody who sees it."""

    form_class: type[HouseForm]
    take: Take
    right: str
    told: str | Promise
    at: tuple[str, ...] = (Status.OPEN,)
    anchor: str = ""

    def form(self, finding: Finding, owners: Sequence[Staff], data: Any = None) -> HouseForm:
        initial: dict[str, Any] = {"version": finding.version, "severity": finding.severity, "due_at": finding.due_at}
        more = {"people": [person for person in owners if person.pk != finding.owner_id]} if self.form_class is HandOverForm else {}
        return self.form_class(data, initial=initial, auto_id=f"{self.form_class.__name__}-%s", **more)


def _add_photo(finding: Finding, by: Staff, _said: dict[str, Any], photo: Attachment | None) -> None:
    if photo is None:
        raise Required(field="photo")
    side = FindingPhoto.Side.BEFORE if finding.status == Status.OPEN else FindingPhoto.Side.AFTER
    services.add_photo(finding=finding, photo=photo, side=side, by=by)


def _note_call(finding: Finding, by: Staff, said: dict[str, Any], _photo: Attachment | None) -> None:
    if finding.kind != "emergency":
        raise NobodyTold(field="name")
    services.note_call(finding=finding, by=by, **said)


STEPS: dict[str, FindingStep] = {
    "done": FindingStep(
        PutRightForm,
        lambda f, by, said, photo: services.put_right(finding=f, by=by, photo=photo, **said),
        "may_put_right",
        _("Put right. Somebody else verifies it now."),
    ),
    "verify": FindingStep(
        FindingStepForm,
        lambda f, by, said, _p: services.verify_finding(finding=f, by=by, **said),
        "may_verify",
        _("Verified."),
        (Status.DONE,),
    ),
    "reopen": FindingStep(
        FindingReasonForm,
        lambda f, by, said, _p: services.reopen_finding(finding=f, by=by, **said),
        "may_reopen",
        _("Open again, and back with its owner."),
        (Status.DONE, Status.VERIFIED),
    ),
    "hand-over": FindingStep(
        HandOverForm, lambda f, by, said, _p: services.hand_over(finding=f, by=by, **said), "may_hand_over", _("Handed over.")
    ),
    "due": FindingStep(
        DueForm, lambda f, by, said, _p: services.change_due(finding=f, by=by, **said), "may_change_due", _("The due time is changed.")
    ),
    "severity": FindingStep(
        SeverityForm,
        lambda f, by, said, _p: services.change_severity(finding=f, by=by, **said),
        "may_change_severity",
        _("The severity is changed."),
    ),
    "cancel": FindingStep(
        FindingReasonForm, lambda f, by, said, _p: services.cancel_finding(finding=f, by=by, **said), "may_cancel", _("Cancelled.")
    ),
    "photo": FindingStep(HouseForm, _add_photo, "may_add_photo", _("The photo is kept."), (Status.OPEN, Status.DONE)),
    "comment": FindingStep(
        WordsForm, lambda f, by, said, _p: services.comment_on(finding=f, by=by, **said), "", "", tuple(Status.values), "#comments"
    ),
    "call": FindingStep(CallForm, _note_call, "", _("Written into the report chain."), tuple(Status.values)),
}
