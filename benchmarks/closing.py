"""Closing a day by rebuilding it, against adding to a counter row by row.

    python -m benchmarks.closing [--placements N] [--json]

Both read the same report: one line per placement and hour. Ours lands it, reads it and closes the
day. The alternative is what an ad server in Django often does: one `UPDATE … SET count = count + n`
per line. Alternated, three times each; keys: placements, lines, rebuild_s, counters_s, ratio.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median
from typing import Any

from benchmarks.results import say

DAY = date(2023, 10, 20)


def prepare(placements: int) -> None:
    """Make an empty database with `placements` placements; bulk-made, without history."""
    os.environ |= {"PORTAL_VAR": tempfile.mkdtemp(prefix="portal-bench-"), "REDIS_URL": ""}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    fill([external_id(number) for number in range(placements)])


def fill(ids: Sequence[str]) -> None:
    """Write the rows a close reads: a placement for each external id, bulk-made."""
    from portal.accounts.actor import Actor
    from portal.campaigns.models import Action, Campaign
    from portal.ledger.models import Account, Level, Unit
    from portal.regions.models import County
    from portal.statements.models import IdKind, Platform, Source
    from traffic import pool
    from traffic.models import ExternalId, Placement

    pool.open_pool(actor=Actor.system())
    campaign = Campaign.objects.create(
        code="bench", name="bench", action=Action.PRODUCTS, first_day=DAY, last_day=DAY
    )
    source = Source.objects.create(name="bench", platform=Platform.DOUYIN, id_kind=IdKind.MATERIAL)
    submission = published()
    above = pool.county_account(campaign, County.objects.get(pk="440232"))
    accounts = Account.objects.bulk_create(
        Account(
            unit=Unit.IMPRESSIONS,
            level=Level.PLACEMENT,
            parent=above,
            key=f"bench-{n}",
            name=f"bench {n}",
            county_id="440232",
        )
        for n in range(len(ids))
    )
    rows = Placement.objects.bulk_create(
        Placement(
            submission=submission,
            campaign=campaign,
            county_id="440232",
            channel="product",
            name=account.name,
            first_day=DAY,
            last_day=DAY,
            source=source,
            metric="impressions",
            account=account,
        )
        for account in accounts
    )
    ExternalId.objects.bulk_create(
        ExternalId(placement=row, platform=source.platform, kind=source.id_kind, value=value)
        for value, row in zip(ids, rows, strict=True)
    )


def published() -> Any:
    """One published dossier, written as it is: nothing here measures filing."""
    import uuid

    from django.utils import timezone

    from portal.accounts.models import User
    from portal.submissions.models import Submission

    user = User.objects.create(username="bench")
    now = timezone.now()
    return Submission.objects.create(
        code="SP000000",
        kind="product",
        title="bench",
        city_id="440200",
        county_id="440232",
        owner=user,
        form_key=uuid.uuid4(),
        state="published",
        created_at=now,
        submitted_at=now,
        endorsed_at=now,
        decided_at=now,
        decider=user,
        published_at=now,
    )


def external_id(number: int) -> str:
    """A 19-digit id."""
    return f"73{number:017d}"


def report(placements: int, seed: int) -> bytes:
    """One line per placement and hour; another seed gives other figures."""
    lines = ["时间,小时,素材ID,展示数"]
    lines += [
        f"{DAY},{hour},{external_id(n)}\t,{(n * 31 + hour * 7 + seed) % 997}"
        for n in range(placements)
        for hour in range(24)
    ]
    return "\n".join(lines).encode()


def rebuild(
    chunks: Iterable[bytes], name: str = "bench.csv", day: date = DAY
) -> tuple[float, float]:
    """Seconds from a landed file to its partial, and from there to the closed day."""
    from portal.statements import raw
    from portal.statements.domain import read_part
    from portal.statements.models import Part, Source, Statement
    from traffic import days

    source = Source.objects.get()
    statement = Statement.objects.create(
        source=source,
        first_day=day,
        last_day=day,
        version=Statement.objects.count() + 1,
        landed_at=days.clock.now(),
    )
    file = raw.keep(chunks, name=name)
    part = Part.objects.create(statement=statement, sha256=file.sha256, name=name, size=file.size)
    started = time.perf_counter()
    read_part(part=part)
    read = time.perf_counter()
    days.close_day(day=day)
    return read - started, time.perf_counter() - read


def counters(data: bytes) -> float:
    """Seconds to add every line to a counter with one UPDATE each, in one transaction."""
    from django.db import transaction
    from django.db.models import F

    from traffic.models import ExternalId, PlacementDay

    known = dict(ExternalId.objects.values_list("value", "placement_id"))
    PlacementDay.objects.filter(date=DAY).update(count=0)
    started = time.perf_counter()
    with transaction.atomic():
        for line in data.decode().splitlines()[1:]:
            _day, _hour, value, count = line.split(",")
            PlacementDay.objects.filter(placement=known[value.strip()], date=DAY).update(
                count=F("count") + int(count)
            )
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--placements", type=int, default=1500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    prepare(options.placements)
    ours, theirs = [], []
    for seed in range(3):
        data = report(options.placements, seed)
        ours.append(sum(rebuild([data])))
        theirs.append(counters(data))
    found = {
        "placements": options.placements,
        "lines": options.placements * 24,
        "rebuild_s": round(median(ours), 3),
        "counters_s": round(median(theirs), 3),
        "ratio": round(median(theirs) / median(ours), 2),
    }
    say(found, as_json=options.json)


if __name__ == "__main__":
    main()
