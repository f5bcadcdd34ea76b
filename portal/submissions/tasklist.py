"""What the dossier room adds to “my tasks” and to the menu."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.registry import Link, MenuItem, Task
from portal.submissions import appeals, kinds, queries, subsets
from portal.submissions.enums import State

# What the reader has to do with a dossier in each state in which it is their turn.
TO_DO = {
    State.RETURNED: _("Correct and submit again"),
    State.DRAFT: _("Finish your drafts"),
    State.SUBMITTED: _("Check and endorse"),
    State.ENDORSED: _("Review and decide"),
    State.APPROVED: _("Publish what was approved"),
}


def dossier_tasks(actor: Actor) -> Iterable[Task]:
    """Count what waits for `actor`, one line per state, and refusals that may be appealed."""
    if actor.user is None:
        return []
    rows = queries.waiting_for(queries.dossiers(actor.user), actor)
    by_state = rows.order_by().values("state")
    counted = {
        row["state"]: row
        for row in by_state.annotate(n=Count("pk"), since=Min("submitted_at"), due=Min("due_on"))
    }
    tasks = [
        Task(
            words,
            counted[state]["n"],
            subsets.address(turn="me", state=state),
            counted[state]["since"],
            due=counted[state]["due"],
        )
        for state, words in TO_DO.items()
        if state in counted
    ]
    tasks += _appeals(actor)
    if actor.has(Role.STAFF):
        pending = queries.pending_revisions(actor.user)
        oldest = pending.order_by("pk").first()
        if oldest is not None:
            tasks.append(
                Task(
                    _("Review proposed changes"),
                    pending.count(),
                    reverse("revision", args=[oldest.pk]),
                    oldest.proposed_at,
                )
            )
    return tasks


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
