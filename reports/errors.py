from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class NoPackYet(RuleBroken):
    code = "no_pack_yet"
    sentence = _("This month pack has not been built yet.")


class PackFrozen(RuleBroken):
    code = "pack_frozen"
    sentence = _("This month pack was submitted and is frozen.")


class FiguresChanged(RuleBroken):
    """What the draft shows is not what would be counted now."""

    code = "figures_changed"
    sentence = _("Reports changed after this pack was built. Build it again, then submit it.")


class MonthNotBegun(RuleBroken):
    code = "month_not_begun"
    sentence = _("%(month)s has not begun, so there is nothing to count.")


class NotAMonth(Faulty):
    code = "not_a_month"
    sentence = _("“%(value)s” is not a month: write it as 2026-10.")


class SeveralPlaces(Faulty):
    """Figures of several plants are never added up without being asked for."""

    code = "required"
    sentence = _("You see several: %(codes)s. Say which with org.")
