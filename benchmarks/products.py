"""The product pool under load: many by machine, what changed, lists, search, a page, an export.

    python -m benchmarks.products [--items N] [--pool N] [--json]

PostgreSQL is needed (`BENCH_POSTGRES_URL`, a user who may create databases). Everything goes
through the whole of Django; each figure stands against a named other way of the same, alternated
with it in the same run:

- `--items` products filed in requests of 1,000 against single `POST`s, then a price and the stock
  of each changed in requests of 1,000 against single `PATCH`es; of the single ones a fiftieth is
  enough to know what one costs;
- 1,000 changes out of `--pool` published products, read from a cursor in one request, against the
  whole pool read once;
- the catalogue with three filters and a product's page against an empty page of the same layout;
- a search by two characters, counted and its first page read, against a scan by `icontains`;
- an export of the whole pool, in a process of its own, against the peak memory of one of a tenth.

Keys: items, bulk_s and single_s (all of them) and bulk_ratio; change_s, patch_s, change_ratio;
pool, delta_s, whole_s, delta_ratio; bare_ms; list_ms, list_ratio; page_ms, page_ratio; search_ms,
scan_ms, search_ratio; export_s, export_mb, tenth_mb, export_ratio; missed (goals).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from statistics import median
from typing import Any

from benchmarks.pool import RARE_NAME, fill
from benchmarks.postgres import database

RUYUAN = "440232"
AT_ONCE, CHANGED, ROUNDS, REQUESTS = 1_000, 1_000, 5, 20
DATABASE = "portal_bench_products"
# At least, or at most, so many times the other way.
LEAST = {"bulk_ratio": 10, "change_ratio": 10, "delta_ratio": 10, "search_ratio": 1}
MOST = {"list_ratio": 6, "page_ratio": 6, "export_ratio": 1.3}
PRODUCTS, FEED = "/api/v1/products/", "/api/v1/feed/products/?limit=1000"


def prepare(*, empty: bool) -> None:
    """Set Django up on the database; an empty one gets its tables."""
    os.environ |= {"PORTAL_VAR": tempfile.mkdtemp(prefix="portal-bench-")}
    os.environ["API_REQUESTS_A_MINUTE"] = "1000000"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.ROOT_URLCONF = "benchmarks.bare"
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    if empty:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)


def key(role: str, county: str | None) -> tuple[Any, str]:
    """Somebody of that role, and the secret of a key for everything in a county, or everywhere."""
    from django.utils import timezone

    from portal.accounts.actor import Actor
    from portal.accounts.models import Membership, User
    from portal.api.domain import issue_key
    from portal.api.enums import Scope
    from portal.regions.models import County

    place = County.objects.get(pk=county) if county else None
    owner = User.objects.create(username=f"o{uuid.uuid4().hex}", privacy_version="2")
    Membership.objects.create(user=owner, role=role, county=place)
    admin = User.objects.create(username=f"a{uuid.uuid4().hex}")
    Membership.objects.create(user=admin, role="admin")
    _key, secret = issue_key(
        name="bench",
        owner=owner,
        scopes=Scope.values,
        county=place,
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


def seconds(
    client: Any, method: str, url: str, body: Any, wanted: int, **headers: str
) -> tuple[float, Any]:
    """One request, timed; what it answered."""
    text = json.dumps(body) if body is not None else ""
    started = time.perf_counter()
    answer = client.generic(method, url, text, content_type="application/json", headers=headers)
    taken = time.perf_counter() - started
    if answer.status_code != wanted:
        sys.exit(f"{method} {url}: {answer.status_code} {answer.content.decode()[:500]}")
    return taken, answer.json()


def writes(client: Any, number: int) -> dict[str, Any]:
    """`number` products filed, then changed, in requests of 1,000, alternated with single ones."""
    filed: list[list[float]] = [[], []]
    changed: list[list[float]] = [[], []]
    made: list[Any] = []
    many, few = items(0), items(10_000_000)
    sent = [list(islice(many, AT_ONCE)) for _request in range(number // AT_ONCE)]
    for some in sent:
        filed[0].append(_bulk(client, some, "created"))
        for item in islice(few, AT_ONCE // 50):
            taken, answer = seconds(client, "POST", PRODUCTS, item, 201)
            filed[1].append(taken)
            made.append(answer)
    new = {"price": "41.50", "stock": 7}
    for place, some in enumerate(sent):
        other = [{"reference": item["reference"], "fields": item["fields"] | new} for item in some]
        changed[0].append(_bulk(client, other, "updated"))
        changed[1] += [
            seconds(
                client, "PATCH", f"{PRODUCTS}{row['code']}/", {"fields": new}, 200, If_Match="*"
            )[0]
            for row in made[place :: len(sent)]
        ]
    found = {"items": number}
    for names, (bulk, single) in (
        (("bulk_s", "single_s", "bulk_ratio"), filed),
        (("change_s", "patch_s", "change_ratio"), changed),
    ):
        figures = sum(bulk), median(single) * number
        found |= dict(zip(names, (*(round(each, 2) for each in figures), 0), strict=True))
        found[names[2]] = round(figures[1] / figures[0], 1)
    return found


def _bulk(client: Any, some: list[dict[str, Any]], result: str) -> float:
    taken, answer = seconds(client, "POST", f"{PRODUCTS}bulk/", {"items": some}, 200)
    if answer[result] != len(some):
        sys.exit(f"{result} {answer[result]}: {answer['results'][:2]}")
    return taken


def reads(client: Any, pool: int) -> dict[str, Any]:
    """1,000 changes out of `pool` published products, from a cursor; and the whole pool once."""
    from portal.api.models import Touched
    from portal.submissions.models import Submission

    started = time.perf_counter()
    cursor, more = "", True
    while more:
        url = f"{FEED}&cursor={cursor}" if cursor else FEED
        _taken, page = seconds(client, "GET", url, None, 200)
        cursor, more = page["cursor"], page["more"]
    whole = time.perf_counter() - started
    published = Submission.objects.filter(state="published").order_by("pk")
    keys = list(published.values_list("pk", flat=True))
    taken, wanted = [], min(CHANGED, len(keys))
    for number in range(ROUNDS):
        some = (keys[number:] + keys)[:: max(1, len(keys) // wanted)][:wanted]
        Touched.objects.bulk_create(Touched(submission_id=key) for key in some)
        # The first of them gives the numbers too.
        time_taken, page = seconds(client, "GET", f"{FEED}&cursor={cursor}", None, 200)
        if len(page["changes"]) != wanted:
            sys.exit(f"{len(page['changes'])} changes")
        taken.append(time_taken)
        cursor = page["cursor"]
    delta = median(taken)
    return {
        "pool": pool,
        "delta_s": round(delta, 2),
        "whole_s": round(whole, 1),
        "delta_ratio": round(whole / delta, 1),
    }


def alternated(one: Callable[[], Any], other: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds of each, the median of `REQUESTS`, taken by turns."""
    taken: tuple[list[float], list[float]] = ([], [])
    for act in (one, other):
        act()
    for _ in range(REQUESTS):
        for act, found in zip((one, other), taken, strict=True):
            started = time.perf_counter()
            act()
            found.append((time.perf_counter() - started) * 1000)
    return median(taken[0]), median(taken[1])


