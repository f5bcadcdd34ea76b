"""What approving an application does with money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.models import Application
from portal import workdays
from portal.language import stored_words
from portal.ledger import domain as ledger
from portal.ledger.models import Account, Level, Unit
from portal.moves.table import Moved
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.submissions.models import Submission


def commit_money(row: Submission, moved: Moved) -> None:
    """Move the amount from the county's share to the application, in the approval's transaction.

    The share's account is locked, so that of two approvals at once the second sees what is left.
    Raises: RuleBroken when the share holds less or the county has none.
    """
    record = Application.objects.select_related("round__budget").get(pk=row.pk)
    if record.round is None or row.county is None:
        raise RuleBroken(_("The application names no round."))
    share = Account.objects.filter(parent=record.round.budget, key=row.county_id).first()
    if share is None:
        raise RuleBroken(
            _("%(county)s has no share in this round: give it one first.")
            % {"county": row.county.name}
        )
    record.account = ledger.open_account(
        parent=share,
        key=row.code,
        defaults={
            "unit": Unit.FEN,
            "level": Level.APPLICATION,
            "name": row.title,
            "county": row.county,
        },
    )
    ledger.move(
        source=share,
        target=record.account,
        amount=record.fen,
        actor=moved.actor,
        reason=stored_words(gettext_lazy("Approved: %(code)s")) % {"code": row.code},
    )
    record.pay_by = workdays.after(moved.at.date(), record.round.promised_days)
    record.save(update_fields=["account", "pay_by"])
