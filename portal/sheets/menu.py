"""What workbooks add to what a person may do."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.registry import Link
from portal.submissions import kinds


def sheet_links(actor: Actor) -> Iterable[Link]:
    """Many of a kind at once, for whoever may file several."""
    if actor.user is None:
        return
    for kind in kinds.every():
        if kind.by_sheet and kind.may_file(actor):
            yield Link(
                str(_("Bring in from Excel: %(kind)s")) % {"kind": kind.label},
                reverse("sheet-new", args=[kind.code]),
                _("Your own workbook will do: see first what it would change."),
            )
