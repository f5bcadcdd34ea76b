"""What training adds to “my tasks”."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.registry import Task
from training import queries
from training.enums import EnrolmentState


def training_tasks(actor: Actor) -> Iterable[Task]:
    """Seats offered to `actor`, one line each, since each has its own time limit."""
    if actor.user is None:
        return
    offered = queries.enrolments(actor.user).filter(
        trainee=actor.user, state=EnrolmentState.OFFERED
    )
    for row in offered:
        yield Task(_("Take the seat offered to you"), 1, reverse("class", args=[row.session_id]))
