import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@pghistory.track(exclude=["token_hash", "last_used_at"])
class ApiToken(models.Model):
    """With this a program acts as one person. Only a hash is kept; the token itself was shown once, when it was made.

    It counts until ``revoked_at``, and only while the person works here and has an open account.
    """

    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="api_tokens", verbose_name=_("staff member"))
    name = models.CharField(pgettext_lazy("thing", "name"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name
