"""What upper management says about a submitted pack: a comment, its return with a reason, its approval (RPT-01)."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.clock import plant_today
from core.errors import OwnRequest, Required
from people.models import Staff
from people.roles import Role
from people.selectors.leaders import holders
from people.services import notify, settle
from plans.selectors.places import named
from reports.errors import CauseTooLong, NotSubmitted, NotTheLatest
from reports.models import MonthPack, PackVersion, PackWord

State = PackVersion.State
Kind = PackWord.Kind
WORDS_CHARACTERS = 1000
TOLD_CHARACTERS = 120


@transaction.atomic
def comment_pack(*, version: PackVersion, text: str, by: Staff) -> PackWord:
    """Write about a version that was submitted, whatever was decided; its submitter is told.

    Raises ``Required`` at ``text`` and ``NotSubmitted``.
    """
    version = _locked(version)
    if version.is_draft:
        raise NotSubmitted(number=version.number)
    word = _write(version, Kind.COMMENTED, _checked(text, "text"), by)
    _tell_submitter(version, word)
    return word


@transaction.atomic
def return_pack(*, version: PackVersion, reason: str, by: Staff) -> PackVersion:
    """Give a version back: it stays as it is, and the next one can be built.

    Raises ``NotTheLatest``, ``NotSubmitted``, ``OwnRequest`` for whoever submitted it, and ``Required`` at ``reason``.
    """
    return _decide(version, State.RETURNED, _checked(reason, "reason"), by)


@transaction.atomic
def approve_pack(*, version: PackVersion, by: Staff, text: str = "") -> PackVersion:
    """Take a version as the month's report. Raises ``NotTheLatest``, ``NotSubmitted``, and ``OwnRequest`` for whoever submitted it."""
    return _decide(version, State.APPROVED, text.strip()[:WORDS_CHARACTERS], by)


def tell_deciders(version: PackVersion) -> None:
    """Into the inbox of upper management: a version waits for them."""
    deciders = [person for person in holders([Role.DIR], version.pack.plant_id, plant_today()) if person != version.submitted_by]
    notify(to=deciders, kind="pack.submitted", key=_key(version), figures=_figures(version, version.submitted_by), url=_url(version))


def _decide(version: PackVersion, state: str, text: str, by: Staff) -> PackVersion:
    version = _locked(version)
    if version.pack.versions.filter(number__gt=version.number).exists():
        raise NotTheLatest()
    if state not in PackVersion.TRANSITIONS[State(version.state)]:
        raise NotSubmitted(number=version.number)
    if by.pk == version.submitted_by_id:
        raise OwnRequest()
    word = _write(version, state, text, by)
    version.state = state
    version.save(update_fields=["state"])
    settle("pack.submitted", _key(version))
    _tell_submitter(version, word)
    return version


def _locked(version: PackVersion) -> PackVersion:
    MonthPack.objects.select_for_update().get(pk=version.pack_id)
    return PackVersion.objects.select_related("pack__plant", "submitted_by").get(pk=version.pk)


def _checked(text: str, field: str) -> str:
    text = text.strip()
    if not text:
        raise Required(field=field)
    if len(text) > WORDS_CHARACTERS:
        raise CauseTooLong(field=field, length=len(text), most=WORDS_CHARACTERS)
    return text


def _write(version: PackVersion, kind: str, text: str, by: Staff) -> PackWord:
    return PackWord.objects.create(version=version, kind=kind, text=text, by=by, at=timezone.now())


def _key(version: PackVersion) -> str:
    return f"{version.pack_id}:{version.number}"


def _url(version: PackVersion) -> str:
    return f"{reverse('pack', args=[version.pack_id])}?version={version.number}"


def _figures(version: PackVersion, who: Staff | None, words: str = "") -> dict[str, object]:
    plant = named([version.pack.plant_id])[version.pack.plant_id]
    return {"month": version.pack.month, "plant": plant, "number": version.number, "who": who, "words": words[:TOLD_CHARACTERS]}


def _tell_submitter(version: PackVersion, word: PackWord) -> None:
    if version.submitted_by is None or version.submitted_by == word.by:
        return
    kind = f"pack.{word.kind}"
    notify(to=[version.submitted_by], kind=kind, key=str(word.pk), figures=_figures(version, word.by, word.text), url=_url(version))
