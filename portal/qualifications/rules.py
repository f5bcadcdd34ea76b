"""Who may enter, check and take off papers, and whether a day finds them valid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.rules import has_region
from portal.organisations import rules as organisations
from portal.organisations.models import Organisation
from portal.qualifications import queries
from portal.qualifications.enums import BLOCKING, BRANDS, PaperKind
from portal.qualifications.models import Qualification
from portal.submissions import kinds
from portal.submissions import rules as dossiers
from portal.submissions.enums import State
from portal.submissions.models import Submission
from portal.templatetags.figures import date_text
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from portal.qualifications.models import QualificationQuerySet


def takes_papers(submission: Submission) -> bool:
    """Products, spots and routes: what is shown to the public and is nobody's own person."""
    kind = kinds.get(submission.kind)
    return bool(kind.public_url) and not kind.personal


def is_office_of(holder: Organisation | Submission, actor: Actor) -> bool:
    """The programme office, and officials of the holder's county or city."""
    return actor.is_staff or (holder.county is not None and has_region(actor, holder.county))


def may_enter(holder: Organisation | Submission, actor: Actor) -> Verdict:
    """The organisation's own people or the applicant; and the office for them."""
    if isinstance(holder, Organisation):
        return organisations.may_edit(organisation=holder, actor=actor)
    if not takes_papers(holder) or holder.state == State.WITHDRAWN:
        return no(_("This dossier takes no papers."))
    if dossiers.is_applicant(holder, actor) or is_office_of(holder, actor):
        return YES
    return no(_("Only the applicant and the county office enter papers here."))


def may_renew(row: Qualification, actor: Actor) -> Verdict:
    """Who may enter papers of the holder, while the paper is on file and was not renewed."""
    if row.removed_at is not None:
        return no(_("This paper was taken off the file: enter a new one."))
    if row.renewals.on_file().exists():
        return no(_("This paper has a renewal already."))
    return may_enter(row.holder, actor)


def may_verify(row: Qualification, actor: Actor) -> Verdict:
    """The office or the county, but neither who entered it nor who acts for the organisation."""
    if actor.user is None or not is_office_of(row.holder, actor):
        return no(_("Only the county office and the programme office check papers."))
    if row.removed_at is not None:
        return no(_("This paper was taken off the file: enter a new one."))
    if row.verified_at is not None:
        return no(_("This paper has been checked already."))
    if row.entered_by_id == actor.user.pk:
        return no(_("A second person checks what you have entered."))
    if actor.represents(row.organisation_behind):
        return no(_("You act for this organisation: a colleague checks its papers."))
    return YES


def may_take_off(row: Qualification, actor: Actor) -> Verdict:
    """The office; who entered it too, while nobody has checked it and it still holds: a lapsed
    paper does not go away because its owner wants to sell again."""
    if row.removed_at is not None:
        return no(_("This paper was taken off the file already."))
    if row.renewals.on_file().exists():
        return no(_("Take off its renewal first."))
    if actor.user is None:
        return no(_("Sign in first."))
    if is_office_of(row.holder, actor) and not actor.represents(row.organisation_behind):
        return YES
    holds = row.valid_until is None or row.valid_until >= clock.today()
    if row.entered_by_id == actor.user.pk and row.verified_at is None and holds:
        return may_enter(row.holder, actor)
    return no(_("Only the county office takes papers off the file."))


def may_note_check(row: Qualification, actor: Actor) -> Verdict:
    """Who may enter papers of the holder, for a brand number that is in force."""
    if row.check_due_on is None or row.removed_at is not None:
        return no(_("This paper has no yearly check."))
    return may_enter(row.holder, actor)


# Where a dossier keeps what `read_lapses` found, by day.
LAPSES = "_lapses"


def read_lapses(submissions: Iterable[Submission], day: date) -> None:
    """Read the answer of `papers_valid` for each of many dossiers at once; one query."""
    read_lapses_of_days([(row, day) for row in submissions])


def read_lapses_of_days(asked: Iterable[tuple[Submission, date]]) -> None:
    """Read the answer of `papers_valid` for many dossiers, each on its own day; one query."""
    pairs = list(asked)
    if not pairs:
        return
    rows = [row for row, _day in pairs]
    organisations = {row.organisation_id for row in rows if row.organisation_id is not None}
    papers = (
        Qualification.objects.on_file()
        .with_renewal()
        .filter(
            Q(submission__in={row.pk for row in rows}) | Q(organisation__in=organisations),
            kind__in=BLOCKING,
            valid_until__lt=max(day for _row, day in pairs),
        )
        .order_by("valid_until", "pk")
    )
    held: dict[tuple[str, int], list[Qualification]] = {}
    for paper in papers:
        name = "submission" if paper.submission_id is not None else "organisation"
        held.setdefault((name, getattr(paper, f"{name}_id")), []).append(paper)
    for row, day in pairs:
        own = held.get(("submission", row.pk), ())
        shared = held.get(("organisation", row.organisation_id or 0), ())
        row.__dict__.setdefault(LAPSES, {})[day] = judged((*own, *shared), day)


