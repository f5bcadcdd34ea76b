"""Every list, record and board page over a province of full size, against a bare view.

    python -m benchmarks.pages [--dossiers N] [--times N] [--requests N] [--only WORD] [--json]

PostgreSQL is needed (`BENCH_POSTGRES_URL`, a user who may create databases); `REDIS_URL` is used
as in production when it is set. Measured is a province of full size: 200,000 dossiers, 5,000
people, a year of closed days; then its shared buffers once more in one of ten times the size
(`--times`). The bare view has the same middleware and a signed-in reader, and renders one empty
page of the layout; it alternates with the page in the same run.

Keys of each row: page, sql (queries), median_ms, p95_ms, bytes (as sent, compressed), buffers
(shared buffers of all queries together, from EXPLAIN), ratio (median against the bare view),
growth (buffers at ten times the data against these). Exits 1 when a goal is missed: lists and
records at most 6 times the bare view, boards 10 times; their buffers at most 1.3 times at ten times
the data, where a page reads more than 250 there (below that the depth of an index is what grows).
Homes and what counts everything anew (`whole`) have no goal: they are there to be seen.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from benchmarks.postgres import database

GOALS = {"list": 6, "record": 6, "board": 10, "whole": None}
GROWTH, FEW = 1.3, 250
BARE = "/bare/"
DATABASE = "portal_bench_pages"


@dataclass(frozen=True)
class Page:
    """One page and the role that opens it; `url` may name what `fill` found.

    `fresh`: without what was counted within the last minute.
    """

    name: str
    kind: str
    role: str
    url: str
    fresh: bool = False


PAGES = (
    Page("home of staff", "whole", "staff", "/"),
    Page("home of a county", "whole", "official", "/"),
    Page("programme board", "board", "staff", "/programme/"),
    Page("programme board, counted anew", "whole", "staff", "/programme/", fresh=True),
    Page("programme board of a county", "board", "official", "/programme/"),
    Page("traffic board", "board", "staff", "/board/"),
    Page("board of the pool", "board", "staff", "/board/{pool}/"),
    Page("board of an action", "board", "staff", "/board/{action}/"),
    Page("board of a campaign", "board", "staff", "/board/{campaign}/"),
    Page("board of a county", "board", "staff", "/board/{share}/"),
    Page("desk statistics", "whole", "staff", "/desk/statistics/"),
    Page("dossiers", "list", "staff", "/dossiers/"),
    Page("published products", "list", "staff", "/dossiers/?kind=product&state=published"),
    Page("dossiers of a county", "list", "official", "/dossiers/"),
    Page("desk", "list", "staff", "/desk/?turn="),
    Page("desk, waiting for me", "list", "staff", "/desk/"),
    Page("desk of a county", "list", "official", "/desk/"),
    Page("products", "list", "visitor", "/products/"),
    Page("spots", "list", "visitor", "/spots/"),
    Page("routes", "list", "visitor", "/routes/"),
    Page("creators", "list", "visitor", "/creators/"),
    Page("organisations", "list", "staff", "/organisations/"),
    Page("people", "list", "admin", "/people/"),
    Page("campaigns", "list", "staff", "/campaigns/"),
    Page("placements", "list", "staff", "/placements/"),
    Page("placements of a county", "list", "official", "/placements/"),
    Page("allotments", "list", "staff", "/allotments/"),
    Page("transfers of a county", "list", "staff", "/board/{share}/transfers/"),
    Page("deliveries of the pool", "list", "staff", "/board/{pool}/deliveries/"),
    Page("deliveries of counties", "list", "staff", "/deliveries/"),
    Page("days", "list", "staff", "/days/"),
    Page("unmatched ids", "list", "staff", "/unmatched/"),
    Page("platform reports", "list", "staff", "/platform-reports/"),
    Page("subsidies", "list", "merchant", "/subsidies/"),
    Page("supported", "list", "staff", "/subsidies/supported/"),
    Page("tasks", "list", "creator", "/tasks/"),
    Page("takes", "list", "staff", "/takes/"),
    Page("courses", "list", "trainee", "/courses/"),
    Page("trainees", "list", "staff", "/trainees/"),
    Page("notices", "list", "official", "/notices/"),
    Page("messages", "list", "admin", "/messages/"),
    Page("work", "list", "admin", "/work/"),
    Page("audit record", "list", "admin", "/audit/"),
    Page("dossier", "record", "staff", "/dossiers/{code}/"),
    Page("review", "record", "staff", "/desk/dossiers/{reviewed}/"),
    Page("product", "record", "visitor", "/products/{product}/"),
    Page("spot", "record", "visitor", "/spots/{spot}/"),
    Page("route", "record", "visitor", "/routes/{route}/"),
    Page("creator", "record", "visitor", "/creators/{creator}/"),
    Page("organisation", "record", "staff", "/organisations/7/"),
    Page("person", "record", "admin", "/people/77/"),
    Page("placement", "record", "staff", "/placements/7/"),
    Page("platform report", "record", "staff", "/platform-reports/7/"),
    Page("subsidy round", "record", "staff", "/subsidies/rounds/1/"),
    Page("task", "record", "creator", "/tasks/3/"),
    Page("class", "record", "staff", "/classes/3/"),
)


def prepare() -> None:
    """Set Django up on the database, with the clock at the year's end."""
    os.environ |= {"PORTAL_VAR": tempfile.mkdtemp(prefix="portal-bench-")}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.conf import settings

    from benchmarks.bulk import TODAY

    settings.PROGRAMME_CLOCK = TODAY
    settings.ROOT_URLCONF = "benchmarks.bare"
    # Hashed names need collected files, which cost nothing while a page is made.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    from portal.resting import settle

    settle()


