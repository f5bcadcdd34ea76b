"""What the dossier room adds to “my tasks” and to the menu."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.registry import MenuItem, Task
from portal.submissions import queries
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
    """Count what waits for `actor`, one line per state; two queries."""
    if actor.user is None:
        return []
    rows = queries.waiting_for(queries.dossiers(actor.user), actor)
    by_state = rows.order_by().values("state")
    counted = {
        row["state"]: row for row in by_state.annotate(n=Count("pk"), since=Min("submitted_at"))
    }
    tasks = [
        Task(
            words,
            counted[state]["n"],
            f"{reverse('dossiers')}?turn=me&state={state}",
            counted[state]["since"],
        )
        for state, words in TO_DO.items()
        if state in counted
    ]
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


def dossier_menu(actor: Actor) -> Iterable[MenuItem]:
    """Offer the list of dossiers to everyone signed in."""
    if actor.user is None:
        return []
    url = reverse("dossiers")
    return [MenuItem(_("Dossiers"), url, url, more=("/revisions/",))]
