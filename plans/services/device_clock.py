"""The time of what a device sends: its clock may be wrong, and it may have been without network for hours."""

from __future__ import annotations

from datetime import datetime, timedelta

SLACK = timedelta(minutes=2)


def moment_told(
    told: datetime | None, *, now: datetime, sent_at: datetime | None = None, not_before: datetime | None = None
) -> tuple[datetime, datetime | None]:
    """The moment by the server's clock, and what the device told where that was another one (else ``None``).

    ``sent_at`` is what the device's clock showed when it sent: by as much as that is wrong the moment is set right. Nothing happened after
    it arrived here, nor before ``not_before``: then the clock was set meanwhile, and the moment of arrival counts.
    """
    if told is None:
        return now, None
    lag = now - sent_at if sent_at is not None and abs(now - sent_at) > SLACK else timedelta()
    moment = told + lag
    if moment > now or (not_before is not None and moment < not_before - SLACK):
        moment = now
    return moment, told if abs(moment - told) > SLACK else None
