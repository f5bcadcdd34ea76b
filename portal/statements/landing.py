"""What files must say to be landed: one law for the page, the API and the watched folder.

What is wrong is a `NotLandable`: sentences by field, which each door shows where it has its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from portal import clock
from portal.files.names import safe_name
from portal.statements import raw
from portal.statements.dry_run import ReadFile, fits
from portal.statements.models import Source
from portal.statements.reading import Reading, Unreadable
from portal.templatetags.figures import date_text
from portal.verdict import RuleBroken

# Gives the bytes of a file.
Load = Callable[[], bytes]
# First and last day, both included.
Period = tuple[date, date]
# A period longer than this is a slip of the pen; every day of it would be closed again.
LONGEST_PERIOD = timedelta(days=366)
MOST_FILES = 20


class NotLandable(RuleBroken):
    """Files that cannot be landed so: sentences by field (`files`, `first_day`, `last_day`).

    `code` names the first case for programs: unreadable, periods_differ, file_says_otherwise,
    no_period, no_last_day, backward, future, too_long, not_one_day, no_days, other_days; and what a
    door adds.
    """

    def __init__(self, code: str, errors: dict[str, list[str]]) -> None:
        super().__init__(" ".join(text for texts in errors.values() for text in texts), code=code)
        self.errors = errors


def _wrong(field: str, code: str, sentence: str) -> NotLandable:
    return NotLandable(code, {field: [sentence]})


def plain_name(name: str) -> str:
    """A file's name without what deceives."""
    extension = f".{name.rpartition('.')[2]}" if "." in name else ""
    return safe_name(name, extension=extension[:10])


def check_size(name: str, size: int) -> None:
    """Refuse a file that is too large to be taken. Raises: Unreadable."""
    if size > settings.STATEMENT_MAX_BYTES:
        values = {"name": name, "size": size >> 20, "limit": settings.STATEMENT_MAX_BYTES >> 20}
        raise Unreadable(
            "too_large",
            _(
                "“%(name)s” has %(size)d MB; at most %(limit)d MB are taken. Export a shorter "
                "period, or several files."
            )
            % values,
        )


def look_at(
    load: Load,
    *,
    name: str,
    size: int,
    source: Source,
    read: Sequence[ReadFile],
    mapping: Mapping[str, str] | None = None,
) -> ReadFile:
    """Read one file, unless it is too large to be read after those that are read already.

    `load` gives its bytes; without a `mapping` its headings mean what the source remembers.
    Raises: Unreadable, also when nothing of it can be counted.
    """
    check_size(name, size)
    if not fits(size, read):
        return ReadFile(name, size, None)
    known = source.mapping if mapping is None else mapping
    reading = raw.shown(load(), name=name, id_kind=source.id_kind, mapping=known)
    if reading and reading.rejected and not reading.partial.sum("rows"):
        raise _nothing_countable(name, reading)
    return ReadFile(name, size, reading)


def try_to_look(load: Load, *, name: str, size: int, **how: Any) -> ReadFile:
    """`look_at`, but a file that cannot be read says why."""
    try:
        return look_at(load, name=name, size=size, **how)
    except Unreadable as error:
        return ReadFile(name, size, None, error)


def _nothing_countable(name: str, reading: Reading) -> Unreadable:
    first = reading.rejected[0]
    return Unreadable(
        "all_rejected",
        _("None of the %(count)d rows of “%(name)s” can be counted. Row %(row)d: %(reason)s")
        % {
            "count": reading.rows_rejected,
            "name": name,
            "row": first.row,
            "reason": first.reason,
        },
        reading.seen,
    )


def look_at_all(
    files: Iterable[tuple[Load, str, int]],
    source: Source,
    mapping: Mapping[str, str] | None = None,
) -> list[ReadFile]:
    """Read files (bytes, name, size), as `look_at` does.

    Raises: NotLandable with a sentence for each bad one.
    """
    found = try_all(files, source, mapping)
    if errors := [str(file.refused) for file in found if file.refused]:
        raise NotLandable("unreadable", {"files": errors})
    return found


def try_all(
    files: Iterable[tuple[Load, str, int]],
    source: Source,
    mapping: Mapping[str, str] | None = None,
) -> list[ReadFile]:
    """The same; one that cannot be read says why."""
    found: list[ReadFile] = []
    for load, name, size in files:
        found.append(
            try_to_look(load, name=name, size=size, source=source, read=found, mapping=mapping)
        )
    return found


