"""Refusals about check-sheet templates and their assignment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class NothingChanged(Faulty):
    code = "nothing_changed"
    sentence = _("Nothing was changed, so version %(version)s stays.")


class VersionMovedOn(RuleBroken):
    """Somebody published a version after this page was opened."""

    code = "stale_version"
    sentence = _("%(who)s published version %(version)s meanwhile. What you typed is kept here.")


class AlreadyAssigned(Faulty):
    code = "already_assigned"
    sentence = _("%(template)s is already assigned to %(node)s in this shift.")


class EndsBeforeStart(Faulty):
    code = "ends_before_start"
    sentence = _("The last day %(ends_on)s lies before the first day %(starts_on)s.")


class DraftThere(RuleBroken):
    code = "draft_there"
    sentence = _("%(template)s already has a draft, last saved by %(who)s. Publish or discard it first.")


class NeverPublished(Faulty):
    """What has no published version cannot be asked anywhere."""

    code = "never_published"
    sentence = _("%(template)s has no published version yet, so nothing can be asked by it.")


class TemplateAssigned(RuleBroken):
    code = "template_assigned"
    sentence = _("%(template)s is assigned to %(count)s places, so it stays. Publish it or retire it.")


class WrongChecklist(Faulty):
    """A place is looked round by its own checklist; another one would turn its window green by other objects."""

    code = "wrong_checklist"
    sentence = _("%(template)s is not the checklist of this place now. Open the page again and look round by its own.")


class KeyTwice(Faulty):
    code = "key_twice"
    sentence = _("The key “%(key)s” is there twice.")


class UnknownKey(Faulty):
    code = "unknown_key"
    sentence = _("“%(name)s” is not known here.")


class LowAboveHigh(Faulty):
    code = "low_above_high"
    sentence = _("The lowest good value %(low)s lies above the highest %(high)s.")


class NotRounds(Faulty):
    code = "not_rounds"
    sentence = _("Rounds are 1 to %(most)s.")


class NoTemplateFile(Faulty):
    code = "no_template_file"
    sentence = _("This is no template file. Export one to see what it looks like.")


class BlockInUse(RuleBroken):
    code = "block_in_use"
    sentence = _("“%(block)s” still has %(count)s items. Move or delete them first.")


class EmptyBlock(Faulty):
    """A phase in which nothing is asked would show on every sheet."""

    code = "empty_block"
    sentence = _("“%(block)s” has no item yet.")
