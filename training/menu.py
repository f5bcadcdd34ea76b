"""What training adds to “my tasks”."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.registry import Link, Task
from training import queries, rules
from training.enums import EnrolmentState


def training_tasks(actor: Actor) -> Iterable[Task]:
    """Seats offered to `actor`, one line each, since each has its own time limit; the next class.

    Two queries.
    """
    if actor.user is None:
        return
    offered = queries.enrolments(actor.user).filter(
        trainee=actor.user, state=EnrolmentState.OFFERED
    )
    for row in offered:
        yield Task(
            _("Take the seat offered to you"),
            1,
            reverse("class", args=[row.session_id]),
            hint=row.session.course.name,
            due=row.offer_until,
        )
    following = queries.next_class(actor.user)
    if following is not None:
        yield Task(
            _("Your next class"),
            1,
            reverse("class", args=[following.session_id]),
            hint=following.session.course.name,
            begins=following.session.starts_at,
        )


def training_links(actor: Actor) -> Iterable[Link]:
    """Find a course, or look at who is trained."""
    if rules.may_read_roster(actor):
        yield Link(_("Trainees"), reverse("trainees"), _("Who is enrolled and who was trained."))
    if actor.has(Role.TRAINEE, Role.MERCHANT, Role.CREATOR):
        yield Link(
            _("Find a course"), reverse("courses"), _("Free of charge; sign up by yourself.")
        )