def try_stored(
    files: Iterable[raw.RawFile], source: Source, mapping: Mapping[str, str]
) -> list[ReadFile]:
    """The same of stored files."""
    return try_all([(part.read, part.name, part.size) for part in files], source, mapping)


def settle(files: Sequence[ReadFile], *, first: date | None, last: date | None) -> Period:
    """The period of the files: what they say themselves, or what the sender says; never guessed
    from their rows. Checked against what a report can have, and against the days of the rows.

    Raises: NotLandable.
    """
    period = _said(files, first, last)
    check_period(*period)
    _check_days(files, *period)
    return period


def _said(files: Sequence[ReadFile], first: date | None, last: date | None) -> Period:
    said = {file.reading.period for file in files if file.reading} - {None}
    if len(said) > 1:
        periods = "、".join(period_text(*period) for period in sorted(p for p in said if p))
        sentence = _("The files name different periods: %(periods)s. Land them one by one.")
        raise _wrong("files", "periods_differ", sentence % {"periods": periods})
    period = next(iter(said), None)
    if period and (first or last) and (first, last) != period:
        sentence = _(
            "The file itself says %(period)s. Leave both days empty, or choose the file "
            "of the days you mean."
        )
        raise _wrong(
            "first_day", "file_says_otherwise", sentence % {"period": period_text(*period)}
        )
    if period:
        return period
    if not first:
        raise _wrong("first_day", "no_period", _no_period(files))
    if not last:
        sentence = _("Give the last day too; for one day it is the same day.")
        raise _wrong("last_day", "no_last_day", sentence)
    return first, last


def _no_period(files: Sequence[ReadFile]) -> str:
    days = [day for file in files for day in days_of(file.reading)]
    if not days:
        return _("The file does not say its period. Give its first and its last day.")
    return _(
        "The file does not say its period; give its first and its last day. "
        "The days of its rows: %(days)s."
    ) % {"days": period_text(min(days), max(days))}


def check_period(first: date, last: date) -> None:
    """Refuse a period that no report has. Raises: NotLandable."""
    if last < first:
        raise _wrong("first_day", "backward", _("The last day lies before the first."))
    if last > clock.today():
        sentence = _("The period reaches into the future: check its days.")
        raise _wrong("first_day", "future", sentence)
    if last - first > LONGEST_PERIOD:
        sentence = _("The period is longer than a year: check its days.")
        raise _wrong("first_day", "too_long", sentence)


def check_totals(source: Source, first: date, last: date) -> None:
    """Refuse a report of totals that is not as of one day. Raises: NotLandable."""
    if source.is_cumulative and first != last:
        sentence = _("This source says totals: give the one day its totals are as of, twice.")
        raise _wrong("first_day", "not_one_day", sentence)


def _check_days(files: Sequence[ReadFile], first: date, last: date) -> None:
    """The files speak of the days of the period."""
    codes: list[str] = []
    errors: dict[str, list[str]] = {}
    for file in files:
        days = days_of(file.reading)
        if file.reading and not file.reading.has_day and first != last and file.reading.totals:
            codes.append("no_days")
            sentence = _(
                "“%(name)s” has no column for the day, so it can stand for one day only. "
                "Export it with the day, or day by day."
            )
            errors.setdefault("files", []).append(sentence % {"name": file.name})
        elif days and not any(first <= day <= last for day in days):
            codes.append("other_days")
            sentence = _(
                "No row of “%(name)s” falls on these days: its rows run from %(days)s. "
                "Give those days, or choose the file of these."
            )
            values = {"name": file.name, "days": period_text(min(days), max(days))}
            errors.setdefault("first_day", []).append(sentence % values)
    if errors:
        raise NotLandable(codes[0], errors)


def days_of(reading: Reading | None) -> list[date]:
    """The days that the rows of a file name."""
    if reading is None:
        return []
    return [day for day in reading.partial.table["day"].unique().to_pylist() if day is not None]


def period_text(first: date, last: date) -> str:
    """A period in words; one day as that day."""
    if first == last:
        return date_text(first)
    return _("%(first)s to %(last)s") % {"first": date_text(first), "last": date_text(last)}
