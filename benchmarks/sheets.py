"""A county's workbook of products checked and taken in, against django-import-export.

    python -m benchmarks.sheets [--rows N] [--rounds N] [--json]

PostgreSQL is needed (`BENCH_POSTGRES_URL`). Both sides read the same workbook; of its rows eight in
ten are new, one changes what stands there and one changes nothing. Both take cells the same way,
run the same checks, tell what would change field by field, and then write the same dossiers,
records, logs and audit entries. Each run has a process and a copy of the database of its own; the
sides alternate.

The alternative is django-import-export as it goes fastest: `use_bulk` with batches of 1,000,
existing rows read together, unchanged ones skipped, `clean_model_instances` on; its dry run writes
nothing, and neither of its runs copies a row to compare it. It keeps nothing by which the rows
could be taken back, which ours does.

Last, both take the same workbook with 300 wrong cells of many kinds: each must be told of by
itself, and all the other rows go in.

Keys: rows, check_s, take_in_s, total_s, peak_mb, other_check_s, other_take_in_s, other_total_s,
other_peak_mb, ratio (other_total_s / total_s), wrong_cells, told, taken (rows beside the wrong
ones), same (both sides tell the same rows, fields and changes, and the same dossiers, products and
logs stand there afterwards; in both workbooks).
Exits 1 when the ratio is below 3, the sides differ, or a wrong cell is not told of.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.postgres import database
from benchmarks.results import say

GOAL, WRONG = 3, 300
COUNTY = "440232"
TEMPLATE, COPY = "portal_bench_sheets", "portal_bench_sheets_run"
HEADINGS = {
    "code": "编号",
    "name": "品名",
    "category": "品类",
    "description": "产品介绍",
    "unit": "单位",
    "package": "规格",
    "price": "售价（元）",
    "stock": "库存量",
    "daily_capacity": "日发货量",
    "season_start": "上市起",
    "season_end": "上市止",
    "cold_chain": "冷链",
    "contact_name": "负责人",
    "contact_phone": "联系电话",
}
WORDS = ("荔枝", "丝苗米", "单丛茶", "清远鸡", "龙眼")
# What people write by mistake, one cell in each row that is wrong.
MISTAKES = (
    {"price": "面议"},
    {"price": "-5"},
    {"price": "12.345"},
    {"category": "水晶"},
    {"contact_phone": "1380013"},
    {"description": "全网第一的好货。"},
    {"stock": "很多"},
    {"daily_capacity": "3.5"},
    {"season_end": ""},
    {"season_start": "13月"},
    {"unit": "光年"},
    {"cold_chain": "也许"},
    {"name": ""},
)
# As the office's words and as the database has them.
CATEGORIES = (("水果", "fruit"), ("粮油", "grain"), ("茶叶", "tea"), ("畜禽", "livestock"))


def row(number: int) -> dict[str, Any]:
    """One product as the workbook says it."""
    return {
        "name": f"{WORDS[number % len(WORDS)]}{number}",
        "category": CATEGORIES[number % len(CATEGORIES)][0],
        "description": f"第{number}种，产自本县，个大味甜，按标准分级装箱，当天采摘当天发出。",
        "unit": "箱",
        "package": "5斤一箱",
        "price": f"{30 + number % 70}.50",
        "stock": number % 900 + 1,
        "daily_capacity": 1 + number % 90,
        "season_start": f"{1 + number % 12}月",
        "season_end": f"{1 + (number + 3) % 12}月",
        "cold_chain": "是" if number % 3 else "否",
        "contact_name": "盘阿妹",
        "contact_phone": "13800138000",
    }


def is_there(number: int) -> bool:
    """Two rows in ten are about a product that exists."""
    return number % 10 in {0, 1}


def prepare() -> None:
    """Set Django up on the database."""
    os.environ |= {"PORTAL_VAR": tempfile.mkdtemp(prefix="portal-bench-"), "REDIS_URL": ""}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()


def fill(rows: int) -> None:
    """An official of a county, and the drafts that exist; half of them at another price."""
    from django.core.management import call_command
    from django.utils import timezone

    from portal.accounts.enums import Role
    from portal.accounts.models import Membership, User
    from portal.submissions.models import Submission
    from products.models import Product

    call_command("migrate", verbosity=0)
    user = User.objects.create(username="official", full_name="盘阿妹", phone="13800138000")
    Membership.objects.create(user=user, role=Role.OFFICIAL, county_id=COUNTY)
    numbers = [number for number in range(rows) if is_there(number)]
    dossiers = Submission.objects.bulk_create(
        Submission(
            code=f"SX{number + 1:06d}",
            kind="product",
            title=row(number)["name"],
            city_id=f"{COUNTY[:4]}00",
            county_id=COUNTY,
            owner=user,
            form_key=uuid.uuid4(),
            created_at=timezone.now(),
        )
        for number in numbers
    )
    records = []
    for number, dossier in zip(numbers, dossiers, strict=True):
        said = row(number)
        said |= {
            "category_id": CATEGORIES[number % len(CATEGORIES)][1],
            "unit": "box",
            "season_start": int(said["season_start"].rstrip("月")),
            "season_end": int(said["season_end"].rstrip("月")),
            "cold_chain": said["cold_chain"] == "是",
        }
        del said["category"]
        if number % 10 == 1:
            said["price"] = "9.90"
        records.append(Product(submission=dossier, **said))
    Product.objects.bulk_create(records)


def workbook(rows: int, path: Path, *, wrong: int = 0) -> None:
    """Write the workbook both sides read; `wrong` rows have a mistake, spread over all rows."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("登记表")
        for position, heading in enumerate(HEADINGS.values()):
            sheet.write(0, position, heading)
        for number in range(rows):
            said = {"code": f"SX{number + 1:06d}" if is_there(number) else "", **row(number)}
            place, rest = divmod(number, rows // wrong) if wrong else (0, 1)
            if not rest and place < wrong:
                said |= MISTAKES[place % len(MISTAKES)]
            for position, name in enumerate(HEADINGS):
                sheet.write(number + 1, position, said[name])


# --- The two sides ---------------------------------------------------------------------------


class Still:
    """A progress bar nobody looks at."""

    def step(self, done: int, total: int | None = None) -> None:
        """Do nothing."""


def ours(path: Path) -> tuple[float, float, list[Any]]:
    """Seconds of reading and checking, and of taking in; and what the check says: number, wrong
    fields and changes of each row that has any."""
    from portal.accounts.actor import Actor
    from portal.accounts.models import User
    from portal.sheets import domain, headings
    from portal.sheets.forms import LIMITS
    from portal.statements.reading.decode import decode
    from portal.submissions import kinds

    actor, kind = Actor.of(User.objects.get(username="official")), kinds.get("product")
    started = time.perf_counter()
    found = headings.find(decode(path.read_bytes(), name=path.name, limits=LIMITS), kind, {})
    assert found is not None  # noqa: S101 - the workbook is our own
    intake = domain.upload(kind=kind, name=path.name, found=found, archive=None, actor=actor)
    domain.run(intake=intake, act="check", actor=actor, progress=Still())  # type: ignore[arg-type]
    intake.refresh_from_db()
    checked = time.perf_counter()
    domain.run(intake=intake, act="take_in", actor=actor, progress=Still())  # type: ignore[arg-type]
    ended = time.perf_counter()
    said = [[row["row"], sorted(row["errors"]), row["changes"]] for row in intake.checked]
    return checked - started, ended - checked, [row for row in said if row[1] or row[2]]


def other(path: Path) -> tuple[float, float, list[Any]]:
    """The same with django-import-export."""
    from benchmarks.import_export import import_workbook

    return import_workbook(path, headings=HEADINGS)


SIDES: dict[str, Callable[[Path], tuple[float, float, list[Any]]]] = {"ours": ours, "other": other}


def stands() -> str:
    """A digest of every dossier, its product, its history and its record, told by its code."""
    from portal.audit.models import Entry
    from portal.moves.models import MoveLog
    from portal.submissions.models import Submission
    from products.models import Product

    def columns(model: Any, *but: str) -> list[str]:
        names = [field.attname for field in model._meta.concrete_fields]
        return [name for name in names if name not in {"id", "at", *but}]

    dossiers, digest = {"subject_type": "submissions.submission"}, hashlib.sha256()
    for rows in (
        Submission.objects.order_by("pk").values_list(
            *columns(Submission, "form_key", "created_at")
        ),
        Product.objects.order_by("pk").values_list(*columns(Product)),
        MoveLog.objects.filter(**dossiers).order_by("subject_id").values_list(*columns(MoveLog)),
        Entry.objects.filter(**dossiers).order_by("subject_id").values_list(*columns(Entry)),
    ):
        for values in rows:
            digest.update(repr(values).encode())
    return digest.hexdigest()


def run_side(side: str, path: Path) -> dict[str, Any]:
    """Measure one side in this process."""
    prepare()
    from portal.moves.models import MoveLog

    check_s, take_in_s, said = SIDES[side](path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "check_s": check_s,
        "take_in_s": take_in_s,
        "peak_mb": peak,
        "told": sum(len(wrong) for _number, wrong, _changes in said),
        "taken": MoveLog.objects.count(),
        "same": f"{json.dumps(said, sort_keys=True)} {stands()}",
    }


def in_own_process(side: str, path: Path) -> dict[str, Any]:
    """Measure one side in a process of its own, on a copy of the database."""
    with database(COPY, template=TEMPLATE):
        done = subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-m", "benchmarks.sheets", "--side", side, "--file", str(path)],
            check=True,
            stdout=subprocess.PIPE,
        )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def compare(rows: int, rounds: int) -> dict[str, Any]:
    """Run both sides in turn and put the medians beside each other."""
    from django.db import connections

    found: dict[str, list[dict[str, Any]]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as folder, database(TEMPLATE):
        path = Path(folder, "登记表.xlsx")
        prepare()
        fill(rows)
        connections.close_all()
        workbook(rows, path)
        for _round in range(rounds):
            for side, results in found.items():
                results.append(in_own_process(side, path))
        workbook(rows, path, wrong=WRONG)
        mistaken = {side: in_own_process(side, path) for side in SIDES}
    answer: dict[str, Any] = {"rows": rows}
    for side, before in (("ours", ""), ("other", "other_")):
        for key in ("check_s", "take_in_s"):
            answer[before + key] = round(median(run[key] for run in found[side]), 2)
        total = median(run["check_s"] + run["take_in_s"] for run in found[side])
        answer[f"{before}total_s"] = round(total, 2)
        answer[f"{before}peak_mb"] = max(run["peak_mb"] for run in found[side])
    answer["ratio"] = round(answer["other_total_s"] / answer["total_s"], 2)
    answer |= {"wrong_cells": WRONG} | {key: mistaken["ours"][key] for key in ("told", "taken")}
    right = {run["same"] for runs in found.values() for run in runs}
    wrong = {run["same"] for run in mistaken.values()}
    return answer | {"same": len(right) == len(wrong) == 1}


def main() -> int:
    """Measure and print; 0 when the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        json.dump(run_side(options.side, options.file), sys.stdout)
        return 0
    answer = compare(options.rows, options.rounds)
    say(answer, as_json=options.json)
    missed = answer["ratio"] < GOAL or not answer["same"] or answer["told"] != WRONG
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
