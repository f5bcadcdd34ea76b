"""Who has the weekly brief sent, and the Mondays on which that happened."""

from __future__ import annotations

from datetime import date, datetime

from portal import clock
from portal.demonstration import people
from portal.jobs.domain import run_due
from traffic.briefs import queries, sending
from traffic.briefs.figures import WEEK
from traffic.briefs.scopes import readable

# Who asked for which, on a Thursday.
READERS = (
    ("staff1", "province"),
    ("staff1", "action:products"),
    ("shaoguan", "city:440200"),
    ("ruyuan1", "county:440232"),
    ("yingde1", "county:441881"),
)
ASKED_AT = datetime(2023, 9, 28, 15, 10, tzinfo=clock.SHANGHAI)
# The newest week is left to the workers of the present day.
WEEKS = (date(2023, 9, 25), date(2023, 10, 2), date(2023, 10, 9))


def ask() -> None:
    """Say who has which brief sent."""
    with clock.telling(ASKED_AT):
        for username, code in READERS:
            actor = people.actor(username)
            scope = next(scope for scope in readable(actor) if scope.code == code)
            sending.subscribe(scope=scope, actor=actor)


def monday(day: date) -> None:
    """Send what is sent on a day, as its figures stand by then."""
    week = day - WEEK
    if week not in WEEKS:
        return
    with clock.telling(queries.made_at(week)):
        sending.ask()
        run_due(kinds=(sending.WORK,))
