"""Tokens with which a program acts as a person: made once, kept as a hash, revoked by their person."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.errors import Required, Unknown
from core.prepared import Given, PreparedRows
from people.errors import HasLeft, NameTooLong, NoAccount
from people.models import ApiToken, Staff

TOKEN_BYTES = 32
NAME_LENGTH = 100
USE_NOTED_EVERY = timedelta(minutes=1)
TOKEN = PreparedRows(
    "token",
    lambda: ApiToken.objects.select_related("staff__user", "staff__org").filter(token_hash=Given(1, "text"), revoked_at=None).order_by(),
)


def _hash(token: str) -> str:
    # A token is 256 bits of chance: it cannot be guessed, so it needs no slow hash.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def make_token(*, staff: Staff, name: str) -> str:
    """A new token of this person; the text returned is nowhere kept.

    Raises ``Required`` or ``NameTooLong`` for the name, ``NoAccount`` and ``HasLeft`` when the person could not sign in either.
    """
    name = name.strip()
    if not name:
        raise Required(field="name")
    if len(name) > NAME_LENGTH:
        raise NameTooLong(field="name", most=NAME_LENGTH)
    if staff.has_left():
        raise HasLeft(who=staff.name, left_on=staff.left_on)
    if staff.user is None or not staff.user.is_active:
        raise NoAccount(who=staff.name)
    token = f"fo_{secrets.token_urlsafe(TOKEN_BYTES)}"
    ApiToken.objects.create(staff=staff, name=name, token_hash=_hash(token))
    return token


@transaction.atomic
def revoke_token(*, token: int, by: Staff) -> ApiToken:
    """End one of one's own tokens; twice changes nothing. Raises ``Unknown`` for any other."""
    kept = ApiToken.objects.select_for_update().filter(pk=token, staff=by).first()
    if kept is None:
        raise Unknown(field="token", value=token)
    if kept.revoked_at is None:
        kept.revoked_at = timezone.now()
        kept.save(update_fields=["revoked_at"])
    return kept


def staff_of_token(token: str) -> Staff | None:
    """Whose token this is; ``None`` for one that never was, is revoked, or whose person cannot sign in (any more).

    Its use is noted at most once a minute.
    """
    kept = next(iter(TOKEN.run(_hash(token))), None)
    if kept is None or kept.staff.has_left() or kept.staff.user is None or not kept.staff.user.is_active:
        return None
    now = timezone.now()
    if kept.last_used_at is None or kept.last_used_at <= now - USE_NOTED_EVERY:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
        ApiToken.objects.filter(unnoted, pk=kept.pk).update(last_used_at=now)
    return kept.staff
