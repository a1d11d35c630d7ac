"""Keeping a picture: checked by its content, turned upright, without position data, never as it was sent."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import IO, Protocol

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import Faulty, Required
from core.models import Attachment

KINDS = {"JPEG": (".jpg", "image/jpeg"), "PNG": (".png", "image/png"), "WEBP": (".webp", "image/webp")}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
MOST_PIXELS = 60_000_000
LONGEST_SIDE_PIXELS = 2560
JPEG_QUALITY = 85


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


def keep_upload(*, file: IO[bytes], by: HasStaffNo, name: str = "", field: str = "photo") -> Attachment:
    """Store a photo for whoever sends it; the record that shows it points at the row returned.

    The pixels are written anew: upright, at most 2560 pixels long, without any of the data that came with them. Raises ``Required``,
    ``TooBig``, ``TooManyPixels``, ``HeicPicture`` or ``NoPicture``, each at ``field``.
    """
    limit = settings.UPLOAD_MAX_BYTES
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
        suffix=suffix,
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        original_name=name.rsplit("/", 1)[-1][:200],
        by_no=by.staff_no,
    )
    attachment.file.save(f"{attachment.pk.hex}{suffix}", ContentFile(data), save=False)
    attachment.save(force_insert=True)
    return attachment


def _written_anew(sent: bytes, field: str) -> tuple[bytes, str]:
    try:
        with Image.open(BytesIO(sent), formats=list(KINDS)) as picture:
            kind = str(picture.format)
            pixels = picture.width * picture.height
            if pixels > MOST_PIXELS:
                raise TooManyPixels(field=field, megapixels=-(-pixels // 1_000_000), limit=MOST_PIXELS // 1_000_000)
            picture.draft("RGB", (LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS))
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            has_alpha = kind != "JPEG" and (upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info)
            plain = upright.convert("RGBA" if has_alpha else "RGB")
    except Image.DecompressionBombError:
        raise TooManyPixels(field=field, megapixels="> 170", limit=MOST_PIXELS // 1_000_000) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
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
