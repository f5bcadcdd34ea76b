"""What the statements room adds to the menu and to “my tasks”."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.registry import Link, MenuGroup, MenuItem, Task
from portal.statements import queries, rules


def statement_menu(actor: Actor) -> Iterable[MenuItem]:
    """Offer the statements to the office and to auditors."""
    if not rules.may_read(actor):
        return []
    url = reverse("statements")
    more = ("/report-sources/",)
    return [MenuItem(_("Platform reports"), url, url, more=more, group=MenuGroup.TRAFFIC)]


def statement_tasks(actor: Actor) -> Iterable[Task]:
    """Statements that ask whether they may remove what stood before; files that did not land."""
    if not rules.may_land(actor):
        return []
    held = queries.held()
    tasks = [Task(_("Confirm a report that removes figures"), held.count(), reverse("statements"))]
    if settings.STATEMENT_INBOX:
        refused = sum(len(files) for files in queries.refused().values())
        tasks.append(Task(_("Files the inbox refused"), refused, reverse("sources")))
    return tasks


def statement_links(actor: Actor) -> Iterable[Link]:
    """Land a report, or look at those that are there."""
    if rules.may_land(actor):
        yield Link(
            _("Land a report"),
            reverse("statement-land"),
            _("A file of the platform; its figures count after the check."),
        )
    elif rules.may_read(actor):
        yield Link(_("Platform reports"), reverse("statements"), _("What the platform sent us."))


def attention(actor: Actor) -> Iterable[Task]:
    """Sources whose next report is late; two queries."""
    if rules.may_read(actor):
        found = queries.late(actor.person)
        url = f"{reverse('statement-days')}?only=late"
        yield Task(_("Sources whose platform report is late"), len(found), url)
