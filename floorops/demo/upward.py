"""Reports upward of the demo plant: the last weeks and month with what was said about them, one late, one returned, one begun."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from core.clock import at_plant, plant_now
from people.access import access_of
from people.models import OrgNode, Staff
from reports.models import UpwardReport
from reports.services import (
    UpwardInput,
    acknowledge_report,
    begin_report,
    comment_report,
    remind_upward,
    reply_to_answer,
    return_report,
    send_report,
)
from reports.upward_periods import Kind, Period, before, due_by, period_of

PLANT, SHOP = "D-PLANT", "D-STA"
OF_THE_PLANT = UpwardInput(
    done="三条线按计划完成，焊接二班换了夹具 / Three lines ran to plan, welding team 2 got new fixtures",
    analysis="焊接达成率低，主要是换型和等料 / Attainment of welding is low: change-overs and waiting for material",
    plan="换型工具集中放置，板材提前一天到线 / Keep change-over tools in one place, sheet metal at the line a day ahead",
)
OF_THE_SHOP = UpwardInput(
    done="冲压一班试用快速换模，二班补了两名新人 / Stamping team 1 tried quick die change, team 2 got two newcomers",
    analysis="废品多在换模后首件 / Most scrap is the first pieces after a die change",
    plan="换模后首件由主管确认 / The supervisor confirms first pieces after a die change",
)
TOLD = "下午口头汇报：P-03 液压站漏油，停机两小时 / Told in the afternoon: the hydraulics of P-03 leak, two hours stopped"
COMMENT = "等料的损失下周单独列出来。 / List the loss from waiting for material by itself next week."
REPLY = "好的，下周报表里单列。 / Yes, it gets a row of its own next week."
REASON = "计划里没有写负责人。 / The plan names nobody."


def make_upward(first: date, last: date) -> int:
    """Reports of the weeks and the month that ended by ``last`` within the history; how many were made."""
    nodes = {node.code: node for node in OrgNode.objects.filter(code__in=[PLANT, SHOP])}
    people = {
        person.user.username: person for person in Staff.objects.filter(user__isnull=False).select_related("user", "org") if person.user
    }
    if {"dir", "mgr", "wsm"} - set(people) or UpwardReport.objects.filter(node__in=nodes.values()).exists():
        return 0
    plant, shop, mgr, wsm = nodes[PLANT], nodes[SHOP], people["mgr"], people["wsm"]
    director, manager = access_of(people["dir"]), access_of(mgr)
    week = before(period_of(Kind.WEEK, last + timedelta(days=1)))
    earlier = before(week)
    month = before(period_of(Kind.MONTH, last + timedelta(days=1)))

    made = [_sent(shop, earlier, OF_THE_SHOP, wsm, timedelta(minutes=-25))]
    acknowledge_report(report=made[-1], access=manager, at=_after(made[-1], hours=2))
    made.append(_sent(plant, earlier, OF_THE_PLANT, mgr, timedelta(minutes=25)))
    comment_report(report=made[-1], text=COMMENT, access=director, at=_after(made[-1], hours=1))
    reply_to_answer(report=made[-1], text=REPLY, by=mgr, at=_after(made[-1], hours=3))
    if month.starts_on >= first:
        made.append(_sent(plant, month, OF_THE_PLANT, mgr, timedelta(hours=-30)))
        acknowledge_report(report=made[-1], access=director, at=_after(made[-1], hours=4))
    made.append(_sent(shop, week, OF_THE_SHOP, wsm, timedelta(minutes=-40)))
    return_report(report=made[-1], reason=REASON, access=manager, at=_after(made[-1], hours=1))
    told = UpwardInput(done=TOLD, subject="P-03 液压站 / Hydraulics of P-03", reader=people["dir"])
    at = at_plant(last, time(17, 30))
    made.append(send_report(report=begin_report(kind=Kind.ORAL, node=plant, on=last, said=told, by=mgr, at=at), by=mgr, at=at))
    made.append(begin_report(kind=Kind.WEEK, node=plant, on=week.starts_on, said=UpwardInput(done=OF_THE_PLANT.done), by=mgr, at=at))
    remind_upward()
    return len(made)


def _sent(node: OrgNode, period: Period, said: UpwardInput, by: Staff, offset: timedelta) -> UpwardReport:
    """Sent by ``offset`` from its due moment, but never in the future."""
    at = min(due_by(period, None) + offset, plant_now())
    report = begin_report(kind=period.kind, node=node, on=period.starts_on, said=said, by=by, at=at)
    return send_report(report=report, by=by, at=at)


def _after(report: UpwardReport, *, hours: int) -> datetime:
    assert report.sent_at is not None
    return min(report.sent_at + timedelta(hours=hours), plant_now())
