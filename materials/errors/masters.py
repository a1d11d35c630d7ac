"""Refusals about items and places."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty


class CodeTaken(Faulty):
    code = "code_taken"
    sentence = _("“%(value)s” is already in use.")


class ItemInUse(Faulty):
    """Stock, bills and quotas are counted in the item's unit."""

    code = "item_in_use"
    sentence = _("%(item)s is already counted in %(unit)s in stock, bills or quotas, so this stays.")


class PhantomNeedsProduct(Faulty):
    code = "phantom_needs_product"
    sentence = _("A phantom stands for a product: say which.")


class LossOfParent(Faulty):
    code = "parent_needed"
    sentence = _("Say where this %(kind)s stands.")


class PlaceNotHigher(Faulty):
    code = "parent_not_higher"
    sentence = _("A %(kind)s does not stand in a %(parent_kind)s.")


class BinHoldsStock(Faulty):
    code = "bin_holds_stock"
    sentence = _("Material lies in %(place)s. Move it first.")


class PlaceHasParts(Faulty):
    code = "place_has_parts"
    sentence = _("Places in %(place)s are still in use. Close them first.")
