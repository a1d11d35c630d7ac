"""The supplier file: who they are, and their contracts and certificates (GEN-24)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from core.errors import Required
from core.models import Attachment
from core.refusals import refusals_explained
from materials.errors.masters import CodeTaken
from materials.models import Supplier, SupplierDocument
from people.models import Staff
from plans.services.versions import require_version


@transaction.atomic
def save_supplier(
    *,
    supplier: Supplier | None = None,
    code: str,
    name: str,
    name_zh: str = "",
    contact: str = "",
    phone: str = "",
    remark: str = "",
    is_blocked: bool = False,
    version: int | None = None,
    by: Staff,
) -> Supplier:
    """Make a supplier or change one; nothing new is ordered from a blocked one. Raises ``Required``, ``CodeTaken``, ``StaleVersion``."""
    for field, words in (("code", code), ("name", name)):
        if not words.strip():
            raise Required(field=field)
    if supplier is None:
        supplier = Supplier()
    else:
        supplier = Supplier.objects.select_for_update(no_key=True).get(pk=supplier.pk)
        require_version(supplier, version)
        supplier.version += 1
    supplier.code, supplier.name, supplier.name_zh = code.strip(), name.strip(), name_zh.strip()
    supplier.contact, supplier.phone, supplier.remark = contact.strip(), phone.strip(), remark.strip()
    supplier.is_blocked = is_blocked
    with refusals_explained({"materials_supplier_code_key": lambda: CodeTaken(field="code", value=code)}):
        supplier.save()
    return supplier


def add_supplier_document(
    *, supplier: Supplier, title: str, file: Attachment | None = None, valid_until: date | None = None, by: Staff
) -> SupplierDocument:
    """Keep a contract or certificate; a newer one of the same title takes its place, the older stays. Raises ``Required``."""
    if not title.strip():
        raise Required(field="title")
    return SupplierDocument.objects.create(supplier=supplier, title=title.strip(), file=file, valid_until=valid_until, added_by=by)
