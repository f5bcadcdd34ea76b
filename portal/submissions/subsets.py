"""Named parts of the list of dossiers, such as “under review” or “in season now”.

A room or an action adds its own. The list narrows itself by them (`?only=`) and the board counts
by them, so that a figure and the rows it opens are one question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.submissions import appeals
from portal.submissions.enums import State

UNDER_REVIEW = (State.SUBMITTED, State.ENDORSED)


@dataclass(frozen=True)
class Subset:
    """One part of the list; `rows` is asked anew each time, since it may depend on the day."""

    code: str
    label: str | Promise
    rows: Callable[[], Q]


_subsets: dict[str, Subset] = {}


def register(subset: Subset) -> None:
    """Add a part; called once from an AppConfig."""
    if subset.code in _subsets:
        raise ValueError(f"The subset {subset.code!r} is registered twice.")
    _subsets[subset.code] = subset


def every() -> tuple[Subset, ...]:
    """Return all parts in the order the rooms and actions are installed."""
    return tuple(_subsets.values())


def rows(code: str) -> Q:
    """Return the condition of a part. Raises: KeyError."""
    return _subsets[code].rows()


def address(**filters: str) -> str:
    """Return the address of the list of dossiers narrowed by `filters`."""
    return f"{reverse('dossiers')}?{urlencode(filters)}"


def _overdue() -> Q:
    return Q(due_on__lt=clock.today())


def register_own() -> None:
    """Add the parts every kind has."""
    register(Subset("filed", _("Ever submitted"), lambda: Q(submitted_at__isnull=False)))
    register(Subset("review", _("Under review"), lambda: Q(state__in=UNDER_REVIEW)))
    register(Subset("overdue", _("Review overdue"), _overdue))
    register(Subset("appealable", _("May still be appealed"), appeals.open_now))
