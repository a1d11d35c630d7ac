"""What the database server must be; ``migrate`` and ``check --database default`` refuse to go on without it."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

OLDEST_MAJOR = 15
CTYPES_WITHOUT_CHINESE = ("C", "POSIX")


def faults_of(*, version_number: int, ctype: str) -> list[CheckMessage]:
    """``version_number`` as the server tells it (150018 is 15.18); ``ctype`` is the database's LC_CTYPE."""
    found: list[CheckMessage] = []
    major = version_number // 10000
    if major < OLDEST_MAJOR:
        found.append(
            Error(
                f"This PostgreSQL is {major}; FloorOps needs {OLDEST_MAJOR} or newer.",
                hint="Name a newer server in DATABASE_URL, or leave it out: FloorOps then runs one of its own.",
                id="core.E001",
            )
        )
    if ctype in CTYPES_WITHOUT_CHINESE:
        found.append(
            Error(
                f"The database has LC_CTYPE {ctype}: searching for Chinese words would find nothing.",
                hint="Create it anew: CREATE DATABASE floorops TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';",
                id="core.E002",
            )
        )
    return found


@register(Tags.database)
def database_server(databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, datctype FROM pg_database WHERE datname = current_database()"
            )
            version_number, ctype = cursor.fetchone()
        found += faults_of(version_number=version_number, ctype=ctype)
    return found
