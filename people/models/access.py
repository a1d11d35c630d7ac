import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.clock import plant_today
from people.roles import Role


@pghistory.track()
class Delegation(models.Model):
    """One person's role, with that person's scope, lent to another for dates (both inclusive).

    It is ended before its last date with ``ended_at``, never deleted.
    """

    giver = models.ForeignKey("people.Staff", models.PROTECT, related_name="delegations_given", verbose_name=_("from"))
    taker = models.ForeignKey("people.Staff", models.PROTECT, related_name="delegations_taken", verbose_name=_("to"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    starts_on = models.DateField(_("from date"))
    ends_on = models.DateField(_("to date"))
    reason = models.CharField(_("reason"), max_length=200)
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("entered by"))
    made_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("ended by"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_start"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="delegation_between_two_people"),
            models.CheckConstraint(
                condition=Q(ended_by=None, ended_at=None) | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="delegation_ended_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}: {self.role}"

    @property
    def state(self) -> str:
        """A key of ``core.states``: before, while and after it counts."""
        today = plant_today()
        if self.ended_at is not None or self.ends_on < today:
            return "ended"
        return "future" if self.starts_on > today else "in_force"


@pghistory.track(exclude=["pin_hash"])
class StaffPin(models.Model):
    """A person's own PIN for counter-signing in another's session, hashed; wrong tries lock it for a while."""

    staff = models.OneToOneField("people.Staff", models.PROTECT, related_name="pin", verbose_name=_("staff member"))
    pin_hash = models.CharField(max_length=200)
    wrong_tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        verbose_name = _("PIN")

    def __str__(self) -> str:
        return f"PIN {self.staff_id}"

    @property
    def is_locked(self) -> bool:
        return self.locked_until is not None and self.locked_until > timezone.now()
