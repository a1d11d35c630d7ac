"""What only a file can get wrong, in words that go on after the quoted value."""

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty


class NotAWorkshop(Faulty):
    code = "not_a_workshop"
    phrase = _("is not a workshop")


class NotATeam(Faulty):
    code = "not_a_team"
    phrase = _("is not a team on %(on)s")


class NotATeamOf(Faulty):
    code = "not_a_team_of"
    phrase = _("is not a team of %(workshop)s")


class DueBeforeStart(Faulty):
    code = "due_before_start"
    phrase = _("lies before the start %(start_on)s")


class UnitInUse(Faulty):
    code = "unit_in_use"
    phrase = _("cannot be: orders or reports already count this product in %(unit)s")


class OrderFixed(Faulty):
    code = "order_fixed"
    phrase = _("cannot be: the order is %(status)s and keeps %(value)s")


class StatusBackwards(Faulty):
    code = "status_backwards"
    phrase = _("does not follow %(status)s: a file only moves the status forward")


class OrderNotOpen(Faulty):
    code = "order_not_open"
    phrase = _("is %(status)s; nothing can be reported on it")


class ProductNotOnOrder(Faulty):
    code = "product_not_on_order"
    phrase = _("is not what order %(order)s makes (%(expected)s)")


class QtyMismatch(Faulty):
    code = "qty_mismatch"
    phrase = _("is not good %(good)s + rework %(rework)s + scrap %(scrap)s = %(sum)s")


class PlanOver(Faulty):
    code = "plan_over"
    phrase = _("is over for shift %(shift)s: its plan stays as it was")


class ReportLocked(Faulty):
    code = "report_locked"
    phrase = _("cannot be: the report is approved and says “%(value)s”")


class LineLocked(Faulty):
    code = "report_locked"
    phrase = _("cannot have a new line: the report of %(team)s, %(shift)s is approved")
