from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One thing that one person should know or do, told once: the same ``key`` of a kind never comes twice to the same person.

    Only figures are kept; the words are built from ``kind`` when it is read, in the reader's language (``people.notices``). ``done_at``
    is set when nothing is left to do about it: the thing was settled, or plain news was read. The bell counts what is not done.
    It is a reminder, not a fact: what happened stands in the record behind ``url``, so no history is kept of it.
    """

    recipient = models.ForeignKey("people.Staff", models.PROTECT, related_name="notices", verbose_name=_("to"))
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(max_length=200)
    figures = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    made_at = models.DateTimeField(_("told at"))
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient"], include=["due_at"], condition=Q(done_at=None), name="notice_waits_for"),
            models.Index(fields=["recipient", "-made_at"], name="notice_by_recipient"),
            models.Index(fields=["kind", "key"], name="notice_by_key"),
        ]
        constraints = [models.UniqueConstraint(fields=["recipient", "kind", "key"], name="each_notice_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
