"""What the dossier room adds to “my tasks” and to the menu."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.registry import Link, MenuItem, Task
from portal.submissions import appeals, kinds, queries, subsets
from portal.submissions.enums import State
from portal.submissions.models import SubmissionQuerySet

# What the applicant has to do with a dossier in each state in which it is their turn; what those
# who review have to do stands in the room of the desk.
TO_DO = {
    State.RETURNED: _("Correct and submit again"),
    State.DRAFT: _("Finish your drafts"),
}


def dossier_tasks(actor: Actor) -> Iterable[Task]:
    """Count what waits for `actor` as an applicant, and refusals that may be appealed."""
    if actor.user is None:
        return
    yield from by_state(
        queries.waiting_for(queries.dossiers(actor.user), actor),
        TO_DO,
        lambda state: subsets.address(turn="me", state=state),
    )
    yield from _appeals(actor)


def by_state(
    rows: SubmissionQuerySet, words: Mapping[State, Any], address: Callable[[str], str]
) -> Iterable[Task]:
    """One line for each state in `words` that has rows, in that order; one query.

    `address` leads to the rows of a state.
    """
    found = rows.filter(state__in=words).order_by().values("state")
    counted = {
        row["state"]: row
        for row in found.annotate(n=Count("pk"), since=Min("submitted_at"), due=Min("due_on"))
    }
    for state, label in words.items():
        if row := counted.get(state):
            yield Task(label, row["n"], address(state), row["since"], due=row["due"])


def _appeals(actor: Actor) -> Iterable[Task]:
    """Own dossiers that were refused and may be appealed, while there is time."""
    rows = queries.dossiers(actor.person).filter(appeals.open_now(), owner=actor.user)
    found = rows.aggregate(n=Count("pk"), since=Min("decided_at"))
    if found["n"]:
        yield Task(
            _("You may appeal what was refused"),
            found["n"],
            subsets.address(turn="own", only="appealable"),
            due=appeals.until(found["since"]),
        )


def dossier_links(actor: Actor) -> Iterable[Link]:
    """File something of each kind the actor may file."""
    if actor.user is None:
        return
    for kind in kinds.every():
        if kind.may_file(actor):
            yield Link(
                str(_("File: %(kind)s")) % {"kind": kind.label},
                reverse("dossier-new", args=[kind.code]),
                _("Save a draft at any time; submit when it is complete."),
            )


def dossier_menu(actor: Actor) -> Iterable[MenuItem]:
    """Offer the list of dossiers to everyone signed in."""
    if actor.user is None:
        return []
    url = reverse("dossiers")
    return [MenuItem(_("Dossiers"), url, url, more=("/revisions/",))]
