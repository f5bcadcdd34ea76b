"""Checks that are kept: asked for at night or by the office, done as work, shown on a page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Min, QuerySet, Subquery

from portal import clock
from portal.accounts.actor import Actor
from portal.jobs.domain import Progress, enqueue
from portal.jobs.models import Work
from portal.statements import raw
from portal.verdict import require
from traffic import rules
from traffic.models import Day, Difference, Reconciliation
from traffic.reconciling import reconcile
from traffic.reconciling.report import Report

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.statements.models import Statement

RECONCILE = "traffic.reconcile"
# Checks that are kept: those of a year and some more.
KEPT = 400
# Without a check for so long somebody has to look why.
MISSED = timedelta(days=2)
# Differences said on the page of a statement.
MOST_SAID = 10


def ask(*, actor: Actor) -> Work:
    """Ask for a check now; asking while one waits asks once. Raises: RuleBroken."""
    require(rules.may_reconcile(actor))
    return enqueue(kind=RECONCILE, key="all", asked_by=actor.user)


def check(*, work: Work, progress: Progress) -> Reconciliation:
    """Check all figures and keep what was found; the work ends in the same commit."""
    started_at = clock.now()
    raw.clear_drafts()
    report = reconcile(progress.step)
    with transaction.atomic():
        row = _keep(report, started_at=started_at, work=work)
        progress.finish({"differences": report.found, "url": row.get_absolute_url()})
    return row


def _keep(report: Report, *, started_at: datetime, work: Work) -> Reconciliation:
    row = Reconciliation.objects.create(
        started_at=started_at,
        ended_at=max(started_at, clock.now()),
        asked_by=work.asked_by,
        lines=report.lines,
        checked=[[each.sentence, each.words] for each in report.checked],
        found=report.found,
    )
    Difference.objects.bulk_create(
        [
            Difference(
                reconciliation=row,
                sentence=each.sentence,
                words=each.words,
                statement_id=each.statement,
                date=each.day,
                placement_id=each.placement,
            )
            for each in report.differences
        ],
        batch_size=500,
    )
    kept = Reconciliation.objects.order_by("-pk").values("pk")[:KEPT]
    Reconciliation.objects.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return row


def newest() -> Reconciliation | None:
    """The newest check."""
    return Reconciliation.objects.order_by("-pk").first()


def days_without(latest: Reconciliation | None) -> int:
    """For how many days nobody checked, once they are too many; else 0.

    Without any check: since the first day was closed.
    """
    since = latest.ended_at if latest else Day.objects.aggregate(at=Min("closed_at"))["at"]
    missed = clock.now() - since if since else timedelta()
    return missed.days if missed >= MISSED else 0


def checks(user: User) -> QuerySet[Any]:
    """Checks `user` may see, with who asked for them."""
    return Reconciliation.objects.visible_to(user).select_related("asked_by")


def differences(row: Reconciliation) -> QuerySet[Difference]:
    """What a check found, with what each difference is about."""
    return row.differences.select_related("statement__source", "placement")


def found_wrong(statement: Statement) -> list[Difference]:
    """What the newest check found wrong with a statement; two queries."""
    latest = Reconciliation.objects.order_by("-pk").values("pk")[:1]
    rows = Difference.objects.filter(reconciliation=Subquery(latest), statement=statement)
    return list(rows.order_by("pk")[:MOST_SAID])
