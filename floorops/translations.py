"""Chinese and its compiled form: reads the PO files of the rooms, writes the one MO file that Django loads. Needs no gettext tools."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings

LOCALE = "zh_Hans"


class Conflict(Exception):
    """Two parts translate the same words differently."""


def sources() -> list[Path]:
    """The PO files that make up the catalogue: the whole one, then the parts of the rooms."""
    root = Path(settings.LOCALE_PATHS[0])
    whole = root / LOCALE / "LC_MESSAGES" / "django.po"
    return [*([whole] if whole.exists() else []), *sorted((root / "parts").glob("*.po"))]


def target() -> Path:
    return Path(settings.LOCALE_PATHS[0]) / LOCALE / "LC_MESSAGES" / "django.mo"


def catalogue() -> Catalog:
    """All parts as one. A later part fills what an earlier one leaves open; where both speak they must agree."""
    merged = Catalog(locale=LOCALE, domain="django", project="FloorOps", charset="utf-8", fuzzy=False)
    for path in sources():
        with path.open("rb") as file:
            part = read_po(file, locale=LOCALE, domain="django")
        for message in part:
            if not message.id:
                continue
            known = merged.get(message.id, message.context)
            if known is None or not known.string or known.fuzzy:
                merged[message.id] = message
            elif message.string and not message.fuzzy and message.string != known.string:
                raise Conflict(f"{path.name}: {message.id!r} is {message.string!r} here and {known.string!r} elsewhere")
    return merged


def compile_catalogue() -> bool:
    """Write the MO file when it would differ; whether it did."""
    compiled = BytesIO()
    write_mo(compiled, catalogue())
    path = target()
    if path.exists() and path.read_bytes() == compiled.getvalue():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".mo.new")
    fresh.write_bytes(compiled.getvalue())
    fresh.replace(path)
    return True
