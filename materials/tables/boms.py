"""The table of bills of materials: one row per line of a version."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.clock import BEGINNING
from core.tables import Code, Column, Loader, LoadRow, Number, Ref, TableKind, Text, ValidFrom
from core.tables.loaders import rewrite
from materials.models import Bom, BomLine
from materials.tables.faults import BomApproved, BomHasNoLine, BomIsDraft, ItemOfItself, OtherBeginning

PRODUCT = Ref(60, model="plans.Product", select=("unit",))
PROCESS = Ref(60, model="plans.Process")

VersionKey = tuple[int, str]


@dataclass
class _Version:
    """A version that the file speaks of; ``said`` is the row that told from when it holds."""

    bom: Bom
    is_new: bool
    said: int | None = None


class BomLoader(Loader):
    """A new version loads as approved, whole when the file has been read; an approved one is never edited, only said again."""

    def __init__(self, kind: TableKind, **who: Any) -> None:
        super().__init__(kind, **who)
        self._versions: dict[VersionKey, _Version] = {}

    @classmethod
    def rows(cls, kind: TableKind) -> QuerySet:
        return BomLine.objects.filter(bom__status=Bom.Status.APPROVED).order_by("pk")

    def find(self, rows: Sequence[LoadRow]) -> Mapping[Hashable, Any]:
        asked = {key for row in rows if (key := _version_key(row)) is not None}
        fresh = asked - self._versions.keys()
        if fresh:
            found = Bom.objects.filter(
                product__in={product for product, _code in fresh}, version_code__in={code for _product, code in fresh}
            )
            for bom in found.select_related("product").select_for_update(of=("self",)):
                self._versions.setdefault((bom.product_id, bom.version_code), _Version(bom, is_new=False))
        boms = {stands.bom.pk: stands.bom for key in asked if (stands := self._versions.get(key)) and not stands.is_new}
        items = {row.values["item_code"].pk for row in rows if "item_code" in row.values}
        existing: dict[Hashable, Any] = {}
        for line in BomLine.objects.filter(bom__in=boms, item__in=items):
            bom = line.bom = boms[line.bom_id]
            line.valid_from = bom.valid_from  # type: ignore[attr-defined]
            existing[bom.product_id, bom.version_code, line.part, line.process_id, line.item_id] = line
        return existing

    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        key = _version_key(row)
        if key is None:
            return
        product = merged["product"]
        stands = self._versions.get(key)
        if stands is None:
            bom = Bom(product=product, version_code=key[1], valid_from=BEGINNING)
            stands = self._versions[key] = _Version(bom, is_new=True)
        words = {"product": product.code, "version": key[1]}
        if stands.is_new:
            self._check_new(row, stands, merged)
        elif stands.bom.status == Bom.Status.DRAFT:
            row.refuse("version", BomIsDraft(product=product.code))
        elif current is None:
            if "item_code" not in row.faulty and "process_code" not in row.faulty:
                row.refuse("item_code", BomHasNoLine(**words))
        else:
            changed = self.differences(current, merged)
            for column in self.kind.columns:
                if column.field in changed:
                    row.refuse(column.name, BomApproved(**words, value=column.holds.text(getattr(current, column.field))))

    def _check_new(self, row: LoadRow, stands: _Version, merged: Mapping[str, Any]) -> None:
        item = merged.get("item")
        if item is not None and item.is_phantom and item.product_id == stands.bom.product_id:
            row.refuse("item_code", ItemOfItself(product=stands.bom.product.code))
        on: date | None = row.values.get("valid_from")
        if on is None:
            return
        if stands.said is None:
            stands.bom.valid_from, stands.said = on, row.number
        elif on != stands.bom.valid_from:
            value = self.kind.column("valid_from").holds.text(stands.bom.valid_from)
            row.refuse("valid_from", OtherBeginning(row=stands.said, value=value))

    def make(self, merged: Mapping[str, Any]) -> BomLine:
        bom = self._versions[merged["product"].pk, merged["version"]].bom
        return BomLine(bom=bom, **{name: merged[name] for name in LINE_FIELDS})

    def write(self, created: Sequence[BomLine], changed: Iterable[tuple[Any, set[str]]]) -> None:
        boms = {id(line.bom): line.bom for line in created if line.bom.pk is None}
        Bom.objects.bulk_create(boms.values())
        BomLine.objects.bulk_create(created)

    def finish(self) -> Sequence[LoadRow]:
        """Only now are the versions whole, and only an approved one is never edited."""
        made = [stands.bom for stands in self._versions.values() if stands.is_new and stands.bom.pk]
        if self.is_clean and made:
            for bom in made:
                bom.status, bom.approved_by, bom.approved_at = Bom.Status.APPROVED, self.by, timezone.now()
            rewrite(made, ["status", "valid_from", "approved_by", "approved_at"])
        return ()


def _version_key(row: LoadRow) -> VersionKey | None:
    product, code = row.values.get("product_code"), row.values.get("version")
    return (product.pk, code) if product is not None and code is not None else None


LINE_FIELDS = ("part", "process", "item", "qty_per_unit", "loss_percent", "setup_loss_qty")

BOMS = TableKind(
    name="boms",
    label=_("Bills of materials"),
    model=BomLine,
    columns=(
        Column("product_code", PRODUCT, "product", "bom__product__code", is_key=True, is_required=True),
        Column("version", Code(20), source="bom__version_code", is_key=True, is_required=True),
        Column("part", Text(60), is_key=True),
        Column("process_code", PROCESS, "process", is_key=True),
        Column("item_code", Ref(60, model="materials.Item"), "item", is_key=True, is_required=True),
        Column("qty_per_unit", Number(18, 6, above_zero=True), is_required=True),
        Column("loss_percent", Number(7, 4), blank=0),
        Column("setup_loss_qty", Number(18, 6), blank=0),
        Column("valid_from", ValidFrom(), source="bom__valid_from"),
    ),
    loader=BomLoader,
    edit_action="bom.approve",
)
