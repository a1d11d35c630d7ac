import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import BilingualName
from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS


@pghistory.track()
class PileUp(models.Model):
    """What a pile-up is besides its finding, whose ``area`` is where it stands (PLN-09). ``quantity`` is in the product's unit.

    ``action`` and ``cleared_at`` are written when it is put right.
    """

    finding = models.OneToOneField("plans.Finding", models.PROTECT, related_name="pile_up", primary_key=True)
    product = models.ForeignKey("plans.Product", models.PROTECT, related_name="pile_ups", null=True, blank=True, verbose_name=_("product"))
    quantity = models.DecimalField(_("quantity"), max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS, null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=300, blank=True, default="")
    action = models.CharField(_("action"), max_length=1000, blank=True, default="")
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)

    class Meta:
        verbose_name = _("pile-up")
        constraints = [
            models.CheckConstraint(condition=Q(quantity=None) | Q(quantity__gt=0, product__isnull=False), name="pile_up_counts_a_product"),
            models.CheckConstraint(condition=Q(cleared_at=None) | ~Q(action=""), name="pile_up_cleared_by_an_action"),
        ]

    def __str__(self) -> str:
        return str(self.finding_id)


@pghistory.track()
class Imbalance(models.Model):
    """How many heads a team is short of, or has over, and whether it handled that itself (PLN-08).

    A request for support stays open until it is answered: then ``answered_by`` and ``answered_at`` are written.
    """

    class Action(models.TextChoices):
        HANDLED = "handled", _("Handled at once")
        SUPPORT = "support", _("Support requested")

    finding = models.OneToOneField("plans.Finding", models.PROTECT, related_name="imbalance", primary_key=True)
    heads_short = models.PositiveSmallIntegerField(_("heads short"), default=0)
    heads_over = models.PositiveSmallIntegerField(_("heads over"), default=0)
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    answered_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("manpower imbalance")
        constraints = [
            models.CheckConstraint(
                condition=Q(heads_short__gt=0, heads_over=0) | Q(heads_short=0, heads_over__gt=0), name="imbalance_short_or_over"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None, answered_at=None) | Q(answered_by__isnull=False, answered_at__isnull=False, action="support"),
                name="imbalance_answered_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return str(self.finding_id)


@pghistory.track()
class Observation(models.Model):
    """Somebody seen working otherwise than the standard says; the finding's text is the deviation, its unit the team (PLN-10)."""

    finding = models.OneToOneField("plans.Finding", models.PROTECT, related_name="observation", primary_key=True)
    person = models.ForeignKey("people.Staff", models.PROTECT, related_name="observations", verbose_name=_("person"))
    process = models.ForeignKey(
        "plans.Process", models.PROTECT, related_name="observations", null=True, blank=True, verbose_name=_("process")
    )
    standard = models.CharField(_("work standard or process card"), max_length=200)
    correction = models.CharField(_("correction"), max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = _("standard-work observation")
        constraints = [models.CheckConstraint(condition=~Q(standard=""), name="observation_names_the_standard")]

    def __str__(self) -> str:
        return str(self.finding_id)


class EmergencyKind(models.TextChoices):
    FIRE = "fire", _("Fire")
    FLOOD = "flood", _("Flood")
    INJURY = "injury", _("Injury")
    POWER = "power", _("Power cut")
    LEAK = "leak", _("Gas or chemical leak")
    OTHER = "other", _("Something else")


@pghistory.track()
class Emergency(models.Model):
    """A sudden incident: its finding's text says what happened, its ``area`` where, its owner is the one responsible person (GEN-28)."""

    finding = models.OneToOneField("plans.Finding", models.PROTECT, related_name="emergency", primary_key=True)
    what = models.CharField(_("kind of emergency"), max_length=10, choices=EmergencyKind.choices)
    happened_at = models.DateTimeField(_("happened at"))
    actions = models.CharField(_("done at once"), max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = _("emergency")
        constraints = [models.CheckConstraint(condition=Q(what__in=EmergencyKind.values), name="emergency_kind_known")]

    def __str__(self) -> str:
        return str(self.finding_id)


class EmergencyCall(models.Model):
    """One link of the report chain: who was told, when, by whom (blank: the system told them in their inbox). Never changed."""

    emergency = models.ForeignKey(Emergency, models.PROTECT, related_name="calls")
    person = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("told"))
    name = models.CharField(_("told, from outside"), max_length=100, blank=True, default="")
    at = models.DateTimeField(_("told at"))
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["emergency", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(person__isnull=False) & Q(name="")) | (Q(person=None) & ~Q(name="")), name="call_to_one_person_or_name"
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.emergency_id} {self.person_id or self.name}"


@pghistory.track()
class EmergencyContact(BilingualName):
    """Whom to call in an emergency of a unit and all below it (blank: anywhere), in the order of the list."""

    node = models.ForeignKey(
        "people.OrgNode", models.PROTECT, related_name="emergency_contacts", null=True, blank=True, verbose_name=_("where")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    phone = models.CharField(_("phone"), max_length=60)

    class Meta:
        verbose_name = _("emergency contact")
        verbose_name_plural = _("emergency contacts")
        ordering = ["order", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(phone=""), name="emergency_contact_has_a_phone")]

    def __str__(self) -> str:
        return f"{self.name} {self.phone}"
