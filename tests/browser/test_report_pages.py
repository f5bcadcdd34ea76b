"""The pages on which reports are followed: days that lack, ids, rows behind a figure, gaps."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.traffic import world
from tests.traffic.world import DAY, ID

pytestmark = pytest.mark.browser
LOST = "7390000000000000999"


@pytest.mark.usefixtures("live_server")
def test_reports_by_day(people: People, look: Look) -> None:
    office = dossiers.staff()
    world.placement(office)
    for number, days in enumerate(((20, 21, 22), (12, 14, 15))):
        source = world.source(f"抖音作品日报{number}")
        for day in days:
            on = date(2023, 10, day)
            rows = [(on, ID, 90_000), (on, LOST, 500)]
            world.land(office, rows, days=(on, on), of=source, name=f"{number}-{day}.csv")
    world.land(office, [(DAY, ID, 9)], of=world.source("抖音作品日报0"), name="更正.csv")
    page = people(office.user)
    assert page.goto(reverse("statement-days")).status == 200
    look(page, "reports-by-day")
