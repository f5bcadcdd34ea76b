"""Where every placement stands, and what would be if; against a loop over placements.

    python -m benchmarks.pacing [--placements N] [--loop N] [--json]

A database of its own on PostgreSQL: placements over 40 campaigns and
all counties, each with twenty days of deliveries, one in ten with a plan of its own. Measured are

- `everything`: from the tables to each placement's need, status and forecast, nothing kept;
- the same once more, kept: what a page pays;
- what-if: the dates of a campaign moved, the curve of another changed, a tenth of all supply lost,
  from facts that are kept, with the list of those at risk; nothing is written;
- the alternative: as ad servers in Django do it, a loop that reads a placement's days, its account
  and its plan and works out the same; on `--loop` placements, multiplied up.

Keys: placements, everything_s, queries, kept_s, what_if_s, loop_s. Exits 1 when `everything` or
what-if takes more than 2 s.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from benchmarks import closing
from benchmarks.postgres import database
from benchmarks.results import say

FIRST, TODAY = date(2023, 10, 1), date(2023, 10, 21)
CAMPAIGNS, DAYS, GOAL = 40, 30, 2.0
DATABASE = "portal_bench_pacing"
UNKEPT = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def fill(placements: int, first: date = FIRST, hourly: Collection[date] = ()) -> None:
    """Write the placements with their accounts, plans and days; on `hourly` days with hours."""
    import numpy as np
    from django.db import connection

    from traffic.models import Plan

    random = np.random.default_rng(7)
    given = random.integers(50_000, 300_000, placements)
    rows = _placed(given.tolist(), first)
    Plan.objects.bulk_create(
        Plan(placement=row, shape=("front", "even")[n % 2], daily_cap=(None, 50_000)[n % 4 // 2])
        for n, row in enumerate(rows[::10])
    )
    _deliver(rows, given, random, hourly)
    _counted(rows[0].source, first)
    with connection.cursor() as cursor:
        # As the server does by itself within the hour.
        cursor.execute("VACUUM ANALYZE")


def _campaigns(first: date) -> list[Any]:
    """Campaigns that begin together and end one after another."""
    from portal.campaigns.models import Action, Campaign

    return Campaign.objects.bulk_create(
        Campaign(
            code=f"bench-{n}",
            name=f"bench {n}",
            action=Action.values[n % 5],
            first_day=first,
            last_day=first + timedelta(days=DAYS + n),
        )
        for n in range(CAMPAIGNS)
    )


def _placed(given: list[int], first: date) -> list[Any]:
    """Placements over campaigns and counties, each with what it was given."""
    from portal.accounts.actor import Actor
    from portal.ledger.models import Account, Level, Unit
    from portal.regions.models import County
    from portal.statements.models import IdKind, Platform, Source
    from products.models import Product
    from traffic import pool
    from traffic.models import Placement

    pool.open_pool(actor=Actor.system())
    campaigns = _campaigns(first)
    source = Source.objects.create(name="bench", platform=Platform.DOUYIN, id_kind=IdKind.MATERIAL)
    submission, above = closing.published(), pool.campaign_account(campaigns[0])
    # In stock and always in season: a placement that is paused needs nothing.
    Product.objects.create(
        submission=submission, name="bench", category_id="fruit", unit="box", price=30, stock=1000
    )
    counties = list(County.objects.order_by("pk").values_list("pk", flat=True))
    shared = {"unit": Unit.IMPRESSIONS, "level": Level.PLACEMENT, "parent": above}
    accounts = Account.objects.bulk_create(
        Account(
            key=f"bench-{n}",
            name=f"bench {n}",
            county_id=counties[n % len(counties)],
            balance=balance,
            **shared,
        )
        for n, balance in enumerate(given)
    )
    counted = {"source": source, "metric": "impressions", "channel": "product"}
    return Placement.objects.bulk_create(
        Placement(
            submission=submission,
            campaign=campaigns[n % CAMPAIGNS],
            county_id=account.county_id,
            name=account.name,
            first_day=first + timedelta(days=n % 3),
            last_day=first + timedelta(days=DAYS + n % CAMPAIGNS - 1),
            account=account,
            **counted,
        )
        for n, account in enumerate(accounts)
    )


def _deliver(rows: list[Any], given: Any, random: Any, hourly: Collection[date]) -> None:
    """The days of all placements, and their sums."""
    import numpy as np
    from django.db.models import F, Sum

    from portal import bulk
    from traffic.models import DaySum, PlacementDay

    rate = given / DAYS * np.exp(random.normal(0, 0.3, len(rows)))
    plain = {field.attname: None for field in PlacementDay._meta.concrete_fields}
    plain |= {"clicks": 0, "approximate": False}
    make = bulk.plain(PlacementDay)
    first = rows[0].first_day
    for ago in range((TODAY - first).days):
        day = first + timedelta(days=ago)
        counts = np.rint(rate * np.exp(random.normal(0, 0.2, len(rows)))).astype(int)
        written = [
            {**plain, "placement_id": row.pk, "date": day, "count": int(n), "hours": hours}
            for row, n, hours in zip(rows, counts, _hours(counts, day in hourly), strict=True)
            if row.first_day <= day
        ]
        bulk.write(
            PlacementDay, [make(**{name: one[name] for name in make._fields}) for one in written]
        )
    sums = PlacementDay.objects.order_by().values(
        "date",
        channel=F("placement__channel"),
        campaign_id=F("placement__campaign"),
        county_id=F("placement__county"),
    )
    DaySum.objects.bulk_create(DaySum(**row) for row in sums.annotate(count=Sum("count")))


def _hours(counts: Any, known: bool) -> list[bytes | None]:
    """Each count in 24 equal hours, as rows keep them, or nothing."""
    import numpy as np

    if not known:
        return [None] * len(counts)
    hours = np.repeat(counts[:, None] // 24, 24, axis=1)
    hours[:, -1] += counts % 24
    return [row.astype("<i8").tobytes() for row in hours]


def _counted(source: Any, first: date) -> None:
    """One statement of the whole time, whose rows were counted day by day."""
    from django.utils import timezone

    from portal.statements.models import Statement
    from traffic.models import Day, DayFate

    statement = Statement.objects.create(
        source=source,
        first_day=first,
        last_day=TODAY - timedelta(days=1),
        version=1,
        landed_at=timezone.now(),
    )
    for ago in range((TODAY - first).days):
        day = first + timedelta(days=ago)
        Day.objects.create(date=day, wanted=1, closed=1, inputs="x", closed_at=timezone.now())
        DayFate.objects.create(
            date=day, statement=statement, fate="counted", rows=1, impressions=1, plays=0
        )


def loop(number: int) -> int:
    """The alternative: placement by placement through the ORM; returns how many are behind."""
    from django.db.models import Sum

    from traffic.models import Placement

    behind = 0
    for row in Placement.objects.order_by("pk")[:number]:
        given = row.account.balance
        done = row.days.aggregate(n=Sum("count"))["n"] or 0
        plan = getattr(row, "plan", None)
        days = (row.last_day - row.first_day).days + 1
        gone = (TODAY - row.first_day).days
        due = given * min(gone * (1.4 if plan and plan.shape == "front" else 1.05) / days, 1)
        counts = [day.count for day in row.days.order_by("-date")[:7]]
        end = done + sum(counts) / max(len(counts), 1) * (days - gone)
        behind += done < 0.95 * due or end < given
    return behind


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and result."""
    started = time.perf_counter()
    found = act()
    return time.perf_counter() - started, found


