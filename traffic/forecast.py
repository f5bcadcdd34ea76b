"""What the board would show if files landed: their days closed on paper. Pure reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from portal.campaigns.models import Campaign
from portal.regions.models import County
from portal.statements import facts
from portal.statements.forecast import Forecast, Moved, OnPaper, Words
from portal.statements.models import Statement
from traffic.closing import Closing, Said, placements, sort_in
from traffic.enums import Channel, Fate
from traffic.models import Day, DaySum
from traffic.written import sums_of

# Rows of partials that are closed on paper while somebody waits.
MOST_ROWS = 3_000_000
# Figures shown, those that change most.
SHOWN = 30
FIGURES = {"rows": _("Rows"), "impressions": _("Impressions"), "plays": _("Plays")}
Key = tuple[int, str, str]


def tell(paper: OnPaper) -> Iterable[Forecast]:
    """Sums by campaign, county and channel, and the fate of the source's rows, before and after.

    Only this source's figures move: a placement is counted by one source. Seven queries.
    """
    now = {statement: list(facts.tables_of(statement)) for statement, _days in paper.now}
    rows = sum(table.num_rows for tables in (*now.values(), paper.tables) for table in tables)
    if rows > MOST_ROWS:
        yield Forecast(
            _("By campaign, county and channel"),
            (),
            note=_("These are too many figures to add up while you wait; land them to see it."),
        )
        return
    before = [
        (day, Said.of_rows(statement, day, facts.on_day(now[statement], day)))
        for statement, days in paper.now
        for day in days
    ]
    after = [(day, _said(paper, day, now)) for day in paper.days]
    known = placements([said for _day, said in (*before, *after)])
    try:
        was, will = _close(before, known), _close(after, known)
    except OverflowError:
        note = _("These figures are too large to be added up. Check the units and the columns.")
        yield Forecast(_("By campaign, county and channel"), (), note=note)
        return
    yield _board(paper.days, was, will)
    yield _fates(was, will)


def _said(paper: OnPaper, day: date, now: dict[Statement, Any]) -> Said:
    """What the source would say of the day."""
    kept = [tables for statement, days in paper.now if day in days for tables in now[statement]]
    # It stands for no row: it only says whose figures these are.
    unwritten = Statement(pk=0, source=paper.source)
    tables = [*kept, *paper.tables] if paper.adds else paper.tables
    return Said.of_rows(unwritten, day, facts.on_day(tables, day))


def _close(said: list[tuple[date, Said]], known: Any) -> list[tuple[date, Closing]]:
    found = []
    for day, each in said:
        closing = Closing()
        sort_in(closing, day, each, known)
        found.append((day, closing))
    return found


def _sums(closings: list[tuple[date, Closing]]) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for day, closing in closings:
        for row in sums_of(day, closing):
            found[row.campaign_id, row.county_id, row.channel] += row.count
    return found


def _board(
    days: list[date], was: list[tuple[date, Closing]], will: list[tuple[date, Closing]]
) -> Forecast:
    """The board's own sums of these days, and what they become."""
    old, new = _sums(was), _sums(will)
    changed = sorted(key for key in old | new if old[key] != new[key])
    rows = DaySum.objects.filter(date__in=days).order_by()
    stand: Counter[Key] = Counter()
    for campaign, county, channel, count in rows.values_list(
        "campaign", "county", "channel"
    ).annotate(sum=Sum("count")):
        stand[campaign, county, channel] = count
    campaigns = Campaign.objects.in_bulk({key[0] for key in changed})
    counties = County.objects.in_bulk({key[1] for key in changed})
    behind = Day.objects.filter(date__in=days, wanted__gt=F("closed")).exists()
    moved = [
        Moved(
            (campaigns[key[0]].name, counties[key[1]].name, Channel(key[2]).label),
            stand[key],
            stand[key] + new[key] - old[key],
        )
        for key in changed
    ]
    return _most(
        _("By campaign, county and channel"),
        (_("Campaign"), _("County"), _("Channel")),
        moved,
        _("Some of these days are being added up at this moment; the board may move on besides.")
        if behind
        else "",
    )


def _fates(was: list[tuple[date, Closing]], will: list[tuple[date, Closing]]) -> Forecast:
    """What becomes of the source's rows of these days."""
    old, new = _by_fate(was), _by_fate(will)
    moved = [
        Moved((Fate(fate).label, words), old[fate, figure], new[fate, figure])
        for fate in Fate.values
        for figure, words in FIGURES.items()
        if old[fate, figure] or new[fate, figure]
    ]
    return Forecast(
        _("What becomes of this source's rows"),
        (_("Fate"), _("Figure")),
        moved,
        warning=_misplaced(
            new[Fate.UNMATCHED, "rows"], sum(new[fate, "rows"] for fate in Fate.values)
        ),
    )


def _misplaced(lost: int, rows: int) -> Words:
    """A warning when most rows belong to nobody: perhaps the source is the wrong one."""
    if not lost or 2 * lost < rows:
        return ""
    return _(
        "%(lost)d of %(rows)d rows belong to no placement. Is this the right source? If it is, "
        "land the report and match its ids: their figures count from then on."
    ) % {"lost": lost, "rows": rows}


def _by_fate(closings: list[tuple[date, Closing]]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for _day, closing in closings:
        for (_statement, fate), counts in closing.fates.items():
            for figure, count in vars(counts).items():
                found[fate, figure] += count
    return found


def _most(title: Any, headings: Any, moved: list[Moved], note: Any) -> Forecast:
    by_size = sorted(moved, key=lambda row: -abs(row.difference))
    return Forecast(title, headings, by_size[:SHOWN], max(0, len(moved) - SHOWN), note)
