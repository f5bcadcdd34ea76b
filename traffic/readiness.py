"""Whether what is placed may be promoted now: derived on every reading, so that what lapses stops
at midnight in Shanghai and what is renewed goes on, and nothing has to run for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from portal import clock
from portal.qualifications import rules as papers
from portal.submissions import kinds
from portal.submissions import queries as dossiers
from portal.submissions.enums import State
from portal.submissions.models import Submission
from portal.verdict import Verdict
from traffic import queries, rules
from traffic.models import Placement

if TYPE_CHECKING:
    from portal.accounts.models import User


def stopped() -> Q:
    """Placements that may not be promoted today, as `readiness` of their kinds says in SQL: taken
    offline, a paper lapsed, out of season or stock, closed."""
    today = clock.today()
    unready = reduce(or_, (kind.unready(today) for kind in kinds.every()))
    return (
        ~Q(submission__state=State.PUBLISHED)
        | ~papers.usable_on(today, of="submission")
        | Q(submission__in=Submission.objects.filter(unready).order_by().values("pk"))
    )


def paused() -> frozenset[int]:
    """The numbers of placements that run today and may not be promoted; one query."""
    today = clock.today()
    rows = Placement.objects.filter(stopped(), first_day__lte=today, last_day__gte=today)
    return frozenset(rows.order_by("pk").values_list("pk", flat=True))


def of_dossier(submission: Submission, user: User) -> list[Placement]:
    """A dossier's placements `user` may see that are not over, the first to begin on top; one
    query."""
    rows = queries.placements(user).filter(submission=submission, last_day__gte=clock.today())
    return list(rows.order_by("first_day", "pk"))


def of_placements(rows: Iterable[Placement]) -> dict[int, Verdict]:
    """Whether what is placed may be promoted, by placement; those that are over are left out.

    Each is judged on the first day of its window that is not over. Queries as `of_days`.
    """
    ahead = [row for row in rows if row.last_day >= clock.today()]
    found = of_days((row.submission, rules.judged_on(row.first_day, row.last_day)) for row in ahead)
    return {row.pk: verdict for row, verdict in zip(ahead, found, strict=True)}


def of_days(asked: Iterable[tuple[Submission, date]]) -> list[Verdict]:
    """Whether each dossier may be promoted on its day, as its kind judges it; in the same order.

    One query of papers, and for each kind its records and what its readiness reads beside them.
    """
    known: dict[int, Submission] = {}
    pairs = [(known.setdefault(row.pk, row), day) for row, day in asked]
    dossiers.read_records(known.values())
    papers.read_lapses_of_days(
        (behind, day) for row, day in pairs for behind in (row, *_rested_on(row))
    )
    return [kinds.get(row.kind).readiness(_record(row), day) for row, day in pairs]


def _record(submission: Submission) -> Any:
    """The record that was read with its dossier."""
    return getattr(submission, kinds.get(submission.kind).accessor)


def _rested_on(submission: Submission) -> Iterable[Submission]:
    return kinds.get(submission.kind).rests_on(_record(submission))
