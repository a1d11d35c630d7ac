"""The flagged rows of a pack with their causes, as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from core.clock import plant_today
from core.versions import versions_of
from people.access import Access, nodes_under
from people.models import OrgNode, Staff
from people.selectors import leaders_on
from plans.selectors.findings import likely_owners
from reports import services
from reports.flags import SECTION_TITLES, Flag
from reports.forms import CauseForm
from reports.models import MonthPack, PackCause, PackVersion

DUE_DAYS = 14


@dataclass(frozen=True)
class Flagged:
    """One flagged row as the page shows it; ``form`` only for somebody who may explain it."""

    flag: Flag
    cause: PackCause | None
    form: CauseForm | None
    is_open: bool = False

    @property
    def section(self) -> str:
        return str(SECTION_TITLES[self.flag.section])

    @property
    def is_explained(self) -> bool:
        return self.cause is not None and set(self.flag.kpis) <= set(self.cause.kpis)

    @property
    def state(self) -> str:
        """A key of ``core.states``."""
        return "explained" if self.is_explained else "unexplained"


class FlaggedRows:
    """The flagged rows of one version, and whoever may be made responsible; read in a fixed number of statements."""

    def __init__(self, pack: MonthPack, version: PackVersion, access: Access) -> None:
        self.pack, self.version = pack, version
        self.may_explain = version.is_draft and access.may("pack.build", pack.plant)

    @cached_property
    def flags(self) -> list[Flag]:
        return services.flags_of(self.version)

    @cached_property
    def causes(self) -> Mapping[tuple[str, str], PackCause]:
        rows = PackCause.objects.filter(version=self.version).select_related("owner", "finding", "given_by")
        return {(cause.section, cause.row): cause for cause in rows}

    @cached_property
    def people(self) -> Sequence[Staff]:
        found = {person.pk: person for person in likely_owners(nodes_under(self.pack.plant))}
        found |= {cause.owner_id: cause.owner for cause in self.causes.values()}
        return list(found.values())

    @cached_property
    def leaders(self) -> Mapping[str, Staff]:
        """Who leads the unit of each row today, by its code; products are the plant's."""
        codes = {flag.name.code for flag in self.flags if not flag.is_product} | {self.pack.plant.code}
        nodes = dict(OrgNode.objects.filter(code__in=codes).values_list("pk", "code"))
        return {nodes[pk]: leader for pk, leader in leaders_on(nodes, plant_today()).items()}

    @cached_property
    def seen(self) -> Mapping[int, int]:
        return versions_of(PackCause, [cause.pk for cause in self.causes.values()])

    def rows(self) -> list[Flagged]:
        return [self.row(flag) for flag in self.flags]

    def row(self, flag: Flag, form: CauseForm | None = None, *, is_open: bool = False) -> Flagged:
        cause = self.causes.get((flag.section, flag.key))
        if form is None and self.may_explain:
            form = self.form(flag)
        return Flagged(flag, cause, form, is_open)

    def form(self, flag: Flag, data: Any = None) -> CauseForm:
        cause = self.causes.get((flag.section, flag.key))
        if cause:
            initial: dict[str, Any] = {name: getattr(cause, name) for name in ("cause_class", "text", "action", "due_on")}
            initial |= {"owner": str(cause.owner_id), "version": self.seen.get(cause.pk, 0)}
        else:
            leader = self.leaders.get(self.pack.plant.code if flag.is_product else flag.name.code)
            due_on = plant_today() + timedelta(days=DUE_DAYS)
            initial = {"owner": str(leader.pk) if leader else "", "due_on": due_on, "version": 0}
        return CauseForm(data, prefix=flag.mark, initial=initial, people=self.people)

    @property
    def missing(self) -> int:
        return sum(not row.is_explained for row in (Flagged(flag, self.causes.get((flag.section, flag.key)), None) for flag in self.flags))
