"""The registry of what can be filed: an action adds its kinds in its AppConfig.

Home, review, placements and tasks loop over this registry and point at `Submission`; none of them
knows an action by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise

from portal.moves.table import Moves
from portal.verdict import YES, Verdict

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.forms import DossierForm
    from portal.submissions.models import Submission
    from portal.submissions.quality import Beside, Files, Line


@dataclass(frozen=True)
class Fact:
    """One line of what a brief, a pavilion or the public page shows of a record."""

    name: str
    label: str | Promise
    value: str


@dataclass(frozen=True)
class Kind:
    """One kind of dossier and how it behaves.

    `facts(record)` answers what a brief shows; `readiness(record, day)` whether it may be
    promoted that day; `may_file(actor)` who may start one.
    """

    code: str
    action: str
    prefix: str
    label: str | Promise
    model: type[models.Model]
    form: type[DossierForm]
    moves: Moves
    may_file: Callable[[Actor], Verdict]
    facts: Callable[[models.Model], list[Fact]]
    readiness: Callable[[models.Model, date], Verdict] = field(default=lambda record, day: YES)
    # Dossiers that `readiness` refuses on a day for more than their own state and papers, in SQL:
    # on lookups of the dossier.
    unready: Callable[[date], models.Q] = field(default=lambda day: models.Q(pk__in=[]))
    # What is known ahead: of these dossiers (a query of their numbers) those that `readiness` will
    # refuse on some of the days, each with whether it may be promoted, day by day. Papers are taken
    # to be renewed, stock to come.
    open_on: Callable[[Sequence[date], models.QuerySet[Any]], Mapping[int, tuple[bool, ...]]] = (
        field(default=lambda days, among: {})
    )
    # What `readiness` reads beside the record, by the names of its relations, and the other
    # dossiers whose papers count for it too: many are judged at once with it.
    ready_beside: tuple[str, ...] = ()
    rests_on: Callable[[Any], Iterable[Submission]] = field(default=lambda record: ())
    # County and organisation of what is filed, from the form and who files; by who files alone
    # when it is None.
    place: Callable[[DossierForm, Actor], dict[str, Any]] | None = None
    # A sentence for the record's page, such as when the money comes; empty when there is none.
    note: Callable[[models.Model], str] = field(default=lambda record: "")
    # What the applicant reads instead of the shared words, by state.
    words: Mapping[str, str | Promise] = field(default_factory=dict)
    # Fields of a published record that change at once, logged and without review.
    live_fields: tuple[str, ...] = ()
    # Filed by a person as such, who keeps it whatever hats come and go; everything else belongs
    # to the county or the organisation it was filed for.
    personal: bool = False
    # Whether many come in at once as a workbook; other words that headings use for a field; and
    # what the template shows as an example.
    by_sheet: bool = False
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sheet_example: Mapping[str, str] = field(default_factory=dict)
    # What machines call a collection of them in an address (`/api/v1/products/`); empty when
    # machines do not deal with this kind.
    api: str = ""
    # What the form reads beside the record itself, by the names of its relations: many are read
    # with it at once.
    beside: tuple[str, ...] = ()
    # How well its values are presented, in lines of points; see `quality`. None where nobody asks.
    score: Callable[[dict[str, Any], Files, DossierForm], list[Line]] | None = None
    # What counts beside its values: read for a dossier once, asked for each moment of its way.
    score_beside: Callable[[Submission], Beside] | None = None
    # Name of the URL of the public page, taking the dossier's code; empty when there is none. And
    # the form's fields that the public pages say: a public list as a workbook holds no other.
    public_url: str = ""
    public_fields: tuple[str, ...] = ()

    @property
    def merges(self) -> bool:
        """Whether two of them may turn out to be one thing, and be merged."""
        return any(move.name == "merge" for move in self.moves)

    @property
    def accessor(self) -> str:
        """Where a dossier keeps its record of this kind once it was read."""
        link: Any = self.model._meta.get_field("submission")
        return str(link.remote_field.get_accessor_name())

    @property
    def beside_dossier(self) -> list[str]:
        """The same relations as a dossier names them; a query for each."""
        return [f"{self.accessor}__{name}" for name in self.beside]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; called once from an AppConfig."""
    if kind.code in _kinds:
        raise ValueError(f"The kind {kind.code!r} is registered twice.")
    _kinds[kind.code] = kind


def get(code: str) -> Kind:
    """Return the kind of that code. Raises: KeyError."""
    return _kinds[code]


def every() -> tuple[Kind, ...]:
    """Return all kinds in the order the actions are installed."""
    return tuple(_kinds.values())


def personal() -> list[str]:
    """Return the codes of the kinds that belong to the person who filed them."""
    return [kind.code for kind in _kinds.values() if kind.personal]


def of_action(action: str) -> tuple[Kind, ...]:
    """Return the kinds of one action."""
    return tuple(kind for kind in _kinds.values() if kind.action == action)
