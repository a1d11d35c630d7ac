"""What the OpenAPI document says of answers."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import ConfigDict


class FaultOut(Schema):
    """``field`` is the path of the input, such as ``lines.0.quantity``."""

    field: str
    code: str
    detail: str


class Problem(Schema):
    """A refusal; beside these it carries the figures it was decided on."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str
    code: str


class Invalid(Problem):
    errors: list[FaultOut]


class Input(Schema):
    """A body; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid")


REFUSALS: dict[int, Any] = {401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Invalid, 429: Problem}
