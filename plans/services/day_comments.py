"""The supervisor's comment on what a team attained in a shift (PLN-14)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from core.clock import plant_today
from core.errors import Required, StaleVersion
from core.refusals import refusals_explained
from people.models import OrgKind, OrgNode, Shift, Staff
from plans.errors.daily_reports import CommentLocked, DateAhead, NotATeam
from plans.errors.findings import TextTooLong
from plans.models import COMMENT_LENGTH, DailyReport, DayComment
from plans.services.versions import require_version
from plans.words import clock_words, who_words


@transaction.atomic
def save_day_comment(*, team: OrgNode, shift: Shift, business_date: date, text: str, by: Staff, version: int | None = None) -> DayComment:
    """Keep the comment on a team's shift; ``version`` is that of the comment on the writer's page, 0 where none stood there.

    Raises ``Required``, ``TextTooLong``, ``NotATeam``, ``DateAhead``, ``StaleVersion`` when somebody else wrote meanwhile, and
    ``CommentLocked`` once the report of that shift is approved. (PLN-14)
    """
    text = text.strip()
    if not text:
        raise Required(field="text")
    if len(text) > COMMENT_LENGTH:
        raise TextTooLong(field="text", length=len(text), most=COMMENT_LENGTH)
    if team.kind != OrgKind.TEAM:
        raise NotATeam(field="text", node=team.code, on=business_date.isoformat())
    if business_date > plant_today():
        raise DateAhead(field="text", on=business_date.isoformat())
    key = {"team": team, "shift": shift, "business_date": business_date}
    # Whoever approves locks the report first: this waits for them, and they for this.
    report = DailyReport.objects.select_for_update(no_key=True, of=("self",)).select_related("approved_by").filter(**key).first()
    if report is not None and report.status == DailyReport.Status.APPROVED:
        assert report.approved_at is not None
        raise CommentLocked(who=who_words(report.approved_by), when=clock_words(report.approved_at))
    comment = DayComment.objects.select_for_update(no_key=True).filter(**key).first() or DayComment(**key, version=0)
    require_version(comment, version)
    comment.text, comment.by, comment.at = text, by, timezone.now()
    comment.version += 1
    with refusals_explained(
        {
            "one_comment_per_team_and_shift": lambda: StaleVersion(
                who=gettext("Somebody else"), when=clock_words(timezone.now()), version=1
            ),
            "day_comment_locked": lambda: CommentLocked(who=who_words(None), when=clock_words(timezone.now())),
        }
    ):
        comment.save()
    return comment
