import uuid

from django.db import models


def _place(attachment: "Attachment", filename: str) -> str:
    return f"attachments/{attachment.pk.hex[:2]}/{attachment.pk.hex}{attachment.suffix}"


class Attachment(models.Model):
    """One stored file, checked by its content and re-encoded when it is an image; the record it belongs to points at it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(upload_to=_place)
    suffix = models.CharField(max_length=10)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    original_name = models.CharField(max_length=200, blank=True, default="")
    by_no = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.original_name or str(self.pk)
