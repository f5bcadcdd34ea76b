from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.registry import Link, MenuItem, Task


def menu_entries(actor: Actor) -> Iterator[MenuItem]:
    """The page of all work, for those who look after it."""
    from django.urls import reverse

    from portal.jobs.rules import looks_after_work
    from portal.registry import MenuGroup, MenuItem

    if looks_after_work(actor):
        url = reverse("work-list")
        yield MenuItem(_("Background work"), url, url, group=MenuGroup.CARE)


def open_tasks(actor: Actor) -> Iterator[Task]:
    """Parked work waits for somebody of the office; one query."""
    from django.db.models import Count, Min
    from django.urls import reverse

    from portal.jobs.queries import parked_for
    from portal.registry import Task

    found = parked_for(actor).aggregate(n=Count("pk"), oldest=Min("finished_at"))
    label = _("Work that stopped and needs a look")
    yield Task(label, found["n"], f"{reverse('work-list')}?state=parked", found["oldest"])


def links(actor: Actor) -> Iterator[Link]:
    """Look at the work the portal does on its own."""
    from django.urls import reverse

    from portal.jobs.rules import looks_after_work
    from portal.registry import Link

    if looks_after_work(actor):
        yield Link(
            _("Background work"), reverse("work-list"), _("What the portal does on its own.")
        )


class JobsConfig(AppConfig):
    name = "portal.jobs"
    label = "jobs"
    verbose_name = _("Work")

    def ready(self) -> None:
        """Let every app register its handlers; stand in the menu and among the tasks."""
        from portal.audit import acts
        from portal.registry import (
            register_attention,
            register_links,
            register_menu,
            register_tasks,
        )

        acts.name({"work.retry": _("Parked work tried again")})
        register_menu(menu_entries)
        register_tasks(open_tasks)
        register_links(links)
        # Parked work is on the board for the same people.
        register_attention(open_tasks)
        autodiscover_modules("work")
