"""Uploads: what is kept is what was looked at, and only who may see the record gets it."""

import struct
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image, ImageOps

from core import attachments
from core.errors import IdempotencyMismatch, RuleBroken
from core.models import Attachment
from core.services.attachments import HeicPicture, NoPicture, TooBig, TooManyPixels, keep_upload
from tests.races import Elsewhere, wait_until_blocked

pytestmark = pytest.mark.django_db
ORIENTATION, GPS = 0x0112, 0x8825


def picture(kind="JPEG", size=(40, 20), **save) -> bytes:
    data = BytesIO()
    image = Image.new("RGB", size, "white")
    image.putpixel((0, 0), (255, 0, 0))
    image.save(data, kind, **save)
    return data.getvalue()


def taken_sideways() -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[2] = (31.0, 13.0, 49.0)
    exif[0x010F] = "Camera of somebody"
    return picture(exif=exif, comment=b"home address")


def keep(data: bytes, by, name="photo.jpg") -> Attachment:
    return keep_upload(file=SimpleUploadedFile(name, data), by=by, name=name)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_by_what_it_is_not_by_its_name(plant, kind):
    kept = keep(picture(kind), plant.person("sup", plant.a), name="../../invoice.pdf")
    assert kept.content_type == f"image/{kind.lower()}"
    assert kept.original_name == "invoice.pdf"
    assert kept.file.name.endswith(kept.suffix)
    assert len(kept.sha256) == 64
    assert kept.size == kept.file.size


def test_a_photo_stands_upright_and_tells_neither_where_nor_by_whom(plant):
    kept = keep(taken_sideways(), plant.person("sup", plant.a))
    stored = kept.file.open().read()
    with Image.open(BytesIO(stored)) as image:
        assert image.size == (20, 40)
        assert not image.getexif()
        assert "comment" not in image.info
    assert b"Camera" not in stored
    assert b"home address" not in stored


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
def test_every_way_to_hold_a_camera_ends_upright(plant, orientation):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    sent = picture("PNG", exif=exif)

    kept = keep(sent, plant.person("sup", plant.a))

    with Image.open(kept.file.open()) as stored, Image.open(BytesIO(sent)) as original:
        asked = ImageOps.exif_transpose(original)
        assert stored.size == asked.size
        assert stored.tobytes() == asked.convert("RGB").tobytes()


def test_data_that_a_camera_got_wrong_does_not_matter(plant):
    """An unsigned field that holds −1, as cameras write it for "unknown"."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[0x0100] = 6, 4_294_967_295
    raw = exif.tobytes()
    at = raw.index(struct.pack(">L", 4_294_967_295)) - 6
    assert raw[at : at + 2] == struct.pack(">H", 4)
    signed = raw[:at] + struct.pack(">H", 9) + raw[at + 2 :]

    kept = keep(picture(exif=signed), plant.person("sup", plant.a))

    with Image.open(kept.file.open()) as stored:
        assert stored.size == (20, 40)


def test_a_picture_sent_twice_under_its_own_id_is_kept_once_and_nobody_elses_is_handed_out(plant):
    own_id, person = uuid4(), plant.person("sup", plant.a)

    first, again = (keep_upload(file=SimpleUploadedFile("a.jpg", picture()), by=person, own_id=own_id) for _time in range(2))
    with pytest.raises(IdempotencyMismatch):
        keep_upload(file=SimpleUploadedFile("a.jpg", picture()), by=plant.person("sup", plant.b), own_id=own_id)

    assert first == again
    assert [row.by_no for row in Attachment.objects.all()] == [person.staff_no]
    assert files_in(first) == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_send_while_the_first_is_going_waits_and_gets_its_picture(plant):
    own_id, person = uuid4(), plant.person("sup", plant.a)

    def send() -> Attachment:
        return keep_upload(file=SimpleUploadedFile("a.jpg", picture()), by=person, own_id=own_id)

    with transaction.atomic():
        first = send()
        other = Elsewhere(send)
        wait_until_blocked()

    assert other.outcome == "done"
    assert Attachment.objects.get() == first
    assert files_in(first) == 1


def files_in(attachment: Attachment) -> int:
    return sum(1 for path in Path(attachment.file.storage.location).rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", RuleBroken),
        (b"%PDF-1.7 not a picture", NoPicture),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", NoPicture),
        (picture()[:200], NoPicture),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", HeicPicture),
        (picture("GIF"), NoPicture),
    ],
)
def test_what_is_no_photo_is_refused_and_nothing_is_kept(plant, data, refusal):
    with pytest.raises(refusal) as refused:
        keep(data, plant.person("sup", plant.a))
    assert refused.value.field == "photo"
    assert refused.value.status == 422
    assert not Attachment.objects.exists()


def test_too_many_bytes_or_pixels_are_refused_with_the_limit(plant, settings, monkeypatch):
    person = plant.person("sup", plant.a)
    settings.UPLOAD_MAX_BYTES = 1_048_576
    with pytest.raises(TooBig) as refused:
        keep(b"x" * 2_000_000, person)
    assert refused.value.figures == {"megabytes": 2, "limit": 1}

    settings.UPLOAD_MAX_BYTES = 10_485_760
    with pytest.raises(TooManyPixels):
        keep(picture("PNG", (8000, 8000)), person)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(TooManyPixels):
        keep(picture("PNG", (100, 100)), person)


@pytest.mark.req("SYS-01")
def test_a_stored_photo_is_given_to_its_maker_and_to_who_sees_the_record(signed_in, plant, monkeypatch):
    kept = keep(picture(), plant.person("sup", plant.a))
    address = f"/files/{kept.pk}"
    given = signed_in(plant.person("sup", plant.a)).get(address)
    assert given.status_code == 200
    assert given["Content-Type"] == "image/jpeg"
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Cache-Control"].startswith("private")

    assert signed_in(plant.person("sup", plant.b)).get(address).status_code == 404
    monkeypatch.setitem(attachments._answers, "trial", lambda attachment, access: access.sees(plant.a))
    assert signed_in(plant.person("sup", plant.b)).get(address).status_code == 404
    assert signed_in(plant.person("wsm", plant.a)).get(address).status_code == 200


def test_a_file_that_is_gone_or_never_was_is_not_found(signed_in, plant):
    kept = keep(picture(), plant.person("sup", plant.a))
    client = signed_in(plant.person("sup", plant.a))
    kept.file.storage.delete(kept.file.name)
    assert client.get(f"/files/{kept.pk}").status_code == 404
    assert client.get("/files/00000000-0000-0000-0000-000000000000").status_code == 404


def test_two_answers_for_one_kind_of_record_are_refused_loudly(monkeypatch):
    monkeypatch.setitem(attachments._answers, "trial", lambda attachment, access: True)
    with pytest.raises(ValueError, match="trial"):
        attachments.answer_may_see("trial", lambda attachment, access: False)
