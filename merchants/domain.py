"""The acts on schemes and rounds."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from merchants import rules
from merchants.models import Round, Scheme
from portal import once
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.language import stored_words
from portal.ledger import domain as ledger
from portal.ledger.models import Account, Level, Unit
from portal.regions.models import County
from portal.verdict import require


@transaction.atomic
def open_scheme(
    *, name: str, summary: str, actor: Actor, form_key: uuid.UUID | None = None
) -> Scheme:
    """Write a scheme; the same `form_key` again returns the one made first.

    Raises: RuleBroken; ValidationError by field, also when two take one name at once.
    """
    require(rules.may_open(actor))
    row = Scheme(name=name, summary=summary)
    stands = once.insert(row, form_key=form_key)
    if stands is row:
        record(actor=actor, act="scheme.open", subject=row, name=name)
    return stands


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
    form_key: uuid.UUID | None = None,
) -> Round:
    """Open a round with its budget of `fen`; counties get their shares out of it.

    Locks the scheme, so that two rounds never take one name. The same `form_key` again returns
    the round opened first. Raises: RuleBroken; ValidationError by field.
    """
    require(rules.may_open(actor))
    scheme = Scheme.objects.select_for_update().get(pk=scheme.pk)
    row = Round(scheme=scheme, name=name, opens=opens, closes=closes, promised_days=promised_days)
    first = once.first_of(row, form_key=form_key)
    stands = first or _write(row, form_key)
    ledger.move(
        source=_treasury(),
        target=stands.budget,
        amount=fen,
        actor=actor,
        reason=stored_words(_("Budget of the round")),
        form_key=form_key,
    )
    if first is None:
        record(actor=actor, act="round.open", subject=row, name=name, fen=fen)
    return stands


def _write(row: Round, form_key: uuid.UUID | None) -> Round:
    """Check and write a new round with its account; its scheme is locked."""
    row.full_clean(exclude=["budget"])
    row.form_key = form_key
    row.budget = Account.objects.create(
        unit=Unit.FEN,
        level=Level.BUDGET,
        parent=_treasury(),
        # Rounds are never deleted: the scheme's next number is free.
        key=f"{row.scheme_id}.{row.scheme.rounds.count() + 1}",
        name=str(row)[:120],
    )
    row.save(force_insert=True)
    return row


def _treasury() -> Account:
    """The root of all subsidy money."""
    name = stored_words(_("Subsidy money"))
    return ledger.open_account(
        parent=None,
        key="subsidy",
        defaults={"unit": Unit.FEN, "level": Level.BUDGET, "name": name},
    )


@transaction.atomic
def give_share(
    *,
    round: Round,
    county: County,
    fen: int,
    actor: Actor,
    reason: str,
    form_key: uuid.UUID | None = None,
) -> Account:
    """Give a county a share of the round's budget, or add to it.

    The same `form_key` again books nothing. Raises: RuleBroken when the budget holds less.
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
    ledger.move(
        source=round.budget,
        target=share,
        amount=fen,
        actor=actor,
        reason=reason,
        form_key=form_key,
    )
    return share
