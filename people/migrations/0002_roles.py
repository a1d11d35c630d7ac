from django.db import migrations

ROLES = ["adm", "dir", "mgr", "wsm", "sup", "tld", "opr", "ins", "stk", "plr", "buy", "mnt", "hrt", "sixc", "eng"]


def make_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for role in ROLES:
        group.objects.get_or_create(name=role)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
