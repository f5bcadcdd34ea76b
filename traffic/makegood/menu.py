"""What make-goods add to “my tasks”."""

from collections.abc import Iterable

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.registry import MenuGroup, MenuItem, Task
from traffic import rules
from traffic.makegood import queries


def make_good_menu(actor: Actor) -> Iterable[MenuItem]:
    """The list for who sees the board."""
    if rules.may_read_board(actor):
        url = reverse("make-goods")
        yield MenuItem(_("Make-goods"), url, url, group=MenuGroup.TRAFFIC)


def make_good_tasks(actor: Actor) -> Iterable[Task]:
    """Make-goods this person may approve; one query."""
    if actor.user is None or not rules.may_allot(actor):
        return
    mine = queries.waiting().exclude(adjusted_by=actor.user)
    found = mine.order_by().aggregate(n=Count("pk"), oldest=Min("proposed_at"), due=Min("due_on"))
    yield Task(
        _("Decide whether a shortfall is made good"),
        found["n"],
        f"{reverse('make-goods')}?state=proposed",
        oldest=found["oldest"],
        due=found["due"],
    )
