from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from django.urls import reverse

        from core.models import JobRun
        from core.services.jobs import JobKind, list_kind
        from core.tables import KINDS, RECORDS
        from people.access import Access
        from people.models import OrgNode
        from people.notices import list_notice_kinds
        from plans.hooks import day_cards
        from reports.notices import NOTICE_KINDS
        from reports.tables import TARGETS
        from reports.upward_slot import upward_waiting
        from reports.upward_tables import UPWARD_REPORTS

        def enqueue(run_id: int) -> None:
            from reports.tasks import build_month_pack

            build_month_pack.delay(run_id)

        def result_url(run: JobRun) -> str:
            return reverse("pack-of", args=[run.params["plant"], run.params["month"]])

        def may_start(run: JobRun, access: Access) -> bool:
            plant = OrgNode.objects.filter(code=run.params.get("plant", "")).first()
            return plant is not None and access.may("pack.build", plant)

        list_notice_kinds(*NOTICE_KINDS)
        KINDS.register(TARGETS)
        RECORDS.register(UPWARD_REPORTS)
        day_cards.append(upward_waiting)
        list_kind(JobKind("month_pack", _("Month pack"), enqueue, result_url, may_start))
