"""Any order that keeps each source's version order gives the same days, killed or run again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.jobs import domain as jobs
from portal.jobs.models import Work
from portal.statements import domain as statements
from portal.statements import raw
from portal.statements.models import Part, Statement
from tests import databases, dossiers, services
from tests.kills import lease_runs_out
from tests.traffic import world
from traffic import days, placing
from traffic.models import Day, ExternalId, PlacementDay
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
FIRST = date(2023, 10, 9)
DAYS = 7
# Ids of the placements that are counted by the daily report and by the one of totals; the last
# of each belongs to nobody until somebody says so.
DAILY, TOTALS = ("71", "72", "79"), ("81", "82", "89")
COUNTS = st.integers(min_value=0, max_value=9)


# --- What may happen -------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One act: `land` rows (day, id, count) of a period, `set_aside` or `confirm` the source's
    newest report, or `match` the id nobody knew."""

    act: str
    source: str
    first: int = 0
    last: int = 0
    rows: tuple[tuple[int, str, int], ...] = ()


@st.composite
def landings(draw: Any, source: str, ids: tuple[str, ...]) -> Step:
    """A report of a period; of totals, of one day."""
    first = draw(st.integers(0, DAYS - 1))
    last = first if source == "totals" else draw(st.integers(first, min(first + 4, DAYS - 1)))
    keys = st.tuples(st.integers(first, last), st.sampled_from(ids))
    rows = draw(st.dictionaries(keys, COUNTS, max_size=5))
    return Step("land", source, first, last, tuple((*key, n) for key, n in sorted(rows.items())))


def acts(source: str, ids: tuple[str, ...]) -> st.SearchStrategy[list[Step]]:
    """What happens to one source, in its order."""
    others = st.sampled_from([Step("set_aside", source), Step("confirm", source)])
    landing = landings(source, ids)
    return st.lists(st.one_of(landing, landing, landing, others), max_size=5)


@st.composite
def stories(draw: Any) -> list[tuple[Step, str, int]]:
    """What happens to all sources, mixed; with each act how it is disturbed, and where."""
    own = {
        "daily": draw(acts("daily", DAILY)),
        "beside": draw(acts("beside", DAILY)),
        "totals": draw(acts("totals", TOTALS)),
        "people": [Step("match", "daily"), Step("match", "totals")],
    }
    order = draw(st.permutations([name for name, steps in own.items() for _step in steps]))
    kinds = st.sampled_from(["done", "done", "left", "killed", "again"])
    disturbed = [(draw(kinds), draw(st.integers(1, 90))) for _name in order]
    found, killed = [], 0
    for name, (how, where) in zip(order, disturbed, strict=True):
        killed += how == "killed"
        # The third death of one piece of work parks it.
        found.append((own[name].pop(0), how if killed <= 2 else "done", where))
    return found


# --- Doing it --------------------------------------------------------------------------------


class Killed(BaseException):
    """The process dies."""


