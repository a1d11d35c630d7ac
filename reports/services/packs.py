"""Building, requesting and submitting the month pack: one a plant and month, however often and by however many it is asked for."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.clock import PlantMonth, plant_today, plant_zone
from core.models import JobRun
from core.plant_settings import plant_setting
from core.services.jobs import no_progress, open_jobs, queue_job
from people.models import OrgNode, Staff
from reports.appendix import Appendix
from reports.block import MonthBlock, from_json, read_month_block
from reports.documents import Cover, Signed
from reports.errors import (
    CausesMissing,
    FiguresChanged,
    MonthNotBegun,
    MonthStillRuns,
    NoPackYet,
    NothingChanged,
    PackFrozen,
    ReportsOpen,
)
from reports.figures import Slice
from reports.figures.evidence import hashes_of_rows
from reports.flags import SECTION_TITLES, kept_flags, snapshot_of
from reports.models import MonthPack, PackCause, PackVersion
from reports.open_reports import OpenReport, find_open_reports
from reports.selectors import plants, read_month, version_before
from reports.services.causes import flags_of, unexplained
from reports.services.decisions import tell_deciders
from reports.services.pack_files import ALL_FILES, Drawn, Says, draw_all, drop_files, keep_files, replace_files

KIND = "month_pack"
FLAGS_NAMED = 5
REASON_CHARACTERS = 300
COUNTING = gettext_noop("Counting the month")
KEEPING = gettext_noop("Keeping the pack")
State = PackVersion.State


def build_pack(
    *, plant: OrgNode, month: PlantMonth, by: Staff | None, progress: Says = no_progress, next_version: bool = False
) -> PackVersion:
    """Count the month and keep it as the pack's draft, with its files in both languages; ``by`` is ``None`` for the system.

    A submitted version is left as it is, but that its files are drawn if they are not yet, and so is a draft whose inputs have not
    changed, so building twice, or twice at once, gives the same single pack. ``next_version`` begins a new one after a submitted one.
    Opens its own short transactions: progress shows meanwhile. Raises ``MonthNotBegun``. (RPT-01)
    """
    _require_begun(month)
    pack, _made = MonthPack.objects.get_or_create(plant=plant, month=str(month))
    kept = _latest(pack)
    if kept and not kept.is_draft and not next_version:
        return _with_files(kept, progress)
    progress(5, COUNTING)
    snapshot = snapshot_of(read_month_block(plant, month))
    inputs_hash = _hash_of_inputs(plant, month, snapshot)
    if kept and _is_complete(kept, inputs_hash):
        return kept
    built_at = timezone.now()
    cover = Cover(_number_after(kept), built_at, inputs_hash)
    drawn = draw_all(snapshot, cover, _appendix_of_draft(kept, snapshot), progress)
    progress(90, KEEPING)
    version = _keep_draft(pack, snapshot, inputs_hash, built_at, by, drawn, next_version)
    # Submitted while this was being counted: its files wait to be drawn.
    return version if version.is_draft else _with_files(version, progress)


def _number_after(kept: PackVersion | None) -> int:
    """Of the draft: the one there is, else the one after the last submitted."""
    if kept is None:
        return 1
    return kept.number if kept.is_draft else kept.number + 1


def _with_files(version: PackVersion, progress: Says) -> PackVersion:
    """A submitted version with its files: drawn once, in the job that its submission asked for."""
    if version.files.exists():
        return version
    drawn = draw_all(version.snapshot, _cover(version), _appendix(version), progress)
    progress(90, KEEPING)
    with transaction.atomic():
        MonthPack.objects.select_for_update().get(pk=version.pack_id)
        if not version.files.exists():
            keep_files(version, drawn)
    return version


def _require_begun(month: PlantMonth) -> None:
    if month.starts_on > plant_today():
        raise MonthNotBegun(month=str(month))


def _latest(pack: MonthPack) -> PackVersion | None:
    return pack.versions.order_by("-number").first()


def _hash_of(snapshot: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _is_complete(version: PackVersion, inputs_hash: str) -> bool:
    return version.inputs_hash == inputs_hash and version.files.count() == ALL_FILES


def _cover(version: PackVersion) -> Cover:
    """Of a submitted version: who signs for it is known."""
    by, at = version.submitted_by, version.submitted_at
    return Cover(version.number, version.built_at, version.inputs_hash, Signed(by.name, at) if by and at else None)


def _appendix(version: PackVersion) -> Appendix:
    """What a submitted version says beside its figures."""
    return Appendix(
        flags=flags_of(version),
        causes=_causes_of(version),
        before=_block_of(version_before(version)),
        open_reports=[OpenReport.from_json(kept) for kept in version.open_reports],
        open_reason=version.open_reason,
    )


def _appendix_of_draft(kept: PackVersion | None, snapshot: dict[str, Any]) -> Appendix:
    """The same of a draft that is not kept yet: ``kept`` is what it replaces or follows, whose causes it takes over."""
    flags = kept_flags(from_json(snapshot), snapshot)
    if kept is None:
        return Appendix(flags)
    before = version_before(kept) if kept.is_draft else kept
    return Appendix(flags, _causes_of(kept), _block_of(before))


def _causes_of(version: PackVersion) -> dict[tuple[str, str], PackCause]:
    return {(cause.section, cause.row): cause for cause in version.causes.select_related("owner", "finding")}


def _block_of(version: PackVersion | None) -> MonthBlock | None:
    return None if version is None else from_json(version.snapshot)


@transaction.atomic
def _keep_draft(
    pack: MonthPack,
    snapshot: dict[str, Any],
    inputs_hash: str,
    built_at: datetime,
    by: Staff | None,
    drawn: list[Drawn],
    next_version: bool,
) -> PackVersion:
    """The pack's row is locked first: of two builds at once the second finds what the first kept."""
    MonthPack.objects.select_for_update().get(pk=pack.pk)
    latest = version = _latest(pack)
    if version and (_is_complete(version, inputs_hash) if version.is_draft else not next_version):
        return version
    if version is None or not version.is_draft:
        version = PackVersion(pack=pack, number=_number_after(latest))
    version.snapshot, version.inputs_hash, version.built_at, version.built_by = snapshot, inputs_hash, built_at, by
    version.save()
    if latest and latest != version:
        _take_over_causes(latest, version)
    _drop_causes_without_flag(version)
    replace_files(version, drawn)
    return version


