"""Movements beside issue and return: what Postgres asks of them, and the requests that wait for another person's word."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.money import MONEY_DECIMALS, MONEY_DIGITS
from core.plant_settings import SETTINGS
from materials.models.quotas import append_only, quantity_field
from materials.models.slips import OtherPurpose

# Which lots a bin of each purpose takes by a transfer. What is set aside says so in its lot, and nothing comes back by a transfer alone.
TRANSFERABLE = {
    "stock": ("released", "concession"),
    "receiving": ("to_inspect", "released", "concession"),
    "quarantine": ("to_inspect", "quarantine", "rejected"),
    "scrap": ("quarantine", "rejected"),
}
SET_ASIDE = ("quarantine", "scrap")
_FITS = " OR ".join(
    f"(t.purpose = '{purpose}' AND l.status IN ({', '.join(repr(status) for status in statuses)}))"
    for purpose, statuses in TRANSFERABLE.items()
)

# The move that a move undoes, looked up where there is one: a slip which undoes nothing never reads the ledger, whatever Postgres thinks
# of its length.
UNDONE = "LATERAL (SELECT w.* FROM materials_stockmove w WHERE w.id = m.undoes_id AND m.undoes_id IS NOT NULL OFFSET 0)"

# Good output of an order: of its final process, else of the step that is furthest behind (plans.selectors.orders.progress_of).
REPORTED_GOOD = """
    SELECT COALESCE(sum(step.done) FILTER (WHERE p.is_final IS DISTINCT FROM false), min(step.done), 0)
    FROM (
        SELECT l.process_id, sum(l.good_qty + l.recovered_qty) AS done
        FROM plans_dailyreportline l JOIN plans_dailyreport r ON r.id = l.report_id AND r.status IN ('submitted', 'approved')
        WHERE l.order_id = made.order_id GROUP BY l.process_id
    ) step LEFT JOIN plans_process p ON p.id = step.process_id
"""
# What was received of it and not reversed.
RECEIVED = """
    SELECT COALESCE(sum(CASE WHEN s.purpose = 'production' THEN m.quantity ELSE -m.quantity END), 0)
    FROM materials_slip d
    JOIN materials_stockmove m ON m.slip_id = d.id
    JOIN materials_place s ON s.id = m.source_id JOIN materials_place t ON t.id = m.target_id
    WHERE d.order_id = made.order_id AND 'production' IN (s.purpose, t.purpose)