def judged(papers: Iterable[Qualification], day: date) -> Verdict:
    """What `papers_valid` answers, of papers that were read with their renewals."""
    lapsed = [paper for paper in papers if paper.kind in BLOCKING and _has_lapsed(paper, day)]
    if not lapsed:
        return YES
    return no(lapse_sentence(min(lapsed, key=lambda paper: (paper.valid_until, paper.pk))))


def _has_lapsed(paper: Qualification, day: date) -> bool:
    """What `lapsed_on` says in SQL, of one paper read with its renewal."""
    renewed: date | None = paper.renewed_from  # type: ignore[attr-defined]
    begun = renewed is not None and renewed <= day
    return paper.valid_until is not None and paper.valid_until < day and not begun


def papers_valid(submissions: Iterable[Submission], day: date) -> Verdict:
    """Whether no paper of the dossiers and of their organisations has lapsed by `day`; one query.

    A paper without a word about it stops nothing; see `queries.missing` for what is required.
    """
    rows = list(submissions)
    if all(day in row.__dict__.get(LAPSES, {}) for row in rows):
        return next((found for row in rows if not (found := row.__dict__[LAPSES][day])), YES)
    organisations = [row.organisation_id for row in rows if row.organisation_id is not None]
    held = Q(submission__in=[row.pk for row in rows]) | Q(organisation__in=organisations)
    lapsed = _stopping(day).filter(held).order_by("valid_until", "pk").first()
    return YES if lapsed is None else no(lapse_sentence(lapsed))


def _stopping(day: date) -> QualificationQuerySet:
    return Qualification.objects.lapsed_on(day).filter(kind__in=BLOCKING)


def lapse_sentence(row: Qualification) -> str:
    """What has lapsed, and its last valid day."""
    return str(
        _("“%(paper)s” (No. %(number)s) was valid until %(day)s: enter its renewal.")
        % {"paper": row.label, "number": row.number, "day": date_text(row.valid_until)}
    )


def bearing(kind: PaperKind, day: date, *, of: str = "") -> Q:
    """Dossiers that hold a paper of a kind on `day`, of their own or through their organisation.

    `of` is as for `usable_on`. Both ways are read from the papers, which are few, to the dossiers.
    """
    path = f"{of}__" if of else ""
    held = Qualification.objects.valid_on(day).filter(kind=kind)
    return Q(**{f"{path}pk__in": _dossiers_with(held)})


def with_same_number(submission: Submission) -> QuerySet[Any] | None:
    """The ids of dossiers that bear a brand number which this one bears today too; None where it
    bears none. Queries as `present`."""
    own = [row for row in queries.present(submission) if row.kind in BRANDS]
    if not own:
        return None
    same = reduce(or_, (Q(kind=row.kind, number=row.number) for row in own))
    return _dossiers_with(Qualification.objects.on_file().filter(same))


def _dossiers_with(held: QualificationQuerySet) -> QuerySet[Any]:
    """The ids of dossiers that hold one of these papers themselves or through their organisation;
    two readings put together, each by its own index."""
    rows = held.order_by()
    own = rows.filter(submission__isnull=False).values("submission")
    shared = rows.filter(organisation__isnull=False).values("organisation")
    through = Submission.objects.filter(organisation__in=shared).order_by().values("pk")
    return own.union(through)


def usable_on(day: date, *, of: str = "") -> Q:
    """Dossiers none of whose papers, and none of whose organisation's, has lapsed by `day`.

    `of` is the lookup path from the filtered row to its dossier: `submission` for a product. It
    becomes a part of the one query it filters; both halves are found by `qualification_lapse`.
    """
    path = f"{of}__" if of else ""
    lapsed = _stopping(day).order_by()
    own = lapsed.filter(submission__isnull=False).values("submission")
    shared = lapsed.filter(organisation__isnull=False).values("organisation")
    return ~Q(**{f"{path}pk__in": own}) & ~Q(**{f"{path}organisation__in": shared})
