"""What the traffic room adds to the menu and to “my tasks”."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.registry import Link, MenuGroup, MenuItem, Task
from traffic import queries, rules


def traffic_menu(actor: Actor) -> Iterable[MenuItem]:
    """The board for who sees the province or a county."""
    if rules.may_read_board(actor):
        yield MenuItem(
            _("Traffic board"),
            reverse("board"),
            reverse("board"),
            more=("/transfers/", "/unmatched/", "/deliveries/", "/allotments/", "/days/"),
            group=MenuGroup.TRAFFIC,
        )
        url = reverse("placements")
        yield MenuItem(_("Placements"), url, url, group=MenuGroup.TRAFFIC)


def traffic_tasks(actor: Actor) -> Iterable[Task]:
    """Ids that wait to be matched."""
    if actor.user is None or not rules.may_allot(actor):
        return
    waiting = queries.unmatched(actor.user)
    yield Task(_("Match ids of reports to placements"), waiting.count(), reverse("unmatched"))


def traffic_links(actor: Actor) -> Iterable[Link]:
    """See what was delivered, or promote something."""
    if rules.may_allot(actor):
        yield Link(_("New placement"), reverse("placement-new"), _("Promote what is published."))
    if rules.may_read_board(actor):
        yield Link(
            _("Traffic board"), reverse("board"), _("What was promised and what was delivered.")
        )
