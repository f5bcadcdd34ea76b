"""What traffic puts on the programme board: the pool, and what each action and county was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import clock, registry
from portal.campaigns.models import Action
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Level
from portal.templatetags.board import short_date
from traffic import delivered, effect, queries, readiness, rules

if TYPE_CHECKING:
    from portal.accounts.actor import Actor

TIMES = pgettext_lazy("unit", "impressions")


def register() -> None:
    """Plug figures, columns, stages, the map's first measure and what needs attention in."""
    registry.register_figures(figures)
    registry.register_columns(columns)
    registry.register_attention(attention)
    effect.register()
    registry.register_measure(
        registry.Measure(
            "delivered",
            _("Impressions delivered"),
            _delivered_by_county,
            lambda county: _deliveries(county=county),
            rank=0,
        )
    )


def _deliveries(**filters: str) -> str:
    query = f"?{urlencode(filters)}" if filters else ""
    return reverse("region-deliveries") + query


def _transfers(account: Account, side: str) -> str:
    return f"{reverse('transfers', args=[account.pk])}?side={side}"


def figures(actor: Actor) -> Iterable[registry.Figure]:
    """The pool, what was delivered in all and lately, and what runs today; eight queries."""
    user, group = actor.person, registry.Group.TRAFFIC
    roots = {
        row.level: row
        for row in queries.accounts(user).filter(level__in=[Level.PLEDGE, Level.POOL])
    }
    if Level.POOL in roots:
        pledged = -roots[Level.PLEDGE].balance
        url = _transfers(roots[Level.POOL], "received")
        yield registry.Figure(_("The platform's pledge"), group, pledged, url, TIMES)
    sums = delivered.region_sums(user)
    found = queries.total_as_of(sums)
    yield registry.Figure(_("Delivered"), group, found["total"], _deliveries(), TIMES)
    if (last := found["as_of"]) is not None:
        lately = queries.total(sums.filter(date=last))
        words = str(_("On %(day)s alone")) % {"day": short_date(last)}
        yield registry.Figure(words, group, lately, _deliveries(day=str(last)), TIMES)
    today = clock.today()
    yield registry.Figure(
        _("Placements running today"),
        group,
        queries.running(user, today).count(),
        f"{reverse('placements')}?on={today}",
        pgettext_lazy("unit", "placements"),
    )


def columns(actor: Actor) -> Iterable[registry.Column]:
    """Impressions promised to each action and delivered in it; seven queries."""
    yield _promised(actor)
    found = dict(
        delivered.region_sums(actor.person).values_list("campaign__action").annotate(n=Sum("count"))
    )
    cells = {
        action: registry.Cell(found.get(action, 0), _deliveries(action=action))
        for action in Action.values
    }
    yield registry.Column(_("Delivered"), cells, registry.Cell(sum(found.values()), _deliveries()))


def _promised(actor: Actor) -> registry.Column:
    """From the pool to the actions; for officials what their counties have of each action."""
    if not actor.sees_province:
        return _promised_to_counties(actor)
    rows = queries.accounts(actor.person).filter(level__in=[Level.POOL, Level.ACTION])
    standings = ledger.standings(rows).values()
    total = registry.Cell(0, reverse("allotments"))
    cells = {}
    for row in standings:
        if row.account.level == Level.POOL:
            total = registry.Cell(row.passed_on, _transfers(row.account, "given"))
        else:
            url = _transfers(row.account, "received")
            cells[row.account.key] = registry.Cell(row.received, url)
    return registry.Column(_("Promised"), cells, total)


def _promised_to_counties(actor: Actor) -> registry.Column:
    url = reverse("allotments")
    found: Counter[str] = Counter()
    for row in ledger.standings(queries.county_accounts(actor.person)).values():
        assert row.account.parent is not None  # noqa: S101 - a county stands below a campaign
        assert row.account.parent.parent is not None  # noqa: S101 - and that below an action
        found[row.account.parent.parent.key] += row.received
    cells = {
        action: registry.Cell(found[action], f"{url}?action={action}") for action in Action.values
    }
    return registry.Column(_("Promised"), cells, registry.Cell(found.total(), url))


def _delivered_by_county(actor: Actor) -> Mapping[str, int]:
    rows = delivered.region_sums(actor.person).values_list("county")
    return dict(rows.annotate(n=Sum("count")))


def attention(actor: Actor) -> Iterable[registry.Task]:
    """Placements that may not run, and for the province ids without a placement, days behind,
    campaigns without placements; five queries."""
    if not rules.may_read_board(actor):
        return
    yield registry.Task(
        _("Placements running now whose dossier may not be promoted"),
        queries.running(actor.person, clock.today()).filter(readiness.stopped()).count(),
        f"{reverse('placements')}?only=stopped",
    )
    if not actor.sees_province:
        return
    yield registry.Task(
        _("Ids in reports that belong to no placement"),
        queries.unmatched(actor.person).count(),
        reverse("unmatched"),
    )
    yield registry.Task(
        _("Days whose figures are to be added up again"),
        queries.days(only_open=True).count(),
        f"{reverse('days')}?only=open",
    )
    lacking = queries.unplaced().order_by("first_day", "pk")
    first = [row.first_day for row in lacking]
    yield registry.Task(
        _("Campaigns that begin within seven days and have no placement"),
        len(first),
        reverse("campaigns-unplaced"),
        due=min(first, default=None),
    )
