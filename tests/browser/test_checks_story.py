"""The office has all figures checked, sees what does not add up, and what mends it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portal.jobs.domain import run_due
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import follow, go, press
from tests.factories import UserFactory
from tests.traffic import world
from tests.traffic.world import DAY, ID
from traffic.models import PlacementDay

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_server")]


def test_a_check_is_asked_for_and_its_differences_lead_on(people: People, look: Look) -> None:
    staff = dossiers.staff()
    world.placement(staff)
    world.land(staff, [(DAY, ID, 100_000), (DAY, "7390000000000000999", 40)])
    PlacementDay.objects.update(count=100_001)
    page = people(UserFactory(staff=True, full_name="陈雅文"))
    page.goto("/reconciliation/")
    look(page, "checks-none")
    press(page, "立即核对")
    run_due()
    page.reload()
    follow(page, "查看结果")
    look(page, "check")
    expect(page.get_by_role("rowheader", name="投放日")).to_be_visible()
    go(page.get_by_role("link", name="数据核对").last)
    look(page, "checks")
    follow(page, "查看差异")
    go(page.get_by_role("cell").get_by_role("link").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("乳源彩石萝卜")
