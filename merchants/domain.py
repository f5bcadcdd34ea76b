"""The acts on schemes and rounds."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from merchants import rules
from merchants.models import Round, Scheme
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.ledger import domain as ledger
from portal.ledger.models import Account, Level, Unit
from portal.regions.models import County
from portal.verdict import require


@transaction.atomic
def open_scheme(*, name: str, summary: str, actor: Actor) -> Scheme:
    """Write a scheme. Raises: RuleBroken; ValidationError by field."""
    require(rules.may_open(actor))
    row = Scheme(name=name, summary=summary)
    row.full_clean()
    row.save(force_insert=True)
    record(actor=actor, act="scheme.open", subject=row, name=name)
    return row


@transaction.atomic
def open_round(
    *,
    scheme: Scheme,
    name: str,
    opens: date,
    closes: date,
    promised_days: int,
    fen: int,
    actor: Actor,
) -> Round:
    """Open a round with its budget of `fen`; counties get their shares out of it.

    Raises: RuleBroken; ValidationError by field.
    """
    require(rules.may_open(actor))
    treasury = ledger.open_account(
        parent=None,
        key="subsidy",
        defaults={"unit": Unit.FEN, "level": Level.BUDGET, "name": _("Subsidy money")},
    )
    row = Round(scheme=scheme, name=name, opens=opens, closes=closes, promised_days=promised_days)
    row.full_clean(exclude=["budget"])
    row.budget = Account.objects.create(
        unit=Unit.FEN,
        level=Level.BUDGET,
        parent=treasury,
        key=f"{scheme.pk} {name}",
        name=str(row)[:120],
    )
    row.save(force_insert=True)
    ledger.move(
        source=treasury,
        target=row.budget,
        amount=fen,
        actor=actor,
        reason=_("Budget of the round"),
    )
    record(actor=actor, act="round.open", subject=row, name=name, fen=fen)
    return row


@transaction.atomic
def give_share(*, round: Round, county: County, fen: int, actor: Actor, reason: str) -> Account:
    """Give a county a share of the round's budget, or add to it.

    Raises: RuleBroken when the budget holds less.
    """
    require(rules.may_open(actor))
    share = ledger.open_account(
        parent=round.budget,
        key=county.pk,
        defaults={
            "unit": Unit.FEN,
            "level": Level.SHARE,
            "name": county.name,
            "county": county,
        },
    )
    ledger.move(source=round.budget, target=share, amount=fen, actor=actor, reason=reason)
    return share
