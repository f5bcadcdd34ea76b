"""The acts on calls and entries. Whoever counts a quota has locked the call."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal import clock, once
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.audit.domain import record
from portal.campaigns.models import Campaign
from portal.moves.domain import log_move, refuse_if_older, transition
from portal.notices.domain import notify
from portal.regions.models import County
from portal.templatetags.figures import date_text
from portal.verdict import RuleBroken, require
from products.calls import rules
from products.calls.enums import EntryState
from products.calls.models import Call, CountyQuota, Entry
from products.calls.quotas import quota_of
from products.models import Product

OPENED = gettext_noop("“%(call)s” of “%(campaign)s” asks for products, until the end of %(day)s.")
DECIDED = gettext_noop(
    "“%(call)s”: %(selected)d of your products were selected, %(passed)d were not; "
    "the reasons are on the page."
)
MOST_AT_ONCE = 100


@transaction.atomic
def open_call(
    *, campaign: Campaign, actor: Actor, form_key: uuid.UUID | None = None, **fields: Any
) -> Call:
    """Ask the counties for products; all their officials are told.

    The same `form_key` again returns the call made first. Raises: RuleBroken; ValidationError.
    """
    require(rules.may_plan(actor))
    row = Call(campaign=campaign, **fields)
    written = once.insert(row, form_key=form_key)
    if written is row:
        record(actor=actor, act="call.open", subject=row, quota=row.quota)
        _tell_opened(row, actor)
    return written


def _tell_opened(call: Call, actor: Actor) -> None:
    notify(
        recipients=officials(),
        event="call.opened",
        msgid=OPENED,
        params={
            "call": call.name,
            "campaign": call.campaign.name,
            "day": date_text(call.closes),
        },
        url=call.get_absolute_url(),
        actor=actor,
    )


def officials(county_id: str | None = None) -> Iterable[User]:
    """Officials of a county, or of all counties; not of cities."""
    hats = Membership.objects.active().filter(role=Role.OFFICIAL, county__isnull=False)
    if county_id is not None:
        hats = hats.filter(county=county_id)
    return User.objects.filter(is_active=True, pk__in=hats.values("user")).order_by("pk")


@transaction.atomic
def set_quotas(
    *, call: Call, quota: int, own: dict[County, int], actor: Actor, seen: int
) -> list[str]:
    """Set the number for every county, and those of single counties; return the counties whose
    number changed, by name.

    Locks the call. Raises: SeenTooOld; RuleBroken, also when a county put more forward already.
    """
    require(rules.may_plan(actor))
    row = Call.objects.select_for_update().get(pk=call.pk)
    refuse_if_older(row, seen=seen)
    before = dict(row.quotas.values_list("county", "quota"))
    after = {county.pk: number for county, number in own.items() if number != quota}
    _refuse_below_what_stands(row, quota, after)
    counties = {county.pk: county for county in County.objects.all()}
    changed = [
        county.name
        for code, county in counties.items()
        if before.get(code, row.quota) != after.get(code, quota)
    ]
    if changed or (quota, after) != (row.quota, before):
        row.quotas.all().delete()
        CountyQuota.objects.bulk_create(
            CountyQuota(call=row, county_id=code, quota=number) for code, number in after.items()
        )
        row.quota = quota
        row.version += 1
        row.full_clean(exclude=["form_key"])
        row.save()
        record(actor=actor, act="call.quotas", subject=row, counties=len(changed))
    return changed


def _refuse_below_what_stands(call: Call, quota: int, own: dict[str, int]) -> None:
    standing = Counter(call.entries.counted().values_list("county", flat=True))
    over = [code for code, number in standing.items() if number > own.get(code, quota)]
    if over:
        names = County.objects.filter(pk__in=over).order_by("pk").values_list("name", flat=True)
        raise RuleBroken(
            _("These counties put more forward already: %(names)s.") % {"names": "、".join(names)}
        )


@transaction.atomic
def put_forward(*, call: Call, products: Iterable[Product], actor: Actor) -> list[Entry]:
    """Put products of the actor's county forward; what stands already is left as it is.

    All or nothing. Locks the call, so that two officials never go over their quota together.
    Raises: RuleBroken after the deadline, beyond the quota, and for what is not published.
    """
    row = Call.objects.select_for_update().get(pk=call.pk)
    require(rules.is_open(row))
    standing = set(row.entries.counted().values_list("product", flat=True))
    wanted = {product.pk: product for product in products if product.pk not in standing}
    made = []
    for product in wanted.values():
        verdict = require(rules.may_be_put(product, actor))
        county = product.submission.county
        assert county is not None  # noqa: S101 - the rule refuses what has none
        entry = Entry.objects.create(
            call=row,
            product=product,
            county=county,
            put_by=actor.person,
            put_at=clock.now(),
        )
        log_move(entry, name="create", from_state="", actor=actor, role=verdict.role)
        made.append(entry)
    for county in {entry.county for entry in made}:
        _refuse_beyond_quota(row, county)
    return made


def _refuse_beyond_quota(call: Call, county: County) -> None:
    quota, number = quota_of(call, county), call.entries.counted().filter(county=county).count()
    if number > quota:
        raise RuleBroken(
            _("%(county)s may put %(quota)d products forward; that would be %(number)d.")
            % {"county": county.name, "quota": quota, "number": number},
            code="quota",
        )


@transaction.atomic
def decide_entries(
    *, call: Call, rows: list[tuple[int, int]], move: str, note: str, actor: Actor
) -> tuple[int, list[tuple[Entry, str]]]:
    """Select or pass over many entries at once; `rows` are (id, version seen).

    Each county whose entries were decided is told once. Returns how many were decided, and what
    was not with the reason why. Locks the entries in their order.
    Raises: RuleBroken when nothing or too much was chosen, or a reason lacks.
    """
    require(rules.may_plan(actor))
    if not rows:
        raise RuleBroken(_("Choose at least one product."))
    if len(rows) > MOST_AT_ONCE:
        raise RuleBroken(_("At most %(n)d at once.") % {"n": MOST_AT_ONCE})
    if move == "pass_over" and not note.strip():
        raise RuleBroken(_("Please give the reason: the county will read it."), code="reason")
    seen = dict(rows)
    entries = call.entries.filter(pk__in=seen).select_related("product__submission", "county")
    done: list[Entry] = []
    failed: list[tuple[Entry, str]] = []
    for entry in entries.order_by("pk"):
        try:
            done.append(transition(entry, move, actor=actor, seen=seen[entry.pk], note=note))
        except RuleBroken as error:
            failed.append((entry, str(error)))
    _tell_decided(call, done, actor)
    return len(done), failed


def _tell_decided(call: Call, entries: list[Entry], actor: Actor) -> None:
    """One notice a county, however many of its products were decided."""
    by_county: dict[str, Counter[str]] = {}
    for entry in entries:
        by_county.setdefault(entry.county_id, Counter())[entry.state] += 1
    for county_id, counted in sorted(by_county.items()):
        notify(
            recipients=officials(county_id),
            event="call.decided",
            msgid=DECIDED,
            params={
                "call": call.name,
                "selected": counted[EntryState.SELECTED],
                "passed": counted[EntryState.NOT_SELECTED],
            },
            url=call.get_absolute_url(),
            actor=actor,
        )
