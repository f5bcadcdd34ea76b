"""Asking for work, taking it, and ending it.

Times here are real ones, not the programme's: leases and back-off are machinery, and the
demonstration's clock, which goes back every midnight, would break them.
"""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from kombu.exceptions import OperationalError as BrokerError

from portal.audit.domain import record
from portal.celery import app as celery_app
from portal.jobs import rules
from portal.jobs.handlers import Result, handler_of, queue_of
from portal.jobs.models import Work, WorkState
from portal.verdict import RuleBroken, require

logger = logging.getLogger(__name__)

WAKE_TASK = "portal.jobs.tasks.wake"
SWEEP_TASK = "portal.jobs.tasks.sweep_work"
# A row that kills its worker (memory, a crash in C) would kill every worker in turn.
MAX_DEATHS = 3
# Seconds to wait after the first, second and every later error.
BACK_OFF_SECONDS = (30, 120, 600)
# An ask finds its row taken between two statements at most a few times in a row.
ASK_TRIES = 10
DIED = gettext_noop("The worker died three times while doing this. Look at the worker's log.")
GAVE_UP = gettext_noop("This failed every time it was tried. Look at the worker's log.")


class LeaseLost(Exception):
    """The lease ran out and the row belongs to somebody else now: stop, and write nothing."""


# --- Asking ----------------------------------------------------------------------------------


@transaction.atomic
def enqueue(
    *,
    kind: str,
    key: str,
    payload: dict[str, Any] | None = None,
    asked_by: Any = None,
    run_after: datetime | None = None,
    total: int = 0,
) -> Work:
    """Ask for work in the caller's transaction; asking twice for the same key asks once.

    A row that waits already is returned, with the newer payload and the earlier `run_after`.
    While a row of the key runs, another one is written and runs after it: the run under way may
    have read before the caller's facts stood. Two rows of one key never run at the same time.

    Locks the waiting row until the caller commits. Without that a worker could take the row,
    miss the caller's uncommitted facts, and nobody would look again. Who asks for several keys in
    one transaction asks in sorted order, or two such callers can wait for each other.

    `run_after` is real time. Raises nothing when the broker is away: the sweep finds the row.
    """
    if len(kind) > 60 or len(key) > 120:
        raise ValueError(f"Kind or key of work is too long (60 and 120): {kind!r} {key!r}.")
    asked = Work(
        kind=kind,
        key=key,
        payload=payload or {},
        asked_by=asked_by,
        run_after=run_after or timezone.now(),
        total=total,
    )
    work = _insert_or_lock(asked)
    _take_over(work, asked)
    if work.run_after <= timezone.now():
        transaction.on_commit(lambda: send_wake(work))
    return work


def _insert_or_lock(asked: Work) -> Work:
    """Return the one waiting row of the key, inserted now or found, locked either way."""
    for _try in range(ASK_TRIES):
        # ON CONFLICT DO NOTHING: a failed INSERT would break the caller's transaction.
        Work.objects.bulk_create([asked], ignore_conflicts=True)
        work = (
            Work.objects.select_for_update()
            .filter(kind=asked.kind, key=asked.key, state=WorkState.WAITING)
            .first()
        )
        # None: a worker took the row between the two statements. It may have missed our facts.
        if work is not None:
            return work
    raise RuntimeError(f"No waiting row for work {asked.kind!r} {asked.key!r} could be written.")


def _take_over(work: Work, asked: Work) -> None:
    """Give a row that waited already what the newer ask brings."""
    newer = {
        "payload": asked.payload,
        "run_after": min(work.run_after, asked.run_after),
        "asked_by_id": work.asked_by_id or asked.asked_by_id,
        "total": asked.total,
    }
    changed = [name for name, value in newer.items() if getattr(work, name) != value]
    for name in changed:
        setattr(work, name, newer[name])
    if changed:
        work.save(update_fields=changed)


def send_wake(work: Work) -> None:
    """Tell a worker that the row is there; a broker that is away only costs time."""
    try:
        celery_app.send_task(WAKE_TASK, args=[work.pk], queue=queue_of(work.kind))
    except (BrokerError, OSError) as error:
        logger.warning("No broker; work %s waits for the sweep: %s", work.pk, error)


# --- Taking and holding ----------------------------------------------------------------------


