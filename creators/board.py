"""What the creator matrix puts on the programme board: 人."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from creators import queries
from creators.enums import TakeState
from portal import registry
from portal.stages import Works
from portal.submissions import queries as submissions
from portal.submissions import subsets
from portal.submissions.enums import State

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


def register() -> None:
    """Plug the figures into the board, and say whose works are whose."""
    registry.register_figures(figures)
    registry.register_works(works)


def figures(actor: Actor) -> Iterable[registry.Figure]:
    """Verified creators and accepted works; four queries."""
    creators = submissions.dossiers(actor.person).filter(kind="creator").published()
    works = queries.takes(actor.person).filter(state=TakeState.ACCEPTED)
    yield registry.Figure(
        _("Creators verified"),
        registry.Group.PEOPLE,
        creators.count(),
        subsets.address(kind="creator", state=State.PUBLISHED),
        pgettext_lazy("unit", "people"),
    )
    yield registry.Figure(
        _("Works accepted"),
        registry.Group.PEOPLE,
        works.count(),
        f"{reverse('takes')}?state={TakeState.ACCEPTED}",
        pgettext_lazy("unit", "works"),
    )


def works(actor: Actor) -> Works:
    """Creators with a file, and the accepted works of each; two queries."""
    files = submissions.dossiers(actor.person).filter(kind="creator").order_by("pk")
    rows = queries.takes(actor.person).filter(state=TakeState.ACCEPTED).order_by("pk")
    return Works(
        names=dict(files.values_list("code", "creator__name")),
        of=dict(rows.values_list("work_id", "creator__submission__code")),
        files=files.order_by().values("pk"),
        ids=rows.order_by().values("work_id"),
        url=lambda code: reverse("creator", args=[code]),
    )