def pages() -> dict[str, Any]:
    """What everybody looks at, against an empty page of the same layout, signed in."""
    from django.test import Client

    from portal.accounts.models import Membership, User
    from portal.submissions.models import Submission

    reader = User.objects.create(username="reader", privacy_version="2")
    Membership.objects.create(user=reader, role="trainee")
    signed_in, visitor = Client(), Client()
    signed_in.force_login(reader)
    code = Submission.objects.filter(state="published").order_by("pk")[7].code

    def opened(client: Any, url: str) -> Callable[[], Any]:
        def act() -> None:
            if (status := client.get(url).status_code) != 200:
                sys.exit(f"{url}: {status}")

        return act

    found: dict[str, Any] = {}
    for name, url in (
        ("list", f"/products/?category=fruit&county={RUYUAN}&season=now"),
        ("page", f"/products/{code}/"),
    ):
        own, bare = alternated(opened(visitor, url), opened(signed_in, "/bare/"))
        found |= {"bare_ms": round(bare, 1), f"{name}_ms": round(own, 1)}
        found[f"{name}_ratio"] = round(own / bare, 2)
    return found


def search() -> dict[str, Any]:
    """Two characters: counted, and the first page read; by the index and by a scan."""
    from django.db.models import Q

    from portal.lists import counted
    from products import queries

    def read(condition: Any) -> int:
        rows = queries.catalogue().filter(condition)
        list(rows.order_by("-submission__published_at", "-pk")[:20])
        return int(counted(rows))

    index = Q(submission__words__search=RARE_NAME)
    scan = Q(submission__title__icontains=RARE_NAME) | Q(name__icontains=RARE_NAME)
    if read(index) != read(scan) or not read(index):
        sys.exit(f"found {read(index)} and {read(scan)}")
    own, naive = alternated(lambda: read(index), lambda: read(scan))
    return {
        "search_ms": round(own, 1),
        "scan_ms": round(naive, 1),
        "search_ratio": round(naive / own, 1),
    }


