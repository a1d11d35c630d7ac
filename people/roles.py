"""The plant's roles, which are Django groups of the same code, and what each may do: FORMATS section 4, said once.

Pages, API and admin ask ``people.access``; nothing else names roles.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADM = "adm", _("Administrator")
    DIR = "dir", _("Upper management")
    MGR = "mgr", _("Production manager")
    WSM = "wsm", _("Workshop manager")
    SUP = "sup", _("Process supervisor")
    TLD = "tld", _("Team leader")
    OPR = "opr", _("Operator")
    INS = "ins", _("Dedicated inspector")
    STK = "stk", _("Storekeeper")
    PLR = "plr", _("Planner")
    BUY = "buy", _("Purchaser")
    MNT = "mnt", _("Maintenance")
    HRT = "hrt", _("HR and training")
    SIXC = "sixc", _("6S committee member")
    ENG = "eng", _("Process or quality engineer")


SEES_THE_PLANT = frozenset({Role.ADM, Role.DIR, Role.MGR})

ACTIONS: dict[str, frozenset[Role]] = {
    "read": frozenset(Role),
    "sheet.fill": frozenset({Role.SUP, Role.TLD, Role.WSM}),
    "sheet.countersign": frozenset({Role.WSM, Role.MGR}),
    "sheet.skip": frozenset({Role.WSM, Role.MGR}),
    "sheet.reopen": frozenset({Role.WSM, Role.MGR}),
    "report.post": frozenset({Role.TLD, Role.SUP}),
    "report.approve": frozenset({Role.WSM, Role.MGR}),
    "report.review": frozenset({Role.SUP, Role.WSM, Role.MGR, Role.DIR}),
    "report.reopen": frozenset({Role.WSM, Role.MGR}),
    "finding.raise": frozenset(Role) - {Role.ADM},
    "contact.edit": frozenset({Role.ADM, Role.MGR}),
    "task.give": frozenset(Role) - {Role.ADM, Role.OPR},
    "finding.lead": frozenset({Role.SUP, Role.WSM, Role.MGR}),
    "plan.edit": frozenset({Role.PLR}),
    "plan.confirm": frozenset({Role.SUP, Role.WSM}),
    "progress.post": frozenset({Role.TLD, Role.SUP}),
    "display.edit": frozenset({Role.ADM, Role.MGR, Role.WSM}),
    "order.edit": frozenset({Role.PLR}),
    "order.release": frozenset({Role.PLR}),
    "order.override": frozenset({Role.MGR}),
    "product.edit": frozenset({Role.PLR, Role.ENG}),
    "standard_hours.edit": frozenset({Role.ENG, Role.PLR}),
    "item.edit": frozenset({Role.ENG, Role.PLR, Role.STK}),
    "place.edit": frozenset({Role.ADM, Role.STK}),
    "bom.draft": frozenset({Role.ENG, Role.PLR}),
    "bom.approve": frozenset({Role.MGR, Role.ENG}),
    "slip.read": frozenset(Role),
    "slip.post": frozenset({Role.STK}),
    "slip.confirm": frozenset(Role) - {Role.ADM},
    "supplement.ask": frozenset({Role.TLD, Role.SUP, Role.STK}),
    "supplement.approve": frozenset({Role.WSM, Role.MGR}),
    "supplement.approve_above": frozenset({Role.MGR}),
    "use.report": frozenset({Role.TLD, Role.SUP}),
    "use.check": frozenset({Role.WSM, Role.MGR}),
    "quota_report.file": frozenset({Role.TLD, Role.SUP, Role.WSM}),
    "quota_report.decide": frozenset({Role.ENG}),
    "requisition.ask": frozenset({Role.STK, Role.PLR}),
    "requisition.approve": frozenset({Role.MGR}),
    "receive": frozenset({Role.STK}),
    "purchase.edit": frozenset({Role.BUY}),
    "lot.decide": frozenset({Role.INS, Role.STK}),
    "lot.concede": frozenset({Role.MGR}),
    "adjustment.draft": frozenset({Role.STK}),
    "adjustment.approve": frozenset({Role.MGR}),
    "opening_stock.load": frozenset({Role.MGR, Role.ADM}),
    "month.read": frozenset(Role),
    "target.edit": frozenset({Role.ADM, Role.MGR}),
    "pack.build": frozenset({Role.MGR}),
    "pack.decide": frozenset({Role.DIR}),
    "upward.read": frozenset({Role.MGR, Role.DIR, Role.ADM, Role.WSM, Role.SUP}),
    "upward.write": frozenset({Role.MGR, Role.WSM, Role.SUP}),
    "upward.answer": frozenset({Role.DIR}),
    "pack.read": frozenset({Role.MGR, Role.DIR, Role.ADM, Role.WSM, Role.SUP, Role.TLD}),
    "template.edit": frozenset({Role.ADM, Role.MGR}),
    "organisation.edit": frozenset({Role.ADM}),
    "staff.read": frozenset(Role),
    "staff.edit": frozenset({Role.ADM, Role.HRT}),
    "account.edit": frozenset({Role.ADM}),
    "shift.edit": frozenset({Role.ADM}),
    "roster.edit": frozenset({Role.ADM, Role.MGR, Role.WSM, Role.HRT}),
    "roster.change": frozenset({Role.ADM, Role.MGR, Role.WSM, Role.HRT, Role.SUP, Role.TLD}),
    "roll.call": frozenset({Role.SUP, Role.TLD, Role.WSM}),
    "staff.lend": frozenset({Role.SUP, Role.WSM, Role.MGR}),
    "joiner.guide": frozenset({Role.SUP, Role.TLD, Role.WSM, Role.HRT}),
    "attire.read": frozenset({Role.SUP, Role.WSM, Role.MGR, Role.DIR}),
    "attire.write": frozenset({Role.SUP, Role.WSM, Role.MGR}),
    "support.write": frozenset({Role.SUP, Role.TLD, Role.WSM, Role.HRT, Role.MGR}),
    "support.read": frozenset({Role.HRT, Role.MGR}),
    "calendar.edit": frozenset({Role.ADM}),
    "setting.edit": frozenset({Role.ADM}),
    "delegate": frozenset({Role.ADM, Role.MGR, Role.WSM, Role.DIR}),
    "job.read": frozenset(Role),
}
