from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from django.urls import reverse

        from core.services.jobs import JobKind, list_kind

        def enqueue(run_id: int) -> None:
            from reports.tasks import build_month_pack

            build_month_pack.delay(run_id)

        list_kind(
            JobKind("month_pack", _("Month pack"), enqueue, lambda run: reverse("pack-of", args=[run.params["plant"], run.params["month"]]))
        )
