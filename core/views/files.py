"""Stored files, only to those who may see the record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views import View

from core.attachments import may_see
from core.models import Attachment

MONTH_SECONDS = 30 * 24 * 3600


class StoredFile(View):
    """The floorops project gives it its door. What is stored never changes, so that a browser may keep it, for this person alone."""

    def get(self, request: Any, pk: UUID) -> FileResponse:
        attachment = get_object_or_404(Attachment, pk=pk)
        if not may_see(attachment, request.access):
            raise Http404
        try:
            stored = attachment.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(stored, content_type=attachment.content_type, filename=f"{attachment.pk.hex}{attachment.suffix}")
        response["Cache-Control"] = f"private, max-age={MONTH_SECONDS}, immutable"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response
