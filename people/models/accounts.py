import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractUser):
    """A log-in. Whoever acts is the staff row behind it (``user.staff``); an operator may have none.

    With ``one_time_until`` set the password came from the administrator: it signs in until then, and only to choose an own one.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    theme = models.CharField(_("theme"), max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    one_time_until = models.DateTimeField(_("one-time password valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        staff = getattr(self, "staff", None)
        return staff.name if staff else self.username

    get_short_name = get_full_name


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None, meta={"app_label": "people"})
class UserRole(User.groups.through):  # type: ignore[name-defined,misc]
    """A role given to a log-in; a proxy of the membership table so that giving and taking are audited."""

    class Meta:
        proxy = True
        verbose_name = _("role")
