"""What the statements room adds to the menu and to “my tasks”."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.registry import MenuItem, Task
from portal.statements import queries, rules


def statement_menu(actor: Actor) -> Iterable[MenuItem]:
    """Offer the statements to the office and to auditors."""
    if not rules.may_read(actor):
        return []
    url = reverse("statements")
    return [MenuItem(_("Platform reports"), url, url, more=("/report-sources/",))]


def statement_tasks(actor: Actor) -> Iterable[Task]:
    """Statements that ask whether they may remove what stood before."""
    if not rules.may_land(actor):
        return []
    held = queries.held()
    return [Task(_("Confirm a report that removes figures"), held.count(), reverse("statements"))]
