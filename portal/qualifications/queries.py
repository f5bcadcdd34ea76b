"""Composed reads of papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from portal import clock
from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.organisations.models import Organisation
from portal.qualifications.enums import PaperKind
from portal.qualifications.models import WARNING, Qualification, QualificationQuerySet
from portal.submissions import kinds
from portal.submissions import queries as dossiers
from portal.submissions.enums import State
from portal.submissions.models import Submission

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.files.models import StoredFile


def papers(user: User | AnonymousUser) -> QualificationQuerySet:
    """Every paper `user` may see, with its holder and place; one query."""
    return (
        Qualification.objects.visible_to(user)
        .select_related(
            "organisation__county__city",
            "submission__county__city",
            "submission__organisation",
            "entered_by",
            "verified_by",
            "file",
        )
        .with_renewal()
    )


def current(user: User | AnonymousUser) -> QualificationQuerySet:
    """Those of today: on file, and not yet replaced by a renewal that has begun."""
    return papers(user).current_on(clock.today())


def in_part(rows: QualificationQuerySet, part: str) -> QualificationQuerySet:
    """Narrow to one part of the list; counts and links of “my tasks” use the same."""
    today = clock.today()
    if part == "soon":
        return rows.lapsing(today)
    if part == "lapsed":
        return rows.lapsed_on(today)
    if part == "valid":
        return rows.valid_on(today)
    if part == "unchecked":
        return rows.on_file().filter(verified_at__isnull=True)
    return rows.check_due(today)


def in_county(rows: QualificationQuerySet, county: str) -> QualificationQuerySet:
    """Narrow to the papers of one county's organisations and dossiers."""
    return rows.filter(Q(organisation__county=county) | Q(submission__county=county))


def matching(rows: QualificationQuerySet, words: str) -> QualificationQuerySet:
    """Narrow by the holder's name, a dossier's title or pinyin, or the number of the paper."""
    return rows.filter(
        Q(organisation__name__icontains=words)
        | Q(submission__words__search=words)
        | Q(number__icontains=words)
    )


def to_check(rows: QualificationQuerySet, user: User) -> QualificationQuerySet:
    """Narrow to what nobody checked and `user` did not enter: a second person's work."""
    return in_part(rows, "unchecked").exclude(entered_by=user)


def of_organisation(user: User, organisation: Organisation) -> QualificationQuerySet:
    """The present papers of an organisation."""
    return current(user).filter(organisation=organisation)


def present(submission: Submission) -> list[Qualification]:
    """The papers that a dossier and its organisation have today, by kind, whoever may see them;
    one query, once for a dossier as it was read."""
    rows = Qualification.objects.current_on(clock.today()).for_submission(submission)
    rows = rows.with_renewal().select_related("organisation")
    return dossiers.once_read(
        submission, "_present_papers", lambda: list(rows.order_by("kind", "valid_until", "pk"))
    )


def of_dossier(
    user: User, submission: Submission
) -> tuple[list[Qualification], list[Qualification]]:
    """The present papers of a dossier that `user` sees and of its organisation, by kind: those
    `user` may see, and all, by which the dossier is judged.

    Queries as `present`, and where the organisation has papers one more.
    """
    every = present(submission)
    own = [row for row in every if row.organisation_id is None]
    if submission.organisation_id is None or len(own) == len(every):
        return every, every
    seen = Organisation.objects.visible_to(user).filter(pk=submission.organisation_id).exists()
    return (every if seen else own), every


def chain(row: Qualification, user: User | AnonymousUser) -> list[Qualification]:
    """All periods of one paper, the newest first, those taken off included; one query."""
    rows = papers(user).filter(
        organisation=row.organisation_id, submission=row.submission_id, kind=row.kind
    )
    by_pk = {other.pk: other for other in rows}

    def first(pk: int) -> int:
        """The beginning of the chain a row stands in."""
        while (before := by_pk[pk].renews_id) in by_pk:
            pk = before
        return pk

    found = [other for other in by_pk.values() if first(other.pk) == first(row.pk)]
    return sorted(found, key=lambda other: (other.valid_from, other.pk), reverse=True)


def same_kind(holder: Organisation | Submission, kind: str) -> Qualification | None:
    """The holder's own present paper of this kind that has an end, the first to lapse."""
    own: dict[str, Any] = (
        {"organisation": holder} if isinstance(holder, Organisation) else {"submission": holder}
    )
    rows = Qualification.objects.current_on(clock.today()).filter(kind=kind, **own)
    return rows.filter(valid_until__isnull=False).order_by("valid_until", "pk").first()


def missing(submission: Submission, required: Iterable[str], day: date) -> list[PaperKind]:
    """Which of the required kinds neither the dossier nor its organisation has valid on `day`.

    In the order of `required`; one query.
    """
    wanted = [PaperKind(kind) for kind in required]
    rows = Qualification.objects.for_submission(submission).valid_on(day).filter(kind__in=wanted)
    held = set(rows.values_list("kind", flat=True))
    return [kind for kind in wanted if kind not in held]


def people_concerned(row: Qualification) -> QuerySet[User]:
    """Who is told about a paper: the organisation's people, and the officials of its county."""
    organisation, county = row.organisation_behind, row.county
    hats = Q(role=Role.OFFICIAL, county=county.pk) if county is not None else Q(pk__in=[])
    if organisation is not None:
        hats |= Q(role=Role.MERCHANT, organisation=organisation)
    holders = Membership.objects.active().filter(hats).values("user")
    return User.objects.filter(is_active=True, pk__in=holders).order_by("pk")


def to_be_told(day: date) -> QualificationQuerySet:
    """Papers about which somebody may have to be told something on `day`.

    What lapsed or was due more than 30 days ago was told then; what was told is left out later.
    """
    rows = Qualification.objects.current_on(day)
    recently = (day - WARNING, day + WARNING)
    return rows.filter(
        Q(valid_until__range=recently)
        | Q(check_due_on__range=recently)
        | Q(renews__isnull=False, valid_from__range=(day - WARNING, day))
    ).order_by("pk")


def dossiers_behind(row: Qualification) -> QuerySet[Submission]:
    """What is published and rests on this paper."""
    shown = [kind.code for kind in kinds.every() if kind.public_url and not kind.personal]
    rows = Submission.objects.filter(state=State.PUBLISHED, kind__in=shown)
    if row.organisation_id is not None:
        return rows.filter(organisation=row.organisation_id).order_by("pk")
    return rows.filter(qualifications=row).order_by("pk")


def may_open_file(user: Any, file: StoredFile) -> bool:
    """Gate of the files room: the scan of a paper `user` may see."""
    return Qualification.objects.visible_to(user).filter(file=file).exists()
