"""Files and their rows: each lies where it must, and each row met what is said of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from portal.statements import queries as statements
from portal.statements.facts import table_of
from portal.statements.models import Part, RejectedRow, Statement
from portal.statements.raw import raw_path
from portal.statements.reading import Unreadable
from portal.stores import Stored
from portal.verdict import RuleBroken
from traffic.closing import Counts, counts_by_day
from traffic.enums import Aside, Fate
from traffic.models import DayFate
from traffic.reconciling.report import About, Line, Report, Steps, pairs

COUNTS = {"rows": _("rows"), "impressions": _("impressions"), "plays": _("plays")}
# Bytes hashed between two words about how far it is.
PIECE = 64 << 20
# What reading a file that was read before raises when it is lost, damaged or changed.
NOT_READABLE = (OSError, Unreadable, RuleBroken, pa.ArrowInvalid)


def read_parts() -> Any:
    """The parts that were read, oldest first."""
    return Part.objects.filter(read_at__isnull=False).order_by("pk")


def whole_files(report: Report, steps: Steps) -> None:
    """Every file that was read lies where it must, with the bytes it came with."""
    before, sha256, state = report.found, "", ""
    files = 0
    parts = read_parts().order_by("sha256", "pk").select_related("statement")
    for part in parts.iterator(chunk_size=500):
        if part.sha256 != sha256:
            sha256, state = part.sha256, _state(raw_path(part.sha256), part.sha256, steps)
            files += 1
        steps.one()
        about = About(statement=part.statement_id)
        words = {"name": part.name, "path": raw_path(part.sha256)}
        if state == "lost":
            report.differs(_("The file “%(name)s” is lost: %(path)s."), about, **words)
        elif state == "changed":
            report.differs(_("The file “%(name)s” was changed: %(path)s."), about, **words)
    wrong = report.found - before
    report.checks(
        _("Files: %(files)d compared with the bytes they came with, %(wrong)d of them wrong."),
        files=files,
        wrong=wrong,
    )


def _state(stored: Stored, sha256: str, steps: Steps) -> str:
    """`lost`, `changed`, or nothing when the file is as it came."""
    digest = hashlib.sha256()
    try:
        with stored.open() as file:
            while piece := file.read(PIECE):
                digest.update(piece)
                steps.still()
    except FileNotFoundError:
        return "lost"
    except OSError:  # a bad sector
        if stored.local is None:  # a store that does not answer says nothing of the file
            raise
        return "changed"
    return "" if digest.hexdigest() == sha256 else "changed"


def rows(report: Report, steps: Steps) -> None:
    """Give every row of every file its place, and check that none is left over."""
    rows_in = said = ignored = 0
    for part in read_parts().iterator(chunk_size=500):
        rows_in += part.rows_in
        said += part.totals.get("impressions", 0)
        ignored += part.rows_ignored
    readable, unreadable = _rejected()
    report.lines.append(Line("in", rows_in, said + (readable.impressions or 0)))
    for fate in Fate:
        sums = DayFate.objects.filter(fate=fate).aggregate(r=Sum("rows"), i=Sum("impressions"))
        report.lines.append(Line(f"fate.{fate.value}", sums["r"] or 0, int(sums["i"] or 0)))
    for reason, counts in _aside(report, steps).items():
        report.lines.append(Line(f"aside.{reason.value}", counts.rows, counts.impressions))
    report.lines += [Line("ignored", ignored, None), readable, unreadable]
    first, *others = report.lines
    if first.rows != sum(line.rows for line in others):
        report.differs(_("The rows in are not the sum of what became of them."))
    if first.impressions != sum(line.impressions or 0 for line in others):
        report.differs(_("The impressions in are not the sum of what became of them."))


def _rejected() -> tuple[Line, Line]:
    """Rejected rows whose impressions could be read, and those where no number could be."""
    known = said = unknown = 0
    kept = RejectedRow.objects.order_by("pk").values_list("impressions", "rows")
    for count, rows_like_it in kept.iterator(chunk_size=10_000):
        if count is None:
            unknown += rows_like_it
        else:
            known, said = known + 1, said + count
    return Line("rejected", known, said), Line("unreadable", unknown, None)


def _aside(report: Report, steps: Steps) -> dict[Aside, Counts]:
    """Count from the partials what counts for no day, and compare the rest with the fates."""
    found = {reason: Counts() for reason in Aside}
    current: dict[date, dict[int, Statement]] = {}
    every = Statement.objects.select_related("source").prefetch_related("parts").order_by("pk")
    for statement in every.iterator(chunk_size=500):
        try:
            counting = _sorted(report, statement, found, current)
        except NOT_READABLE as error:
            report.differs(
                _("Report %(statement)s cannot be read again: %(reason)s"),
                About(statement=statement.pk),
                statement=statement,
                reason=why(error),
            )
        else:
            _compare_fates(report, statement, counting)
        steps.one()
    return found


def why(error: Exception) -> str:
    """An error in words that hold nothing of a file."""
    return str(error) if isinstance(error, Unreadable | RuleBroken) else type(error).__name__


def _sorted(
    report: Report,
    statement: Statement,
    found: dict[Aside, Counts],
    current: dict[date, dict[int, Statement]],
) -> Counts:
    """Add what of a statement counts for no day to `found`; return what counts."""
    counting = Counts()
    for part in statement.parts.all():
        if part.read_at is None:
            continue
        whole = statement.is_whole and part in statement.counting_parts
        by_day = counts_by_day(table_of(part, statement))
        _compare_part(report, part, by_day.values())
        for day, counts in by_day.items():
            reason = _why_not(statement, day, current, whole=whole)
            (found[reason] if reason else counting).add(counts)
    return counting


def _why_not(
    statement: Statement,
    day: date | None,
    current: dict[date, dict[int, Statement]],
    *,
    whole: bool,
) -> Aside | None:
    """Why rows of a statement count for no day; None when they count for theirs."""
    if day is None or not statement.covers(day):
        return Aside.OUTSIDE
    if statement.set_aside:
        return Aside.SET_ASIDE
    if not whole:
        return Aside.HALF
    if day not in current:
        current[day] = {row.source_id: row for row in statements.current(day)}
    stands = current[day].get(statement.source_id)
    if stands == statement:
        return None
    return Aside.REPLACED if stands and stands.version > statement.version else Aside.HELD


def _compare_part(report: Report, part: Part, by_day: Iterable[Counts]) -> None:
    """What is written down of a file is what its partial says."""
    true = Counts()
    for counts in by_day:
        true.add(counts)
    said = Counts(part.rows_data, part.totals.get("impressions", 0), part.totals.get("plays", 0))
    if said != true:
        report.differs(
            _("File “%(name)s”: %(said)s stand on its record, %(true)s in it."),
            About(statement=part.statement_id),
            name=part.name,
            said=_in_words(said),
            true=_in_words(true),
        )


def _compare_fates(report: Report, statement: Statement, counting: Counts) -> None:
    """All rows of a statement that count for a day have a fate on one."""
    sums = DayFate.objects.filter(statement=statement).aggregate(
        rows=Sum("rows"), impressions=Sum("impressions"), plays=Sum("plays")
    )
    kept = Counts(**{name: int(value or 0) for name, value in sums.items()})
    if kept != counting:
        report.differs(
            _("Report %(statement)s: %(true)s count, %(kept)s stand on its days."),
            About(statement=statement.pk),
            statement=statement,
            true=_in_words(counting),
            kept=_in_words(kept),
        )


def _in_words(counts: Counts) -> list[list[Any]]:
    return pairs(COUNTS, [f"{getattr(counts, name):,}" for name in COUNTS])


def accounted(report: Report) -> None:
    """Every row of a file is one with figures, an ignored or a rejected one."""
    for wrong in statements.imbalances():
        report.differs(
            _("Report %(name)s: %(rows)d rows are unaccounted for."),
            About(statement=wrong.part.statement_id),
            name=wrong.part.name,
            rows=wrong.rows,
        )
