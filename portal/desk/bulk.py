"""One decision on many dossiers, as work with progress.

The rows are named with the versions their reviewer saw, so whatever moved on meanwhile is left
out and said; what a killed worker had done already counts as done.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.desk import domain, queries, rules
from portal.jobs.domain import Progress, enqueue
from portal.jobs.models import Work
from portal.moves.domain import SeenTooOld, transition
from portal.moves.pages import second_click
from portal.submissions.domain import return_submission
from portal.submissions.models import Submission
from portal.verdict import RuleBroken, require

if TYPE_CHECKING:
    from django.utils.functional import Promise

BULK = "desk.bulk"
# More than anybody can have looked at; the rest is asked for again.
MOST = 10_000
# Acts offered for many at once, in the order of their buttons, and whether each asks for words.
ACTS: dict[str, tuple[str | Promise, bool]] = {
    "endorse": (_("Endorse"), False),
    "approve": (_("Approve"), False),
    "publish": (_("Publish"), False),
    "return": (_("Return for correction"), True),
    "spread": (_("Give out by workload"), False),
    "assign": (_("Give to a reviewer"), False),
}


def acts_of(actor: Actor) -> dict[str, str | Promise]:
    """The acts `actor` may try on many dossiers at once, with their words."""
    county = {"endorse", "return"}
    return {
        name: label for name, (label, _words) in ACTS.items() if actor.is_staff or name in county
    }


@transaction.atomic
def ask(*, act: str, rows: list[tuple[int, int]], actor: Actor, **words: Any) -> Work:
    """Ask for one act on many dossiers: `rows` are (id, version seen).

    `words` are the act's own: `note` of a return, `reviewer` (an id) of an assignment.
    Raises: RuleBroken when `actor` may not try it, or with no row or too many.
    """
    require(rules.may_review(actor))
    if act not in acts_of(actor):
        raise RuleBroken(_("Choose what to do."))
    if not rows:
        raise RuleBroken(_("Choose at least one dossier."))
    if len(rows) > MOST:
        raise RuleBroken(_("At most 10,000 at once: narrow the filter."))
    return enqueue(
        kind=BULK,
        key=uuid.uuid4().hex,
        payload={"act": act, "rows": rows, **words},
        asked_by=actor.person,
        total=len(rows),
    )


def run(*, work: Work, progress: Progress) -> dict[str, Any]:
    """Do it, each dossier in a transaction of its own; what cannot be done is said with its code.

    Rights are asked again for each row, as they stand now.
    """
    assert work.asked_by is not None  # noqa: S101 - `ask` names who asked
    actor = Actor.of(work.asked_by)
    step = _step(work.payload, actor)
    failed: list[list[str]] = []
    rows = work.payload["rows"]
    for done, (pk, seen) in enumerate(rows, start=1):
        row = queries.queue(work.asked_by).filter(pk=pk).first() or _ended(work.asked_by, pk)
        try:
            if row is None:
                raise RuleBroken(_("It is not there any more."))
            step(row, seen)
        except SeenTooOld as error:
            if not second_click(error, work.asked_by, work.payload["act"]):
                failed.append(_failure(row, pk, error))
        except RuleBroken as error:
            failed.append(_failure(row, pk, error))
        progress.step(done, len(rows))
    return {
        "url": reverse("desk-bulk-result", args=[work.pk]),
        "done": len(rows) - len(failed),
        "failed": failed,
    }


def _failure(row: Submission | None, pk: int, error: RuleBroken) -> list[str]:
    return [row.code, row.title, str(error)] if row else [str(pk), "", str(error)]


def _ended(user: User, pk: int) -> Submission | None:
    """A row that left the queue meanwhile: the door says what happened to it."""
    return Submission.objects.visible_to(user).filter(pk=pk).first()


def _step(payload: dict[str, Any], actor: Actor) -> Callable[[Submission, int], object]:
    """What is done to one row and the version seen."""
    act, note = payload["act"], payload.get("note", "")
    if act == "assign":
        reviewer = User.objects.get(pk=payload["reviewer"])
        return lambda row, seen: domain.assign(submission=row, reviewer=reviewer, actor=actor)
    if act == "spread":
        load = queries.load()
        return lambda row, seen: domain.assign_to_least(submission=row, load=load, actor=actor)
    if act == "return":
        return lambda row, seen: return_submission(
            submission=row, remarks=[], note=note, actor=actor, seen=seen
        )
    return lambda row, seen: transition(row, act, actor=actor, seen=seen)
