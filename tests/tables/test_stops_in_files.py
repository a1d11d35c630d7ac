"""A file carries the sum of a line's stops and their main reason; one that says other hours knows better than the stops."""

from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest

from core.clock import at_plant
from plans.models import DowntimeStop
from plans.services import LineInput, save_report
from plans.services.stops import StopInput
from tests.factories.checklists import FRIDAY
from tests.factories.plans import OrderFactory

pytestmark = pytest.mark.django_db
D = Decimal


def test_a_file_that_says_other_hours_takes_the_stops_away_and_one_that_agrees_keeps_them(plant, day_shift, csv_file, loaded):
    line = LineInput(order=OrderFactory(workshop=plant.a), good_qty=D(100), attended_hours=D(64))
    stop = StopInput("machine", at_plant(FRIDAY, time(10)), at_plant(FRIDAY, time(11)), "P-03")
    by = plant.person("tld", plant.a1)
    save_report(team=plant.a1, shift=day_shift, business_date=FRIDAY, by=by, lines=[replace(line, stops=(stop,))])
    head = "business_date,shift_code,team_code,order_number,product_code,good_qty,attended_hours,downtime_hours,downtime_reason"
    row = f"2026-11-20,DAY,A1,{line.order.number},{line.order.product.code}"

    assert loaded("daily_reports", csv_file(f"{head}\n{row},100,64,1,machine\n")) == (0, 0, 1)
    assert DowntimeStop.objects.count() == 1
    assert loaded("daily_reports", csv_file(f"{head}\n{row},100,64,1.5,machine\n")) == (0, 1, 0)
    assert not DowntimeStop.objects.exists()
