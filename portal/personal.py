"""What rooms and actions say about personal data, from their AppConfig.

The privacy room loops over these registries: what is kept of a person, what must be settled before
an account is closed, what is blanked with it, and which values are masked until somebody gives a
reason. So a new action appears there without the privacy room knowing its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from portal.accounts.actor import Actor
    from portal.accounts.models import User
    from portal.verdict import Verdict


@dataclass(frozen=True)
class Kept:
    """One kind of row that is kept of a person: a section of the page, a sheet of the export.

    `columns` are headings with what reads the cell off a row; `rows(user)` gives the person's own
    rows, newest first.
    """

    label: str | Promise
    columns: tuple[tuple[str | Promise, Callable[[Any], Any]], ...]
    rows: Callable[[User], Iterable[Any]]


@dataclass(frozen=True)
class Obligation:
    """Something under way that must be settled before an account is closed, and where."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class MaskedField:
    """A value shown as stars until somebody who may gives a reason.

    `rows(user)` are the rows of `subject` (a model's `label_lower`) the reader may see at all;
    `is_own` says who reads the value in clear without asking, `may_show` who may ask.
    """

    subject: str
    field: str
    label: str | Promise
    mask: Callable[[str], str]
    rows: Callable[[User], Any]
    is_own: Callable[[Any, Actor], bool]
    may_show: Callable[[Any, Actor], Verdict]
    value: Callable[[Any], str]


ObligationSource = Callable[["User"], Iterable[Obligation]]
Forget = Callable[["User", "Actor"], None]
RowsBefore = Callable[["datetime"], "QuerySet[Any]"]

_kept: list[Kept] = []
_obligations: list[ObligationSource] = []
_forgetting: list[Forget] = []
_clearing: dict[str, list[RowsBefore]] = {}
_masked: dict[tuple[str, str], MaskedField] = {}
# The words of masked fields, by field name: the auditor reads them in the record.
FIELD_WORDS: dict[str, str | Promise] = {}


def register_kept(*kinds: Kept) -> None:
    """Add what a room keeps of a person."""
    _kept.extend(kinds)


def register_obligations(source: ObligationSource) -> None:
    """Add a source of what must be settled before an account is closed."""
    _obligations.append(source)


def register_forgetting(forget: Forget) -> None:
    """Add what a room blanks when a person's account is closed.

    Called in the closing's transaction while name and number still stand in the account.
    """
    _forgetting.append(forget)


def register_clearing(code: str, rows: RowsBefore) -> None:
    """Add what is deleted once a period of the retention table is over.

    `rows(moment)` are the room's rows from before that moment of the programme.
    """
    _clearing.setdefault(code, []).append(rows)


def register_masked(field: MaskedField) -> None:
    """Add a value that is masked by default."""
    key = (field.subject, field.field)
    if key in _masked:
        raise ValueError(f"The field {key} is masked twice.")
    _masked[key] = field
    FIELD_WORDS[field.field] = field.label


def kept() -> tuple[Kept, ...]:
    """Everything that is kept of a person, in the order the rooms are installed."""
    return tuple(_kept)


def obligations_of(user: User) -> list[Obligation]:
    """What must be settled before the account of `user` is closed."""
    return [duty for source in _obligations for duty in source(user)]


def forget(*, user: User, actor: Actor) -> None:
    """Let every room blank what it keeps of `user` beside the account."""
    for act in _forgetting:
        act(user, actor)


def rows_before(code: str, moment: datetime) -> list[QuerySet[Any]]:
    """The rows of every room that keeps such, from before a moment."""
    return [rows(moment) for rows in _clearing.get(code, ())]


def masked_field(subject: str, field: str) -> MaskedField:
    """The masked field of that name. Raises: KeyError."""
    return _masked[subject, field]


def masked_fields() -> Mapping[tuple[str, str], MaskedField]:
    """Every masked field by subject and name."""
    return dict(_masked)
