"""What was delivered and clicked, as two stages of the effect: by county, action, campaign and
creator. Sums of days answer for the first three; a creator's are the days of few placements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import registry
from portal.campaigns.queries import every as every_campaign
from portal.stages import Amount, By, Cut, Key, Reading, Stage, Works
from portal.statements.models import IdKind
from traffic import delivered, queries, rules
from traffic.models import ExternalId, Placement

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import User

FILTERS = ("action", "campaign", "city", "county", "creator", "dossier", "since", "until")

# What those rows of deliveries were delivered of which clicks are known.
CLICKED = Sum("count", filter=Q(clicks__isnull=False))


@dataclass
class Given:
    """What one line was delivered, and what is known of its clicks."""

    count: int
    last: date
    clicks: int | None
    clicks_of: int | None
    clicks_last: date | None

    def add(self, other: Given) -> None:
        """Add another campaign or placement of the same line."""
        self.count += other.count
        self.last = max(self.last, other.last)
        if other.clicks is None:
            return
        self.clicks = (self.clicks or 0) + other.clicks
        self.clicks_of = (self.clicks_of or 0) + (other.clicks_of or 0)
        self.clicks_last = max(self.clicks_last or date.min, other.clicks_last or date.min)


def register() -> None:
    """Plug both stages into the house."""
    registry.register_stages(stages)


def stages(actor: Actor, cut: Cut) -> dict[Stage, Reading]:
    """Impressions delivered, and clicks of those deliveries whose report says clicks.

    A click-through rate is clicks ÷ what the same rows were delivered.
    """
    if cut.by == By.CREATOR:
        given = _of_creators(actor, cut)
    elif rules.may_read_board(actor):
        given = _of_sums(actor.person, cut)
    else:
        given = _of_own(actor, cut)
    behind = cut.days(queries.days(only_open=True)).count()
    shown = {key: Amount(row.count, row.last) for key, row in given.items()}
    clicked = {
        key: Amount(row.clicks, row.clicks_last, row.clicks_of)
        for key, row in given.items()
        if row.clicks is not None and row.clicks_last is not None
    }
    whose = ""
    if cut.by == By.CREATOR:
        whose = _(
            "Counted are placements of the creator's own file, and those that show the works of "
            "one creator alone."
        )
    return {
        Stage.DELIVERED: Reading(shown, partial(_url, cut), note=whose, behind=behind),
        Stage.VISITS: Reading(
            clicked,
            partial(_url, cut, clicked=True),
            rate=_("Click-through rate"),
            note=_(
                "Clicks as the report says them that counts the delivery; the rate leaves out "
                "deliveries whose report has no clicks."
            ),
            behind=behind,
        ),
    }


def _url(cut: Cut, key: Key | None, *, clicked: bool = False) -> str:
    """The deliveries an amount is the sum of."""
    address = cut.address(key, FILTERS)
    if cut.by == By.CREATOR and key is None:
        address += "&creator=all" if address else "creator=all"
    if clicked:
        address += "&only=clicks" if address else "only=clicks"
    return f"{reverse('region-deliveries')}?{address}"


def _summed(rows: Any, field: str, *, clicks_of: Any) -> Iterable[tuple[Any, Given]]:
    """What rows come to by `field`; one query."""
    said = Q(clicks__isnull=False)
    grouped = (
        rows.order_by()
        .values_list(field)
        .annotate(
            n=Sum("count"),
            last=Max("date"),
            clicked=Sum("clicks"),
            of=clicks_of,
            clicked_last=Max("date", filter=said),
        )
    )
    for key, *figures in grouped:
        yield key, Given(*figures)


def _of_sums(user: User, cut: Cut) -> dict[Key, Given]:
    """By county, action or campaign, out of the sums of days; two queries."""
    rows = delivered.narrowed(delivered.region_sums(user), cut)
    field = "county" if cut.by == By.COUNTY else "campaign"
    found: dict[Key, Given] = {}
    # Named afterwards: joined in the reading, every row would carry its campaign's words.
    names = {} if cut.by == By.COUNTY else every_campaign().in_bulk()
    for key, given in _summed(rows, field, clicks_of=Sum("clicks_of")):
        if cut.by == By.ACTION:
            name = names[key].action
        else:
            name = names[key].code if cut.by == By.CAMPAIGN else key
        if name in found:
            found[name].add(given)
        else:
            found[name] = given
    return found


def _of_own(actor: Actor, cut: Cut) -> dict[Key, Given]:
    """By dossier or campaign, out of the days of what the reader's own side filed; one query."""
    rows = delivered.narrowed(delivered.delivered_to(actor), cut, at="placement__")
    paths = {By.DOSSIER: "submission__code", By.CAMPAIGN: "campaign__code"}
    return dict(_summed(rows, f"placement__{paths[cut.by]}", clicks_of=CLICKED))


def _of_creators(actor: Actor, cut: Cut) -> dict[Key, Given]:
    """By creator, out of the days of their placements; three queries."""
    if cut.works is None:
        return {}
    owners = placements_of(cut.works)
    rows = delivered.narrowed(delivered.delivered_to(actor, list(owners)), cut, at="placement__")
    found: dict[Key, Given] = {}
    for placement, given in _summed(rows, "placement", clicks_of=CLICKED):
        key = owners[placement]
        if key in found:
            found[key].add(given)
        else:
            found[key] = given
    return found


def placements_of(works: Works) -> dict[int, Key]:
    """The creator of each placement of a creator's own file, and of each that counts works of one
    creator alone; two queries.

    A placement has one figure for all its ids, so where works of several stand in it nobody can
    say whose it is.
    """
    shown = ExternalId.objects.filter(kind=IdKind.MATERIAL, value__in=works.ids)
    ids = ExternalId.objects.filter(placement__in=shown.values("placement")).order_by("pk")
    owners: dict[int, set[Key | None]] = defaultdict(set)
    for placement, kind, value in ids.values_list("placement", "kind", "value"):
        owners[placement].add(works.of.get(value) if kind == IdKind.MATERIAL else None)
    alone = {number: next(iter(keys)) for number, keys in owners.items() if len(keys) == 1}
    found = {number: key for number, key in alone.items() if key is not None}
    own = Placement.objects.filter(submission__in=works.files).order_by("pk")
    return found | dict(own.values_list("pk", "submission__code"))
