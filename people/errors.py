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


class NotAUsername(Faulty):
    code = "not_a_username"
    sentence = _("A user name has letters, digits and @ . + - _ only.")


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


class NotATeam(Faulty):
    code = "not_a_team"
    sentence = _("%(node)s is not a team on %(on)s.")


class NotEmployed(Faulty):
    """Nobody is rostered or called before their first day or after their last."""

    code = "not_employed"
    sentence = _("%(who)s does not work here on %(on)s.")


class TimesApart(Faulty):
    """Overtime and part shifts touch the shift they belong to."""

    code = "times_apart"
    sentence = _("%(starts)s to %(ends)s does not touch the shift %(shift)s.")


class DutyTooLong(Faulty):
    code = "duty_too_long"
    sentence = _("%(starts)s to %(ends)s is %(hours)s hours, more than %(most)s.")


class NotBegun(RuleBroken):
    """A roll call opens two hours before the shift."""

    code = "not_begun"
    sentence = _("This shift begins at %(starts)s. Its roll call opens two hours before.")


class RollCallClosed(RuleBroken):
    code = "roll_call_closed"
    sentence = _("A roll call can be changed for %(days)s days. This one is of %(on)s.")


class RosterChanged(RuleBroken):
    """Somebody was put on the roster after the page was opened; nobody is left out of the rate by that."""

    code = "roster_changed"
    sentence = _("The roster changed meanwhile: %(who)s is on it too. Call them as well.")


class CalledElsewhere(Faulty):
    """One person is called once in a shift."""

    code = "called_elsewhere"
    sentence = _("%(who)s was called in %(team)s already.")


class CalledTwice(Faulty):
    code = "called_twice"
    sentence = _("%(who)s stands here twice.")


class MinutesNeeded(Faulty):
    code = "minutes_needed"
    sentence = _("By how many minutes was %(who)s late?")


class HoursOutOfRange(Faulty):
    code = "hours_out_of_range"
    sentence = _("Hours are from %(least)s to %(most)s.")


class LentAlready(RuleBroken):
    """Hours that were lent to another team cannot be missing here."""

    code = "lent_already"
    sentence = _("%(who)s is lent for %(lent)s h of this shift and cannot have only %(hours)s h. Take the loan back first.")


class NothingLeftToLend(RuleBroken):
    code = "nothing_left_to_lend"
    sentence = _("%(who)s has %(hours)s h in this shift, %(lent)s h of them lent already. %(asked)s h are too many.")


class NotInTheShift(Faulty):
    code = "not_in_the_shift"
    sentence = _("%(who)s does not work in %(team)s in this shift.")


class SameTeam(Faulty):
    code = "same_team"
    sentence = _("A person is lent to another team.")


class OtherPlant(Faulty):
    code = "other_plant"
    sentence = _("%(team)s belongs to another plant.")


class LoanOver(RuleBroken):
    code = "loan_over"
    sentence = _("This loan was taken back already.")


class PatternInUse(RuleBroken):
    """The past keeps its roster: a pattern that teams follow is copied, not changed."""

    code = "pattern_in_use"
    sentence = _("Teams follow this pattern, so its days stay. Copy it and let them follow the copy.")


class PatternEmpty(Faulty):
    code = "pattern_empty"
    sentence = _("At least one day of the cycle has a shift.")


class BeyondTheCycle(Faulty):
    code = "beyond_the_cycle"
    sentence = _("The cycle has %(days)s days.")


class TooManyDays(Faulty):
    code = "too_many_days"
    sentence = _("At most %(most)s days are changed at once.")


class OwnMentor(Faulty):
    code = "own_mentor"
    sentence = _("Somebody else takes care of a new joiner.")


class NoNewJoiner(Faulty):
    code = "no_new_joiner"
    sentence = _("%(who)s was hired more than %(days)s days before %(on)s, or later.")


class DayAhead(Faulty):
    code = "day_ahead"
    sentence = _("%(on)s is still to come.")


class AboutOneself(Faulty):
    code = "about_oneself"
    sentence = _("A note is about somebody else.")
