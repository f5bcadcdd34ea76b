"""What rooms and actions plug into the house: tasks and menu entries.

Home loops over these registries, so a new action appears there without home knowing its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


@dataclass(frozen=True)
class Task:
    """One line of “my tasks”: what to do, how many, where, and since when the oldest waits."""

    label: str | Promise
    count: int
    url: str
    oldest: datetime | None = None
    hint: str | Promise = ""


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


TaskSource = Callable[["Actor"], Iterable[Task]]
MenuSource = Callable[["Actor"], Iterable[MenuItem]]

_task_sources: list[TaskSource] = []
_menu_sources: list[MenuSource] = []


def register_tasks(source: TaskSource) -> None:
    """Add a source of tasks; called once from an AppConfig."""
    _task_sources.append(source)


def register_menu(source: MenuSource) -> None:
    """Add a source of menu entries; called once from an AppConfig."""
    _menu_sources.append(source)


def tasks_of(actor: Actor) -> list[Task]:
    """Return what waits for `actor`, leaving out what is empty."""
    return [task for source in _task_sources for task in source(actor) if task.count]


def menu_of(actor: Actor) -> list[MenuItem]:
    """Return the menu of `actor` in the order the rooms are installed."""
    return [item for source in _menu_sources for item in source(actor)]
