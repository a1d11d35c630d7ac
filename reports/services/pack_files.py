"""The files of a pack's version: a PDF and a workbook in each language, drawn at once and kept with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_noop

from reports.appendix import Appendix
from reports.block import from_json
from reports.documents import Cover, pack_pdf, pack_xlsx
from reports.models import PackFile, PackVersion

Says = Callable[[int, str], None]
LANGUAGES = ("en", "zh-hans")
WRITERS = {PackFile.Form.PDF: pack_pdf, PackFile.Form.XLSX: pack_xlsx}
ALL_FILES = len(LANGUAGES) * len(WRITERS)
DRAWING = {
    ("pdf", "en"): gettext_noop("Drawing the English PDF"),
    ("pdf", "zh-hans"): gettext_noop("Drawing the Chinese PDF"),
    ("xlsx", "en"): gettext_noop("Writing the English XLSX"),
    ("xlsx", "zh-hans"): gettext_noop("Writing the Chinese XLSX"),
}


@dataclass(frozen=True)
class Drawn:
    language: str
    form: str
    body: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def draw_all(snapshot: dict[str, Any], cover: Cover, appendix: Appendix, progress: Says) -> list[Drawn]:
    block = from_json(snapshot)
    drawn: list[Drawn] = []
    for language in LANGUAGES:
        with translation.override(language):
            for form, write in WRITERS.items():
                progress(15 + len(drawn) * 18, DRAWING[form.value, language])
                drawn.append(Drawn(language, form.value, write(block, cover, appendix)))
    return drawn


def replace_files(version: PackVersion, drawn: list[Drawn]) -> None:
    drop_files(version)
    keep_files(version, drawn)


def drop_files(version: PackVersion) -> None:
    """The files themselves go once that is committed."""
    for old in version.files.all():
        storage, name = old.file.storage, str(old.file.name)
        transaction.on_commit(partial(storage.delete, name))
    version.files.all().delete()


def keep_files(version: PackVersion, drawn: list[Drawn]) -> None:
    """Under names of their own."""
    for made in drawn:
        kept = PackFile(version=version, language=made.language, form=made.form, sha256=made.sha256, size=len(made.body))
        kept.file.save(f"{version.pack.month}.{made.language}.{made.form}", ContentFile(made.body), save=True)
