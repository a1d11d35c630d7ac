import json
from pathlib import Path

from django.db import migrations
from django.utils import timezone

SHIPPED = Path(__file__).resolve().parent.parent / "shipped"


def ship(apps, schema_editor):
    """The templates that come with the house, as version 1; a plant's own changes make further versions."""
    template, version, block, item = (
        apps.get_model("plans", name) for name in ("ChecklistTemplate", "TemplateVersion", "TemplateBlock", "TemplateItem")
    )
    for code in ("T-01", "T-02"):
        data = json.loads((SHIPPED / f"{code}.json").read_text(encoding="utf-8"))
        made = template.objects.create(code=code, name=data["name"], name_zh=data["name_zh"])
        first = version.objects.create(template=made, number=1)
        blocks = {}
        for order, row in enumerate(data["blocks"], 1):
            blocks[row["key"]] = block.objects.create(version=first, order=order, **row)
        for order, row in enumerate(data["items"], 1):
            item.objects.create(
                version=first,
                block=blocks[row["block"]],
                order=order,
                key=row["key"],
                text=row["text"],
                text_zh=row["text_zh"],
                hint=row["hint"],
                hint_zh=row["hint_zh"],
                is_required=row["required"],
            )
        version.objects.filter(pk=first.pk).update(published_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