def export() -> dict[str, Any]:
    """All there is, as workbook and JSON: seconds, and the peak memory of this whole process."""
    from portal.accounts.actor import Actor
    from portal.accounts.models import Membership, User
    from portal.jobs.domain import run_due
    from products.exports import domain
    from products.exports.models import Export
    from products.models import Product

    name = f"x{uuid.uuid4().hex}"
    user = User.objects.create(username=name)
    Membership.objects.create(user=user, role="staff")
    office = Actor.of(user)
    profile = domain.make_profile(name=name, mode="all", actor=office)
    domain.ask_export(profile=profile, actor=office)
    started = time.perf_counter()
    run_due(kinds=[domain.WORK])
    taken = time.perf_counter() - started
    if Export.objects.get(profile=profile).sent != Product.objects.published().count():
        sys.exit("Not all products were sent.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": round(taken, 1), "mb": round(peak)}


def _export_elsewhere() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.products", "--export"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(number: int, pool: int) -> dict[str, Any]:
    """All figures of one run on an empty database."""
    from django.db import connection
    from django.test import Client

    owner, secret = key("official", RUYUAN)
    _platform, platform = key("platform", None)
    found = writes(Client(headers={"Authorization": f"Bearer {secret}"}), number)
    fill(owner, 0, pool // 10)
    tenth = _export_elsewhere()
    fill(owner, pool // 10, pool)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    whole = _export_elsewhere()
    found |= reads(Client(headers={"Authorization": f"Bearer {platform}"}), pool)
    found |= pages() | search()
    found |= {"export_s": whole["seconds"], "export_mb": whole["mb"], "tenth_mb": tenth["mb"]}
    found["export_ratio"] = round(whole["mb"] / tenth["mb"], 2)
    found["missed"] = [
        *(name for name, goal in LEAST.items() if found[name] < goal),
        *(name for name, goal in MOST.items() if found[name] > goal),
    ]
    return found


def main() -> int:
    """Measure, print, and say whether the goals were met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--pool", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--export", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.export:
        prepare(empty=False)
        print(json.dumps(export()))  # noqa: T201 - its result
        return 0
    with database(DATABASE):
        prepare(empty=True)
        found = measure(wanted.items, wanted.pool)
        from django.db import connection

        connection.close()
    if wanted.json:
        print(json.dumps(found))  # noqa: T201 - what it is for
    else:
        for name, value in found.items():
            print(f"{name:12} {value}")  # noqa: T201 - as above
    return int(bool(found["missed"]))


if __name__ == "__main__":
    sys.exit(main())
