"""What every trigger of django-pgtrigger asks first, in a form that costs nothing."""

from typing import Any

from django.db import connections

# The package's own is a function in PL/pgSQL that catches errors: a subtransaction and two statements for every row that a trigger looks
# at. This one says the same and is an expression that Postgres puts into the trigger's own.
SHOULD_IGNORE = """
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT trigger_name = ANY (COALESCE(NULLIF(current_setting('pgtrigger.ignore', true), ''), '{}')::text[])
    $$
"""


def ask_without_subtransaction(*, using: str, **kwargs: Any) -> None:
    """After every migration, since each that makes a trigger writes the package's own again."""
    with connections[using].cursor() as cursor:
        cursor.execute(SHOULD_IGNORE)
