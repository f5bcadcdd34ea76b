"""Composed reads of workbooks and of the dossiers their rows are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from portal.sheets.headings import plain_heading
from portal.sheets.models import Intake, KnownHeading
from portal.submissions import merging
from portal.submissions.enums import OVER, STARTS_ANEW, State
from portal.submissions.models import Submission, SubmissionQuerySet
from portal.submissions.queries import place_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.actor import Actor
    from portal.accounts.models import User
    from portal.submissions.kinds import Kind


def intakes(user: User | AnonymousUser) -> QuerySet[Intake]:
    """The workbooks `user` brought in, newest first."""
    return Intake.objects.filter(owner=user) if user.is_authenticated else Intake.objects.none()


def known_headings(user: User, kind: Kind) -> dict[str, str]:
    """Plain heading → field, as the person said it before; one query."""
    rows = KnownHeading.objects.filter(user=user, kind=kind.code)
    return {plain_heading(heading): name for heading, name in rows.values_list("heading", "field")}


def own(actor: Actor, kind: Kind) -> SubmissionQuerySet:
    """Dossiers of a kind that belong where `actor` files: the organisation's, or the county's."""
    rows = Submission.objects.visible_to(actor.person).filter(kind=kind.code)
    if kind.personal:
        return rows.filter(owner=actor.user)
    place = place_of(actor)
    return rows.filter(organisation=place.get("organisation"), county=place.get("county"))


def are_own(rows: SubmissionQuerySet, actor: Actor, kind: Kind) -> bool:
    """Whether all of these dossiers are `actor`'s to change; one query."""
    return not rows.exclude(pk__in=own(actor, kind).values("pk")).exists()


def _with_records(rows: SubmissionQuerySet, kind: Kind) -> SubmissionQuerySet:
    return as_written(rows, kind).prefetch_related("attachments", "conflicts")


def as_written(rows: SubmissionQuerySet, kind: Kind) -> SubmissionQuerySet:
    """Dossiers with what a workbook's columns say of them, in the order of their numbers."""
    rows = rows.select_related("county", "city", "organisation", kind.accessor).order_by("pk")
    return rows.prefetch_related(*kind.beside_dossier)


def _standing(rows: list[Submission], actor: Actor, kind: Kind) -> dict[int, Submission]:
    """Number of each row → the row, or in which one it goes on that was merged and which `actor`
    may change."""
    found = Submission.objects.visible_to(actor.person).filter(kind=kind.code)
    return {row.pk: row for row in rows} | merging.gone_on(rows, _with_records(found, kind), actor)


def by_code(actor: Actor, kind: Kind, codes: list[str]) -> dict[str, Submission]:
    """Own dossiers by code, of one that was merged that in which it goes on; three queries, none
    without codes."""
    if not codes:
        return {}
    rows = list(_with_records(own(actor, kind).filter(code__in=codes), kind))
    standing = _standing(rows, actor, kind)
    return {row.code: standing[row.pk] for row in rows}


def by_title(actor: Actor, kind: Kind, titles: list[str]) -> dict[str, list[Submission]]:
    """Own dossiers under way or published, by title; three queries.

    Where the only one of a title was merged: that in which it goes on.
    """
    wanted = own(actor, kind).filter(title__in=[title for title in titles if title])
    rows = list(_with_records(wanted.exclude(state__in=STARTS_ANEW).order_by("pk"), kind))
    living = {row.title for row in rows if row.state != State.MERGED}
    standing = _standing(rows, actor, kind)
    found: dict[str, list[Submission]] = {}
    for row in rows:
        same = found.setdefault(row.title, [])
        if (row.state != State.MERGED or row.title not in living) and standing[row.pk] not in same:
            same.append(standing[row.pk])
    return found


def records(actor: Actor, kind: Kind) -> SubmissionQuerySet:
    """Own dossiers with their records, as they are written to a workbook."""
    return as_written(own(actor, kind).exclude(state__in=OVER), kind)