def _take_over_causes(before: PackVersion, version: PackVersion) -> None:
    """What was said of a row holds for the next version too, with the same finding, until somebody corrects it."""
    for cause in before.causes.all():
        cause.pk, cause.version = None, version
        cause._state.adding = True
        cause.save()


def _drop_causes_without_flag(version: PackVersion) -> None:
    """Causes of flags that still stand are kept; the others' findings go on by themselves."""
    standing = {(flag["section"], flag["row"]) for flag in version.snapshot["flags"]}
    gone = [cause.pk for cause in version.causes.all() if (cause.section, cause.row) not in standing]
    version.causes.filter(pk__in=gone).delete()


def request_pack(*, plant: OrgNode, month: PlantMonth, by: Staff | None) -> MonthPack:
    """Have a worker build the pack; while one is at it already, nothing new is queued. Raises ``MonthNotBegun``, ``PackFrozen``."""
    _require_begun(month)
    with transaction.atomic():
        pack, _made = MonthPack.objects.get_or_create(plant=plant, month=str(month))
        pack = MonthPack.objects.select_for_update().get(pk=pack.pk)
        version = _latest(pack)
        if version and not version.is_draft:
            raise PackFrozen()
        return _queue(pack, _params(plant, month), by)


def request_next_version(*, pack: MonthPack, by: Staff) -> MonthPack:
    """Have a worker build the version after a submitted one: one that was returned, or whose figures or targets were corrected since.

    Raises ``NoPackYet`` and ``NothingChanged``. (RPT-01)
    """
    with transaction.atomic():
        pack = MonthPack.objects.select_for_update().select_related("plant").get(pk=pack.pk)
        version = _latest(pack)
        if version is None:
            raise NoPackYet()
        month = read_month(pack.month)
        if not version.is_draft and version.state != State.RETURNED and not has_changed(version):
            raise NothingChanged(number=version.number)
        return _queue(pack, _params(pack.plant, month) | {"next": True}, by)


