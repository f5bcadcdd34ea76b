"""The figures of a weekly brief. Pure: page, PDF and workbook are three views of one `Brief`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

WEEK = timedelta(days=7)
# So many lines of a table stand on the page; the rest is one line, "others". Cities, and the
# counties of a city, have room for all.
MOST_LINES, MOST_PLACES = 8, 21
# So many things went well, and so many ask for a decision.
MOST_FINDINGS = 3


@dataclass(frozen=True)
class Numbers:
    """Impressions, whole: delivered this `week` and the one `before`, `due` this week by plan,
    delivered in `total` until the week's end, `promised` to the counties today."""

    week: int = 0
    before: int = 0
    due: int = 0
    total: int = 0
    promised: int = 0

    def __add__(self, other: Numbers) -> Numbers:
        # Written out: of thousands of cells each is added up several times.
        return Numbers(
            self.week + other.week,
            self.before + other.before,
            self.due + other.due,
            self.total + other.total,
            self.promised + other.promised,
        )

    @property
    def against_plan(self) -> int:
        """Delivered − due; below zero: behind."""
        return self.week - self.due

    @property
    def against_before(self) -> int:
        """Delivered − last week's."""
        return self.week - self.before

    @property
    def over(self) -> int:
        """Delivered beyond what was promised; shown, never clamped away from a sum."""
        return max(self.total - self.promised, 0)


# What belongs to a campaign in a county.
Cell = tuple[int, str]
Cells = Mapping[Cell, Numbers]


@dataclass(frozen=True)
class Line:
    """One row of a table of the brief; `url` opens the deliveries it is the sum of."""

    name: str
    numbers: Numbers
    url: str = ""


@dataclass(frozen=True)
class Table:
    """Lines of one kind, those with the most delivered first; they add up to the whole.

    `every` has a line of each group, also of those that are summed up as “others” in `lines`.
    """

    title: str
    lines: list[Line]
    every: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Finding:
    """One thing that went well or asks for a decision: a sentence with numbers, and where to act.

    `score` is in impressions: of two findings the heavier comes first. `part` is the table whose
    line it is about: lines of two tables are made of the same impressions.
    """

    text: str
    url: str
    score: int
    kind: str
    part: str = ""


@dataclass(frozen=True)
class Changed:
    """A placement whose figures of the week were corrected after the brief was made."""

    name: str
    difference: int
    url: str


@dataclass(frozen=True)
class Brief:
    """A week of one scope. `then` is what stood at `made_at`, the Monday after it; `now` what
    stands today. `unread` are days of which nothing is reported."""

    scope: str
    monday: date
    sunday: date
    made_at: datetime
    now: Numbers
    then: Numbers | None
    tables: list[Table]
    well: list[Finding]
    decide: list[Finding]
    changed: list[Changed] = field(default_factory=list)
    unread: list[date] = field(default_factory=list)
    will_miss: int | None = None
    url: str = ""

    @property
    def has_data(self) -> bool:
        """Whether any day of the week is reported."""
        return len(self.unread) < 7

    @property
    def corrected(self) -> int:
        """What was delivered by today's figures less what stood then."""
        return self.now.week - self.then.week if self.then else 0


def whole(cells: Cells) -> Numbers:
    """The sum of all cells."""
    return sum(cells.values(), Numbers())


def table(
    title: str,
    cells: Cells,
    key: Callable[[Cell], str],
    *,
    named: Callable[[str], str],
    url: Callable[[str], str],
    others: str,
    most: int = MOST_LINES,
) -> Table:
    """Sum cells by `key`; those with the most delivered, or due, stand, at most `most` lines with
    one for the rest."""
    sums: dict[str, Numbers] = {}
    for cell, numbers in cells.items():
        sums[key(cell)] = sums.get(key(cell), Numbers()) + numbers
    shown = {each: row for each, row in sums.items() if row != Numbers()}
    order = sorted(shown, key=lambda each: (-shown[each].week, -shown[each].due, each))
    every = [Line(named(each), shown[each], url(each)) for each in order]
    if len(every) <= most:
        return Table(title, every, every)
    top, rest = every[: most - 1], every[most - 1 :]
    summed = Line(others, sum((line.numbers for line in rest), Numbers()))
    return Table(title, [*top, summed], every)


def heaviest(found: Iterable[Finding]) -> list[Finding]:
    """The three heaviest, of different kinds as long as there are any.

    Of one kind only lines of one table are told, that of the heaviest: what an action lacks is
    lacking in its cities, and would be told twice.
    """
    order = sorted(found, key=lambda each: (-each.score, each.text))
    first: dict[str, Finding] = {}
    rest: list[Finding] = []
    for each in order:
        if each.kind not in first:
            first[each.kind] = each
        elif each.part == first[each.kind].part:
            rest.append(each)
    return [*first.values(), *rest][:MOST_FINDINGS]


# The columns of every output, by the attribute of `Numbers` they show.
COLUMNS = ("week", "due", "against_plan", "before", "against_before", "total", "promised")
# Those that are differences and bear a sign.
DIFFERENCES = frozenset({"against_plan", "against_before"})


def values(numbers: Numbers) -> list[Any]:
    """The figures of a line, in the order of `COLUMNS`."""
    return [getattr(numbers, name) for name in COLUMNS]