def fill(dossiers: int, **traffic: int) -> dict[str, Any]:
    """Empty and fill the database; return what addresses may name. `traffic` as in `Province`."""
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.province import Province
    from portal.ledger.models import Account
    from portal.submissions.models import Submission

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
    # Where there is no Redis, cached figures are kept in a table.
    call_command("createcachetable", verbosity=0)
    province = Province(dossiers, **traffic)
    province.fill()

    def code(**where: str) -> str:
        return str(Submission.objects.filter(**where).order_by("pk")[5].code)

    def account(**where: Any) -> int:
        return int(Account.objects.filter(unit="impressions", **where).order_by("pk")[0].pk)

    cache.clear()
    return {
        "people": province.people,
        "code": code(kind="product", state="published"),
        "reviewed": code(kind="product", state="endorsed"),
        **{kind: code(kind=kind, state="published") for kind in ("product", "spot", "route")},
        "creator": code(kind="creator", state="published"),
        "pool": account(level="pool"),
        "action": account(level="action", key="products"),
        "campaign": account(level="campaign", key="products-0"),
        "share": account(
            level="county", parent__key="products-0", key=province.people.counties[0].pk
        ),
    }


class Reader:
    """A browser of one role, signed in; `visitor` is not."""

    def __init__(self, role: str, marks: dict[str, Any]) -> None:
        from django.test import Client

        from benchmarks.province import LOOKS
        from portal.accounts.models import User

        self._marks = marks
        self._client = Client(
            headers={"accept-encoding": "br, gzip"},
            SERVER_NAME="localhost",
            raise_request_exception=True,
        )
        if role != "visitor":
            user = User.objects.get(pk=marks["people"].someone(role, LOOKS))
            self._client.force_login(user)

    def get(self, url: str) -> Any:
        """The answer, which must be a page."""
        response = self._client.get(url.format(**self._marks))
        if response.status_code != 200:
            raise SystemExit(
                f"{url}: {response.status_code} {response.headers.get('Location', '')}"
            )
        return response

    def milliseconds(self, url: str) -> float:
        """How long one answer takes."""
        started = time.perf_counter()
        self.get(url)
        return (time.perf_counter() - started) * 1000


