"""What the month's commands are asked: a month and an organisation unit, each refused with exit 2 and one sentence."""

from __future__ import annotations

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from core.clock import PlantMonth
from people.models import OrgNode
from reports.selectors import plants, read_month

BAD_USE = 2


def add_month_and_org(parser: CommandParser) -> None:
    parser.add_argument("month", help="YYYY-MM")
    parser.add_argument("--org", metavar="CODE", help="plant, workshop, section or team; the plant where there is only one")


def asked_month(text: str) -> PlantMonth:
    try:
        return read_month(text)
    except ValueError:
        raise CommandError(_("“%(text)s” is not a month: write it as 2026-10.") % {"text": text}, returncode=BAD_USE) from None


def asked_org(code: str | None) -> OrgNode:
    if code is not None:
        node = OrgNode.objects.filter(code=code).first()
        if node is None:
            raise CommandError(_("“%(code)s” is no plant, workshop, section or team.") % {"code": code}, returncode=BAD_USE)
        return node
    known = plants()
    if len(known) == 1:
        return known[0]
    if not known:
        raise CommandError(_("There is no plant yet: load the organisation first."), returncode=BAD_USE)
    codes = ", ".join(plant.code for plant in known)
    raise CommandError(_("There are several plants: %(codes)s. Say which with --org.") % {"codes": codes}, returncode=BAD_USE)
