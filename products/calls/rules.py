"""Who may ask, put forward, select and plan; and whether a product fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.qualifications.rules import read_lapses
from portal.submissions import kinds
from portal.submissions.enums import State
from portal.templatetags.figures import datetime_text
from portal.verdict import YES, Verdict, no, yes_as
from products.seasons.rules import season_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.submissions.models import Submission
    from products.calls.models import Call, Entry, LiveSession
    from products.models import Product


def may_plan(actor: Actor) -> Verdict:
    """Programme staff."""
    return YES if actor.is_staff else no(_("Only the programme office plans calls and sessions."))


def may_read(actor: Actor) -> Verdict:
    """The office and auditors, counties and cities, merchants: who has products in the pool."""
    if actor.sees_province or actor.has(Role.OFFICIAL, Role.MERCHANT):
        return YES
    return no(_("Calls are for the office, the counties and their merchants."))


def may_read_sheets(actor: Actor) -> Verdict:
    """The office and auditors: a run sheet shows every county's products."""
    if actor.sees_province:
        return YES
    return no(_("Run sheets are for the programme office."))


def may_put(actor: Actor) -> Verdict:
    """An official of a county."""
    if any(hat.role == Role.OFFICIAL and hat.county_id for hat in actor.memberships):
        return yes_as(Role.OFFICIAL)
    return no(_("Counties put products forward: ask the county office."))


def is_open(call: Call) -> Verdict:
    """Between the first day and midnight after the last, in Asia/Shanghai."""
    if call.is_open:
        return YES
    if call.is_over:
        return no(str(_("The deadline passed at %(when)s.")) % {"when": deadline_text(call)})
    return no(_("The call is not open yet."))


def deadline_text(call: Call) -> str:
    """The deadline as people write it."""
    return datetime_text(call.deadline)


def may_be_put(product: Product, actor: Actor) -> Verdict:
    """A published product, by an official of its own county."""
    row = product.submission
    if row.county is None or not actor.is_official_of(row.county):
        return no(_("Only an official of the county can put its products forward."))
    if row.state != State.PUBLISHED:
        return no(_("Only published products can be put forward."))
    return YES


def is_county(row: Entry, actor: Actor) -> Verdict:
    """An official of the county that put it forward."""
    if actor.is_official_of(row.county):
        return yes_as(Role.OFFICIAL)
    return no(_("Only an official of the county can do this."))


def takes_place(session: LiveSession) -> Verdict:
    """Nothing is changed any more of what was cancelled."""
    if session.cancelled_because:
        return no(_("The session was cancelled."))
    return YES


def is_office(row: Entry, actor: Actor) -> Verdict:
    """Programme staff who neither filed the product nor act for its organisation."""
    from portal.submissions import rules

    return rules.is_office(row.product.submission, actor)


def is_system(row: Entry, actor: Actor) -> Verdict:
    """The portal itself, when a merge leaves two entries of one product."""
    return YES if actor.is_system else no(_("The portal does this by itself."))


def is_published(row: Entry, actor: Actor) -> Verdict:
    """What was taken offline since is not selected."""
    if row.product.submission.state == State.PUBLISHED:
        return YES
    return no(_("The product is not published."))


def is_in_no_order(row: Entry, actor: Actor) -> Verdict:
    """Asked under the entry's lock, which whoever fills a running order takes too."""
    if row.slots.filter(session__cancelled_because="").exists():
        return no(_("It stands in a running order: take it out there first."))
    return YES


@dataclass(frozen=True)
class Fit:
    """How a product suits a campaign: days in season of all its days, and what speaks against."""

    days: int
    of: int
    verdict: Verdict

    @property
    def is_fit(self) -> bool:
        """True when nothing speaks against it."""
        return bool(self.verdict)


def fits(products: Sequence[Product], first_day: date, last_day: date) -> list[Fit]:
    """Ask many; a query for each day on which one of them comes into season."""
    first_days: dict[date, list[Submission]] = {}
    for product in products:
        if days := season_days(product, first_day, last_day):
            first_days.setdefault(days[0], []).append(product.submission)
    for day, rows in first_days.items():
        read_lapses(rows, day)
    return [fit(product, first_day, last_day) for product in products]


def fit(product: Product, first_day: date, last_day: date) -> Fit:
    """Ask the product about a campaign's days: in season on one of them, and ready on the first
    such day."""
    of = (last_day - first_day).days + 1
    days = season_days(product, first_day, last_day)
    if not days:
        return Fit(0, of, no(_("Out of season on the campaign's days.")))
    verdict = kinds.get(product.submission.kind).readiness(product, days[0])
    return Fit(len(days), of, verdict)
