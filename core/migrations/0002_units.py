from django.db import migrations

# Shipped units (FORMATS section 1): code, name, Chinese name, decimals.
UNITS = [
    ("pcs", "pieces", "件", 0),
    ("kg", "kilograms", "千克", 3),
    ("g", "grams", "克", 1),
    ("m", "metres", "米", 3),
    ("m2", "square metres", "平方米", 3),
    ("m3", "cubic metres", "立方米", 3),
    ("l", "litres", "升", 3),
    ("set", "sets", "套", 0),
    ("pair", "pairs", "双", 0),
    ("roll", "rolls", "卷", 0),
    ("box", "boxes", "箱", 0),
    ("h", "hours", "小时", 2),
]


def ship_units(apps, schema_editor):
    unit = apps.get_model("core", "Unit")
    for code, name, name_zh, decimals in UNITS:
        unit.objects.get_or_create(code=code, defaults={"name": name, "name_zh": name_zh, "decimals": decimals})


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunPython(ship_units, migrations.RunPython.noop)]
