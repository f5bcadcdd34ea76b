"""Placements and their days. Facts are immutable; every figure here is derived and replaced."""

from traffic.models.checks import (
    Difference,
    Reconciliation,
)
from traffic.models.days import (
    HOURS,
    ComparedDay,
    Correction,
    Day,
    DayFate,
    DaySum,
    PlacementDay,
    UnmatchedDay,
)
from traffic.models.placements import (
    ExternalId,
    Gap,
    Placement,
)
from traffic.pacing.models import (
    CampaignPacing,
    Plan,
)

__all__ = [
    "HOURS",
    "CampaignPacing",
    "ComparedDay",
    "Correction",
    "Day",
    "DayFate",
    "DaySum",
    "Difference",
    "ExternalId",
    "Gap",
    "Placement",
    "PlacementDay",
    "Plan",
    "Reconciliation",
    "UnmatchedDay",
]

# Tables of this app that stand in rooms of their own.
from traffic.alerts.models import Alert  # noqa: F401
from traffic.allotting.models import AllotmentSheet  # noqa: F401
from traffic.briefs.models import BriefSent, BriefSubscription  # noqa: F401
from traffic.makegood.models import MakeGood  # noqa: F401
