from django.views.generic import TemplateView

from people.doors import StaffRequired


class Account(StaffRequired, TemplateView):
    """Who am I: my roles, what I see, and what I chose."""

    template_name = "people/account.html"
