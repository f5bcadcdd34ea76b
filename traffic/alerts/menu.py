"""What alerts add to the menu and to “my tasks”."""

from collections.abc import Iterable

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.registry import MenuGroup, MenuItem, Task
from traffic import rules as traffic_rules
from traffic.alerts import queries, rules


def alert_menu(actor: Actor) -> Iterable[MenuItem]:
    """The list for who sees the board."""
    if traffic_rules.may_read_board(actor):
        url = reverse("alerts")
        yield MenuItem(_("Alerts"), url, url, group=MenuGroup.TRAFFIC)


def alert_tasks(actor: Actor) -> Iterable[Task]:
    """Alerts that nobody has acknowledged; one query."""
    if actor.user is None or not rules.may_handle(actor):
        return
    rows = queries.open_alerts(actor).order_by()
    found = rows.aggregate(n=Count("pk"), oldest=Min("raised_at"))
    yield Task(
        _("Alerts that nobody has acknowledged"),
        found["n"],
        f"{reverse('alerts')}?state=open",
        oldest=found["oldest"],
    )
