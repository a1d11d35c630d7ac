from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestKey(models.Model):
    """The first answer to a write that may be sent twice: written in the same transaction as what it answers (DESIGN 3.3).

    ``is_kept`` marks the key of a document, kept for ever; others go after 30 days.
    """

    key = models.UUIDField(_("key"), primary_key=True)
    route = models.CharField(_("address"), max_length=200)
    staff_no = models.CharField(_("staff number"), max_length=40)
    body_hash = models.CharField(_("fingerprint of what was sent"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    answer = models.JSONField(_("answer"), default=dict)
    is_kept = models.BooleanField(_("kept for ever"), default=False, db_default=False)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("request key")
        verbose_name_plural = _("request keys")

    def __str__(self) -> str:
        return str(self.key)
