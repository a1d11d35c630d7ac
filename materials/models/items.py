import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import BilingualName
from core.models.changes import changes_every_day_if
from core.money import MONEY_DECIMALS, MONEY_DIGITS
from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS


@pghistory.track()
class Item(BilingualName):
    """A material the plant keeps and consumes, counted in ``unit``; a semi-finished one names the product that makes it.

    A phantom is never stocked: explosion goes through it to the items of its product's bill of materials (MAT-01).
    """

    code = models.CharField(_("code"), max_length=60, unique=True)
    spec = models.CharField(_("specification"), max_length=200, blank=True, default="")
    grade = models.CharField(_("grade"), max_length=100, blank=True, default="")
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="items", verbose_name=_("unit"))
    item_class = models.CharField(_("class"), max_length=60, blank=True, default="")
    barcode = models.CharField(_("barcode"), max_length=100, blank=True, default="")
    standard_cost = models.DecimalField(
        _("standard cost per unit"), max_digits=MONEY_DIGITS, decimal_places=MONEY_DECIMALS, null=True, blank=True
    )
    min_stock = models.DecimalField(_("minimum stock"), max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS, null=True, blank=True)
    lot_tracked = models.BooleanField(_("kept by lot"), default=False)
    inspect_on_receipt = models.BooleanField(_("inspected on receipt"), default=False)
    shelf_life_days = models.PositiveIntegerField(_("shelf life, days"), null=True, blank=True)
    product = models.ForeignKey(
        "plans.Product", models.PROTECT, related_name="items", null=True, blank=True, verbose_name=_("product that makes it")
    )
    is_phantom = models.BooleanField(_("phantom"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["barcode"], condition=~Q(barcode=""), name="one_item_per_barcode"),
            models.CheckConstraint(condition=Q(min_stock=None) | Q(min_stock__gte=0), name="item_min_stock_not_negative"),
            models.CheckConstraint(condition=Q(standard_cost=None) | Q(standard_cost__gte=0), name="item_cost_not_negative"),
            models.CheckConstraint(condition=Q(is_phantom=False) | Q(product__isnull=False), name="phantom_has_a_product"),
        ]
        triggers = [changes_every_day_if(pgtrigger.AnyChange("code", "unit", "standard_cost"))]

    def __str__(self) -> str:
        return self.code


class LotStatus(models.TextChoices):
    TO_INSPECT = "to_inspect", _("To inspect")
    RELEASED = "released", pgettext_lazy("lot", "Released")
    CONCESSION = "concession", _("Concession")
    REJECTED = "rejected", pgettext_lazy("lot", "Rejected")
    QUARANTINE = "quarantine", _("Quarantine")


ISSUABLE = (LotStatus.RELEASED, LotStatus.CONCESSION)


@pghistory.track()
class Lot(models.Model):
    """What arrived or was made together, of one item. An item not kept by lot has one standing lot with a blank code.

    Only a released or concession lot that has not expired may be issued; ``expires_on`` is its last good day.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="lots", verbose_name=_("item"))
    code = models.CharField(_("lot"), max_length=60, blank=True, default="")
    TRANSITIONS = {
        LotStatus.TO_INSPECT: {LotStatus.RELEASED, LotStatus.CONCESSION, LotStatus.REJECTED, LotStatus.QUARANTINE},
        LotStatus.RELEASED: {LotStatus.CONCESSION, LotStatus.REJECTED, LotStatus.QUARANTINE},
        LotStatus.CONCESSION: {LotStatus.RELEASED, LotStatus.REJECTED, LotStatus.QUARANTINE},
        LotStatus.QUARANTINE: {LotStatus.RELEASED, LotStatus.CONCESSION, LotStatus.REJECTED},
        LotStatus.REJECTED: {LotStatus.CONCESSION, LotStatus.QUARANTINE},
    }

    status = models.CharField(_("status"), max_length=10, choices=LotStatus.choices, default=LotStatus.RELEASED)
    received_on = models.DateField(_("received on"))
    expires_on = models.DateField(_("last good day"), null=True, blank=True)
    made_by_order = models.ForeignKey(
        "plans.ProductionOrder", models.PROTECT, related_name="made_lots", null=True, blank=True, verbose_name=_("made by order")
    )

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ["item__code", "expires_on", "received_on", "code"]
        indexes = [models.Index(Upper("code"), name="lot_by_code")]  # a scanner may send small letters
        constraints = [
            models.UniqueConstraint(fields=["item", "code"], name="one_lot_per_item_and_code"),
            models.CheckConstraint(condition=Q(status__in=LotStatus.values), name="lot_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.code}".strip()

    @property
    def state(self) -> str:
        """A key of ``core.states``; a lot is released and rejected in other words than an order or a request."""
        return f"lot_{self.status}" if self.status in (LotStatus.RELEASED, LotStatus.REJECTED) else self.status