@transaction.atomic
def take(*, work_id: int) -> Work | None:
    """Give the row to this worker under a new lease; None when it is not there to take.

    The conditional UPDATE lets one worker through on both databases. The row lock before it only
    passes over rows that somebody is still writing, instead of waiting for them. A row whose
    worker has vanished for the third time is parked instead.
    """
    now = timezone.now()
    rows = Work.objects.due(now).filter(pk=work_id)
    work = rows.select_for_update(skip_locked=True).first()
    if work is None:
        return None
    work.deaths += work.state == WorkState.RUNNING
    if work.deaths >= MAX_DEATHS:
        _end(work, WorkState.PARKED, deaths=work.deaths, reason=DIED)
        return None
    work.state = WorkState.RUNNING
    work.attempts += 1
    work.lease_token = secrets.token_hex(16)
    work.lease_until = now + timedelta(seconds=settings.WORK_LEASE_SECONDS)
    names = ("state", "attempts", "deaths", "lease_token", "lease_until")
    taken = rows.update(**{name: getattr(work, name) for name in names})
    return work if taken else None


def extend(*, work: Work, done: int, total: int) -> None:
    """Write how far the work is and hold it for another lease. Raises: LeaseLost."""
    until = timezone.now() + timedelta(seconds=settings.WORK_LEASE_SECONDS)
    if not Work.objects.held_by(work).update(done=done, total=total, lease_until=until):
        raise LeaseLost(f"Work {work.pk} belongs to another worker now.")


class Progress:
    """What a handler says while it works.

    A handler that runs longer than a lease (`WORK_LEASE_SECONDS`) must call `step` now and then,
    or the row goes to another worker.
    """

    def __init__(self, work: Work, *, seconds_between_writes: float = 1.0) -> None:
        self.work = work
        self.finished = False
        self._pause = seconds_between_writes
        self._write_after = 0.0

    def step(self, done: int, total: int | None = None) -> None:
        """Say that `done` of `total` is done; written at most once a second, and at the end.

        Raises: LeaseLost, when a write finds the row in other hands.
        """
        if total is not None:
            self.work.total = total
        complete = 0 < self.work.total <= done
        if time.monotonic() < self._write_after and not complete:
            return
        extend(work=self.work, done=done, total=self.work.total)
        self._write_after = time.monotonic() + self._pause

    def finish(self, result: Result = None) -> None:
        """End the work in the handler's own transaction, so that effect and end are one commit.

        Called last inside the handler's `transaction.atomic()`, it makes the effect happen
        exactly once, whenever the worker dies. Raises: LeaseLost, which undoes the effect.
        """
        finish(work=self.work, result=result)
        self.finished = True


# --- Ending ----------------------------------------------------------------------------------


@transaction.atomic
def finish(*, work: Work, result: Result = None) -> None:
    """End the work as done. Raises: LeaseLost when this worker no longer holds the row."""
    _end(work, WorkState.DONE, result=result, reason="", fault="")
    # What failed earlier under this key is done now; nobody has to look at it any more.
    Work.objects.filter(
        kind=work.kind, key=work.key, state=WorkState.PARKED, pk__lt=work.pk
    ).update(state=WorkState.REPLACED)


@transaction.atomic
def fail(*, work: Work, error: Exception) -> None:
    """Try again later, or park the work with its reason.

    A broken rule parks at once with its own sentence: trying again would break it again. Other
    errors are tried again after a pause, as often as the handler allows. When the same work was
    asked for again meanwhile, that newer row does it. Raises: LeaseLost.
    """
    if isinstance(error, RuleBroken):
        _end(work, WorkState.PARKED, reason=str(error) or GAVE_UP, fault="")
        return
    failures = work.attempts - work.deaths
    if failures >= _max_attempts(work):
        _end(work, WorkState.PARKED, reason=GAVE_UP, fault=fault_of(error))
        return
    pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS)) - 1]
    again_at = timezone.now() + timedelta(seconds=pause)
    try:
        with transaction.atomic():
            held = Work.objects.held_by(work).update(
                state=WorkState.WAITING,
                run_after=again_at,
                lease_until=None,
                fault=fault_of(error),
            )
    except IntegrityError:  # one waiting row per key: a newer ask stands there
        _leave_to_newer(work, again_at, fault_of(error))
        return
    if not held:
        raise LeaseLost(f"Work {work.pk} belongs to another worker now.")


