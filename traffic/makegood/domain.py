"""The acts on make-goods."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import clock, workdays
from portal.accounts.actor import Actor
from portal.jobs.domain import enqueue
from portal.ledger import queries as ledger
from portal.ledger.models import Account
from portal.moves.domain import lock, log_move, refuse_if_older, transition
from portal.verdict import RuleBroken, require
from traffic import readiness
from traffic.makegood import queries, rules
from traffic.makegood.enums import MakeGoodState
from traffic.makegood.models import MakeGood
from traffic.makegood.queries import Shortfall
from traffic.models import Placement

WORK = "traffic.make_good"
# Working days in which a make-good is decided.
DAYS_TO_DECIDE = 10
# Windows that ended longer ago are looked at when a day of theirs closes again, not by the sweep.
LOOKED_BACK = timedelta(days=60)
AT_ONCE = 200
# So many of the likeliest placements are asked whether they may be promoted.
TRIED = 10


def judge_day(day: date) -> None:
    """Ask for the placements of a closed day to be judged, in the transaction of the close."""
    ended = Placement.objects.filter(
        first_day__lte=day, last_day__gte=day, last_day__lt=clock.today()
    )
    if ended.exists():
        enqueue(kind=WORK, key=day.isoformat(), payload={"day": day.isoformat()})


def judge_of_day(day: date) -> int:
    """Judge the placements whose window holds `day`; return how many make-goods changed."""
    return _judge(queries.over().filter(first_day__lte=day, last_day__gte=day).order_by("pk"))


def sweep() -> int:
    """Judge what ended lately or waits, and let lapse what nobody decided; return how many
    changed. Doing it again changes nothing."""
    today = clock.today()
    late = sum(_let_lapse(row) for row in queries.waiting().filter(due_on__lt=today))
    recent = queries.over().filter(last_day__gte=today - LOOKED_BACK, make_good=None)
    standing = queries.over().filter(make_good__state=MakeGoodState.PROPOSED)
    return late + _judge(recent.order_by("pk")) + _judge(standing.order_by("pk"))


def _let_lapse(row: MakeGood) -> bool:
    """Let one lapse; False where somebody decided or adjusted it at this very moment."""
    try:
        transition(row, "run_out", actor=Actor.system(), seen=row.version)
    except RuleBroken:
        return False
    return True


def _judge(rows: Iterable[Placement]) -> int:
    """Settle those placements whose figures ask for something else than what stands."""
    changed = 0
    numbers = [row.pk for row in rows]
    for start in range(0, len(numbers), AT_ONCE):
        found = list(
            Placement.objects.filter(pk__in=numbers[start : start + AT_ONCE])
            .select_related("account", "make_good")
            .order_by("pk")
        )
        figures = queries.shortfalls(found)
        changed += sum(
            settle(row) for row in found if _asks(getattr(row, "make_good", None), figures[row.pk])
        )
    return changed


def _asks(row: MakeGood | None, found: Shortfall) -> bool:
    """Whether figures ask for something else than what stands; a decision stands whatever comes."""
    if row is None or row.state == MakeGoodState.WITHDRAWN:
        return found.short > 0
    figures = (found.promised, found.delivered, found.short)
    return row.is_open and (row.promised, row.delivered, row.short) != figures


@transaction.atomic
def settle(placement: Placement) -> bool:
    """Propose a make-good, let a proposal follow its figures, or withdraw it; True when anything
    was written.

    Locks the placement, so that of two workers one proposes, then its make-good.
    """
    row = Placement.objects.select_for_update().get(pk=placement.pk)
    found = queries.shortfall(row)
    standing = MakeGood.objects.filter(placement=row).first()
    if standing is not None:
        standing = lock(standing)
    if not _asks(standing, found):
        return False
    if standing is None:
        _propose(row, found)
    elif not standing.is_open:
        again = transition(standing, "reopen_gap", actor=Actor.system(), seen=standing.version)
        again.adjusted_by, again.due_on = None, _due()
        _follow(again, found)
    elif found.short > 0:
        standing.version += 1
        _follow(standing, found)
        log_move(standing, name="refigure", from_state=standing.state, actor=Actor.system())
    else:
        transition(standing, "close_gap", actor=Actor.system(), seen=standing.version)
    return True


def propose(*, placement: Placement) -> MakeGood:
    """Propose a make-good for one placement now.

    Raises: RuleBroken when its figures do not stand yet, nothing of its own is short, or there is
    one already.
    """
    if not queries.over().filter(pk=placement.pk).exists():
        raise RuleBroken(_("The window is not over, or its last day is not closed yet."))
    require(rules.may_be_made_good(queries.shortfall(placement)))
    if not settle(placement):
        raise RuleBroken(_("This shortfall has its make-good already."))
    return MakeGood.objects.get(placement=placement)


def _due() -> date:
    return workdays.after(clock.today(), DAYS_TO_DECIDE)


def _propose(placement: Placement, found: Shortfall) -> MakeGood:
    row = MakeGood.objects.create(
        placement=placement,
        promised=found.promised,
        delivered=found.delivered,
        short=found.short,
        amount=found.short,
        target=_likely_target(placement),
        reserve=queries.reserve_of(placement.account, found.short),
        due_on=_due(),
        proposed_at=clock.now(),
    )
    log_move(row, name="propose", from_state="", actor=Actor.system())
    return row


def _follow(row: MakeGood, found: Shortfall) -> None:
    """Let an undecided proposal follow its figures: what a person set stays, but never more than
    is short."""
    row.promised, row.delivered, row.short = found.promised, found.delivered, found.short
    if row.adjusted_by_id is None:
        row.amount = found.short
        row.reserve = queries.reserve_of(row.placement.account, found.short)
        if row.target is None or not rules.fits(row, row.target):
            row.target = _likely_target(row.placement)
    row.amount = min(row.amount, found.short)
    row.save()


def _likely_target(placement: Placement) -> Placement | None:
    """The likeliest placement that may be promoted now, or None."""
    tried = list(queries.targets(placement)[:TRIED])
    ready = readiness.of_placements(tried)
    return next((row for row in tried if ready.get(row.pk)), None)


@transaction.atomic
def adjust(
    *,
    make_good: MakeGood,
    amount: int,
    target: Placement,
    reserve: Account,
    due_on: date,
    reason: str,
    actor: Actor,
    seen: int,
) -> MakeGood:
    """Set what is given, to which placement, out of which account, and until when to decide.

    Locks the make-good. Who adjusts it does not approve it.
    Raises: SeenTooOld when it moved on; RuleBroken when it is decided, or a value does not fit.
    """
    row: MakeGood = lock(make_good)
    refuse_if_older(row, seen=seen)
    require(rules.may_handle(row, actor))
    if not row.is_open:
        raise RuleBroken(_("This make-good is decided: nothing of it changes any more."))
    require(rules.fits(row, target))
    short = queries.shortfall(row.placement).short
    if not 0 < amount <= min(short, row.short):
        raise RuleBroken(
            _("Between 1 and %(short)s can be made good: that is what is short.")
            % {"short": f"{min(short, row.short):,}"},
            code="amount",
        )
    if not ledger.above(row.placement.account).filter(pk=reserve.pk).exists():
        raise RuleBroken(_("A make-good comes from an account above the placement."))
    if due_on < clock.today():
        raise RuleBroken(_("The day by which to decide lies before today."), code="due_on")
    if not reason.strip():
        raise RuleBroken(_("Give the reason: it stays readable for ever."), code="reason")
    row.amount, row.target, row.reserve, row.due_on = amount, target, reserve, due_on
    row.adjusted_by = actor.person
    row.version += 1
    row.save()
    log_move(row, name="adjust", from_state=row.state, actor=actor, note=reason.strip())
    return row
