"""What rooms and actions plug into the house: menu, tasks, links, and what stands on the board.

Home loops over these registries, so a new action appears there without home knowing its name.
Every source is called once in an AppConfig and asked with the actor who reads: what it answers is
already within what that actor may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import clock
from portal.stages import Cut, Reading, Stage, Works

if TYPE_CHECKING:
    from portal.accounts.actor import Actor

# What is due within so many days is shown as soon due.
SOON = timedelta(days=2)


@dataclass(frozen=True)
class Task:
    """One line of “my tasks”: what to do, how many, where, and by when.

    `oldest` is since when the oldest waits, `due` the day or moment by which the first is to be
    done, `begins` the moment of an appointment, `hint` which one it is.
    """

    label: str | Promise
    count: int
    url: str
    oldest: datetime | None = None
    hint: str | Promise = ""
    due: date | None = None
    begins: datetime | None = None

    @property
    def late(self) -> bool:
        """True when the day, or the moment, by which it was due is over."""
        if isinstance(self.due, datetime):
            return self.due < clock.now()
        return self.due is not None and self.due < clock.today()

    @property
    def soon(self) -> bool:
        """True when it is due within two days."""
        if self.due is None or self.late:
            return False
        return _day(self.due) <= clock.today() + SOON


def _day(moment: date) -> date:
    """The day of a day, or of a moment in Shanghai."""
    return moment.astimezone(clock.SHANGHAI).date() if isinstance(moment, datetime) else moment


class MenuGroup(models.TextChoices):
    """Under which word an entry stands in a menu too long for one line; daily work stands alone."""

    DAILY = "", ""
    ACTIONS = "actions", _("The five actions")
    TRAFFIC = "traffic", _("Campaigns and traffic")
    CARE = "care", _("Administration")


@dataclass(frozen=True)
class MenuItem:
    """One entry of the menu.

    `section` is the URL prefix under which it counts as current, `more` further ones; `hint` says
    to somebody who never was there what stands behind it.
    """

    label: str | Promise
    url: str
    section: str
    hint: str | Promise = ""
    more: tuple[str, ...] = ()
    group: MenuGroup = MenuGroup.DAILY


@dataclass(frozen=True)
class Link:
    """One thing the reader may do though nothing waits for it; `hint` says what for."""

    label: str | Promise
    url: str
    hint: str | Promise = ""


class Group(models.TextChoices):
    """What an outcome is about: the traffic given, and 人, 货, 景."""

    TRAFFIC = "traffic", pgettext_lazy("outcomes", "Traffic")
    PEOPLE = "people", pgettext_lazy("outcomes", "People")
    GOODS = "goods", pgettext_lazy("outcomes", "Goods")
    PLACES = "places", pgettext_lazy("outcomes", "Places")


@dataclass(frozen=True)
class Figure:
    """One outcome as a number; `url` opens exactly the rows it counts or adds up.

    `fen` says that `value` is an amount of money in fen.
    """

    label: str | Promise
    group: Group
    value: int
    url: str
    unit: str | Promise = ""
    fen: bool = False


@dataclass(frozen=True)
class Cell:
    """One number of a table, and the rows behind it."""

    value: int
    url: str


@dataclass(frozen=True)
class Column:
    """One column of the board's table of actions: a cell for each action that has one."""

    label: str | Promise
    cells: Mapping[str, Cell]
    total: Cell


@dataclass(frozen=True)
class Entry:
    """What stands in the calendar, both days included; `what` is the kind of thing."""

    label: str
    what: str | Promise
    first_day: date
    last_day: date
    url: str


@dataclass(frozen=True)
class Measure:
    """What the map of counties may show: the value of each county, and the rows behind it."""

    code: str
    label: str | Promise
    values: Callable[[Actor], Mapping[str, int]]
    url: Callable[[str], str]
    # The map shows the lowest first.
    rank: int = field(default=10)


@dataclass(frozen=True)
class Panel:
    """A part that a room adds to the page of a lower room's row: a template and its context."""

    template: str
    context: Mapping[str, Any]


PanelSource = Callable[["Actor", Any], Panel | None]
# The page's middle, and its end.
PanelPlace = tuple[str, bool]
TaskSource = Callable[["Actor"], Iterable[Task]]
MenuSource = Callable[["Actor"], Iterable[MenuItem]]
LinkSource = Callable[["Actor"], Iterable[Link]]
FigureSource = Callable[["Actor"], Iterable[Figure]]
ColumnSource = Callable[["Actor"], Iterable[Column]]
CalendarSource = Callable[["Actor", date, date], Iterable[Entry]]
StageSource = Callable[["Actor", Cut], Mapping[Stage, Reading]]
WorksSource = Callable[["Actor"], Works]