def queries(reader: Reader, url: str) -> list[tuple[str, Any]]:
    """(SQL, parameters) of every query of one answer."""
    from django.db import connection

    found: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        reader.get(url)
    return found


def buffers(done: list[tuple[str, Any]], *, verbose: bool = False) -> int:
    """Shared buffers, hit or read, of all queries that read."""
    from django.db import connection

    total = 0
    for sql, params in done:
        if not sql.lstrip("( ").upper().startswith(("SELECT", "WITH")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0]
        top = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]
        own = top["Shared Hit Blocks"] + top["Shared Read Blocks"]
        if verbose:
            with connection.cursor() as cursor:
                words = cursor.mogrify(sql, params).decode()
            sys.stderr.write(f"    {own:>7} {top['Actual Total Time']:>8.1f} ms  {words[:1500]}\n")
        total += own
    return total


def measure(page: Page, reader: Reader, signed_in: Reader, requests: int) -> dict[str, Any]:
    """One row of the table, without buffers."""
    for _ in range(2):
        signed_in.get(BARE)
        reader.get(page.url)
    bare, own = [], []
    for _ in range(requests):
        bare.append(signed_in.milliseconds(BARE))
        own.append(reader.milliseconds(page.url))
    return {
        "page": page.name,
        "sql": len(queries(reader, page.url)),
        "median_ms": round(median(own), 1),
        "p95_ms": round(quantiles(own, n=20)[-1], 1),
        "bytes": len(reader.get(page.url).content),
        "ratio": round(median(own) / median(bare), 2),
    }


def missed(row: dict[str, Any], goal: int | None) -> list[str]:
    """The goals a row does not meet."""
    if goal is None:
        return []
    grows = row["growth"] > GROWTH and row["growth"] * row["buffers"] > FEW
    over = {"ratio": row["ratio"] > goal, "growth": grows}
    return [name for name, is_over in over.items() if is_over]


def run(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure the province, then its buffers at `options.times` the size."""
    from django.conf import settings

    pages = [page for page in PAGES if options.only in page.name]
    found: dict[str, dict[str, Any]] = {}
    for times in (1, options.times):
        marks = fill(options.dossiers * times)
        readers = {role: Reader(role, marks) for role in {"trainee", *(p.role for p in pages)}}
        for page in pages:
            reader = readers[page.role]
            settings.BOARD_SECONDS = 0 if page.fresh else 600
            reader.get(page.url)
            if options.verbose:
                sys.stderr.write(f"{page.name}, {times} times\n")
            used = buffers(queries(reader, page.url), verbose=options.verbose)
            if times == 1:
                # A visitor's page is compared with a bare page of somebody signed in.
                signed_in = readers["trainee" if page.role == "visitor" else page.role]
                row = measure(page, reader, signed_in, options.requests)
                found[page.name] = row | {"buffers": used}
            else:
                row = found[page.name]
                row["growth"] = round(used / max(1, row["buffers"]), 2)
                row["missed"] = missed(row, GOALS[page.kind])
    return list(found.values())


def main() -> int:
    """Measure and print; 0 when every goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=10, choices=range(2, 101), metavar="N")
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--only", default="", help="only pages whose name holds this word")
    parser.add_argument("--verbose", action="store_true", help="print every query and its buffers")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with database(DATABASE):
        prepare()
        found = run(options)
        from django.db import connection

        connection.close()
    if options.json:
        json.dump(found, sys.stdout, ensure_ascii=False)
    else:
        names = ["page", "sql", "median_ms", "p95_ms", "bytes", "buffers", "ratio", "growth"]
        sys.stdout.write("".join(f"{n:>32}" if n == "page" else f"{n:>10}" for n in names) + "\n")
        for row in found:
            cells = (f"{row[n]:>32}" if n == "page" else f"{row[n]:>10}" for n in names)
            sys.stdout.write("".join(cells) + "  " + " ".join(row["missed"]) + "\n")
    return int(any(row["missed"] for row in found))


if __name__ == "__main__":
    sys.exit(main())
