"""Databases that are made once, named after their size, and kept for the next run."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import connection


def turn_to(name: str, make: Callable[[], None]) -> None:
    """Turn Django to the database of that name; where there is none yet, ``make`` fills it. The code may be newer than the database."""
    connection.close()
    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        is_new = cursor.fetchone() is None
        if is_new:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0)
    if is_new:
        began = time.perf_counter()
        make()
        print(f"{name} made in {time.perf_counter() - began:.0f} s", flush=True)
