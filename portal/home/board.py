"""The programme board: outcomes, the five actions, calendar, map, and what needs attention.

Everything on it comes out of `portal.registry`, already within the reader's view; no action and no
number is known here by name. The number of SQL queries is the same whatever the number of rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import get_language

from portal import clock, registry
from portal.accounts.enums import Role
from portal.accounts.scope import counties_of
from portal.campaigns.models import Action
from portal.regions.tiles import Tile, tiles

if TYPE_CHECKING:
    from portal.accounts.actor import Actor

# More calendar entries than these do not fit on the sheet; the rest folds away.
CALENDAR_SHOWN = 14


@dataclass(frozen=True)
class Line:
    """One action in the table: the label of each column with its cell, None where it has none."""

    label: str | Promise
    cells: Sequence[tuple[str | Promise, registry.Cell | None]]


@dataclass(frozen=True)
class Calendar:
    """This month and the next: what is still to come or running, and the rest folded away."""

    first_day: date
    last_day: date
    shown: Sequence[registry.Entry]
    folded: Sequence[registry.Entry]


@dataclass(frozen=True)
class Choice:
    """One measure of the map."""

    code: str
    label: str | Promise


@dataclass(frozen=True)
class Map:
    """Counties shaded by one measure, and the measures to choose from."""

    measure: Choice
    measures: Sequence[Choice]
    tiles: Sequence[dict[str, Any]]


def outcomes(actor: Actor) -> list[tuple[registry.Group, list[registry.Figure]]]:
    """The figures by what they are about; groups without a figure are left out."""
    found = registry.figures_of(actor)
    grouped = [(group, [row for row in found if row.group == group]) for group in registry.Group]
    return [(group, rows) for group, rows in grouped if rows]


def actions(columns: Sequence[registry.Column]) -> list[Line]:
    """One line for each action of the programme."""
    return [
        Line(Action(code).label, [(row.label, row.cells.get(code)) for row in columns])
        for code in Action.values
    ]


def calendar(actor: Actor) -> Calendar:
    """What happens this month and the next, what is over folded away."""
    today = clock.today()
    first = today.replace(day=1)
    after_next = _next_month(_next_month(first))
    entries = registry.calendar_of(actor, first, after_next - timedelta(days=1))
    ahead = [entry for entry in entries if entry.last_day >= today]
    shown = ahead[:CALENDAR_SHOWN]
    return Calendar(
        first, after_next - timedelta(days=1), shown, [e for e in entries if e not in shown]
    )


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def map_of(actor: Actor, code: str) -> Map | None:
    """The counties the reader sees, shaded; None for who sees only one."""
    measures = registry.measures()
    measure = next((row for row in measures if row.code == code), measures[0])
    counties = list(counties_of(actor.person))
    if len(counties) < 2:
        return None
    choices = {row.code: Choice(row.code, row.label) for row in measures}
    shades = _linked(tiles(measure.values(actor), counties), measure)
    return Map(choices[measure.code], list(choices.values()), shades)


def _linked(rows: Iterable[Tile], measure: registry.Measure) -> list[dict[str, Any]]:
    return [{**vars(row), "url": measure.url(row.code)} for row in rows]


def places(actor: Actor) -> list[str]:
    """The names of the regions an official's board is about; none for the whole province."""
    if actor.sees_province:
        return []
    hats = [hat for hat in actor.memberships if hat.role == Role.OFFICIAL]
    return [str(hat.county or hat.city) for hat in hats]


def programme(actor: Actor, *, measure: str) -> dict[str, Any]:
    """Return everything the board's template shows.

    It counts all rows of the programme, so those who see the same rows share what was counted in
    the last `BOARD_SECONDS`; `counted_at` says when.
    """
    if not settings.BOARD_SECONDS:
        return _counted(actor, measure)
    known = {row.code for row in registry.measures()}
    parts = [*view_of(actor), measure if measure in known else "", get_language(), clock.today()]
    key = hashlib.sha256(repr(parts).encode()).hexdigest()
    found: dict[str, Any] = cache.get_or_set(
        f"board-{key}", lambda: _counted(actor, measure), settings.BOARD_SECONDS
    )
    return found


def view_of(actor: Actor) -> list[Any]:
    """What decides which rows `actor` sees: the hats, and the person who files for oneself."""
    hats = {
        (str(hat.role), hat.city_id, hat.county_id, hat.organisation_id)
        for hat in actor.memberships
    }
    return [*sorted(hats, key=repr), actor.person.pk if actor.person.files_for_oneself else None]


def _counted(actor: Actor, measure: str) -> dict[str, Any]:
    columns = registry.columns_of(actor)
    return {
        "counted_at": clock.now(),
        "places": places(actor),
        "today": clock.today(),
        "outcomes": outcomes(actor),
        "columns": columns,
        "lines": actions(columns),
        "calendar": calendar(actor),
        "map": map_of(actor, measure),
        "attention": registry.attention_of(actor),
    }
