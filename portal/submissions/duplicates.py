"""Dossiers that may be one thing: found by the key of their names, by their organisation, which is
one for each credit code, and by the brands they bear.

Brands belong to rooms above: each registers how dossiers with the same mark are found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from portal.search import pieces
from portal.submissions import kinds
from portal.submissions.enums import LIVING
from portal.submissions.models import Submission

if TYPE_CHECKING:
    from portal.accounts.models import User

MOST = 10
# An organisation files few things of one kind; more of them are looked through by nobody.
OF_ORGANISATION = 100


class Why(TextChoices):
    """What two dossiers have in common."""

    NAME = "name", _("Same name")
    PINYIN = "pinyin", _("Same pinyin")
    NUMBER = "number", _("Same brand number, similar name")
    ORGANISATION = "organisation", _("Same organisation, similar name")
    BRAND = "brand", _("Same regional brand, similar name")


# How the ids of dossiers that bear the same mark as one of them are asked for; None where it bears
# none, as most do: nothing is looked for then.
Mark = Callable[[Submission], QuerySet[Any] | None]
_marks: dict[Why, Mark] = {}


def register_mark(why: Why, mark: Mark) -> None:
    """Let `mark(row)` name dossiers with the same mark; called once from an AppConfig."""
    _marks[why] = mark


@dataclass(frozen=True)
class Candidate:
    """Another dossier that may be the same thing, and why."""

    row: Submission
    why: Why


def candidates(row: Submission, user: User) -> list[Candidate]:
    """Dossiers `user` may see that may be the same thing as `row`, the surest first.

    One query by the key of the name; one more by the organisation, where there is one; one for
    each registered mark.
    """
    if not kinds.get(row.kind).merges or row.state not in LIVING:
        return []
    rows = _living(row, user)
    found = [
        Candidate(other, Why.NAME if _name(other) == _name(row) else Why.PINYIN)
        for other in (rows.filter(name_key=row.name_key)[:MOST] if row.name_key else ())
    ]
    if row.organisation_id is not None:
        known = {candidate.row.pk for candidate in found}
        found += [
            Candidate(other, Why.ORGANISATION)
            for other in rows.filter(organisation=row.organisation_id)[:OF_ORGANISATION]
            if other.pk not in known and _similar(_name(other), _name(row))
        ]
    found += _by_marks(row, rows, {candidate.row.pk for candidate in found})
    order = list(Why)
    return sorted(found, key=lambda candidate: order.index(candidate.why))[:MOST]


def _by_marks(row: Submission, rows: QuerySet[Submission], known: set[int]) -> list[Candidate]:
    """Those with the same mark: many products of a region bear one, so their names are alike."""
    parts = _own_parts(row)
    if not parts:
        return []
    found: dict[int, Candidate] = {}
    some: Q = reduce(or_, (Q(title__icontains=part) for part in sorted(parts)))
    for why, mark in _marks.items():
        same = mark(row)
        for other in rows.filter(some, pk__in=same)[:OF_ORGANISATION] if same is not None else ():
            if other.pk not in known and _alike(parts, _own_parts(other)):
                found.setdefault(other.pk, Candidate(other, why))
    return list(found.values())


def _own_parts(row: Submission) -> set[str]:
    """Of the title, without the place's name: 清远鸡 and 清远黑山羊 have nothing in common."""
    return _parts(row.title) - _parts(f"{row.city or ''} {row.county or ''}")


def _parts(title: str) -> set[str]:
    """Pairs of neighbouring characters, and words of letters and digits."""
    return {
        part
        for piece in pieces(title)
        for part in (map("".join, pairwise(piece)) if not piece.isascii() else [piece])
    }


def _alike(one: set[str], other: set[str]) -> bool:
    """At least half of the shorter name stands in the other: 彩石萝卜 and 彩石红萝卜."""
    return bool(one and other) and 2 * len(one & other) >= min(len(one), len(other))


def _living(row: Submission, user: User) -> QuerySet[Submission]:
    rows = Submission.objects.visible_to(user).filter(kind=row.kind, state__in=LIVING)
    return _in_a_line(rows.exclude(pk=row.pk)).order_by("pk")


def _in_a_line(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """What a line about another dossier shows; the rest stays in the database."""
    places = ("county", "city", "organisation")
    own = ("code", "title", "kind", "state", "closed_at", *places)
    return rows.select_related(*places).only(*own, *(f"{name}__name" for name in places))


def _name(row: Submission) -> str:
    """The title without blanks, marks and the difference of wide letters."""
    return "".join(pieces(row.title))


def _similar(one: str, other: str) -> bool:
    """One name within the other: 彩石萝卜 and 乳源彩石萝卜."""
    return bool(one and other) and (one in other or other in one)


def absorbed(row: Submission, user: User) -> list[Submission]:
    """Dossiers `user` may see that go on in `row`; one query."""
    rows = Submission.objects.visible_to(user).filter(merged_into=row)
    return list(_in_a_line(rows).order_by("pk"))
