import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import BilingualName
from core.models.changes import changes_every_day_if


class PlaceKind(models.TextChoices):
    WAREHOUSE = "warehouse", _("Warehouse")
    ZONE = "zone", _("Zone")
    BIN = "bin", _("Bin")
    ORDER = "order", _("Production order")
    OUTSIDE = "outside", _("Outside the plant")


class Purpose(models.TextChoices):
    STOCK = "stock", _("Stock")
    RECEIVING = "receiving", _("Receiving")
    LINE_SIDE = "line_side", _("Line side")
    QUARANTINE = "quarantine", _("Quarantine")
    SCRAP = "scrap", pgettext_lazy("place", "Scrap")
    SUPPLIER = "supplier", _("Supplier")
    USED = "used", _("Used up")
    ADJUSTMENT = "adjustment", _("Adjustment")
    PRODUCTION = "production", _("Made here")
    NONE = "", _("None")


STORE_PURPOSES = (Purpose.STOCK, Purpose.RECEIVING, Purpose.LINE_SIDE, Purpose.QUARANTINE, Purpose.SCRAP)
ISSUED_FROM = (Purpose.STOCK, Purpose.LINE_SIDE)
"""Where material for an order is taken from, and where good material comes back to."""
RANK = {PlaceKind.WAREHOUSE: 0, PlaceKind.ZONE: 1, PlaceKind.BIN: 2}
"""The places that a plant makes for itself, the higher first."""
OUTSIDE_PURPOSES = (Purpose.SUPPLIER, Purpose.USED, Purpose.ADJUSTMENT, Purpose.PRODUCTION)


@pghistory.track()
class Place(BilingualName):
    """Where material can be: a bin in a zone of a warehouse, a production order, or outside the plant.

    Moves go between bins, orders and the outside; warehouses and zones only group bins. No balance is kept of the outside.
    """

    code = models.CharField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=PlaceKind.choices)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, blank=True, default="")
    parent = models.ForeignKey("self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("stands in"))
    item_class = models.CharField(_("class of items"), max_length=60, blank=True, default="")
    order = models.OneToOneField("plans.ProductionOrder", models.PROTECT, related_name="place", null=True, blank=True)
    is_closed = models.BooleanField(_("no longer used"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PlaceKind.values), name="place_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="order", order__isnull=False, purpose="") | (~Q(kind="order") & Q(order=None)),
                name="order_place_has_its_order",
            ),
            models.CheckConstraint(
                condition=(Q(kind="bin") & Q(purpose__in=STORE_PURPOSES))
                | (Q(kind="outside") & Q(purpose__in=OUTSIDE_PURPOSES))
                | ~Q(kind__in=["bin", "outside"]),
                name="place_purpose_fits_its_kind",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="place_not_in_itself"),
            models.UniqueConstraint(fields=["purpose"], condition=Q(kind="outside"), name="one_outside_place_per_purpose"),
        ]
        triggers = [changes_every_day_if(pgtrigger.AnyChange("kind", "purpose"))]

    def __str__(self) -> str:
        return self.code
