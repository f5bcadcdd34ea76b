"""Moves as data: the table of a kind says who may move what from where to where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from datetime import datetime

    from portal.accounts.actor import Actor


class Movable(Protocol):
    """A row with a state: what the one door needs of it."""

    pk: Any
    state: str
    version: int

    @property
    def moves(self) -> Moves:
        """The table of this row's kind."""
        ...


Rule = Callable[[Any, "Actor"], Verdict]
Effect = Callable[[Any, "Moved"], None]


@dataclass(frozen=True)
class Moved:
    """What an effect is told of a move that has just been written."""

    move: Move
    from_state: str
    actor: Actor
    note: str
    at: datetime


@dataclass(frozen=True)
class Move:
    """One move: `who` may do it, `check` whether the row is ready for it.

    `label` is the word on the button, `past` the word in the timeline.

    `effects` run in the move's transaction after the state is set and before the row is saved;
    they set dates, queue notices and move money. `days` is the promised number of working days
    in the state the move leads to, None when nobody owes an answer.
    """

    name: str
    label: str | Promise
    past: str | Promise
    from_: tuple[str, ...]
    to: str
    who: Rule
    check: Rule = lambda row, actor: YES
    reason: bool = False
    effects: tuple[Effect, ...] = ()
    days: int | None = None


# What the timeline calls a move, by its name; tables add theirs.
PAST_WORDS: dict[str, str | Promise] = {"create": _("Started"), "edit": _("Changed")}


class Moves:
    """The moves of one kind, in the order their buttons are shown.

    `always` are effects that every move of the table has, after its own.
    """

    def __init__(self, *moves: Move, always: tuple[Effect, ...] = ()) -> None:
        self._moves = {move.name: move for move in moves}
        self.always = always
        if len(self._moves) != len(moves):
            raise ValueError("Two moves share a name.")
        PAST_WORDS.update({move.name: move.past for move in moves})

    def __iter__(self) -> Iterator[Move]:
        return iter(self._moves.values())

    def get(self, name: str) -> Move:
        """Return the move of that name. Raises: KeyError."""
        return self._moves[name]

    def judge(self, row: Movable, name: str, actor: Actor) -> Verdict:
        """Say whether `actor` may make this move of `row` now, and if not, why."""
        move = self._moves.get(name)
        if move is None:
            return no(_("This step does not exist here."))
        if row.state not in move.from_:
            return no(_("This step is not possible in the present state."))
        return move.who(row, actor) & move.check(row, actor)

    def open_to(self, row: Movable, actor: Actor) -> list[Move]:
        """Return the moves `actor` may try now: right state and right person.

        A move whose `check` fails is listed all the same, so that the page can say what lacks.
        """
        return [m for m in self if row.state in m.from_ and m.who(row, actor)]

    def without(self, *names: str) -> Moves:
        """Return this table without the named moves."""
        kept = (move for move in self if move.name not in names)
        return Moves(*kept, always=self.always)

    def with_(self, *moves: Move) -> Moves:
        """Return this table with moves replaced by name or added at the end."""
        merged = {**self._moves, **{move.name: move for move in moves}}
        return Moves(*merged.values(), always=self.always)