def prepare() -> None:
    """Set Django up on the database, without Redis, on the day that is looked at; make tables."""
    os.environ |= {"PORTAL_VAR": tempfile.mkdtemp(prefix="portal-bench-"), "REDIS_URL": ""}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.PROGRAMME_CLOCK = TODAY
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def measure(placements: int, share: int) -> dict[str, float]:
    """Fill the database and measure."""
    prepare()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, override_settings

    fill(placements)
    from traffic.pacing import queries, whatif

    seconds = []
    for _ in range(3):
        with override_settings(CACHES=UNKEPT), CaptureQueriesContext(connection) as taken:
            taking, found = timed(queries.everything)
        seconds.append(taking)
    queries.everything()
    kept, _found = timed(queries.everything)
    campaigns = found.facts.campaign
    change = whatif.Change(
        moved={int(campaigns[0]): 5}, shapes={int(campaigns[1]): "front"}, lost=10
    )
    wondering, outcome = timed(lambda: whatif.compare(found, change))
    looping, _behind = timed(lambda: loop(share))
    connection.close()
    return {
        "placements": placements,
        "everything_s": round(min(seconds), 2),
        "queries": len(taken),
        "kept_s": round(kept, 2),
        "what_if_s": round(wondering, 2),
        "at_risk": len(outcome.risk),
        "loop_s": round(looping * placements / share, 1),
    }


def main() -> int:
    """Measure and print; 0 when both goals are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--placements", type=int, default=50_000)
    parser.add_argument("--loop", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with database(DATABASE):
        found = measure(options.placements, min(options.loop, options.placements))
    say(found, as_json=options.json)
    return int(found["everything_s"] > GOAL or found["what_if_s"] > GOAL)


if __name__ == "__main__":
    sys.exit(main())
