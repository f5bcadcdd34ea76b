"""Composed reads of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Count, DateField, F, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least

from portal import clock, workdays
from portal.accounts import queries as accounts
from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.desk.models import Letter, SavedView
from portal.lists import Counted, counted
from portal.submissions import queries as dossiers
from portal.submissions.enums import DECIDED, NEVER, ReasonCode
from portal.submissions.models import Remark, Submission, SubmissionQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

REVIEWERS, REVIEWERS_SECONDS = "names-of-reviewers", 60
# Fewer working days left than this, and the clock turns yellow.
SOON_DAYS = 3


def queue(user: User) -> SubmissionQuerySet:
    """What is under review and `user` may see, the most urgent first; one query."""
    rows = dossiers.dossiers(user).filter(dossiers.under_review())
    return in_order(rows.select_related("reviewer"))


def in_order(rows: SubmissionQuerySet) -> SubmissionQuerySet:
    """Order by promised day, then number; `by` is what the order and `after` compare."""
    return rows.annotate(by=Coalesce("due_on", NEVER)).order_by("by", "pk")


def few_in_order(rows: SubmissionQuerySet) -> SubmissionQuerySet:
    """The same order for what is a small part of the queue, such as one's own.

    The day is spelled differently on purpose: as in `in_order`, the database would walk the index
    of the whole queue to find a few rows.
    """
    by = Least(Coalesce("due_on", NEVER), Value(NEVER, output_field=DateField()))
    return rows.annotate(by=by).order_by("by", "pk")


def after(rows: SubmissionQuerySet, row: Submission) -> SubmissionQuerySet:
    """Narrow an ordered queue to what comes after `row`, whether `row` is still in it or not."""
    return rows.filter(_beside(row, "gt"))


def before(rows: SubmissionQuerySet, row: Submission) -> SubmissionQuerySet:
    """Narrow an ordered queue to what comes before `row`, the nearest first."""
    return rows.filter(_beside(row, "lt")).order_by(F("by").desc(), "-pk")


def _beside(row: Submission, side: str) -> Q:
    """What stands on one side of `row`, `gt` or `lt`, in the order of `in_order`."""
    by = row.due_on or NEVER
    # By name: `by` is an annotation that type checkers do not know.
    return Q(**{f"by__{side}": by}) | Q(**{"by": by, f"pk__{side}": row.pk})


# A queue of at most so many is read as a whole where one stands in it.
SHORT = 500


@dataclass(frozen=True)
class Beside:
    """Where a dossier stands in a queue: how many there are, and the codes on both sides."""

    remaining: Counted
    previous: str | None
    following: str | None


def beside(rows: SubmissionQuerySet, row: Submission, *, few: bool) -> Beside:
    """Find what stands beside `row`, whether it is still in the queue or not.

    One reading where the queue is one's own (`few`) and short, else three that follow its index.
    """
    if few:
        # By name: `by` is an annotation that type checkers do not know.
        near: list[Any] = list(rows.values_list(*("by", "pk", "code"))[: SHORT + 1])
        if len(near) <= SHORT:
            own = (row.due_on or NEVER, row.pk)
            behind = [code for by, pk, code in near if (by, pk) < own]
            ahead = [code for by, pk, code in near if (by, pk) > own]
            return Beside(
                Counted(len(near)),
                behind[-1] if behind else None,
                ahead[0] if ahead else None,
            )
    codes: Any = rows.values_list("code", flat=True)
    return Beside(counted(rows), _first(before(codes, row)), _first(after(codes, row)))


def _first(codes: Any) -> str | None:
    code: str | None = codes.first()
    return code


def by_clock(rows: SubmissionQuerySet, colour: str) -> SubmissionQuerySet:
    """Narrow to one colour of the clock: over (red), soon (yellow) or fine (green)."""
    today = clock.today()
    soon = workdays.after(today, SOON_DAYS)
    return {
        "over": rows.filter(due_on__lt=today),
        "soon": rows.filter(due_on__gte=today, due_on__lt=soon),
        "fine": rows.filter(due_on__gte=soon),
    }[colour]


def waiting_since(rows: SubmissionQuerySet, days: int) -> SubmissionQuerySet:
    """Narrow to what was submitted at least so many days ago."""
    return rows.filter(submitted_at__lte=clock.now() - timedelta(days=days))


def reviewers() -> QuerySet[User]:
    """Programme staff with an open account, by name."""
    staff = Membership.objects.active().filter(role=Role.STAFF).values("user")
    return User.objects.filter(is_active=True, pk__in=staff).order_by("full_name", "pk")


def names_of_reviewers() -> list[tuple[int, str]]:
    """(id, name) of each reviewer, at most a minute old; for choosing among them.

    The act asks again whether the chosen one may be given anything.
    """
    names = cache.get(REVIEWERS)
    if names is None:
        names = [(user.pk, str(user)) for user in reviewers()]
        cache.set(REVIEWERS, names, REVIEWERS_SECONDS)
    return names


def load() -> dict[int, int]:
    """Open dossiers on the desk of each reviewer who is there today; two queries."""
    absent = set(accounts.away(clock.today()).values_list("absent", flat=True))
    present = [user.pk for user in reviewers() if user.pk not in absent]
    counted = (
        Submission.objects.filter(dossiers.under_review(), reviewer__in=present)
        .order_by()
        .values_list("reviewer")
        .annotate(n=Count("pk"))
    )
    return dict.fromkeys(present, 0) | dict(counted)


def letters() -> QuerySet[Letter]:
    """The templates that are offered."""
    return Letter.objects.filter(is_active=True)


def every_letter() -> QuerySet[Letter]:
    """All templates, those no longer offered too."""
    return Letter.objects.all()


def views_of(user: User | AnonymousUser) -> QuerySet[SavedView]:
    """The filters `user` keeps."""
    return (
        SavedView.objects.filter(user=user) if user.is_authenticated else SavedView.objects.none()
    )


# --- How reviewing goes ------------------------------------------------------------------------


@dataclass(frozen=True)
class CountyPass:
    """Decided dossiers of one county, and how many went through without a return."""

    code: str
    name: str
    decided: int
    first: int

    @property
    def rate(self) -> int:
        """Whole per cent, rounded down."""
        return self.first * 100 // self.decided


def overdue_by_county(user: User) -> list[Any]:
    """Counties with overdue steps; one query.

    Rows have county, county__name, city__name, n and oldest (the earliest day promised).
    """
    rows = Submission.objects.visible_to(user).filter(due_on__lt=clock.today())
    return list(
        rows.order_by()
        .values("county", "county__name", "city__name")
        .annotate(n=Count("pk"), oldest=Min("due_on"))
        .order_by("-n", "county")
    )


def _decided(user: User, days: int | None, which: Mapping[str, str] | None) -> SubmissionQuerySet:
    rows = Submission.objects.visible_to(user).filter(state__in=DECIDED, **(which or {}))
    if days is not None:
        rows = rows.filter(decided_at__gte=clock.now() - timedelta(days=days))
    return rows


def first_pass(
    user: User, *, days: int | None, which: Mapping[str, str] | None = None
) -> list[CountyPass]:
    """First-pass rate of each county over what was decided in the last `days`; one query.

    `which` narrows to a kind or a county.
    """
    counted = (
        _decided(user, days, which)
        .filter(county__isnull=False)
        .order_by()
        .values_list("county", "county__name")
        .annotate(n=Count("pk"), first=Count("pk", filter=Q(returns=0)))
        .order_by("county")
    )
    return sorted((CountyPass(*row) for row in counted), key=lambda row: (row.rate, row.code))


def days_to_decision(
    user: User, *, days: int | None, which: Mapping[str, str] | None = None
) -> list[int]:
    """Working days from the last submission to the decision, of each that was decided in the last
    `days`; one query."""
    rows = _decided(user, days, which).order_by("pk").values_list("submitted_at", "decided_at")
    return sorted(
        workdays.until(
            first.astimezone(clock.SHANGHAI).date(), last.astimezone(clock.SHANGHAI).date()
        )
        for first, last in rows
        if first is not None and last is not None
    )


def reason_codes(
    user: User, *, days: int | None, which: Mapping[str, str] | None = None
) -> list[tuple[str, int]]:
    """(code, remarks) of what was sent back in the last `days`, the most frequent first."""
    dossiers_seen = Submission.objects.visible_to(user).filter(**(which or {}))
    rows = Remark.objects.filter(submission__in=dossiers_seen)
    if days is not None:
        rows = rows.filter(created_at__gte=clock.now() - timedelta(days=days))
    counted = rows.order_by().values_list("reason").annotate(n=Count("pk"))
    return list(counted.order_by("-n", "reason"))


def reasons(user: User, *, days: int | None, county: str = "") -> list[tuple[str, int]]:
    """The same in words, of every kind together."""
    counted = reason_codes(user, days=days, which={"county": county} if county else None)
    return [(str(ReasonCode(reason).label), n) for reason, n in counted]
