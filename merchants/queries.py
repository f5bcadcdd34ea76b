"""Composed reads of subsidies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.models import FEN, Application, Round, Scheme
from portal.accounts.enums import Role
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Level
from portal.organisations.models import Organisation
from portal.submissions.enums import State
from portal.submissions.kinds import Fact
from portal.submissions.models import Submission
from portal.templatetags.figures import date_text, yuan_text

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import User
    from portal.regions.models import County


def schemes() -> QuerySet[Scheme]:
    """Every scheme; open to everyone signed in."""
    return Scheme.objects.prefetch_related("rounds")


def rounds() -> QuerySet[Round]:
    """Every round with scheme and budget."""
    return Round.objects.select_related("scheme", "budget")


def organisations_for(*, actor: Actor | None, kept: int | None = None) -> QuerySet[Organisation]:
    """Organisations `actor` applies for; and `kept`, for which the application stands already."""
    own = [
        hat.organisation_id
        for hat in (actor.memberships if actor else ())
        if hat.role == Role.MERCHANT
    ]
    rows = Organisation.objects.filter(Q(pk__in=own) | Q(pk=kept))
    return rows.select_related("county__city").order_by("pk")


def rounds_for(
    *, organisations: Iterable[Organisation], day: date, kept: int | None = None
) -> QuerySet[Round]:
    """Rounds in which one of `organisations` may apply on `day`: open, with a share of its
    county; and `kept`."""
    counties = {row.county_id for row in organisations}
    shares = Account.objects.filter(level=Level.SHARE, key__in=counties).values("parent")
    return rounds().filter(Q(opens__lte=day, closes__gte=day, budget__in=shares) | Q(pk=kept))


def has_share(round: Round, county: County) -> bool:
    """Whether the county has a share in the round."""
    return Account.objects.filter(parent=round.budget_id, key=county.pk).exists()


def shares(round: Round, user: User) -> list[ledger.Standing]:
    """The county shares `user` may see: received, committed (passed on) and left (balance)."""
    rows = Account.objects.visible_to(user).filter(parent=round.budget).order_by("key")
    return list(ledger.standings(rows).values())


def budget(round: Round) -> ledger.Standing:
    """The whole round: received, given to counties, left."""
    return ledger.standings(Account.objects.filter(pk=round.budget_id))[round.budget_id]


def facts(record: Application) -> list[Fact]:
    """What a list shows of an application."""
    lines = [
        Fact("round", gettext_lazy("Round"), str(record.round or "")),
        Fact("amount", gettext_lazy("Amount"), yuan_text(record.fen) if record.fen else ""),
    ]
    return [line for line in lines if line.value]


def note(record: Application) -> str:
    """What the merchant wants to know: approved, how much, paid by when."""
    if record.submission.state != State.APPROVED or record.pay_by is None:
        return ""
    return _("Approved: %(amount)s, to be paid by %(day)s.") % {
        "amount": yuan_text(record.fen),
        "day": date_text(record.pay_by),
    }


def approved(user: User) -> QuerySet[Application]:
    """Applications `user` may see to which money was committed."""
    visible = Submission.objects.visible_to(user)
    return Application.objects.filter(submission__in=visible, account__isnull=False)


@dataclass(frozen=True)
class Support:
    """How many merchants the approved applications are of, and what they add up to, in fen."""

    merchants: int
    fen: int


def support(user: User) -> Support:
    """What was approved within `user`'s view; two queries."""
    found = approved(user).aggregate(
        merchants=Count("submission__organisation", distinct=True), yuan=Sum("amount")
    )
    return Support(found["merchants"], round((found["yuan"] or 0) * FEN))


def supported(user: User) -> QuerySet[Organisation]:
    """Merchants with an approved application, each once, with their number and sum in fen."""
    mine = Q(submission__application__in=approved(user))
    return (
        Organisation.objects.filter(mine)
        .select_related("county__city")
        .annotate(
            applications=Count("submission__application"),
            fen=Sum("submission__application__amount") * FEN,
        )
    )
