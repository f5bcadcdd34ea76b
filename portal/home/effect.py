"""Effect on one line: what was shown, clicked, bought, visited, by county, action, campaign and
creator; for who has no region, by the own dossiers. The stages come out of `portal.registry`; no
room and no figure is known here by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal import clock, registry
from portal.accounts.enums import Role
from portal.accounts.scope import counties_of
from portal.campaigns import queries as campaigns
from portal.campaigns.models import Action
from portal.home import board, rules
from portal.regions.models import place_name
from portal.stages import Amount, By, Cut, Key, Reading, Stage, Works, nothing
from portal.submissions import queries as submissions

if TYPE_CHECKING:
    from portal.accounts.actor import Actor

NOBODY = _("The portal holds none yet.")
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Cell:
    """One figure, the rows behind it and the last day it speaks of.

    `rate` is in per cent, where the stage before counts the same deliveries.
    """

    value: int
    url: str
    last: date
    rate: Decimal | None = None


@dataclass(frozen=True)
class Column:
    """The heading of a stage: as of which day, how many days are still to be added up, what its
    rate is called, and what a reader has to know of it."""

    stage: str
    label: str | Promise
    as_of: date | None
    behind: int
    rate: str | Promise
    note: str | Promise


@dataclass(frozen=True)
class Line:
    """One county, action, campaign or creator: each column with its cell, None if nobody says."""

    name: str | Promise
    url: str
    cells: Sequence[tuple[Column, Cell | None]]
    # Where it stands among the lines as they come, for a sort by name.
    place: int = 0

    def value(self, column: int) -> int | None:
        """The figure of a column, None where it has none."""
        _column, cell = self.cells[column]
        return None if cell is None else cell.value


def _most(column: int) -> Callable[[Line], Any]:
    """The key of a line whose largest figure comes first; lines without one come last."""

    def key(line: Line) -> tuple[bool, int, int]:
        value = line.value(column)
        return value is None, -(value or 0), line.place

    return key


SORTS = {
    "": (_("Most delivered"), _most(list(Stage).index(Stage.DELIVERED))),
    "visits": (_("Most clicks"), _most(list(Stage).index(Stage.VISITS))),
    "orders": (_("Most orders"), _most(list(Stage).index(Stage.ORDERS))),
    "name": (_("Name"), lambda line: line.place),
}


@dataclass(frozen=True)
class Table:
    """The lines of a cut, their sum, and when they were counted."""

    columns: Sequence[Column]
    lines: Sequence[Line]
    total: Line
    counted_at: datetime


def offered(actor: Actor) -> list[By]:
    """What the lines may be about, the default first: regions for who reads the board, else what
    is the reader's own."""
    if rules.may_read_board(actor):
        return [By.COUNTY, By.ACTION, By.CAMPAIGN, By.CREATOR]
    found = [By.DOSSIER, By.CAMPAIGN] if actor.has(Role.MERCHANT) else []
    return [*found, By.CREATOR] if actor.has(Role.CREATOR) else found


def table(actor: Actor, cut: Cut) -> Table:
    """Return every line of `cut` within the reader's view; a fixed number of queries.

    Who sees the same rows shares what was counted in the last `BOARD_SECONDS`.
    """
    if not settings.BOARD_SECONDS:
        return _counted(actor, cut)
    view = board.view_of(actor) if rules.may_read_board(actor) else [actor.person.pk]
    parts = [*view, cut, get_language(), clock.today()]
    key = hashlib.sha256(repr(parts).encode()).hexdigest()
    found: Table = cache.get_or_set(
        f"effect-{key}", lambda: _counted(actor, cut), settings.BOARD_SECONDS
    )
    return found


def _counted(actor: Actor, cut: Cut) -> Table:
    works = registry.works_of(actor) if cut.by == By.CREATOR else None
    cut = replace(cut, works=works)
    told: Mapping[Stage, Reading] = registry.stages_of(actor, cut)
    readings = [told.get(stage, nothing(NOBODY)) for stage in Stage]
    columns = [
        Column(stage.value, stage.label, row.as_of, row.behind, row.rate, row.note)
        for stage, row in zip(Stage, readings, strict=True)
    ]
    both = list(zip(columns, readings, strict=True))
    names = NAMES[cut.by](actor, cut)
    if works is not None or not rules.may_read_board(actor):
        # Of thousands of creators those with an accepted work, or with a figure; of the own
        # dossiers and their campaigns those with one.
        known = set(works.of.values() if works else ()).union(*(row.amounts for row in readings))
        names = [line for line in names if line[0] in known]
    lines = [
        Line(
            name,
            url,
            [(column, _cell(row.amounts.get(key), key, row)) for column, row in both],
            place,
        )
        for place, (key, name, url) in enumerate(names)
    ]
    total = Line(_("Together"), "", [(column, _cell(row.total, None, row)) for column, row in both])
    return Table(columns, lines, total, clock.now())


def _cell(amount: Amount | None, key: Key | None, reading: Reading) -> Cell | None:
    if amount is None:
        return None
    rate = None
    if amount.of:
        rate = Decimal(100 * amount.value) / amount.of
        rate = rate.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)
    return Cell(amount.value, reading.url(key), amount.last, rate)


# What there are lines for: (key, name, where its name leads).
Names = Iterable[tuple[Key, "str | Promise", str]]


def _counties(actor: Actor, cut: Cut) -> Names:
    for row in counties_of(actor.person):
        if cut.city in ("", row.city_id) and cut.county in ("", row.pk):
            yield row.pk, place_name(row.city, row), _narrower(cut, By.CAMPAIGN, row.pk)


def _actions(actor: Actor, cut: Cut) -> Names:
    for action in Action:
        if cut.action in ("", action):
            yield action.value, action.label, _narrower(cut, By.CAMPAIGN, action.value)


def _campaigns(actor: Actor, cut: Cut) -> Names:
    within = By.COUNTY if rules.may_read_board(actor) else By.DOSSIER
    for row in campaigns.every().order_by("first_day", "code"):
        if cut.action in ("", row.action) and cut.campaign in ("", row.code):
            yield row.code, row.name, _narrower(cut, within, row.code)


def _creators(actor: Actor, cut: Cut) -> Names:
    works: Works | None = cut.works
    if works is not None:
        for code, name in sorted(works.names.items()):
            yield code, name, works.url(code)


def _dossiers(actor: Actor, cut: Cut) -> Names:
    rows = submissions.dossiers(actor.person).filter(published_at__isnull=False)
    for row in rows.order_by("kind", "title", "pk"):
        yield row.code, row.title, row.get_absolute_url()


NAMES: dict[By, Callable[[Any, Cut], Names]] = {
    By.COUNTY: _counties,
    By.ACTION: _actions,
    By.CAMPAIGN: _campaigns,
    By.CREATOR: _creators,
    By.DOSSIER: _dossiers,
}


def _narrower(cut: Cut, by: By, key: Key) -> str:
    """The same page of one line alone, by something else."""
    filters = cut.address(key, ("action", "campaign", "city", "county", "since", "until"))
    return f"{reverse('effect')}?{urlencode({'by': by.value})}&{filters}"
