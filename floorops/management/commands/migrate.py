from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from floorops.fresh_schema import create_schema, is_empty


class Command(Migrate):
    """Django's own, but that an empty database gets its schema at once instead of through every step of its history."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if not options["app_label"] and not options["plan"] and not options["check_unapplied"] and is_empty(connection):
            create_schema(connection)
        super().handle(*args, **options)
