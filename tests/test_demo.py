from datetime import date

import pytest
import time_machine

from core.clock import PlantMonth
from floorops.demo import make_demo
from people.models import OrgNode, Staff
from plans.models import DailyReport, DailyReportLine, Sheet

pytestmark = pytest.mark.django_db


@time_machine.travel("2026-11-21 02:00Z", tick=False)
def test_the_demo_makes_the_same_rows_for_the_same_arguments():
    first = make_demo(months=2, until=PlantMonth(2026, 10))
    figures = list(DailyReportLine.objects.order_by("pk").values_list("report__business_date", "report__team__code", "good_qty"))

    second = make_demo(months=2, until=PlantMonth(2026, 10))

    assert first["reports"] == DailyReport.objects.count() > 250
    assert second == {"orders": 0, "reports": 0, "sheets": 0}
    assert list(DailyReportLine.objects.order_by("pk").values_list("report__business_date", "report__team__code", "good_qty")) == figures
    assert DailyReport.objects.latest("business_date").business_date == date(2026, 10, 31)
    assert set(Sheet.objects.filter(status="open").values_list("business_date", flat=True)) == {date(2026, 11, 21), date(2026, 11, 22)}


@time_machine.travel("2026-11-21 02:00Z", tick=False)
def test_demo_codes_begin_with_d_and_every_role_has_a_log_in():
    make_demo(months=1)

    assert all(code.startswith("D-") for code in OrgNode.objects.values_list("code", flat=True))
    assert Staff.objects.filter(user__isnull=False).count() == 15
    assert not DailyReport.objects.filter(business_date__gte=date(2026, 11, 21)).exists()