def _leave_to_newer(work: Work, again_at: datetime, fault: str) -> None:
    """Let the waiting row of the same key do the work, counting the attempts made so far."""
    newer = Work.objects.select_for_update().get(
        kind=work.kind, key=work.key, state=WorkState.WAITING
    )
    newer.attempts += work.attempts
    newer.deaths += work.deaths
    newer.run_after = min(newer.run_after, again_at)
    newer.save(update_fields=["attempts", "deaths", "run_after"])
    _end(work, WorkState.REPLACED, fault=fault, result={"replaced_by": newer.pk})


def _end(work: Work, state: WorkState, **values: Any) -> None:
    """Write the end of a row this worker holds, and wake what waited for it."""
    ended = Work.objects.held_by(work).update(
        state=state, lease_until=None, finished_at=timezone.now(), **values
    )
    if not ended:
        raise LeaseLost(f"Work {work.pk} belongs to another worker now.")
    following = Work.objects.filter(
        kind=work.kind, key=work.key, state=WorkState.WAITING, run_after__lte=timezone.now()
    ).first()
    if following is not None:
        transaction.on_commit(lambda: send_wake(following))


def _max_attempts(work: Work) -> int:
    """How many errors park this work; a kind without a handler gets the usual number."""
    try:
        return handler_of(work.kind).max_attempts
    except LookupError:
        return 3


def fault_of(error: Exception) -> str:
    """Kind and place of an error, without its text: that may hold names and phone numbers."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(settings.BASE_DIR)]
    if not ours:
        return type(error).__name__
    place = Path(ours[-1].filename).relative_to(settings.BASE_DIR)
    return f"{type(error).__name__} · {place}:{ours[-1].lineno}"[:200]


@transaction.atomic
def retry_parked(*, work: Work, actor: rules.Retrier) -> Work:
    """Let parked work be tried again from the start.

    Locks the row, so that two people pressing the button ask once.
    Raises: RuleBroken when `actor` may not, or the work no longer stands parked.
    """
    work = Work.objects.select_for_update().get(pk=work.pk)
    require(rules.may_retry(work=work, actor=actor))
    work.state = WorkState.WAITING
    work.attempts = work.deaths = work.done = 0
    work.run_after = timezone.now()
    work.finished_at = None
    work.reason = work.fault = ""
    try:
        with transaction.atomic():
            work.save()
    except IntegrityError:
        raise RuleBroken(rules.NEWER_WAITS) from None
    record(actor=actor, act="work.retry", subject=work, kind=work.kind)
    transaction.on_commit(lambda: send_wake(work))
    return work


# --- Running ---------------------------------------------------------------------------------


def run(*, work_id: int) -> bool:
    """Take the row and do the work in this process; False when it was not there to take.

    Takes no transaction around the handler: what that commits stands. A message that comes
    twice finds the row taken or ended and does nothing.
    """
    work = take(work_id=work_id)
    if work is None:
        return False
    try:
        _do(work)
    except LeaseLost as error:
        logger.warning("%s (%s): %s", work.pk, work.kind, error)
    return True


def _do(work: Work) -> None:
    """Call the handler and write how it ended."""
    progress = Progress(work)
    try:
        result = handler_of(work.kind).run(work, progress)
        if not _is_finished(progress):
            finish(work=work, result=result)
    except LeaseLost:
        raise
    except Exception as error:
        if isinstance(error, RuleBroken):
            logger.info("Work %s (%s) is parked: %s", work.pk, work.kind, error)
        else:
            logger.exception("Work %s (%s) failed", work.pk, work.kind)
        fail(work=work, error=error)


def _is_finished(progress: Progress) -> bool:
    """True when the handler ended the work itself and its transaction was not rolled back."""
    work = progress.work
    return (
        progress.finished
        and Work.objects.filter(
            pk=work.pk, state=WorkState.DONE, lease_token=work.lease_token
        ).exists()
    )


def run_due(*, limit: int | None = None, kinds: Collection[str] = ()) -> int:
    """Do what is due, oldest first, in this process; return how many rows were done or tried.

    `kinds` leaves all other kinds to the workers; empty for every kind.
    """
    ran = 0
    passed_over: list[int] = []
    while limit is None or ran < limit:
        due = Work.objects.due(timezone.now()).exclude(pk__in=passed_over)
        if kinds:
            due = due.filter(kind__in=kinds)
        work_id = due.order_by("run_after", "pk").values_list("pk", flat=True).first()
        if work_id is None:
            break
        if run(work_id=work_id):
            ran += 1
        else:
            passed_over.append(work_id)
    return ran
