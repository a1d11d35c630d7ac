"""One's own page: who am I, what I see, language, theme, password, PIN."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from core.asked import read_whole
from core.clock import plant_today
from core.errors import Required
from core.views import RefusalMixin
from people.access import roles_of
from people.doors import StaffRequired
from people.errors import PasswordWrong
from people.forms import PasswordForm, PinForm
from people.models import ApiToken, Delegation, StaffPin, User, goes_on
from people.selectors import node_labels
from people.services import change_password, revoke_token, set_pin


class Account(StaffRequired, TemplateView):
    template_name = "people/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = plant_today()
        borrowed = Delegation.objects.filter(goes_on("ends_on"), taker=self.by, ended_at=None).select_related("giver")
        place = node_labels(today, [self.by.org_id]).get(self.by.org_id, "") if self.by.org_id else ""
        return super().get_context_data(**kwargs) | {
            "place": place,
            "roles": roles_of(self.by),
            "borrowed": borrowed,
            "pin": StaffPin.objects.filter(staff=self.by).first(),
            "tokens": ApiToken.objects.filter(staff=self.by, revoked_at=None),
            "themes": User.Theme.choices,
            "session_hours": settings.SESSION_COOKIE_AGE // 3600,
        }


class OwnTokens(StaffRequired, View):
    """Revoke one of one's own tokens; they stand on the account page."""

    def get(self, request: Any) -> HttpResponse:
        self.require()
        return redirect("account")

    def post(self, request: Any) -> HttpResponse:
        self.require()
        asked = read_whole(request.POST.get("token"))
        if asked is None:
            raise Required(field="token")
        token = revoke_token(token=asked, by=self.by)
        messages.success(request, gettext("The token “%(name)s” does not open anything any more.") % {"name": token.name})
        return redirect("account")


@method_decorator(sensitive_post_parameters(), name="dispatch")
class OwnPassword(StaffRequired, RefusalMixin, FormView):
    """Also where a one-time password leads to, and nowhere else until an own one is chosen."""

    template_name = "people/password.html"
    form_class = PasswordForm
    told = _("Your new password is in use.")

    def perform(self, form: PasswordForm) -> HttpResponse:
        user = change_password(present=form.cleaned_data["present"], new=form.cleaned_data["new"], by=self.by)
        update_session_auth_hash(self.request, user)
        return redirect("account")


@method_decorator(sensitive_post_parameters(), name="dispatch")
class OwnPin(StaffRequired, RefusalMixin, FormView):
    template_name = "people/pin.html"
    form_class = PinForm
    told = _("Your PIN is set.")

    def perform(self, form: PinForm) -> HttpResponse:
        if not self.request.user.check_password(form.cleaned_data["present"]):
            raise PasswordWrong(field="present")
        set_pin(pin=form.cleaned_data["pin"], by=self.by)
        return redirect("account")