"""

# What the ledger's trigger (``post_moves``) asks of moves that belong to no quota, of a transfer's way back, and of what was made. It looks
# only where ``found`` says that such moves are among those that came. The order's row is locked before its output is counted, so of two
# receipts the second counts the first.
GUARD_OTHER_MOVES = f"""
    IF found.has_others THEN
        SELECT m.line, CASE
            WHEN m.undoes_id IS NOT NULL AND ud.kind = 'transfer' THEN 'transfer_is_moved_back'
            WHEN m.undoes_id IS NOT NULL THEN NULL
            WHEN (d.kind = 'production' OR 'production' IN (s.purpose, t.purpose)) AND NOT COALESCE(
                d.kind = 'production' AND s.purpose = 'production' AND t.kind = 'bin' AND t.purpose IN ('stock', 'receiving')
                AND (t.purpose = 'receiving' OR l.status IN ('released', 'concession'))
                AND l.made_by_order_id = d.order_id AND i.product_id = o.product_id, false
            ) THEN 'production_fits_its_order'
            WHEN s.kind = 'bin' AND t.kind = 'bin' AND d.kind <> 'transfer' AND t.purpose <> 'line_side'
                THEN 'move_between_bins_is_a_transfer'
            WHEN s.kind = 'bin' AND t.kind = 'bin' AND d.kind = 'transfer' AND NOT COALESCE({_FITS}, false) THEN 'transfer_fits_the_lot'
            WHEN d.kind = 'transfer' AND s.purpose IN ('quarantine', 'scrap') AND t.purpose NOT IN ('quarantine', 'scrap')
                AND d.approved_by_id IS NULL THEN 'disposition_is_approved'
            END AS rule
        INTO refused
        FROM moved m
        JOIN materials_slip d ON d.id = m.slip_id
        JOIN materials_place s ON s.id = m.source_id
        JOIN materials_place t ON t.id = m.target_id
        JOIN materials_lot l ON l.id = m.lot_id
        JOIN materials_item i ON i.id = l.item_id
        LEFT JOIN plans_productionorder o ON o.id = d.order_id
        LEFT JOIN {UNDONE} u ON TRUE
        LEFT JOIN materials_slip ud ON ud.id = u.slip_id
        ORDER BY rule NULLS LAST, m.line
        LIMIT 1;
        IF refused.rule IS NOT NULL THEN
            RAISE EXCEPTION 'line %: %', refused.line, refused.rule USING ERRCODE = 'check_violation', CONSTRAINT = refused.rule;
        END IF;
    END IF;

    IF found.has_unapproved_other_issue THEN
        IF EXISTS (
            SELECT 1 FROM (SELECT DISTINCT m.slip_id FROM moved m JOIN materials_slip d ON d.id = m.slip_id
                           WHERE d.kind = 'other_issue' AND d.approved_by_id IS NULL) free
            JOIN materials_stockmove m ON m.slip_id = free.slip_id
            JOIN materials_lot l ON l.id = m.lot_id JOIN materials_item i ON i.id = l.item_id
            GROUP BY free.slip_id
            HAVING bool_or(i.standard_cost IS NULL) OR sum(m.quantity * i.standard_cost) > COALESCE(
                (SELECT (value #>> '{{}}')::numeric FROM core_plantsetting WHERE key = 'other_issue_value'),
                {SETTINGS["other_issue_value"].default})
        ) THEN
            RAISE EXCEPTION 'an issue without order of this value is approved by another person'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'other_issue_above_its_limit';
        END IF;
    END IF;

    IF found.has_production THEN
        FOR made IN
            SELECT DISTINCT d.order_id FROM moved m JOIN materials_slip d ON d.id = m.slip_id WHERE d.kind = 'production' ORDER BY 1
        LOOP
            PERFORM 1 FROM plans_productionorder o WHERE o.id = made.order_id FOR NO KEY UPDATE;
            IF ({RECEIVED}) > ({REPORTED_GOOD}) THEN
                RAISE EXCEPTION 'more is received than was reported good'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'production_not_above_reported';
            END IF;
        END LOOP;
    END IF;
"""  # noqa: S608 - words and figures of ours


@pghistory.track()
class SlipRequest(models.Model):
    """A slip that another person must approve before anything moves: an issue without order above the plant's limit, or a transfer
    out of quarantine or scrap. ``value`` is in the plant's currency, of the day it was asked; blank where an item has no standard cost.
    """

    class Kind(models.TextChoices):
        OTHER_ISSUE = "other_issue", _("Issue without order")
        TRANSFER = "transfer", _("Transfer")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    TRANSITIONS = {
        Status.REQUESTED: {Status.APPROVED, Status.REJECTED, Status.WITHDRAWN},
        Status.APPROVED: set(),
        Status.REJECTED: set(),
        Status.WITHDRAWN: set(),
    }

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    purpose = models.CharField(_("purpose"), max_length=12, choices=OtherPurpose.choices, blank=True, default="")
    cost_centre = models.ForeignKey(
        "people.OrgNode", models.PROTECT, related_name="slip_requests", null=True, blank=True, verbose_name=_("cost centre")
    )
    receiver = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("receiver"))
    reason = models.CharField(_("reason"), max_length=300)
    value = models.DecimalField(_("value"), max_digits=MONEY_DIGITS, decimal_places=MONEY_DECIMALS, null=True, blank=True)
    requested_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="slip_requests", verbose_name=_("asked by"))
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = models.CharField(_("words of the decision"), max_length=300, blank=True, default="")
    slip = models.OneToOneField(
        "materials.Slip", models.PROTECT, related_name="request", null=True, blank=True, verbose_name=pgettext_lazy("noun", "Slip")
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("slip request")
        verbose_name_plural = _("slip requests")
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="withdrawn")
                | Q(decided_by=None)
                | (~Q(decided_by=F("requested_by")) & (Q(receiver=None) | ~Q(decided_by=F("receiver")))),
                name="slip_request_approver_is_another",
            ),
            models.CheckConstraint(
                condition=Q(status="requested", decided_at=None) | (~Q(status="requested") & Q(decided_at__isnull=False)),
                name="slip_request_decided_with_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="approved", slip__isnull=False) | (~Q(status="approved") & Q(slip=None)),
                name="slip_request_approved_with_its_slip",
            ),
            models.CheckConstraint(
                condition=(Q(kind="other_issue", cost_centre__isnull=False, receiver__isnull=False) & ~Q(purpose=""))
                | Q(kind="transfer", cost_centre=None, receiver=None, purpose=""),
                name="slip_request_says_what_its_kind_needs",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="slip_request_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.number


class SlipRequestLine(models.Model):
    """So much of an item, in its unit; what is left open is chosen when it is approved. Never changed.

    ``lot`` is a lot's code; blank is any lot, or with ``is_standing_lot`` the item's lot that has no code.
    """

    request = models.ForeignKey(SlipRequest, models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    item = models.ForeignKey("materials.Item", models.PROTECT, related_name="+")
    quantity = quantity_field(_("quantity"))
    lot = models.CharField(max_length=60, blank=True, default="")
    is_standing_lot = models.BooleanField(default=False)
    source = models.ForeignKey("materials.Place", models.PROTECT, related_name="+", null=True, blank=True)
    target = models.ForeignKey("materials.Place", models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["request", "line"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="slip_request_line_above_zero"),
            models.CheckConstraint(condition=Q(is_standing_lot=False) | Q(lot=""), name="slip_request_line_names_one_lot"),
        ]
        triggers = [append_only("a line of a request")]

    def __str__(self) -> str:
        return f"{self.request} {self.line}"

    @property
    def named_lot(self) -> str | None:
        return "" if self.is_standing_lot else self.lot or None
