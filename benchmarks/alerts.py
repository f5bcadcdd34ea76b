"""A round of alerts over all placements: what is read, worked out, written and told.

    python -m benchmarks.alerts [--placements N] [--json]

The database of `benchmarks.pacing` with 25 days of deliveries, those that are compared with each
other by the hour; an account for every county of every campaign, a share that no county may pass
in half of the campaigns, an official in every county and five people in the office. Nothing of
pacing is kept, as right after a close.

- `first_s`: a round that raises everything there is, and tells it;
- `quiet_s`: the same round again, which finds it all open, the best of three; `queries` of it, and
  `cpu_s`, what this process itself took of it.

Exits 1 when either takes more than 5 s.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import timedelta

from benchmarks import pacing
from benchmarks.postgres import database
from benchmarks.results import say

DATABASE, GOAL = "portal_bench_alerts", 5.0
FIRST = pacing.TODAY - timedelta(days=25)
COMPARED = [pacing.TODAY - timedelta(days=1 + 7 * n) for n in range(4)]


def people_and_counties() -> None:
    """Who is told, and what lies between campaigns and placements."""
    from portal.accounts.enums import Role
    from portal.accounts.models import Membership, User
    from portal.campaigns.models import Campaign
    from portal.ledger.models import Account, Level, Unit
    from portal.regions.models import County
    from traffic import pool
    from traffic.pacing.models import CampaignPacing

    counties, campaigns = list(County.objects.order_by("pk")), list(Campaign.objects.order_by("pk"))
    names = [("staff", n) for n in range(5)] + [("official", n) for n in range(len(counties))]
    users = User.objects.bulk_create(User(username=f"{role}-{n}") for role, n in names)
    Membership.objects.bulk_create(
        Membership(user=user, role=Role.STAFF)
        if role == "staff"
        else Membership(user=user, role=Role.OFFICIAL, county=counties[n])
        for user, (role, n) in zip(users, names, strict=True)
    )
    above = {row.pk: pool.campaign_account(row) for row in campaigns}
    shared = {"unit": Unit.IMPRESSIONS, "level": Level.COUNTY}
    Account.objects.bulk_create(
        Account(key=county.pk, name=county.name, county=county, parent=above[row.pk], **shared)
        for row in campaigns
        for county in counties
    )
    CampaignPacing.objects.bulk_create(
        CampaignPacing(campaign=row, county_cap=10) for row in campaigns[::2]
    )


def measure(placements: int) -> dict[str, float]:
    """Fill the database and measure."""
    pacing.prepare()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, override_settings

    pacing.fill(placements, FIRST, COMPARED)
    people_and_counties()
    from portal.notices.models import Notice
    from traffic.alerts import domain

    quiet = []
    with override_settings(CACHES=pacing.UNKEPT):
        first, raised = pacing.timed(domain.look)
        for _ in range(3):
            with CaptureQueriesContext(connection) as taken:
                began = time.process_time()
                taking, again = pacing.timed(domain.look)
            quiet.append((taking, time.process_time() - began))
    found = {
        "placements": placements,
        "raised": raised["raised"],
        "notices": Notice.objects.filter(event="alert.raised").count(),
        "raised_again": again["raised"] + again["changed"] + again["ended"],
        "first_s": round(first, 2),
        "quiet_s": round(min(quiet)[0], 2),
        "cpu_s": round(min(quiet)[1], 2),
        "queries": len(taken),
    }
    connection.close()
    return found


def main() -> int:
    """Measure and print; 0 when the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--placements", type=int, default=50_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with database(DATABASE):
        found = measure(options.placements)
    say(found, as_json=options.json)
    return int(max(found["first_s"], found["quiet_s"]) > GOAL)


if __name__ == "__main__":
    sys.exit(main())
