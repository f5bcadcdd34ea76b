"""Dossiers that may be one thing: found by the key of their names and by their organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet, TextChoices
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
    ORGANISATION = "organisation", _("Same organisation, similar name")


@dataclass(frozen=True)
class Candidate:
    """Another dossier that may be the same thing, and why."""

    row: Submission
    why: Why


def candidates(row: Submission, user: User) -> list[Candidate]:
    """Dossiers `user` may see that may be the same thing as `row`, the surest first.

    One query by the key of the name; one more by the organisation, where there is one.
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
    order = list(Why)
    return sorted(found, key=lambda candidate: order.index(candidate.why))[:MOST]


def _living(row: Submission, user: User) -> QuerySet[Submission]:
    return (
        Submission.objects.visible_to(user)
        .filter(kind=row.kind, state__in=LIVING)
        .exclude(pk=row.pk)
        .select_related("county", "city", "organisation")
        .order_by("pk")
    )


def _name(row: Submission) -> str:
    """The title without blanks, marks and the difference of wide letters."""
    return "".join(pieces(row.title))


def _similar(one: str, other: str) -> bool:
    """One name within the other: 彩石萝卜 and 乳源彩石萝卜."""
    return bool(one and other) and (one in other or other in one)


def absorbed(row: Submission, user: User) -> list[Submission]:
    """Dossiers `user` may see that go on in `row`; one query."""
    rows = Submission.objects.visible_to(user).filter(merged_into=row)
    return list(rows.select_related("county", "city").order_by("pk"))
