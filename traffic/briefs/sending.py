"""The brief every Monday to those who asked for it: each week once, whoever sends and how often."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext_noop

from portal import clock
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.jobs.domain import Progress, enqueue
from portal.notices.domain import notify
from portal.verdict import require
from traffic import rules
from traffic.briefs import queries, sheets
from traffic.briefs.models import BriefSent, BriefSubscription
from traffic.briefs.scopes import Scope, readable

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User
    from traffic.briefs.figures import Brief

WORK = "traffic.brief"
MADE = gettext_noop(
    "Weekly brief of %(scope)s, %(days)s: %(week)s delivered, %(against_plan)s against plan,"
    " %(against_before)s against last week; %(decide)s ask for a decision. %(notes)s"
)
NOTHING_READ = gettext_noop("Weekly brief of %(scope)s, %(days)s: %(notes)s")
PDF = gettext_noop("PDF")


# --- Asking for it -----------------------------------------------------------------------------


@transaction.atomic
def subscribe(*, scope: Scope, actor: Actor) -> None:
    """Have the scope's brief sent from the next one on; asked twice it is the same.

    Raises: RuleBroken when the person may read no briefs.
    """
    require(rules.may_read_board(actor))
    _row, new = BriefSubscription.objects.get_or_create(
        user=actor.person, scope=scope.code, defaults={"since": clock.now()}
    )
    if new:
        record(actor=actor, act="brief.subscribe", subject=actor.person, scope=scope.code)


@transaction.atomic
def unsubscribe(*, code: str, actor: Actor) -> None:
    """Have it sent no more, also when it may not be read any longer."""
    rows = BriefSubscription.objects.visible_to(actor.person).filter(scope=code)
    if rows.delete()[0]:
        record(actor=actor, act="brief.unsubscribe", subject=actor.person, scope=code)


def wished(user: User) -> list[str]:
    """The codes of the scopes whose brief a person has sent, the first asked for on top."""
    rows = BriefSubscription.objects.visible_to(user).order_by("since", "pk")
    return list(rows.values_list("scope", flat=True))


# --- Sending it --------------------------------------------------------------------------------


def ask() -> int:
    """Ask for the newest week's briefs that somebody lacks; return of how many scopes.

    Before half past eight on its Monday a brief is not made yet. Asked later, on any day until the
    next is made, this finds who was missed.
    """
    monday = queries.newest()
    if queries.made_at(monday) > clock.now():
        return 0
    codes = list(_lacking(monday).order_by("scope").values_list("scope", flat=True).distinct())
    for code in codes:
        payload = {"scope": code, "monday": monday.isoformat()}
        enqueue(kind=WORK, key=f"{code} {monday.isoformat()}", payload=payload)
    return len(codes)


def _lacking(monday: date) -> QuerySet[BriefSubscription]:
    """Who asked before the week's brief was made, has not left, and was not sent it."""
    sent = BriefSent.objects.filter(user=OuterRef("user"), scope=OuterRef("scope"), monday=monday)
    rows = BriefSubscription.objects.filter(since__lte=queries.made_at(monday))
    return rows.filter(~Exists(sent), user__is_active=True)


def send(*, code: str, monday: date, progress: Progress) -> dict[str, int]:
    """Send a scope's brief to everybody who lacks it; return to how many.

    Each person is a transaction: a worker that dies between two leaves the rest to the next one.
    What a brief says depends on its scope alone, so it is read once for all. A week that is not
    the newest any more is sent to nobody.
    """
    if monday != queries.newest():
        return {"sent": 0}
    sent, brief = 0, None
    rows = list(_lacking(monday).filter(scope=code).select_related("user").order_by("pk"))
    for number, row in enumerate(rows, start=1):
        actor = Actor.of(row.user)
        scope = _readable(code, actor)
        if scope is not None:
            # In the programme's language: the notice keeps words as they are now.
            with translation.override(settings.LANGUAGE_CODE):
                brief = brief or queries.brief(scope, monday, row.user)
                sent += _tell(row, scope, brief)
        progress.step(number, len(rows))
    return {"sent": sent}


def _readable(code: str, actor: Actor) -> Scope | None:
    """The scope, if the person may read its brief now."""
    if not rules.may_read_board(actor):
        return None
    return next((scope for scope in readable(actor) if scope.code == code), None)


@transaction.atomic
def _tell(row: BriefSubscription, scope: Scope, brief: Brief) -> bool:
    """Tell one person, and note it; False when another worker did, or the wish was taken back.

    Locks the subscription; two who send at once meet at the unique key of what was sent.
    """
    if not BriefSubscription.objects.select_for_update().filter(pk=row.pk).exists():
        return False
    _sent, new = BriefSent.objects.get_or_create(
        user=row.user, scope=row.scope, monday=brief.monday, defaults={"at": clock.now()}
    )
    if new:
        notify(
            recipients=[row.user],
            event="brief.made",
            msgid=MADE if brief.has_data else NOTHING_READ,
            params=_words(brief),
            url=scope.address("brief", brief.monday),
            more=[(PDF, scope.address("brief-pdf", brief.monday))],
            actor=Actor.system(),
        )
    return new


def _words(brief: Brief) -> dict[str, Any]:
    """The figures of the brief's head, as page, PDF and workbook have them."""
    told = sheets.texts(brief.now)
    return {
        "scope": brief.scope,
        "days": sheets.days(brief),
        **{name: told[name] for name in ("week", "against_plan", "against_before")},
        "decide": str(len(brief.decide)),
        "notes": "".join(sheets.notes(brief)),
    }
