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
    "sheet.reopen": frozenset({Role.WSM, Role.MGR}),
    "report.post": frozenset({Role.TLD, Role.SUP}),
    "report.approve": frozenset({Role.WSM, Role.MGR}),
    "report.reopen": frozenset({Role.WSM, Role.MGR}),
    "order.edit": frozenset({Role.PLR}),
    "order.release": frozenset({Role.PLR}),
    "order.override": frozenset({Role.MGR}),
    "product.edit": frozenset({Role.PLR, Role.ENG}),
    "standard_hours.edit": frozenset({Role.ENG, Role.PLR}),
    "month.read": frozenset(Role),
    "pack.build": frozenset({Role.MGR}),
    "pack.read": frozenset({Role.MGR, Role.DIR, Role.ADM, Role.WSM, Role.SUP, Role.TLD}),
    "template.edit": frozenset({Role.ADM, Role.MGR}),
    "organisation.edit": frozenset({Role.ADM}),
    "staff.read": frozenset(Role),
    "staff.edit": frozenset({Role.ADM, Role.HRT}),
    "account.edit": frozenset({Role.ADM}),
    "shift.edit": frozenset({Role.ADM}),
    "calendar.edit": frozenset({Role.ADM}),
    "setting.edit": frozenset({Role.ADM}),
    "delegate": frozenset({Role.ADM, Role.MGR, Role.WSM, Role.DIR}),
    "job.read": frozenset(Role),
}
