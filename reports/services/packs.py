"""Building, requesting and submitting the month pack: one a plant and month, however often and by however many it is asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from core.clock import PlantMonth, plant_today
from core.models import JobRun
from core.plant_settings import plant_setting
from core.services.jobs import no_progress, open_jobs, queue_job
from people.models import OrgNode, Staff
from reports.block import from_json, read_month_block, to_json
from reports.documents import Cover, pack_pdf, pack_xlsx
from reports.errors import FiguresChanged, MonthNotBegun, NoPackYet, PackFrozen
from reports.models import MonthPack, PackFile, PackVersion
from reports.selectors import plants, read_month

KIND = "month_pack"
LANGUAGES = ("en", "zh-hans")
WRITERS = {PackFile.Form.PDF: pack_pdf, PackFile.Form.XLSX: pack_xlsx}
COUNTING = gettext_noop("Counting the month")
KEEPING = gettext_noop("Keeping the pack")
DRAWING = {
    ("pdf", "en"): gettext_noop("Drawing the English PDF"),
    ("pdf", "zh-hans"): gettext_noop("Drawing the Chinese PDF"),
    ("xlsx", "en"): gettext_noop("Writing the English XLSX"),
    ("xlsx", "zh-hans"): gettext_noop("Writing the Chinese XLSX"),
}
Says = Callable[[int, str], None]
State = PackVersion.State


@dataclass(frozen=True)
class _Drawn:
    language: str
    form: str
    body: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def build_pack(*, plant: OrgNode, month: PlantMonth, by: Staff | None, progress: Says = no_progress) -> PackVersion:
    """Count the month and keep it as the pack's draft, with its files in both languages; ``by`` is ``None`` for the system.

    A submitted pack is left as it is, and so is a draft whose figures have not changed, so building twice, or twice at once, gives
    the same single pack. Opens its own short transactions: progress shows meanwhile. Raises ``MonthNotBegun``. (RPT-01)
    """
    _require_begun(month)
    pack, _made = MonthPack.objects.get_or_create(plant=plant, month=str(month))
    kept = _latest(pack)
    if kept and not kept.is_draft:
        return kept
    progress(5, COUNTING)
    snapshot = to_json(read_month_block(plant, month))
    inputs_hash = _hash_of(snapshot)
    if kept and _is_complete(kept, inputs_hash):
        return kept
    built_at = timezone.now()
    drawn = _draw_all(snapshot, Cover(kept.number if kept else 1, built_at, inputs_hash), progress)
    progress(90, KEEPING)
    return _keep_draft(pack, snapshot, inputs_hash, built_at, by, drawn)


def _require_begun(month: PlantMonth) -> None:
    if month.starts_on > plant_today():
        raise MonthNotBegun(month=str(month))


def _latest(pack: MonthPack) -> PackVersion | None:
    return pack.versions.order_by("-number").first()


def _hash_of(snapshot: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _is_complete(version: PackVersion, inputs_hash: str) -> bool:
    return version.inputs_hash == inputs_hash and version.files.count() == len(LANGUAGES) * len(WRITERS)


def _draw_all(snapshot: dict[str, Any], cover: Cover, progress: Says) -> list[_Drawn]:
    block = from_json(snapshot)
    drawn: list[_Drawn] = []
    for language in LANGUAGES:
        with translation.override(language):
            for form, write in WRITERS.items():
                progress(15 + len(drawn) * 18, DRAWING[form.value, language])
                drawn.append(_Drawn(language, form.value, write(block, cover)))
    return drawn


@transaction.atomic
def _keep_draft(
    pack: MonthPack, snapshot: dict[str, Any], inputs_hash: str, built_at: datetime, by: Staff | None, drawn: list[_Drawn]
) -> PackVersion:
    """The pack's row is locked first: of two builds at once the second finds what the first kept."""
    MonthPack.objects.select_for_update().get(pk=pack.pk)
    version = _latest(pack)
    if version and (not version.is_draft or _is_complete(version, inputs_hash)):
        return version
    if version is None:
        version = PackVersion(pack=pack, number=1)
    version.snapshot, version.inputs_hash, version.built_at, version.built_by = snapshot, inputs_hash, built_at, by
    version.save()
    _replace_files(version, drawn)
    return version


