"""The refusals of this room."""

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class PinWrong(Faulty):
    """A wrong PIN, or a staff number that has none; ``tries_left`` counts down to the lock."""

    code = "pin_wrong"
    sentence = _("Staff number or PIN is wrong. Tries left: %(tries_left)s.")


class PinLocked(RuleBroken):
    code = "pin_locked"
    sentence = _("Too many wrong tries. The PIN is locked until %(until)s.")


class PinNotSet(RuleBroken):
    code = "pin_not_set"
    sentence = _("%(who)s has not set a PIN yet. It is set on the own account page.")


class PinTooEasy(Faulty):
    code = "pin_too_easy"
    sentence = _("This PIN is too easy to guess: not all the same digit, and no run such as 1234.")


class PinShape(Faulty):
    code = "pin_shape"
    sentence = _("A PIN has 4 to 8 digits.")


class PasswordWrong(Faulty):
    code = "password_wrong"
    sentence = _("The present password is wrong.")


class PasswordWeak(Faulty):
    """``why`` is what the rules for passwords say, in the reader's language."""

    code = "password_weak"
    sentence = _("This password is too weak. %(why)s")


class Taken(Faulty):
    """A code, number or user name that belongs to another row."""

    code = "taken"
    sentence = _("“%(value)s” is in use already.")


class NoAccount(RuleBroken):
    code = "no_account"
    sentence = _("%(who)s has no user account.")


class HasAccount(RuleBroken):
    code = "has_account"
    sentence = _("%(who)s has a user account already.")


class NameTooLong(Faulty):
    code = "name_too_long"
    sentence = _("At most %(most)s characters fit.")


class HasLeft(RuleBroken):
    code = "has_left"
    sentence = _("%(who)s left on %(left_on)s.")


class OwnRoles(RuleBroken):
    """An administrator never takes the administration away from themself: the plant would stand without one."""

    code = "own_roles"
    status = 403
    sentence = _("Your own administrator role is taken away by another administrator.")


class DatesReversed(Faulty):
    code = "dates_reversed"
    sentence = _("The last day is before the first.")


class InThePast(Faulty):
    code = "in_the_past"
    sentence = _("This date is over already.")


class NotTheirRole(Faulty):
    """Only an own role can be lent, never a borrowed one."""

    code = "not_their_role"
    sentence = _("%(who)s does not have this role.")


class WrongRank(Faulty):
    """A workshop stands below a plant, a section below a workshop, a team below either; never the other way round."""

    code = "wrong_rank"
    sentence = _("A %(kind)s cannot stand below a %(parent_kind)s.")


class NotYetOpen(Faulty):
    """A unit cannot stand below one that is opened later: its figures would belong to no plant."""

    code = "not_yet_open"
    sentence = _("%(parent)s is opened on %(opened_on)s, after this date.")


class NotYours(RuleBroken):
    code = "not_allowed"
    status = 403
    sentence = _("You can lend only your own roles.")
