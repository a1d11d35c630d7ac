"""The frame around all routes: who may come in, how bodies are read, what refusals look like."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from core.api.answers import PROBLEM, plain_problem, refused
from core.api.auth import Session, Token
from core.api.reading import JSON_TYPE, ExactParser
from core.api.refusals import NotAUuid, NotFound, NotSignedIn, UnknownField, WrongContentType, WrongType
from core.api.registers import add_register
from core.errors import Faults, Faulty, Required, RuleBroken
from core.tables.units import UNITS
from floorops.api.docs import OfflineDocs
from materials.api import router as materials
from people.api import router as people
from plans.api import router as plans
from plans.api_findings import router as findings
from plans.api_reviews import router as reviews
from reports.api import router as reports
from reports.api_upward import router as upward

log = logging.getLogger(__name__)


class Api(NinjaAPI):
    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Refusals have a media type of their own."""
        schema = super().get_openapi_schema(**kwargs)
        for path in schema["paths"].values():
            for operation in path.values():
                for status, said in operation["responses"].items():
                    if int(status) >= 400 and JSON_TYPE in said.get("content", {}):
                        said["content"] = {PROBLEM: said["content"].pop(JSON_TYPE)}
        return schema


api = Api(
    title="FloorOps",
    version="1",
    description="Refusals are application/problem+json. Send an Idempotency-Key with every write that may be sent twice.",
    docs=OfflineDocs(),
    auth=[Token(), Session()],
    parser=ExactParser(),
    urls_namespace="api",
)
units = Router()
add_register(units, UNITS)
# What lies below an order's address comes before the register that takes any address for an order's number.
for router in (people, units, materials, reviews, plans, findings, reports, upward):
    api.add_router("", router)


@api.exception_handler(RuleBroken)
def rule_broken(request: HttpRequest, refusal: RuleBroken) -> HttpResponse:
    return refused(refusal)


@api.exception_handler(AuthenticationError)
def nobody(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    return refused(NotSignedIn())


@api.exception_handler(Http404)
def not_found(request: HttpRequest, fault: Http404) -> HttpResponse:
    return refused(NotFound())


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """What the parser refused arrives inside of ninja's own error."""
    refusal = fault.__cause__
    return refused(refusal) if isinstance(refusal, RuleBroken) else plain_problem(fault.status_code)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    return refused(Faults([_fault(error) for error in fault.errors]))


@api.exception_handler(RawPostDataException)
def other_body(request: HttpRequest, fault: RawPostDataException) -> HttpResponse:
    return refused(WrongContentType(expected=JSON_TYPE))


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, fault: RequestDataTooBig) -> HttpResponse:
    return plain_problem(413)


def _bad_request(request: HttpRequest, fault: Any) -> HttpResponse:
    return plain_problem(400)


for kind in (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
    api.add_exception_handler(kind, _bad_request)


@api.exception_handler(Exception)
def broken(request: HttpRequest, fault: Exception) -> HttpResponse:
    log.error("%s %s broke", request.method, request.path, exc_info=fault)
    return plain_problem(500)


def _fault(error: dict[str, Any]) -> RuleBroken:
    """A fault of a schema in our own words; ``loc`` is where, after the kind of input and the body's own name."""
    place = [str(part) for part in error["loc"]]
    field = ".".join(place[2:] if place[0] == "body" else place[1:])
    match error["type"]:
        case "missing":
            return Required(field=field)
        case "extra_forbidden":
            return UnknownField(field=field, name=place[-1][:200])
        case "uuid_parsing" | "uuid_type":
            return NotAUuid(field=field)
        case "too_long" | "too_short" | "string_too_long":
            return Faulty(field=field)
        case _:
            return WrongType(field=field)
