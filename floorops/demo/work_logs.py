"""Work logs of the demo plant's last days with replies, private notes and to-dos for today, and a baseline survey that runs."""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from core.clock import at_plant, plant_today
from floorops.demo.draws import working_days
from people.models import OrgNode, Shift, Staff
from plans.models import ChecklistTemplate, Sheet, Survey, TemplateVersion, WorkLog
from plans.selectors.log_readers import ladder
from plans.selectors.surveys import sections_of, sections_of_checklist
from plans.services import (
    AnswerInput,
    LogInput,
    NoteInput,
    ToDoInput,
    answer,
    missing_items,
    reply_to_log,
    save_log,
    start_survey,
    submit_log,
    submit_sheet,
)

DAYS = 3

# By user name: when it was handed in each day (none: not at all), what was done, contacts, problems, the team's to-do, the author's own.
WRITERS = {
    "sup": (
        (time(17, 40), time(18, 5), time(17, 52)),
        "冲压线按计划完成，首件已确认 / Stamping line ran to plan, first pieces confirmed",
        "与设备科确认 P-03 油管更换时间 / Agreed with maintenance when the hose of P-03 is changed",
        "板材晚到 40 分钟 / Sheet metal came 40 minutes late",
        "开班前确认 P-03 接油盘 / Look at the drip tray of P-03 before the start",
        "跟仓库谈板材到货时间 / Talk to the store about the time sheet metal comes",
    ),
    "tld": (
        (time(17, 20), None, time(17, 35)),
        "完成 A-100 支架，换模一次 / A-100 brackets done, one die change",
        "",
        "换模用了 35 分钟 / The die change took 35 minutes",
        "换模工具放到模架旁 / Put the die tools beside the rack",
        "安排新人跟师傅 / Arrange who guides the newcomer",
    ),
    "wsm": ((time(17, 55), time(17, 50), None), "车间例会，日报已审 / Workshop meeting, daily reports approved", "", "", "", ""),
}
THOUGHT = NoteInput("夜班人手偏紧，想调一名折弯工过来 / The night is short of hands; I think of moving one from bending")
SHARED = NoteInput("模架旁放一套换模工具可省 10 分钟 / A set of die tools beside the rack saves 10 minutes", is_shared=True)
REPLY = "知道了，板材的事我来协调。 / Noted. I will take up the sheet metal."


def make_work_logs(last: date) -> int:
    """The logs of the last days; how many were made. Of the oldest ones the superior has answered."""
    known = set(WorkLog.objects.filter(author__user__username__in=WRITERS).values_list("author__user__username", "business_date"))
    shift = Shift.objects.get(code="D-DAY")
    made = 0
    for username, (clocks, done, contacts, problems, team_job, own_job) in WRITERS.items():
        author = Staff.objects.select_related("org").filter(user__username=username).first()
        if author is None:
            continue
        team = OrgNode.objects.get(code="D-STA-1")
        for number, on in enumerate(working_days(last - timedelta(days=2 * DAYS), last)[-DAYS:]):
            clock = clocks[number]
            if (username, on) in known or clock is None:
                continue
            to_dos = [ToDoInput(team_job, team=team)] if team_job else []
            to_dos += [ToDoInput(own_job)] if own_job else []
            notes = {"staffing": THOUGHT, "improvement": SHARED} if username == "sup" else {}
            said = LogInput(done=done, contacts=contacts, problems=problems, to_dos=to_dos if number == DAYS - 1 else (), notes=notes)
            at = at_plant(on, clock)
            log = submit_log(log=save_log(author=author, business_date=on, said=said, shift=shift, at=at), at=at)
            superior = ladder().nearest(log.node_id, author.pk)
            if number == 0 and superior is not None:
                reply_to_log(log=log, text=REPLY, by=superior, at=at + timedelta(minutes=25))
            made += 1
    return made


OWNERS = {"purchasing": "buy", "store": "stk", "safety": "mnt", "people": "hrt", "data": "plr", "improvement": "eng"}
FOUND = {
    "T-05-02": "三家供应商没有归档合同 / Contracts of three suppliers are not filed",
    "T-05-03": "去年以来没有考核供应商 / No supplier was reviewed since last year",
    "T-05-09": "系统库位与实际不符，A 区两处 / Two places in area A differ from the system",
    "T-05-12": "胶水临期没有预警 / No warning before glue expires",
}


def make_survey() -> Survey | None:
    """A survey of the welding workshop: two sections handed in, one half filled, the others not begun."""
    template = ChecklistTemplate.objects.get(code="T-05")
    node = OrgNode.objects.get(code="D-WEL")
    people = {person.user.username: person for person in Staff.objects.filter(user__isnull=False).select_related("user") if person.user}
    version = TemplateVersion.objects.filter(template=template, published_at__isnull=False).order_by("-number").first()
    missing = {"mgr", *OWNERS.values()} - set(people)
    if version is None or missing or Survey.objects.filter(node=node).exists():
        return None
    owners = {area.key: people[OWNERS.get(area.key, "mgr")] for area in sections_of_checklist(version)}
    survey = start_survey(template=template, node=node, owners=owners, due_on=plant_today() + timedelta(days=10), by=people["mgr"])
    for section in sections_of(survey)[:3]:
        items = missing_items(section.sheet)
        is_whole = section.area.key != "safety"
        answer(
            sheet=section.sheet, answers=[_tap(section.sheet, item.key) for item in (items if is_whole else items[:3])], by=section.owner
        )
        if is_whole:
            submit_sheet(sheet=section.sheet, by=section.owner)
    return survey


def _tap(sheet: Sheet, item: str) -> AnswerInput:
    own = uuid5(NAMESPACE_URL, f"demo survey {sheet.pk} {item}")
    return AnswerInput(id=own, item=item, value="ng" if item in FOUND else "ok", note=FOUND.get(item, ""))