def has_changed(version: PackVersion) -> bool:
    """Whether the month would be counted, or judged, otherwise now: whether a next version had anything else to say."""
    return _hash_of(_figures_now(version.pack)) != _hash_of(version.snapshot)


def _figures_now(pack: MonthPack) -> dict[str, Any]:
    return snapshot_of(read_month_block(pack.plant, read_month(pack.month)))


def _hash_of_inputs(plant: OrgNode, month: PlantMonth, snapshot: dict[str, Any]) -> str:
    """Of the figures and of the rows they sum."""
    return _hash_of({"figures": _hash_of(snapshot), **hashes_of_rows(Slice.of_month(plant, month))})


def _queue(pack: MonthPack, params: dict[str, Any], by: Staff | None) -> MonthPack:
    going_on = [run for run in open_jobs(KIND, plant=params["plant"], month=pack.month) if not run.is_silent]
    if not going_on:
        pack.job = queue_job(kind=KIND, params=params, owner_no=by.staff_no if by else "")
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
    return build_pack(
        plant=plant, month=read_month(run.params["month"]), by=by, progress=progress, next_version=run.params.get("next", False)
    )


def packs_due(at: datetime | None = None) -> list[tuple[OrgNode, PlantMonth]]:
    """The month before that of a moment (now), in every plant where its pack was not submitted yet."""
    today = at.astimezone(plant_zone()).date() if at else plant_today()
    month = PlantMonth.of(today, plant_setting("month_first_day")).previous()
    told = set(PackVersion.objects.filter(pack__month=str(month)).exclude(state=State.DRAFT).values_list("pack__plant", flat=True))
    return [(plant, month) for plant in plants() if plant.pk not in told]


def build_last_month(*, at: datetime | None = None) -> list[MonthPack]:
    """Ask for the packs that are due, as the system. Safe to run twice."""
    return [request_pack(plant=plant, month=month, by=None) for plant, month in packs_due(at)]


def submit_pack(*, pack: MonthPack, by: Staff, reason: str = "") -> PackVersion:
    """Freeze the draft as it stands, with its causes, tell upper management, and have its files drawn for good.

    ``reason`` says why it goes out although daily reports are missing or not approved; their list is kept with it. Raises
    ``NoPackYet``, ``PackFrozen``, ``MonthStillRuns``, ``FiguresChanged`` when it is stale, ``CausesMissing`` until every flagged row has
    a cause, and ``ReportsOpen``.
    (RPT-01, RPT-03)
    """
    with transaction.atomic():
        pack = MonthPack.objects.select_for_update().select_related("plant").get(pk=pack.pk)
        version = _latest(pack)
        if version is None:
            raise NoPackYet()
        if not version.is_draft:
            raise PackFrozen()
        month = read_month(pack.month)
        if month.ends_on >= plant_today():
            raise MonthStillRuns(on=month.ends_on.isoformat())
        if _hash_of_inputs(pack.plant, month, _figures_now(pack)) != version.inputs_hash:
            raise FiguresChanged()
        _require_causes(version)
        still_open = find_open_reports(pack.plant, month)
        if still_open and not reason.strip():
            raise ReportsOpen(field="reason", count=len(still_open))
        drop_files(version)
        version.state, version.submitted_by, version.submitted_at = State.SUBMITTED, by, timezone.now()
        version.open_reports = [report.as_json() for report in still_open]
        version.open_reason = reason.strip()[:REASON_CHARACTERS] if still_open else ""
        version.save(update_fields=["state", "submitted_by", "submitted_at", "open_reports", "open_reason"])
        _queue(pack, _params(pack.plant, month), by)
        tell_deciders(version)
        return version


def _require_causes(version: PackVersion) -> None:
    missing = unexplained(version)
    if missing:
        names = " · ".join(f"{flag.label} ({SECTION_TITLES[flag.section]})" for flag in missing[:FLAGS_NAMED])
        raise CausesMissing(count=len(missing), rows=names + (" …" if len(missing) > FLAGS_NAMED else ""))
