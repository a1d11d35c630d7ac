from django.db import models


class RequestKey(models.Model):
    """The first answer to a write that may be sent twice: written in the same transaction as what it answers (DESIGN 3.3).

    ``is_kept`` marks the key of a document, kept for ever; others go after 30 days.
    """

    key = models.UUIDField(primary_key=True)
    route = models.CharField(max_length=200)
    staff_no = models.CharField(max_length=40)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict)
    is_kept = models.BooleanField(default=False, db_default=False)
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return str(self.key)
