"""What only a file of the materials room can get wrong, in words that go on after the quoted value."""

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty


class ItemInUse(Faulty):
    code = "item_in_use"
    phrase = _("cannot be: stock, bills or quotas already count this item with %(value)s")


class PhantomNeedsProduct(Faulty):
    code = "phantom_needs_product"
    phrase = _("needs the product that the phantom stands for, in product_code")


class BomIsDraft(Faulty):
    code = "bom_is_draft"
    phrase = _("is a draft of %(product)s here; approve or discard it first")


class BomApproved(Faulty):
    code = "bom_approved"
    phrase = _("cannot be: version %(version)s of %(product)s is approved and says “%(value)s”")


class BomHasNoLine(Faulty):
    code = "bom_approved"
    phrase = _("cannot be added: version %(version)s of %(product)s is approved; bring a new version")


class OtherBeginning(Faulty):
    code = "other_beginning"
    phrase = _("is not the date of row %(row)s, %(value)s: a version begins once")


class ItemOfItself(Faulty):
    code = "bom_loop"
    phrase = _("is a phantom of %(product)s itself, so the bill would contain itself")


class ReservedCode(Faulty):
    code = "reserved_code"
    phrase = _("is a place that the ledger keeps for itself")


class PlaceKindStays(Faulty):
    code = "kind_stays"
    phrase = _("cannot be: %(code)s is a %(kind)s and stays one")


class PlaceNotHigher(Faulty):
    code = "parent_not_higher"
    phrase = _("is a %(parent_kind)s; a %(kind)s does not stand in one")


class BinHoldsStock(Faulty):
    code = "bin_holds_stock"
    phrase = _("cannot be: material lies in this bin as %(value)s; move it first")


class NotABinInUse(Faulty):
    code = "not_a_bin"
    phrase = _("is not a bin in use")


class IsPhantom(Faulty):
    code = "phantom"
    phrase = _("is a phantom and never stocked")


class LotHasMoved(Faulty):
    code = "lot_has_moved"
    phrase = _("cannot be: this lot has moved since it was opened with “%(value)s”; count it instead")


class OpeningDated(Faulty):
    code = "opening_dated"
    phrase = _("cannot be: this stock was opened as of %(value)s")


class OtherExpiry(Faulty):
    code = "other_expiry"
    phrase = _("is not the date of row %(row)s, %(value)s: a lot expires once")