_task_sources: list[TaskSource] = []
_menu_sources: list[MenuSource] = []
_link_sources: list[LinkSource] = []
_figure_sources: list[FigureSource] = []
_column_sources: list[ColumnSource] = []
_calendar_sources: list[CalendarSource] = []
_attention_sources: list[TaskSource] = []
_measures: list[Measure] = []
_stage_sources: list[StageSource] = []
_works_sources: list[WorksSource] = []
_panel_sources: dict[PanelPlace, list[PanelSource]] = {}


def register_tasks(source: TaskSource) -> None:
    """Add a source of tasks."""
    _task_sources.append(source)


def register_menu(source: MenuSource) -> None:
    """Add a source of menu entries."""
    _menu_sources.append(source)


def register_links(source: LinkSource) -> None:
    """Add a source of what the reader may do."""
    _link_sources.append(source)


def register_figures(source: FigureSource) -> None:
    """Add a source of outcome figures."""
    _figure_sources.append(source)


def register_columns(source: ColumnSource) -> None:
    """Add a source of columns of the table of actions."""
    _column_sources.append(source)


def register_calendar(source: CalendarSource) -> None:
    """Add a source of calendar entries between two days, both included."""
    _calendar_sources.append(source)


def register_attention(source: TaskSource) -> None:
    """Add a source of what needs attention today, whosever turn it is."""
    _attention_sources.append(source)


def register_measure(measure: Measure) -> None:
    """Add what the map of counties may show."""
    _measures.append(measure)


def register_stages(source: StageSource) -> None:
    """Add a source of stages of the effect; each stage is told by one room."""
    _stage_sources.append(source)


def register_works(source: WorksSource) -> None:
    """Say which creator made which work."""
    _works_sources.append(source)


def register_panel(subject: str, source: PanelSource, *, last: bool = False) -> None:
    """Add a part to the page of each row of `subject`, a model's `label_lower`; at its end when
    `last`."""
    _panel_sources.setdefault((subject, last), []).append(source)


def tasks_of(actor: Actor) -> list[Task]:
    """Return what waits for `actor`, leaving out what is empty."""
    return [task for source in _task_sources for task in source(actor) if task.count]


def menu_of(actor: Actor) -> list[MenuItem]:
    """Return the menu of `actor`: by group, and within one in the order the rooms are installed."""
    order = list(MenuGroup)
    items = [item for source in _menu_sources for item in source(actor)]
    return sorted(items, key=lambda item: order.index(item.group))


def links_of(actor: Actor) -> list[Link]:
    """Return what `actor` may do, in the order the rooms are installed."""
    return [link for source in _link_sources for link in source(actor)]


def figures_of(actor: Actor) -> list[Figure]:
    """Return the outcomes within `actor`'s view."""
    return [figure for source in _figure_sources for figure in source(actor)]


def columns_of(actor: Actor) -> list[Column]:
    """Return the columns of the table of actions within `actor`'s view."""
    return [column for source in _column_sources for column in source(actor)]


def calendar_of(actor: Actor, first_day: date, last_day: date) -> list[Entry]:
    """Return what happens between two days, by its first day."""
    found = [e for source in _calendar_sources for e in source(actor, first_day, last_day)]
    return sorted(found, key=lambda entry: (entry.first_day, entry.last_day, entry.label))


def attention_of(actor: Actor) -> list[Task]:
    """Return what needs attention within `actor`'s view, leaving out what is empty."""
    return [line for source in _attention_sources for line in source(actor) if line.count]


def measures() -> list[Measure]:
    """Return what the map of counties may show, the default first."""
    return sorted(_measures, key=lambda measure: measure.rank)


def stages_of(actor: Actor, cut: Cut) -> dict[Stage, Reading]:
    """Return what is known of each stage within `actor`'s view."""
    found: dict[Stage, Reading] = {}
    for source in _stage_sources:
        told = source(actor, cut)
        if twice := found.keys() & told.keys():
            raise ValueError(f"Told by two rooms: {sorted(twice)}")
        found |= told
    return found


def works_of(actor: Actor) -> Works | None:
    """Return the creators' works within `actor`'s view; None where no room knows works."""
    return next((source(actor) for source in _works_sources), None)


def panels_of(row: models.Model, actor: Actor, *, last: bool = False) -> list[Panel]:
    """Return what other rooms add to the page of `row`, in the order they are installed."""
    sources = _panel_sources.get((row._meta.label_lower, last), [])
    return [panel for source in sources if (panel := source(actor, row)) is not None]
