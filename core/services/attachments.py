"""Keeping a picture: checked by its content, turned upright, without position data, never as it was sent."""

from __future__ import annotations

import hashlib
import struct
from io import BytesIO
from typing import IO, Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from core.errors import Faulty, IdempotencyMismatch, Required
from core.models import Attachment

KINDS = {"JPEG": (".jpg", "image/jpeg"), "PNG": (".png", "image/png"), "WEBP": (".webp", "image/webp")}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
MOST_PIXELS = 60_000_000
LONGEST_SIDE_PIXELS = 2560
JPEG_QUALITY = 85
ORIENTATION = 0x0112
# How the pixels of a camera that was held otherwise are turned: EXIF 2.32, tag Orientation.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class HasStaffNo(Protocol):
    staff_no: str


class TooBig(Faulty):
    """More bytes than one upload may have."""

    code = "upload_too_big"
    sentence = _("The picture has %(megabytes)s MB; at most %(limit)s MB can be kept.")


class TooManyPixels(Faulty):
    """A picture that would need more memory than it is worth; also the guard against decompression bombs."""

    code = "upload_too_many_pixels"
    sentence = _("The picture has %(megapixels)s megapixels; at most %(limit)s can be kept.")


class HeicPicture(Faulty):
    code = "upload_heic"
    sentence = _(
        "This is a HEIC picture, which not every screen here can show. Set the camera to “Most compatible” (JPEG) and take it again."
    )


class NoPicture(Faulty):
    code = "upload_no_picture"
    sentence = _("This is no picture that can be kept. Send a JPEG, PNG or WebP photo.")


def keep_upload(*, file: IO[bytes], by: HasStaffNo, name: str = "", field: str = "photo", own_id: UUID | None = None) -> Attachment:
    """Store a photo for whoever sends it; the record that shows it points at the row returned.

    A device that may have to send it twice gives it an id of its own: the second time nothing new is stored, and a second sender waits
    for the first. An id that somebody else's picture has raises ``IdempotencyMismatch``.

    The pixels are written anew: upright, at most 2560 pixels long, without any of the data that came with them. Raises ``Required``,
    ``TooBig``, ``TooManyPixels``, ``HeicPicture`` or ``NoPicture``, each at ``field``.
    """
    limit = settings.UPLOAD_MAX_BYTES
    if own_id is not None and (kept := _kept_before(own_id, by)):
        return kept
    sent = file.read(limit + 1)
    if not sent:
        raise Required(field=field)
    if len(sent) > limit:
        size = max(getattr(file, "size", 0) or 0, len(sent))
        raise TooBig(field=field, megabytes=-(-size // 1_048_576), limit=limit // 1_048_576)
    if sent[4:8] == b"ftyp" and sent[8:12] in HEIC_BRANDS:
        raise HeicPicture(field=field)
    data, kind = _written_anew(sent, field)
    suffix, content_type = KINDS[kind]
    attachment = Attachment(
        pk=own_id or uuid4(),
        suffix=suffix,
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        original_name=name.rsplit("/", 1)[-1][:200],
        by_no=by.staff_no,
    )
    try:
        with transaction.atomic():
            # The row first: whoever sends the same id meanwhile waits here, so no file is stored that no row has.
            attachment.save(force_insert=True)
            attachment.file.save(f"{attachment.pk.hex}{suffix}", ContentFile(data), save=False)
            attachment.save(update_fields=["file"])
    except IntegrityError:
        if own_id is not None and (kept := _kept_before(own_id, by)):
            return kept
        raise
    return attachment


def _kept_before(own_id: UUID, by: HasStaffNo) -> Attachment | None:
    kept = Attachment.objects.filter(pk=own_id).first()
    if kept is not None and kept.by_no != by.staff_no:
        raise IdempotencyMismatch()
    return kept


def _upright(picture: Image.Image) -> Image.Image:
    """The pixels alone are turned: Pillow's own way writes all data that came with them anew, and fails on what a camera got wrong."""
    turn = UPRIGHT.get(picture.getexif().get(ORIENTATION, 1))
    return picture.transpose(turn) if turn is not None else picture


def _written_anew(sent: bytes, field: str) -> tuple[bytes, str]:
    try:
        with Image.open(BytesIO(sent), formats=list(KINDS)) as picture:
            kind = str(picture.format)
            pixels = picture.width * picture.height
            if pixels > MOST_PIXELS:
                raise TooManyPixels(field=field, megapixels=-(-pixels // 1_000_000), limit=MOST_PIXELS // 1_000_000)
            picture.draft("RGB", (LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS))
            picture.load()
            upright = _upright(picture)
            has_alpha = kind != "JPEG" and (upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info)
            plain = upright.convert("RGBA" if has_alpha else "RGB")
    except Image.DecompressionBombError:
        raise TooManyPixels(field=field, megapixels="> 170", limit=MOST_PIXELS // 1_000_000) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error):
        raise NoPicture(field=field) from None
    plain.thumbnail((LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS))
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    kept = BytesIO()
    if kind == "JPEG":
        clean.save(kept, "JPEG", quality=JPEG_QUALITY, optimize=True)
    elif kind == "PNG":
        clean.save(kept, "PNG", optimize=True)
    else:
        clean.save(kept, "WEBP", quality=JPEG_QUALITY)
    return kept.getvalue(), kind
