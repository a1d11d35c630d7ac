"""What the plant makes, as forms offer it."""

from __future__ import annotations

from django.db.models import QuerySet

from plans.models import Product

LISTED = 400


def products_to_pick() -> QuerySet[Product]:
    """The first of the register, for a field that completes what is typed; any other code can be typed as well."""
    return Product.objects.order_by("code")[:LISTED]
