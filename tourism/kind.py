"""What spots and routes are to the house: two kinds of dossier."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.submissions.kinds import Kind
from tourism import columns, moves, queries, rules
from tourism.forms import STOPS, RouteForm, SpotForm
from tourism.models import Route, Spot

SPOT = Kind(
    code="spot",
    action="tourism",
    prefix="JD",
    label=_("Spot"),
    model=Spot,
    form=SpotForm,
    moves=moves.SPOT_MOVES,
    may_file=rules.may_file_spot,
    facts=queries.spot_facts,
    readiness=rules.spot_readiness,
    unready=queries.spot_unready,
    open_on=queries.spot_open_on,
    note=queries.closed_note,
    live_fields=(
        "closed_until",
        "closed_because",
        "opening_hours",
        "contact_name",
        "contact_phone",
    ),
    public_url="spot",
    public_fields=(
        "name",
        "category",
        "description",
        "town",
        "address",
        "opening_hours",
        "transport",
        "capacity",
        "closed_until",
        "closed_because",
    ),
    by_sheet=True,
    beside=("town",),
    headings=columns.SPOT_HEADINGS,
    sheet_example=columns.SPOT_EXAMPLE,
)
ROUTE = Kind(
    code="route",
    action="tourism",
    prefix="XL",
    label=_("Route"),
    model=Route,
    form=RouteForm,
    moves=moves.ROUTE_MOVES,
    may_file=rules.may_file_route,
    facts=queries.route_facts,
    readiness=rules.route_readiness,
    unready=queries.route_unready,
    open_on=queries.route_open_on,
    ready_beside=("stops__spot__submission",),
    rests_on=rules.spots_behind,
    note=queries.route_note,
    public_url="route",
    public_fields=(
        "name",
        "days",
        "theme",
        "description",
        *(f"stop{number}" for number in range(1, STOPS + 1)),
    ),
    by_sheet=True,
    beside=("stops__spot__submission",),
    headings=columns.ROUTE_HEADINGS,
    sheet_example=columns.ROUTE_EXAMPLE,
)
