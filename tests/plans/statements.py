"""How many statements a page costs: beside those that every page pays for session, user, staff and frame."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements_of(client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as statements:
        response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return [query["sql"] for query in statements.captured_queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def own_statements(client, address: str) -> int:
    """What the page asks beside the barest page of the same person, *My account*."""
    client.get(address)
    bare = len(statements_of(client, "/account"))
    return len(statements_of(client, address)) - bare


def asked_by_page(client, address: str) -> list[str]:
    """All that the page asks but the session and the user with their staff row: roles, settings and what the frame shows count."""
    client.get(address)
    asked = statements_of(client, address)
    for prepared in ("kept_session_", "user_"):
        asked.remove(next(sql for sql in asked if sql.startswith((f"EXECUTE {prepared}", f"PREPARE {prepared}"))))
    return asked
