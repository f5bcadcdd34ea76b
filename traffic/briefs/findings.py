"""The rules by which a brief says what went well and what asks for a decision: each one sentence
with its numbers and a link, weighed in impressions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.templatetags.figures import date_text, listed, wan_text
from traffic.briefs.figures import Finding, Line, Numbers, Table

# A line stands out of its plan by a twentieth, as pacing has it.
NEAR = 20


def _lines(tables: Iterable[Table]) -> Iterable[tuple[str, Line]]:
    """Every line, with the table it stands in."""
    return ((table.title, line) for table in tables for line in table.every)


def percent(part: int, of: int) -> str:
    """`part` of `of` in whole per cent, rounded down; of nothing it is nothing."""
    return f"{100 * part // of} %" if of else "—"


def ahead(tables: Iterable[Table]) -> list[Finding]:
    """Lines that delivered more than was due."""
    return [
        Finding(
            _("%(name)s is ahead of plan: %(week)s delivered, %(due)s due (%(percent)s).")
            % {
                "name": line.name,
                "week": wan_text(line.numbers.week),
                "due": wan_text(line.numbers.due),
                "percent": percent(line.numbers.week, line.numbers.due),
            },
            line.url,
            line.numbers.against_plan,
            "ahead",
            part,
        )
        for part, line in _lines(tables)
        if line.numbers.due and line.numbers.against_plan > line.numbers.due // NEAR
    ]


def gained(tables: Iterable[Table]) -> list[Finding]:
    """Lines that delivered more than last week."""
    return [
        Finding(
            _("%(name)s gained %(gain)s on last week: %(week)s after %(before)s.")
            % {
                "name": line.name,
                "gain": wan_text(line.numbers.against_before),
                "week": wan_text(line.numbers.week),
                "before": wan_text(line.numbers.before),
            },
            line.url,
            line.numbers.against_before,
            "gained",
            part,
        )
        for part, line in _lines(tables)
        if line.numbers.before and line.numbers.against_before > 0
    ]


def finished(name: str, numbers: Numbers, url: str) -> list[Finding]:
    """A campaign that ended this week with all it was promised."""
    if not numbers.promised or numbers.total < numbers.promised:
        return []
    text = _("“%(name)s” ended with all it was promised: %(total)s of %(promised)s.") % {
        "name": name,
        "total": wan_text(numbers.total),
        "promised": wan_text(numbers.promised),
    }
    return [Finding(text, url, numbers.total, "finished")]


def behind(tables: Iterable[Table]) -> list[Finding]:
    """Lines that delivered less than was due."""
    return [
        Finding(
            _("%(name)s is behind plan by %(lacks)s: %(week)s of %(due)s due (%(percent)s).")
            % {
                "name": line.name,
                "lacks": wan_text(-line.numbers.against_plan),
                "week": wan_text(line.numbers.week),
                "due": wan_text(line.numbers.due),
                "percent": percent(line.numbers.week, line.numbers.due),
            },
            line.url,
            -line.numbers.against_plan,
            "behind",
            part,
        )
        for part, line in _lines(tables)
        if -line.numbers.against_plan > line.numbers.due // NEAR
    ]


def will_miss(name: str, county: str, lacks: int, url: str) -> Finding:
    """A placement that ends short at its pace."""
    text = _("“%(name)s” (%(county)s) will miss its promise by %(lacks)s.") % {
        "name": name,
        "county": county,
        "lacks": wan_text(lacks),
    }
    return Finding(text, url, lacks, "will_miss")


def waiting(count: int, amount: int, due_on: date, url: str) -> Finding:
    """Make-goods that somebody has to decide on."""
    text = ngettext(
        "%(n)d make-good of %(amount)s waits for a decision, by %(day)s.",
        "%(n)d make-goods of %(amount)s wait for a decision, the first by %(day)s.",
        count,
    ) % {"n": count, "amount": wan_text(amount), "day": date_text(due_on)}
    return Finding(text, url, amount, "waiting")


def for_a_second(count: int, amount: int, due_on: date, url: str) -> Finding:
    """Make-goods that one person has set and another one has to approve."""
    text = ngettext(
        "%(n)d make-good of %(amount)s is set and waits for a second person, by %(day)s.",
        "%(n)d make-goods of %(amount)s are set and wait for a second person, the first by"
        " %(day)s.",
        count,
    ) % {"n": count, "amount": wan_text(amount), "day": date_text(due_on)}
    return Finding(text, url, amount, "for_a_second")


def nearly_used_up(
    name: str, county: str, numbers: Numbers, sunday: date, last_day: date
) -> list[Finding]:
    """A county's account of a campaign with a twentieth left, which at the week's pace is used up
    before the campaign ends; weighed by what it then lacks. Where it leads is added to the few
    that are."""
    left, days = numbers.promised - numbers.total, (last_day - sunday).days
    lacks = numbers.week * days // 7 - left
    if not 0 < left * NEAR <= numbers.promised or lacks <= 0:
        return []
    text = _(
        "“%(name)s” in %(county)s is nearly used up: %(left)s of %(promised)s are left, and at this"
        " week's pace they last until %(day)s."
    ) % {
        "name": name,
        "county": county,
        "left": wan_text(left),
        "promised": wan_text(numbers.promised),
        "day": date_text(sunday + timedelta(days=left * 7 // numbers.week)),
    }
    return [Finding(text, "", lacks, "nearly_used_up")]


def late_source(name: str, until: date, before: int, url: str) -> Finding:
    """A source whose next report should be here; weighed by what it told of the week before."""
    text = _(
        "The report of “%(name)s” is late: it reaches until %(day)s. Of the week before it told"
        " %(before)s."
    ) % {"name": name, "day": date_text(until), "before": wan_text(before)}
    return Finding(text, url, before, "late_source")


def unmatched(amount: int, delivered: int, url: str) -> Finding:
    """Deliveries of the week that belong to no placement yet."""
    text = _("%(amount)s of this week belong to no placement yet (%(percent)s of all reported).")
    values = {"amount": wan_text(amount), "percent": percent(amount, amount + delivered)}
    return Finding(text % values, url, amount, "unmatched")


def unread(days: list[date], due: int) -> list[Finding]:
    """Days of the week of which nothing is reported."""
    if not days:
        return []
    text = _("Nothing is reported of %(days)s.") % {"days": listed(map(date_text, days))}
    return [Finding(text, reverse("days"), due * len(days) // 7, "unread")]
