"""Findings of the last days in the demo plant, in every state; what is overdue is escalated as the job would do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from core.clock import at_plant
from people.models import OrgNode, Shift, Staff
from people.services import NewNotice, notify_all
from plans.models import (
    Emergency,
    EmergencyCall,
    EmergencyContact,
    Finding,
    FindingDeed,
    Imbalance,
    Observation,
    PileUp,
    Process,
    Product,
)
from plans.services import escalate

Deed, Status = FindingDeed.Deed, Finding.Status


@dataclass(frozen=True)
class Told:
    """One finding: ``days`` before the last day, at ``clock``; people by user name or staff number."""

    days: int
    clock: time
    kind: str
    node: str
    area: str
    text: str
    by: str
    owner: str
    severity: str = "normal"
    item_key: str = ""
    due: timedelta = timedelta(hours=7)
    done: str = ""
    verified_by: str = ""
    cancelled: str = ""
    reopened: str = ""
    comment: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


# The oldest first; day 0 is the last day with reports, yesterday as a rule.
FINDINGS = (
    Told(
        9,
        time(10, 12),
        "abnormality",
        "D-STA-1",
        "P-03 冲床 / Press P-03",
        "P-03 冲床油管接头渗油 / Oil leak at the hose joint of P-03",
        "sup",
        "mnt",
        "severe",
        "T-01-10",
        done="换油管和卡箍，加接油盘 / Hose and clamp changed, drip tray fitted",
        verified_by="wsm",
    ),
    Told(
        8,
        time(14, 5),
        "emergency",
        "D-WEL-1",
        "焊接车间东侧 / East side of welding",
        "焊机电缆冒烟，已断电 / Smoke from a welder's cable, power cut off",
        "D-055",
        "D-051",
        "severe",
        done="电缆更换，同型号全部检查 / Cable replaced, all of that type checked",
        verified_by="mgr",
        facts={"what": "fire", "actions": "断电、疏散、灭火器待命 / Power off, people out, extinguisher ready"},
    ),
    Told(
        6,
        time(9, 40),
        "instruction",
        "D-STA",
        "",
        "本周内清出3号通道 / Clear aisle 3 this week",
        "mgr",
        "wsm",
        due=timedelta(days=4),
        done="通道已清，划线重涂 / Aisle clear, lines repainted",
        verified_by="mgr",
    ),
    Told(
        5,
        time(11, 20),
        "safety",
        "D-STA-2",
        "剪板机 / Shear",
        "防护罩松动 / Guard is loose",
        "sup",
        "D-053",
        "severe",
        done="螺栓紧固并加防松垫 / Bolts tightened, lock washers added",
        verified_by="wsm",
    ),
    Told(
        4,
        time(15, 30),
        "problem",
        "D-ASM-1",
        "装配线尾 / End of the line",
        "气动扳手扭矩不稳 / Pneumatic wrench does not hold its torque",
        "D-057",
        "D-052",
        cancelled="同一问题已在设备报修 / Reported as a repair already",
    ),
    Told(
        3,
        time(10, 45),
        "abnormality",
        "D-STA-1",
        "P-03 冲床 / Press P-03",
        "P-03 又有油渍 / Oil under P-03 again",
        "sup",
        "mnt",
        "severe",
        "T-01-10",
        done="接油盘清理 / Drip tray emptied",
        reopened="第二天又渗油，要查接头 / Leaks again next day, look at the joint",
        due=timedelta(days=1),
        comment="接头已订货 / Joint is ordered",
    ),
    Told(
        2,
        time(9, 15),
        "meeting",
        "D-STA",
        "",
        "晨会：统一工装存放位置 / Morning meeting: one place for the jigs",
        "wsm",
        "sup",
        due=timedelta(days=1),
    ),
    Told(
        1,
        time(9, 30),
        "observation",
        "D-STA-1",
        "P-05",
        "首件未量就开机 / Started without measuring the first piece",
        "sup",
        "tld",
        done="重新示范，首件补量 / Shown again, first piece measured",
        facts={"person": "opr", "standard": "WI-STA-014 第3步 / step 3", "process": "D-PUNCH"},
    ),
    Told(
        1,
        time(14, 50),
        "observation",
        "D-STA-1",
        "P-02",
        "未戴护目镜操作 / Working without goggles",
        "sup",
        "tld",
        facts={"person": "opr", "standard": "安全规程 2.1 / Safety rule 2.1", "process": "D-PUNCH"},
        due=timedelta(hours=2),
    ),
    Told(
        0,
        time(10, 0),
        "pile_up",
        "D-BND",
        "折弯前 / Before bending",
        "半成品堆积2托 / Two pallets pile up",
        "sup",
        "D-054",
        due=timedelta(hours=7),
        facts={"product": "D-SP-80", "quantity": 400, "cause": "折弯模具换型 / Bending waits for a tool change"},
    ),
    Told(
        0,
        time(13, 20),
        "imbalance",
        "D-STA-2",
        "",
        "两人病假，请求支援 / Two on sick leave, support needed",
        "sup",
        "wsm",
        facts={"heads_short": 2, "action": "support"},
    ),
    Told(
        0,
        time(16, 10),
        "safety",
        "D-STA-1",
        "灭火器 / Extinguisher",
        "灭火器前有物料 / Material in front of an extinguisher",
        "sup",
        "tld",
        item_key="T-01-24",
        due=timedelta(hours=16),
        done="已移走并划禁放线 / Moved, no-storage line painted",
    ),
    Told(
        0,
        time(16, 30),
        "problem",
        "D-STA-1",
        "3号通道 / Aisle 3",
        "3号通道有油渍 / Oil on aisle 3",
        "opr",
        "tld",
        item_key="T-01-02",
        due=timedelta(days=2),
    ),
)

CONTACTS = (
    ("Plant director on call", "值班厂长", "138 0000 1001"),
    ("Fire brigade", "消防", "119"),
    ("Ambulance", "急救", "120"),
    ("Gatehouse", "门卫", "8000"),
)


def make_findings(last: date) -> int:
    """Those that are missing; on a second run none. How many."""
    if Finding.objects.filter(number__startswith="D-").exists():
        return 0
    people = _people()
    nodes = {node.code: node for node in OrgNode.objects.filter(code__startswith="D-")}
    shift = Shift.objects.get(code="D-DAY")
    findings, deeds = [], []
    for number, told in enumerate(FINDINGS, 1):
        finding = _finding(number, told, last, people, nodes, shift)
        findings.append(finding)
        deeds += _deeds(finding, told, people)
    Finding.objects.bulk_create(findings)
    FindingDeed.objects.bulk_create(deeds)
    _facts(findings, people)
    EmergencyContact.objects.bulk_create(
        EmergencyContact(order=order, name=name, name_zh=name_zh, phone=phone) for order, (name, name_zh, phone) in enumerate(CONTACTS)
    )
    _tell(findings)
    escalate(at=timezone.now())
    return len(findings)


def _people() -> dict[str, Staff]:
    rows = Staff.objects.filter(staff_no__startswith="D-").select_related("user")
    found = {person.staff_no: person for person in rows}
    return found | {person.user.username: person for person in rows if person.user}


def _finding(number: int, told: Told, last: date, people: dict[str, Staff], nodes: dict[str, OrgNode], shift: Shift) -> Finding:
    on = last - timedelta(days=told.days)
    at = at_plant(on, told.clock)
    due_at = at_plant(on, time(17)) if told.due == timedelta(hours=7) else at + told.due
    is_done = bool(told.done) and not told.reopened
    status = Status.CANCELLED if told.cancelled else Status.OPEN
    if is_done:
        status = Status.VERIFIED if told.verified_by else Status.DONE
    finding = Finding(
        number=f"D-FND-{number:02d}",
        kind=told.kind,
        severity=told.severity,
        node=nodes[told.node],
        area=told.area,
        item_key=told.item_key,
        text=told.text,
        business_date=on,
        shift=shift,
        raised_by=people[told.by],
        raised_at=at,
        owner=people[told.owner],
        due_at=due_at,
        status=status,
        escalates_at=due_at if status == Status.OPEN else None,
        reopen_count=1 if told.reopened else 0,
    )
    if is_done:
        finding.result, finding.done_by, finding.done_at = told.done, people[told.owner], at + timedelta(hours=2)
    if told.verified_by:
        finding.verified_by, finding.verified_at = people[told.verified_by], at + timedelta(hours=20)
    if told.cancelled:
        finding.cancelled_by, finding.cancelled_at, finding.cancel_reason = people["mgr"], at + timedelta(hours=1), told.cancelled
    return finding


def _deeds(finding: Finding, told: Told, people: dict[str, Staff]) -> list[FindingDeed]:
    at = finding.raised_at

    def deed(what: str, who: Staff | None, when: datetime, **more: Any) -> FindingDeed:
        return FindingDeed(finding=finding, deed=what, by=who, at=when, **more)

    rows = [deed(Deed.RAISED, finding.raised_by, at, person_after=finding.owner, due_after=finding.due_at)]
    if told.comment:
        rows.append(deed(Deed.COMMENTED, finding.owner, at + timedelta(hours=1), text=told.comment))
    if told.done:
        rows.append(deed(Deed.DONE, finding.owner, at + timedelta(hours=2), text=told.done))
    if told.reopened:
        rows.append(deed(Deed.REOPENED, people["wsm"], at + timedelta(hours=20), text=told.reopened))
    if told.verified_by:
        rows.append(deed(Deed.VERIFIED, people[told.verified_by], at + timedelta(hours=20)))
    if told.cancelled:
        rows.append(deed(Deed.CANCELLED, people["mgr"], at + timedelta(hours=1), text=told.cancelled))
    return rows


def _facts(findings: list[Finding], people: dict[str, Staff]) -> None:
    for finding, told in zip(findings, FINDINGS, strict=True):
        facts = dict(told.facts)
        match told.kind:
            case "pile_up":
                PileUp.objects.create(finding=finding, **facts | {"product": Product.objects.get(code=facts["product"])})
            case "imbalance":
                Imbalance.objects.create(finding=finding, **facts)
            case "observation":
                facts |= {"person": people[facts["person"]], "process": Process.objects.get(code=facts["process"])}
                Observation.objects.create(finding=finding, correction=told.done, **facts)
            case "emergency":
                emergency = Emergency.objects.create(finding=finding, happened_at=finding.raised_at, **facts)
                chain = [EmergencyCall(emergency=emergency, person=people[who], at=finding.raised_at) for who in ("D-051", "mgr", "dir")]
                chain.append(EmergencyCall(emergency=emergency, name="消防 119 / Fire brigade", at=finding.raised_at, by=finding.raised_by))
                EmergencyCall.objects.bulk_create(chain)


def _tell(findings: list[Finding]) -> None:
    """What the owners and verifiers of open ones still have in their inboxes."""
    notices = []
    verifier = Staff.objects.filter(user__username="wsm").first()
    for finding in findings:
        figures = {"number": finding.number, "title": finding.title}
        url = f"/findings/{finding.number}"
        if finding.status == Status.OPEN and finding.owner:
            notices.append(
                NewNotice(finding.owner, "finding.owned", f"{finding.number}:{finding.reopen_count}", figures, url, finding.due_at)
            )
        elif finding.status == Status.DONE and verifier:
            said = figures | {"who": finding.done_by}
            notices.append(NewNotice(verifier, "finding.verify", f"{finding.number}:0", said, url))
    notify_all(notices)
