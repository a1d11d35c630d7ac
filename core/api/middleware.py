"""Whatever the framework refuses under ``/api/`` speaks the API's language too: unknown addresses, methods, unreadable requests."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.api.answers import PROBLEM, plain_problem

UNDER = "/api/"


class ProblemMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(UNDER) or response.status_code < 400 or response.get("Content-Type") == PROBLEM:
            return response
        said = plain_problem(response.status_code)
        if "Allow" in response:
            said["Allow"] = response["Allow"]
        return said
