"""Products by machine: many at once against one by one, and what changed out of many.

    python -m benchmarks.products [--items N] [--pool N] [--json]

Both ways go through the whole of Django with the same key, the same form and the same acts, in the
same database: `--items` products in requests of 1,000, alternated with single `POST`s, of which a
fiftieth is enough to know what one costs. Then the feed: 1,000 changes out of `--pool` published
products, read from a cursor in one request. The database is SQLite in a folder of its own, or what
DATABASE_URL names; that one must be empty.

Keys: items, bulk_s (all), single_s (all, from what one costs), ratio, pool, delta_s, whole_s.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from statistics import median
from typing import Any

RUYUAN = "440232"
AT_ONCE, CHANGED, ROUNDS = 1_000, 1_000, 5
GOAL = 10


def prepare() -> None:
    """Make an empty database."""
    os.environ |= {"PORTAL_VAR": tempfile.mkdtemp(prefix="portal-bench-")}
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{os.environ['PORTAL_VAR']}/portal.sqlite3")
    os.environ["API_REQUESTS_A_MINUTE"] = "1000000"
    os.environ["ALLOWED_HOSTS"] = "testserver"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    if os.environ["DATABASE_URL"].startswith("sqlite"):
        # There the cache lives in a file of its own.
        call_command("migrate", database="side", verbosity=0)
        call_command("createcachetable", database="side", verbosity=0)
    else:
        call_command("createcachetable", verbosity=0)


def key() -> tuple[Any, str]:
    """An official of 乳源 and the secret of a key for everything there."""
    from django.utils import timezone

    from portal.accounts.actor import Actor
    from portal.accounts.models import Membership, User
    from portal.api.domain import issue_key
    from portal.api.enums import Scope
    from portal.regions.models import County

    county = County.objects.get(pk=RUYUAN)
    owner = User.objects.create(username=f"o{uuid.uuid4().hex}", privacy_version="2")
    Membership.objects.create(user=owner, role="official", county=county)
    admin = User.objects.create(username=f"a{uuid.uuid4().hex}")
    Membership.objects.create(user=admin, role="admin")
    _key, secret = issue_key(
        name="bench",
        owner=owner,
        scopes=Scope.values,
        county=county,
        expires_at=timezone.now() + timedelta(days=1),
        actor=Actor.of(admin),
    )
    return owner, secret


def items(start: int) -> Iterator[dict[str, Any]]:
    """Products as a county's system sends them."""
    number = start
    while True:
        yield {
            "reference": f"R{number}",
            "fields": {
                "name": f"山货{number}",
                "category": "fruit",
                "description": "产自本县，个大味甜，按标准分级装箱，当天采摘当天发出。",
                "unit": "box",
                "package": "5斤一箱",
                "price": "39.90",
                "stock": number % 1_000,
                "daily_capacity": 80,
                "season_start": 10,
                "season_end": 2,
            },
        }
        number += 1


def seconds(client: Any, method: str, url: str, body: Any, wanted: int) -> tuple[float, Any]:
    """One request, timed; what it answered."""
    text = json.dumps(body) if body is not None else ""
    started = time.perf_counter()
    answer = client.generic(method, url, text, content_type="application/json")
    taken = time.perf_counter() - started
    if answer.status_code != wanted:
        sys.exit(f"{method} {url}: {answer.status_code} {answer.content.decode()[:500]}")
    return taken, answer.json()


def writes(client: Any, number: int) -> dict[str, Any]:
    """`number` products in requests of 1,000, alternated with single ones."""
    bulk, single = [], []
    many, few = items(0), items(10_000_000)
    for _request in range(number // AT_ONCE):
        body = {"items": list(islice(many, AT_ONCE))}
        taken, answer = seconds(client, "POST", "/api/v1/products/bulk/", body, 200)
        if answer["created"] != AT_ONCE:
            sys.exit(f"created {answer['created']}: {answer['results'][:2]}")
        bulk.append(taken)
        single += [
            seconds(client, "POST", "/api/v1/products/", item, 201)[0]
            for item in islice(few, AT_ONCE // 50)
        ]
    bulk_s, single_s = sum(bulk), median(single) * number
    return {
        "items": number,
        "bulk_s": round(bulk_s, 2),
        "single_s": round(single_s, 2),
        "ratio": round(single_s / bulk_s, 1),
    }


def fill(owner: Any, number: int) -> None:
    """`number` published products, bulk-made."""
    from django.utils import timezone

    from portal.submissions.models import Submission
    from products.models import Product

    now = timezone.now()
    for start in range(0, number, 5_000):
        rows = [
            Submission(
                code=f"B{n}",
                kind="product",
                title=f"山货{n}",
                city_id=RUYUAN[:4] + "00",
                county_id=RUYUAN,
                owner=owner,
                form_key=uuid.uuid4(),
                state="published",
                created_at=now,
                submitted_at=now,
                endorsed_at=now,
                decided_at=now,
                decider=owner,
                published_at=now,
            )
            for n in range(start, min(start + 5_000, number))
        ]
        Submission.objects.bulk_create(rows)
        Product.objects.bulk_create(
            Product(submission=row, name=row.title, category_id="fruit", unit="box", price="39.90")
            for row in rows
        )


def reads(client: Any, owner: Any, pool: int) -> dict[str, Any]:
    """1,000 changes out of `pool` published products, from a cursor; and the whole pool once."""
    from portal.api.models import Touched
    from portal.submissions.models import Submission

    fill(owner, pool)
    feed = "/api/v1/feed/products/?limit=1000"
    started = time.perf_counter()
    cursor, more = "", True
    while more:
        url = f"{feed}&cursor={cursor}" if cursor else feed
        _taken, page = seconds(client, "GET", url, None, 200)
        cursor, more = page["cursor"], page["more"]
    whole = time.perf_counter() - started
    published = Submission.objects.filter(state="published").order_by("pk")
    keys = list(published.values_list("pk", flat=True))
    step, taken = max(1, pool // CHANGED), []
    for number in range(ROUNDS):
        Touched.objects.bulk_create(
            Touched(submission_id=key) for key in (keys[number:] + keys)[::step][:CHANGED]
        )
        # The first of them gives the numbers too.
        time_taken, page = seconds(client, "GET", f"{feed}&cursor={cursor}", None, 200)
        if len(page["changes"]) != min(CHANGED, pool):
            sys.exit(f"{len(page['changes'])} changes")
        taken.append(time_taken)
        cursor = page["cursor"]
    return {"pool": pool, "delta_s": round(median(taken), 2), "whole_s": round(whole, 1)}


def main() -> int:
    """Measure, print, and say whether the goal was met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--pool", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    prepare()
    from django.test import Client

    owner, secret = key()
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    found = writes(client, wanted.items) | reads(client, owner, wanted.pool)
    if wanted.json:
        print(json.dumps(found))  # noqa: T201 - what it is for
    else:
        for name, value in found.items():
            print(f"{name:10} {value}")  # noqa: T201 - as above
    return 0 if found["ratio"] >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
