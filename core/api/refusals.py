"""What the API refuses before a room is asked; the rooms' own refusals pass through unchanged."""

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class NotSignedIn(RuleBroken):
    code = "not_signed_in"
    status = 401
    sentence = _("Sign in, or send the token of a person who works here.")


class NotFound(RuleBroken):
    """It is not there, or not for this person; nobody can tell which."""

    code = "not_found"
    status = 404
    sentence = _("There is nothing here that you can see.")


class CsrfMissing(RuleBroken):
    """A write that came with a session needs the header which only our own pages can set."""

    code = "csrf_failed"
    status = 403
    sentence = _("A write with a session needs the X-CSRFToken header. Programs send a token instead.")


class TooManyRequests(RuleBroken):
    code = "too_many_requests"
    status = 429
    sentence = _("More than %(limit)s requests in a minute. Try again in %(retry_after)s seconds.")


class MalformedJson(Faulty):
    code = "malformed_json"
    sentence = _("The body is not valid JSON.")


class WrongContentType(Faulty):
    code = "wrong_content_type"
    sentence = _("The body must be sent as %(expected)s.")


class NotAnObject(Faulty):
    code = "not_an_object"
    sentence = _("The body must be a JSON object.")


class UnknownField(Faulty):
    code = "unknown_field"
    sentence = _("There is no “%(name)s” here.")


class GivenTwice(Faulty):
    code = "given_twice"
    sentence = _("This may be given only once.")


class BadLimit(Faulty):
    code = "bad_limit"
    sentence = _("A page has 1 to %(most)s items.")


class BadCursor(Faulty):
    code = "bad_cursor"
    sentence = _("This cursor did not come from here. Begin again without one.")


class NotAUuid(Faulty):
    code = "not_a_uuid"
    sentence = _("This must be a UUID.")


class WrongType(Faulty):
    code = "wrong_type"
    sentence = _("This has another type than expected.")


class TooBigBody(Faulty):
    code = "body_too_big"
    sentence = _("The body has more than %(limit)s bytes.")
