"""The acts on workbooks of allotments."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.ledger import domain as ledger
from portal.ledger.many import move_all
from portal.ledger.models import Account, Transfer
from portal.verdict import RuleBroken, require
from traffic import domain as impressions
from traffic import rules
from traffic.allotting import reading
from traffic.allotting.models import AllotmentSheet


@transaction.atomic
def keep(
    *, account: Account, name: str, lines: list[dict[str, Any]], actor: Actor
) -> tuple[AllotmentSheet, bool]:
    """Keep the lines of a workbook, and say whether they are new; nothing is moved yet.

    The same lines again, until they are taken back, are the workbook that was brought in first.
    """
    require(rules.may_allot(actor))
    return AllotmentSheet.objects.get_or_create(
        account=account,
        digest=reading.digest_of(lines),
        undone_at=None,
        defaults={
            "owner": actor.person,
            "name": name,
            "lines": lines,
            "created_at": clock.now(),
        },
    )


@transaction.atomic
def book(*, sheet: AllotmentSheet, actor: Actor) -> AllotmentSheet:
    """Move what every line asks for, all or nothing; booking it again moves nothing more.

    Locks the workbook, then the dossiers of its placements, then the accounts in the order of
    their ids, under which every line is rehearsed once more.
    Raises: RuleBroken when any line cannot be booked.
    """
    require(rules.may_allot(actor))
    row = AllotmentSheet.objects.select_for_update().get(pk=sheet.pk)
    if row.booked_at is not None:
        return row
    lines = reading.read(row.account, row.lines)
    impressions.refuse_unready([line.target for line in lines if line.target is not None])
    for line in lines:
        for heading, _text, why in line.wrong:
            raise RuleBroken(
                _("Row %(row)d, %(column)s: %(why)s")
                % {"row": line.row, "column": heading, "why": why}
            )
    row.act, row.booked_at = uuid.uuid5(uuid.NAMESPACE_OID, f"sheet-{row.pk}"), clock.now()
    booked = move_all(
        [reading.movement(line) for line in lines],
        actor=actor,
        act=row.act,
        subject=row.account,
    )
    row.booked = {
        str(line.row): [each.pk for each in made] for line, made in zip(lines, booked, strict=True)
    }
    row.save()
    return row


@transaction.atomic
def take_back(
    *, sheet: AllotmentSheet, reason: str, actor: Actor
) -> tuple[AllotmentSheet, list[tuple[int, str]]]:
    """Reverse every line that can be, the last first; return those that stay, with the reason.

    A line stays whole where any of its transfers was reversed already or is used up.
    Locks the workbook, then all its accounts in the order of their ids.
    Raises: RuleBroken when it is not booked, was taken back, or no line can be.
    """
    require(rules.may_allot(actor))
    row = AllotmentSheet.objects.select_for_update().get(pk=sheet.pk)
    if row.act is None or row.undone_at is not None:
        raise RuleBroken(_("This workbook has moved on: look at its page again."))
    transfers = {
        each.pk: each
        for each in Transfer.objects.filter(act=row.act).select_related("source", "target")
    }
    ledger.locked(account for each in transfers.values() for account in (each.source, each.target))
    stayed = []
    for number, made in sorted(row.booked.items(), key=lambda line: -int(line[0])):
        try:
            with transaction.atomic():
                for pk in reversed(made):
                    impressions.reverse_transfer(transfer=transfers[pk], actor=actor, reason=reason)
        except RuleBroken as error:
            stayed.append((int(number), str(error)))
    if len(stayed) == len(row.booked):
        raise RuleBroken(stayed[-1][1])
    row.undone_at = clock.now()
    row.save(update_fields=["undone_at"])
    return row, sorted(stayed)


@transaction.atomic
def drop(*, sheet: AllotmentSheet, actor: Actor) -> None:
    """Throw away a workbook that was not booked. Raises: RuleBroken once it was."""
    require(rules.may_allot(actor))
    row = AllotmentSheet.objects.select_for_update().get(pk=sheet.pk)
    if row.booked_at is not None:
        raise RuleBroken(_("What was booked stays; take it back instead."))
    row.delete()
