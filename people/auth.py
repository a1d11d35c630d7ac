"""Signing in: only people who work here, and a page in the house's look for those who tried too often."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.prepared import Given, PreparedRows
from core.views.errors import too_many
from people.models import User

USER = PreparedRows("user", lambda: User.objects.select_related("staff__org").filter(pk=Given(1, "bigint")))


class StaffBackend(ModelBackend):
    """Username and password of a person who has not left (PPL-02); a one-time password only while it is valid."""

    def get_user(self, user_id: int) -> User | None:
        """With the staff row and its unit, which every request asks for."""
        user = next(iter(USER.run(user_id)), None)
        return user if self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User | None) -> bool:  # type: ignore[override]
        if not super().user_can_authenticate(user):
            return False
        staff = getattr(user, "staff", None)
        if staff is None or staff.has_left():
            return False
        return user.one_time_until is None or user.one_time_until > timezone.now()  # type: ignore[union-attr]


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong tries: a page that says how long to wait."""
    return too_many(request, retry_after_seconds=int(settings.AXES_COOLOFF_TIME * 3600))