@contextmanager
def killed_at(step: int) -> Iterator[None]:
    """Stop at the `step`-th statement inside the block; the database undoes what was open."""
    left = [step]

    def execute(act: Any, *words: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return act(*words)

    try:
        with transaction.atomic(), connection.execute_wrapper(execute):
            try:
                yield
            except Killed:
                # Inside the outermost transaction, which stands for the database itself.
                left[0] = -1
    finally:
        lease_runs_out()


@dataclass
class World:
    """The sources, the placements by id, and who acts."""

    office: Any
    sources: dict[str, Any]
    placements: dict[str, int]
    rows: dict[str, Any] = field(default_factory=dict)

    def do(self, step: Step) -> None:
        """Do one act; done before, it does nothing."""
        source = self.sources[step.source]
        if step.act == "match":
            ids = DAILY if step.source == "daily" else TOTALS
            if not ExternalId.objects.filter(value=ids[-1]).exists():
                placing.match_id(
                    source=source,
                    external_id=ids[-1],
                    placement=self.rows[ids[0]],
                    actor=self.office,
                )
        elif step.act == "land":
            rows = [(str(day_of(n)), each, count) for n, each, count in step.rows]
            statements.land(
                source=source,
                period=(day_of(step.first), day_of(step.last)),
                parts=[raw.keep([world.report(rows)], name="日报.csv")],
                actor=self.office,
            )
        else:
            newest = Statement.objects.filter(source=source).order_by("-version").first()
            if newest is not None:
                act = {"set_aside": statements.set_aside, "confirm": statements.confirm_removal}
                act[step.act](statement=newest, actor=self.office)

    def happen(self, step: Step, how: str, where: int) -> None:
        """Do one act as it is disturbed: killed at a statement, left undone, or done again."""
        if step.act in {"set_aside", "confirm"}:
            # Somebody decides on what is shown: what landed before is read.
            work()
        if how == "killed":
            with killed_at(where):
                self.do(step)
                jobs.run_due()
        self.do(step)
        if how != "left":
            work()
        if how == "again":
            self.do(step)
            everything_again()


def work() -> None:
    """Do all that is due, as workers do once leases ran out and the sweep went round."""
    lease_runs_out()
    jobs.run_due()
    days.sweep()
    jobs.run_due()


def everything_again() -> None:
    """Every message comes once more, and every day is closed again."""
    for pk in Work.objects.order_by("pk").values_list("pk", flat=True):
        jobs.run(work_id=pk)
    for part in Part.objects.filter(read_at__isnull=False).order_by("pk"):
        statements.read_part(part=part)
    before = delivered()
    for day in Day.objects.order_by("date"):
        days.close_day(day=day.date)
    assert delivered() == before


def delivered() -> dict[tuple[date, int], int]:
    """What stands of each day and placement."""
    return {(row.date, row.placement_id): row.count for row in PlacementDay.objects.all()}


def day_of(number: int) -> date:
    """The `number`-th day of the world."""
    return FIRST + timedelta(days=number)


@pytest.fixture(scope="module")
def programme(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with databases.made_once(django_db_blocker):
        office = dossiers.staff()
        sources = {name: world.source(name) for name in ("daily", "beside", "totals")}
        sources["totals"].is_cumulative = True
        sources["totals"].save()
        rows = {}
        for name, ids in (("daily", DAILY), ("totals", TOTALS)):
            for value in ids[:2]:
                rows[value] = world.placement(
                    office,
                    ids=(value,),
                    source=sources[name],
                    # The second of each runs from the third day on.
                    first_day=FIRST + timedelta(days=2 * (value != ids[0])),
                )
        jobs.run_due()
        numbers = {value: row.pk for value, row in rows.items()}
        numbers |= {"79": numbers["71"], "89": numbers["81"]}
        yield World(office, sources, numbers, rows)


# --- What must come of it --------------------------------------------------------------------


@dataclass
class Version:
    """A report as the law sees it."""

    step: Step
    held: bool = False
    aside: bool = False

    def covers(self, day: int) -> bool:
        return self.step.first <= day <= self.step.last

    def overlaps(self, other: Step) -> bool:
        return self.step.first <= other.last and other.first <= self.step.last


def versions(steps: list[Step]) -> list[Version]:
    """The reports of one source, oldest first."""
    found: list[Version] = []
    for step in steps:
        if step.act == "land":
            came = any(each.step == step and not each.aside for each in found)
            if not came:
                stood = [e for e in found if not e.held and not e.aside and e.overlaps(step)]
                removes = not step.rows and any(each.step.rows for each in stood)
                found.append(Version(step, held=removes))
        elif step.act == "confirm" and found:
            found[-1].held = False
        elif step.act == "set_aside" and found:
            found[-1].held, found[-1].aside = False, True
    return found


def current(steps: list[Step]) -> dict[int, Version]:
    """Which report counts for each day."""
    found = {}
    for version in versions(steps):
        if not version.held and not version.aside:
            found |= {day: version for day in range(DAYS) if version.covers(day)}
    return found


def expected(story: list[Step], placements: dict[str, int]) -> dict[tuple[date, int], int]:
    """What each placement was delivered on each day, by the words of the law."""
    sums: dict[tuple[date, int], int] = defaultdict(int)
    for source in ("daily", "totals"):
        reached: dict[str, int] = {}
        standing = current([step for step in story if step.source == source])
        for number, day in enumerate(sorted(standing)):
            for each, value, count in standing[day].step.rows:
                if each != day:
                    continue
                rise = count if source == "daily" else count - reached.get(value, 0)
                reached[value] = max(count, reached.get(value, 0))
                starts = 2 if value in {"72", "82"} else 0
                if day >= starts and rise >= 0 and (source == "daily" or number):
                    sums[day_of(day), placements[value]] += rise
    return dict(sums)


# Not made smaller when one fails: each takes a second.
@settings(
    max_examples=services.examples(16),
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(story=stories())
def test_any_order_of_acts_gives_the_days_the_law_gives(
    programme: World, story: list[tuple[Step, str, int]]
) -> None:
    with transaction.atomic():
        for step, how, where in story:
            programme.happen(step, how, where)
        work()
        assert delivered() == expected([step for step, _how, _where in story], programme.placements)
        assert not Work.objects.exclude(state="done").exists()
        assert [str(each) for each in reconcile().differences] == []
        transaction.set_rollback(True)


def test_three_days_corrected_inside_five(programme: World) -> None:
    week = Step("land", "daily", 0, 4, tuple((day, "71", 100 + day) for day in range(5)))
    three = Step("land", "daily", 1, 3, tuple((day, "71", 200 + day) for day in range(1, 4)))
    for step in (week, three):
        programme.happen(step, "done", 0)
    counts = PlacementDay.objects.order_by("date").values_list("count", flat=True)
    assert list(counts) == [100, 201, 202, 203, 104]
    assert reconcile().differences == []


def test_an_empty_report_asks_though_what_stood_before_is_not_read_yet(programme: World) -> None:
    full = Step("land", "daily", 0, 0, ((0, "71", 5),))
    programme.do(full)
    programme.do(Step("land", "daily", 0, 0))
    first, second = Work.objects.filter(kind="statements.read", state="waiting").order_by("pk")
    jobs.run(work_id=second.pk)
    work()
    assert Statement.objects.filter(source=programme.sources["daily"], held=True).count() == 1
    assert PlacementDay.objects.get().count == 5
    assert Work.objects.get(pk=first.pk).state == "done"
