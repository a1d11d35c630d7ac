"""The OpenAPI document and the page that shows it, without any other host."""

import pytest


def test_every_route_declares_its_refusals(client):
    schema = client.get("/api/v1/openapi.json").json()

    assert len(schema["paths"]) > 20
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert {"401", "403", "404", "409", "422", "429"} <= set(operation["responses"]), (method, path)
            for status, said in operation["responses"].items():
                kinds = list(said["content"])
                assert kinds == (["application/json"] if status < "400" else ["application/problem+json"])
            named = [parameter["name"] for parameter in operation.get("parameters", [])]
            assert ("Idempotency-Key" in named) == (method == "post")
            assert operation["security"]


def test_the_columns_of_the_files_are_its_fields(client):
    schema = client.get("/api/v1/openapi.json").json()
    body = schema["paths"]["/api/v1/daily-reports"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    assert set(body["required"]) == {"business_date", "shift_code", "team_code", "product_code", "good_qty", "attended_hours"}
    assert {"order_number", "produced_qty", "downtime_reason"} <= set(body["properties"])


@pytest.mark.browser
def test_the_page_of_the_document_needs_nobody_else(open_page):
    page = open_page(viewport="wide")
    page.goto("/api/v1/docs")

    page.get_by_text("/api/v1/checklists/today").wait_for()
    page.get_by_text("/api/v1/daily-reports", exact=True).first.click()
    assert page.locator(".opblock.is-open").count() >= 1
