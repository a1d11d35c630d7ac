"""What one shift hands over to the next, with both signatures; where nobody follows, the sign-off of the shift."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS_CHARACTERS = 500

# A team leader answers for the safety of the team and of the section and workshop around it.
NO_SEVERE_SAFETY_FINDING_WITHOUT_OWNER = """
    IF NEW.status = 'draft' OR (TG_OP = 'UPDATE' AND OLD.status <> 'draft') THEN RETURN NEW; END IF;
    around := ARRAY(
        SELECT around.node_id
        FROM people_orgpath own JOIN people_orgpath around
            ON around.node_id IN (own.section_id, own.workshop_id) OR around.team_id = own.node_id
        WHERE own.node_id = NEW.team_id AND own.valid_from <= NEW.business_date AND own.valid_to > NEW.business_date
          AND around.valid_from <= NEW.business_date AND around.valid_to > NEW.business_date
    ) || NEW.team_id;
    -- Whoever takes an owner away at this moment is waited for; the next statement sees what came of it.
    PERFORM 1 FROM plans_finding WHERE node_id = ANY(around) AND kind = 'safety' AND status = 'open' ORDER BY id FOR SHARE;
    IF EXISTS (SELECT 1 FROM plans_finding f
               WHERE f.node_id = ANY(around) AND f.kind = 'safety' AND f.status = 'open' AND f.severity = 'severe' AND f.owner_id IS NULL
                 AND (f.raised_at < NEW.ends_at OR (f.business_date, f.shift_id) = (NEW.business_date, NEW.shift_id))) THEN
        RAISE EXCEPTION 'a severe safety finding has no owner' USING ERRCODE = 'check_violation', CONSTRAINT = 'severe_safety_has_an_owner';
    END IF;
    RETURN NEW;
"""

GIVEN_STAYS = """
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'a signed hand-over stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'handover_locked';
        END IF;
        RETURN OLD;
    END IF;
    -- The giver signed everything but the receiver's own words and signature; after both nothing changes.
    IF OLD.status = 'signed' OR OLD.status = 'waiting' AND (
        NEW.status = 'draft'
        OR to_jsonb(NEW) - ARRAY['status', 'version', 'received_by_id', 'received_at', 'reply', 'is_objected']
            IS DISTINCT FROM to_jsonb(OLD) - ARRAY['status', 'version', 'received_by_id', 'received_at', 'reply', 'is_objected']
    ) THEN
        RAISE EXCEPTION 'a signed hand-over is locked' USING ERRCODE = 'check_violation', CONSTRAINT = 'handover_locked';
    END IF;
    RETURN NEW;
"""

_NOT_GIVEN = Q(given_by=None, given_at=None, facts=None)
_GIVEN = Q(given_by__isnull=False, given_at__isnull=False, facts__isnull=False)
_NOT_RECEIVED = Q(received_by=None, received_at=None, reply="", is_objected=False)
_RECEIVED = Q(received_by__isnull=False, received_at__isnull=False, to_team__isnull=False)


def _words(label: object) -> models.CharField:
    return models.CharField(label, max_length=WORDS_CHARACTERS, blank=True, default="")  # type: ignore[arg-type]


@pghistory.track(exclude=["facts"])
class Handover(models.Model):
    """One team's shift as it was handed over, to the shift that follows by the roster; without one (``to_team`` blank) the giver's
    signature alone signs the shift off (PLN-13).

    ``facts`` is what the system filled in, frozen as ``plans.selectors.handover_facts`` took it when the giver signed; until then it is
    read anew. The ``*_words`` are the giver's remarks to its sections, ``reply`` the receiver's, who may object.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("handover", "Draft")
        WAITING = "waiting", pgettext_lazy("handover", "Waits for the receiver")
        SIGNED = "signed", pgettext_lazy("handover", "Signed")

    TRANSITIONS = {
        Status.DRAFT: {Status.WAITING, Status.SIGNED},
        Status.WAITING: {Status.SIGNED},
        Status.SIGNED: set(),
    }

    business_date = models.DateField(_("business date"))
    team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="handovers", verbose_name=_("team"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="handovers", verbose_name=_("shift"))
    ends_at = models.DateTimeField(_("ends at"))
    to_team = models.ForeignKey(
        "people.OrgNode", models.PROTECT, related_name="handovers_to", null=True, blank=True, verbose_name=_("to team")
    )
    to_shift = models.ForeignKey(
        "people.Shift", models.PROTECT, related_name="handovers_to", null=True, blank=True, verbose_name=_("to shift")
    )
    to_business_date = models.DateField(_("to business date"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    note = models.CharField(_("general note"), max_length=1000, blank=True, default="")
    output_words = _words(_("remark on the output"))
    stops_words = _words(_("remark on stops"))
    findings_words = _words(_("remark on findings"))
    people_words = _words(_("remark on people"))
    material_words = _words(_("remark on material"))
    emergencies_words = _words(_("remark on emergencies"))
    tasks_words = _words(_("remark on tasks"))
    facts = models.JSONField(null=True, blank=True, editable=False)
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("begun by"))
    made_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    given_by = models.ForeignKey(
        "people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=pgettext_lazy("handover", "given by")
    )
    given_at = models.DateTimeField(pgettext_lazy("handover", "given at"), null=True, blank=True)
    received_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("received by"))
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    reply = models.CharField(_("receiver's remark"), max_length=1000, blank=True, default="")
    is_objected = models.BooleanField(_("receiver objects"), default=False)

    class Meta:
        verbose_name = _("shift hand-over")
        verbose_name_plural = _("shift hand-overs")
        ordering = ["-business_date", "-ends_at", "team__code"]
        indexes = [
            models.Index(fields=["team", "-business_date"], name="handover_by_team_and_date"),
            models.Index(fields=["to_team", "-to_business_date"], name="handover_by_receiver"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["business_date", "team", "shift"], name="one_handover_per_team_and_shift"),
            models.CheckConstraint(
                condition=Q(to_team=None, to_shift=None, to_business_date=None)
                | Q(to_team__isnull=False, to_shift__isnull=False, to_business_date__isnull=False),
                name="handover_to_a_whole_shift",
            ),
            models.CheckConstraint(
                condition=(Q(status="draft") & _NOT_GIVEN & _NOT_RECEIVED)
                | (Q(status="waiting", to_team__isnull=False) & _GIVEN & _NOT_RECEIVED)
                | (Q(status="signed") & _GIVEN & (_RECEIVED | (Q(to_team=None) & _NOT_RECEIVED))),
                name="handover_status_with_its_signatures",
            ),
            models.CheckConstraint(condition=Q(received_by=None) | ~Q(received_by=F("given_by")), name="handover_receiver_is_not_giver"),
            models.CheckConstraint(condition=Q(is_objected=False) | ~Q(reply=""), name="handover_objection_has_words"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="given_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=GIVEN_STAYS,
            ),
            pgtrigger.Trigger(
                name="severe_safety_has_an_owner",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("around", "bigint[]")],
                func=NO_SEVERE_SAFETY_FINDING_WITHOUT_OWNER,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.business_date} {self.shift}"

    @property
    def is_sign_off(self) -> bool:
        """Whether nobody follows, so that the giver's signature is enough."""
        return self.to_team_id is None
