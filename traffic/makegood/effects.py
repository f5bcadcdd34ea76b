"""What a decision on a make-good brings about, in its own transaction."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.language import stored_words
from portal.notices.domain import notify
from portal.verdict import RuleBroken
from traffic import domain as impressions
from traffic import placing
from traffic.makegood import queries
from traffic.models import Day

if TYPE_CHECKING:
    from portal.moves.table import Moved
    from traffic.makegood.models import MakeGood

TOLD = {
    "make_good": gettext_noop(
        "“%(name)s” was short; %(amount)s impressions were given to “%(target)s”."
    ),
    "decline": gettext_noop("“%(name)s” was short; it is not made good: %(note)s"),
    "run_out": gettext_noop("“%(name)s” was short; the make-good lapsed undecided."),
}
# Transfers keep so many characters of a reason.
LONGEST_NAME = 120


def give(row: MakeGood, moved: Moved) -> None:
    """Move the impressions from the reserve, if the shortfall still holds them.

    Locks the dossier of the placement that gets them, then the days of the window in order, so
    that no figure changes meanwhile, then the accounts in the order of their ids.
    Raises: RuleBroken when figures are being corrected, or less is short by now.
    """
    assert row.target is not None  # noqa: S101 - the move's check asked
    placing.held([row.target.submission_id])
    _hold_figures(row)
    found = queries.shortfall(row.placement)
    if found.short < row.amount:
        raise RuleBroken(
            _("Only %(short)s are short by now: adjust the make-good before it is approved.")
            % {"short": f"{max(0, found.short):,}"},
            code="shrunk",
        )
    row.promised, row.delivered, row.short = found.promised, found.delivered, found.short
    row.act = uuid.uuid5(uuid.NAMESPACE_OID, f"make-good-{row.pk}")
    impressions.move_between(
        source=row.reserve,
        target=row.target.account,
        amount=row.amount,
        actor=moved.actor,
        reason=stored_words(_("Make-good no. %(number)d: %(name)s"))
        % {"number": row.pk, "name": row.placement.name[:LONGEST_NAME]},
        form_key=row.act,
    )


def _hold_figures(row: MakeGood) -> None:
    """Hold the days of the window. Raises: RuleBroken while one is to be added up again."""
    window = (row.placement.first_day, row.placement.last_day)
    days = Day.objects.select_for_update().filter(date__range=window).order_by("date")
    if any(day.wanted > day.closed for day in days):
        raise RuleBroken(
            _("The figures of this window are being added up again: try again in a minute."),
            code="correcting",
        )


def tell_county(row: MakeGood, moved: Moved) -> None:
    """Tell the officials of the placement's county what was decided."""
    hat = {"role": Role.OFFICIAL, "county_id": row.placement.county_id}
    holders = Membership.objects.active().filter(**hat).values("user")
    notify(
        recipients=User.objects.filter(is_active=True, pk__in=holders).order_by("pk"),
        event="make_good.decided",
        msgid=TOLD[moved.move.name],
        params={
            "name": row.placement.name,
            "amount": f"{row.amount:,}",
            "target": row.target.name if row.target else "",
            "note": moved.note,
        },
        url=reverse("make-good", args=[row.pk]),
        actor=moved.actor,
    )