def _replace_files(version: PackVersion, drawn: list[_Drawn]) -> None:
    """New files lie under names of their own; the old ones go once the new rows are committed."""
    for old in version.files.all():
        storage, name = old.file.storage, str(old.file.name)
        transaction.on_commit(partial(storage.delete, name))
    version.files.all().delete()
    for made in drawn:
        kept = PackFile(version=version, language=made.language, form=made.form, sha256=made.sha256, size=len(made.body))
        kept.file.save(f"{version.pack.month}.{made.language}.{made.form}", ContentFile(made.body), save=True)


def request_pack(*, plant: OrgNode, month: PlantMonth, by: Staff | None) -> MonthPack:
    """Have a worker build the pack; while one is at it already, nothing new is queued. Raises ``MonthNotBegun``, ``PackFrozen``."""
    _require_begun(month)
    with transaction.atomic():
        pack, _made = MonthPack.objects.get_or_create(plant=plant, month=str(month))
        pack = MonthPack.objects.select_for_update().get(pk=pack.pk)
        version = _latest(pack)
        if version and not version.is_draft:
            raise PackFrozen()
        going_on = [run for run in open_jobs(KIND, plant=plant.code, month=pack.month) if not run.is_silent]
        if not going_on:
            pack.job = queue_job(kind=KIND, params=_params(plant, month), owner_no=by.staff_no if by else "")
            pack.save(update_fields=["job"])
        return pack


def _params(plant: OrgNode, month: PlantMonth) -> dict[str, Any]:
    return {"plant": plant.code, "month": str(month)}


def start_pack_job(*, plant: OrgNode, month: PlantMonth) -> JobRun:
    """A run for somebody who builds here and now, with no queue; the caller hands it to ``run_job`` with ``build_asked_pack``."""
    _require_begun(month)
    pack, _made = MonthPack.objects.get_or_create(plant=plant, month=str(month))
    pack.job = JobRun.objects.create(kind=KIND, params=_params(plant, month))
    pack.save(update_fields=["job"])
    return pack.job


def build_asked_pack(*, run: JobRun, progress: Says) -> PackVersion:
    """Build what a run's params ask for, in the name of its owner."""
    plant = OrgNode.objects.get(code=run.params["plant"])
    by = Staff.objects.filter(staff_no=run.owner_no).first() if run.owner_no else None
    return build_pack(plant=plant, month=read_month(run.params["month"]), by=by, progress=progress)


def build_last_month(*, at: datetime | None = None) -> list[MonthPack]:
    """Ask for the pack of the month before this one in every plant, as the system; submitted ones are left alone. Safe to run twice."""
    today = at.date() if at else plant_today()
    month = PlantMonth.of(today, plant_setting("month_first_day")).previous()
    asked = []
    for plant in plants():
        try:
            asked.append(request_pack(plant=plant, month=month, by=None))
        except PackFrozen:
            continue
    return asked


def submit_pack(*, pack: MonthPack, by: Staff) -> PackVersion:
    """Freeze the draft as it stands, files included. Raises ``NoPackYet``, ``PackFrozen``, and ``FiguresChanged`` when it is stale."""
    with transaction.atomic():
        pack = MonthPack.objects.select_for_update().select_related("plant").get(pk=pack.pk)
        version = _latest(pack)
        if version is None:
            raise NoPackYet()
        if not version.is_draft:
            raise PackFrozen()
        now = to_json(read_month_block(pack.plant, read_month(pack.month)))
        if _hash_of(now) != version.inputs_hash:
            raise FiguresChanged()
        version.state, version.submitted_by, version.submitted_at = State.SUBMITTED, by, timezone.now()
        version.save(update_fields=["state", "submitted_by", "submitted_at"])
        return version
