"""Composed reads of calls, entries and sessions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, Q, QuerySet

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.campaigns.models import Campaign
from portal.regions.models import County
from products.calls import rules
from products.calls.enums import EntryState
from products.calls.models import Call, CallEntryQuerySet, CountyQuota, Entry, LiveSession
from products.models import Product

if TYPE_CHECKING:
    from portal.accounts.models import User

OPEN, OVER, AHEAD = "open", "over", "ahead"


def calls() -> QuerySet[Call]:
    """Every call with its campaign; open to all who take part."""
    return Call.objects.select_related("campaign")


def by_time(rows: QuerySet[Call], when: str) -> QuerySet[Call]:
    """Narrow calls to those open today, over, or still ahead."""
    today = clock.today()
    return {
        OPEN: rows.filter(opens__lte=today, closes__gte=today),
        OVER: rows.filter(closes__lt=today),
        AHEAD: rows.filter(opens__gt=today),
    }.get(when, rows)


def entries(user: User) -> CallEntryQuerySet:
    """Entries `user` may see, with what a list shows; the windows take one more query."""
    return (
        Entry.objects.visible_to(user)
        .select_related(
            "call__campaign",
            "county__city",
            "product__submission__county",
            "product__submission__organisation",
        )
        .prefetch_related("product__windows")
    )


def state_counts(call: Call, user: User) -> dict[str, int]:
    """How many entries of a call `user` may see stand in each state; one query."""
    rows = Entry.objects.visible_to(user).filter(call=call).order_by()
    return dict(rows.values_list("state").annotate(n=Count("pk")))


@dataclass(frozen=True)
class Share:
    """One county in one call: how many it may put forward, did, and how many were selected."""

    county: County
    quota: int
    put: int
    selected: int

    @property
    def left(self) -> int:
        """How many more it may put forward."""
        return max(0, self.quota - self.put)


def shares(call: Call, counties: list[County] | None = None) -> list[Share]:
    """Every county's share of a call, or those of `counties`; three queries, one less of those."""
    rows = list(County.objects.select_related("city")) if counties is None else counties
    own = dict(call.quotas.values_list("county", "quota"))
    put: Counter[str] = Counter()
    selected: Counter[str] = Counter()
    counted = call.entries.counted().order_by().values_list("county", "state")
    for county_id, state, number in counted.annotate(n=Count("pk")):
        put[county_id] += number
        selected[county_id] += number if state == EntryState.SELECTED else 0
    return [Share(row, own.get(row.pk, call.quota), put[row.pk], selected[row.pk]) for row in rows]


def own_counties(actor: Actor) -> list[County]:
    """The counties of which `actor` is an official."""
    found = {
        hat.county.pk: hat.county
        for hat in actor.memberships
        if hat.role == Role.OFFICIAL and hat.county is not None
    }
    return [found[code] for code in sorted(found)]


@dataclass(frozen=True)
class Choice:
    """A published product its county may put forward, and how it suits the campaign."""

    product: Product
    fit: rules.Fit


def own_products(counties: list[County]) -> QuerySet[Product]:
    """Published products of the counties by name; the windows take one more query."""
    return (
        Product.objects.published()
        .filter(submission__county__in=[county.pk for county in counties])
        .select_related("submission__county", "submission__organisation")
        .prefetch_related("windows")
        .order_by("name", "pk")
    )


def choices(call: Call, counties: list[County]) -> list[Choice]:
    """Published products of the counties that do not stand in the call, those that fit first.

    Two queries.
    """
    rows = own_products(counties).exclude(pk__in=call.entries.counted().values("product"))
    campaign = call.campaign
    products = list(rows)
    fits = rules.fits(products, campaign.first_day, campaign.last_day)
    found = [Choice(row, fit) for row, fit in zip(products, fits, strict=True)]
    return sorted(found, key=lambda choice: not choice.fit.is_fit)


def open_for(actor: Actor) -> list[tuple[Call, int]]:
    """Open calls in which a county of `actor` has places left, with how many, the first to close
    first; the same number of queries however many calls there are."""
    counties = own_counties(actor)
    if not counties:
        return []
    rows = list(Call.objects.open_on(clock.today()).order_by("closes", "pk"))
    if not rows:
        return []
    codes = [county.pk for county in counties]
    put = Counter(
        Entry.objects.counted()
        .filter(call__in=rows, county__in=codes)
        .values_list("call", "county")
    )
    quotas = CountyQuota.objects.filter(call__in=rows, county__in=codes)
    own = {(row.call_id, row.county_id): row.quota for row in quotas}
    found = []
    for call in rows:
        left = sum(
            max(0, own.get((call.pk, code), call.quota) - put[call.pk, code]) for code in codes
        )
        if left:
            found.append((call, left))
    return found


def to_select() -> dict[str, Any]:
    """How many entries of closed calls wait for the office, since when; one query."""
    return Entry.objects.filter(state=EntryState.PUT, call__closes__lt=clock.today()).aggregate(
        n=Count("pk"), since=Min("put_at")
    )


def live_sessions() -> QuerySet[LiveSession]:
    """Every session with its campaign and how many products it shows (`products`)."""
    return LiveSession.objects.select_related("campaign").annotate(products=Count("slots"))


def held_between(start: datetime, end: datetime) -> QuerySet[LiveSession]:
    """Sessions that take place between two moments, the first first."""
    return (
        LiveSession.objects.on()
        .filter(starts_at__lt=end, ends_at__gt=start)
        .order_by("starts_at", "pk")
    )


def campaigns() -> QuerySet[Campaign]:
    """Campaigns that are not over, the next first: what calls and sessions are planned for."""
    return Campaign.objects.filter(last_day__gte=clock.today()).order_by("first_day", "pk")


def campaigns_with_sessions() -> QuerySet[Campaign]:
    """Campaigns that have a session, the latest first."""
    with_session = LiveSession.objects.values("campaign")
    return Campaign.objects.filter(pk__in=with_session).order_by("-first_day", "pk")


def addable(session: LiveSession, user: User) -> CallEntryQuerySet:
    """Selected entries of the session's campaign that do not stand in its running order."""
    return entries(user).filter(
        ~Q(product__in=session.slots.values("entry__product")),
        call__campaign=session.campaign_id,
        state=EntryState.SELECTED,
    )
