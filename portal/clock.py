"""The programme's clock.

Programme logic (deadlines, campaign days, delivery days) asks here what time it is. The
demonstration fixes the clock, so that a programme of 2023 is alive today. Security (sessions,
lockout, tokens, audit) uses real time and never comes here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")

# Set only while a history is told: the demonstration's acts happened on days of their own.
_told: ContextVar[datetime | None] = ContextVar("told_moment", default=None)


@contextmanager
def telling(moment: datetime) -> Iterator[None]:
    """Let `now()` be `moment` inside the block: an aware time in the programme's past."""
    token = _told.set(moment.astimezone(SHANGHAI))
    try:
        yield
    finally:
        _told.reset(token)


def now() -> datetime:
    """The programme's present moment, aware, in Asia/Shanghai.

    With `PROGRAMME_CLOCK` set (an ISO date) the day stands still and the time of day runs on.
    """
    told = _told.get()
    if told is not None:
        return told
    real = timezone.now().astimezone(SHANGHAI)
    if settings.PROGRAMME_CLOCK is None:
        return real
    return datetime.combine(settings.PROGRAMME_CLOCK, real.time(), SHANGHAI)


def today() -> date:
    """The programme's present day in Asia/Shanghai."""
    return now().date()


def start_of(day: date) -> datetime:
    """The first moment of a day in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def end_of(day: date) -> datetime:
    """The moment a day is over: the first of the next."""
    return start_of(day + timedelta(days=1))


def days_between(first: date, last: date) -> list[date]:
    """Every day from first to last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def is_fixed() -> bool:
    """True when the demonstration holds the clock."""
    return settings.PROGRAMME_CLOCK is not None
