"""The pages on which reports are followed: days that lack, ids, rows behind a figure, gaps."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import go, press
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


@pytest.mark.usefixtures("live_server")
def test_figures_are_followed_to_their_rows(people: People, look: Look) -> None:
    office = dossiers.staff()
    placement = world.placement(office)
    check = world.source("抖音创作者中心日报")
    near = ID[:-1] + "8"
    world.land(office, [(DAY, ID, 90_000), (DAY, near, 500), (DAY, LOST, 20)])
    world.land(office, [(DAY, ID, 95_000)], of=check, name="创作者中心.csv")
    page = people(office.user)
    where = f"?source={world.source().pk}&id={near}"
    addresses = {
        "placement-day": reverse("placement-day", args=[placement.pk, DAY]),
        "unmatched": reverse("unmatched"),
        "unmatched-where": reverse("unmatched-where") + where,
        "unmatched-match": reverse("unmatched-match") + where,
        "compared": reverse("compared"),
        "placement-compared": reverse("placement-compared", args=[placement.pk]),
        "gap": reverse("gap", args=[placement.pk, check.pk]),
    }
    for name, address in addresses.items():
        assert page.goto(address).status == 200
        look(page, name)
    page.get_by_role("combobox", name="核查人").select_option(str(office.user.pk))
    press(page, "交给此人核查")
    look(page, "gap-taken")
    page.goto(reverse("unmatched"))
    go(page.get_by_role("button", name="就是这个投放").first)
    look(page, "unmatched-after")
