import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.clock import BEGINNING
from core.models import BilingualName
from core.models.changes import changes_every_day


class OrgKind(models.TextChoices):
    PLANT = "plant", _("Plant")
    WORKSHOP = "workshop", _("Workshop")
    SECTION = "section", pgettext_lazy("organisation", "Section")
    TEAM = "team", _("Team")


ORG_RANK = {OrgKind.PLANT: 0, OrgKind.WORKSHOP: 1, OrgKind.SECTION: 2, OrgKind.TEAM: 3}

# Two changes at once rebuild one after the other: the second must see, and replace, what the first wrote.
REBUILD_PATHS = """
    LOCK TABLE people_orgpath IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (
        SELECT 1 FROM people_orgspan s JOIN people_orgnode n ON n.id = s.node_id JOIN people_orgnode p ON p.id = s.parent_id
        WHERE array_position(ARRAY['plant', 'workshop', 'section', 'team'], n.kind::text)
           <= array_position(ARRAY['plant', 'workshop', 'section', 'team'], p.kind::text)
    ) THEN
        RAISE EXCEPTION 'a node stands below a node of a lower kind'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'org_parent_is_higher';
    END IF;
    DELETE FROM people_orgpath;
    INSERT INTO people_orgpath (node_id, valid_from, valid_to, plant_id, workshop_id, section_id, team_id, leader_id)
    WITH RECURSIVE dates AS (
        SELECT DISTINCT valid_from AS starts FROM people_orgspan
    ), periods AS (
        SELECT starts, lead(starts, 1, DATE '9999-12-31') OVER (ORDER BY starts) AS ends FROM dates
    ), spans AS (
        SELECT node_id, parent_id, leader_id, valid_from,
               lead(valid_from, 1, DATE '9999-12-31') OVER (PARTITION BY node_id ORDER BY valid_from) AS valid_to
        FROM people_orgspan
    ), standing AS (
        SELECT p.starts, p.ends, s.node_id, s.parent_id, s.leader_id
        FROM periods p JOIN spans s ON s.valid_from <= p.starts AND p.starts < s.valid_to
    ), walk AS (
        SELECT starts, ends, node_id, node_id AS at_id, parent_id FROM standing
        UNION ALL
        SELECT w.starts, w.ends, w.node_id, a.node_id, a.parent_id
        FROM walk w JOIN standing a ON a.starts = w.starts AND a.node_id = w.parent_id
    ), paths AS (
        SELECT w.starts, w.ends, w.node_id,
               max(w.at_id) FILTER (WHERE n.kind = 'plant') AS plant_id,
               max(w.at_id) FILTER (WHERE n.kind = 'workshop') AS workshop_id,
               max(w.at_id) FILTER (WHERE n.kind = 'section') AS section_id,
               max(w.at_id) FILTER (WHERE n.kind = 'team') AS team_id
        FROM walk w JOIN people_orgnode n ON n.id = w.at_id
        GROUP BY w.starts, w.ends, w.node_id
    ), led AS (
        SELECT p.*, s.leader_id FROM paths p JOIN standing s ON s.starts = p.starts AND s.node_id = p.node_id
    ), runs AS (
        SELECT *, row_number() OVER (PARTITION BY node_id ORDER BY starts)
                - row_number() OVER (PARTITION BY node_id, plant_id, workshop_id, section_id, team_id, leader_id ORDER BY starts) AS run
        FROM led
    )
    SELECT node_id, min(starts), max(ends), plant_id, workshop_id, section_id, team_id, leader_id
    FROM runs GROUP BY node_id, plant_id, workshop_id, section_id, team_id, leader_id, run;
    RETURN NULL;
"""


@pghistory.track()
class OrgNode(models.Model):
    """A plant, workshop, section or team for as long as it exists; where it stands and what it is called is dated (``OrgSpan``)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=OrgKind.choices)

    class Meta:
        verbose_name = _("organisation unit")
        verbose_name_plural = _("organisation")
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=OrgKind.values), name="org_kind_known")]
        triggers = [changes_every_day(pgtrigger.UpdateOf("code"))]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class OrgSpan(BilingualName):
    """Name, parent and leader of a node from ``valid_from`` (inclusive) until its next span begins.

    ``leader_staff_no`` is what a file said; ``leader`` follows once that person is known.
    """

    node = models.ForeignKey(OrgNode, models.PROTECT, related_name="spans", verbose_name=_("organisation unit"))
    valid_from = models.DateField(_("valid from"), default=BEGINNING)
    parent = models.ForeignKey(OrgNode, models.PROTECT, related_name="child_spans", null=True, blank=True, verbose_name=_("stands below"))
    leader_staff_no = models.CharField(_("leader's staff number"), max_length=40, blank=True, default="")
    leader = models.ForeignKey("people.Staff", models.PROTECT, related_name="led_spans", null=True, blank=True, verbose_name=_("leader"))

    class Meta:
        verbose_name = _("place in the organisation")
        ordering = ["node__code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["node", "valid_from"], name="one_org_span_per_date"),
            models.CheckConstraint(condition=~Q(parent=F("node")), name="org_not_below_itself"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="rebuild_org_paths",
                when=pgtrigger.After,
                level=pgtrigger.Statement,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=REBUILD_PATHS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.valid_from}"


class OrgPath(models.Model):
    """Where a node stood from ``valid_from`` (inclusive) to ``valid_to`` (exclusive): itself and what is above it, by kind.

    Kept by the trigger ``rebuild_org_paths``; Python only reads it. Figures join it on the business date (PPL-01).
    """

    node = models.ForeignKey(OrgNode, models.CASCADE, related_name="paths")
    valid_from = models.DateField()
    valid_to = models.DateField()
    plant = models.ForeignKey(OrgNode, models.CASCADE, related_name="+", null=True)
    workshop = models.ForeignKey(OrgNode, models.CASCADE, related_name="+", null=True)
    section = models.ForeignKey(OrgNode, models.CASCADE, related_name="+", null=True)
    team = models.ForeignKey(OrgNode, models.CASCADE, related_name="+", null=True)
    leader = models.ForeignKey("people.Staff", models.DO_NOTHING, related_name="+", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "valid_from"], name="one_org_path_per_date")]
        triggers = [changes_every_day(pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.node_id} {self.valid_from}"
