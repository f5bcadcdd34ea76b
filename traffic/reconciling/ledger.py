"""The ledger: every balance is rebuilt from the transfers, and placements stand in their place."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.ledger import queries as ledger
from traffic.models import Placement
from traffic.reconciling.report import About, Report


def rebuilt(report: Report) -> None:
    """Rebuild every balance, and see that each placement's account is its own."""
    for law in ledger.laws():
        report.checks(
            _(
                "Ledger, %(unit)s: %(accounts)d accounts and %(transfers)d transfers checked, "
                "the balances add up to %(total)d."
            ),
            **{**vars(law), "unit": law.unit.label},
        )
    for broken in ledger.breaks():
        report.differs(
            _("Ledger, %(account)s: expected %(expected)s, found %(found)s."), **vars(broken)
        )
    # What is delivered is summed by campaign and county, what is promised along the accounts.
    strayed = Placement.objects.exclude(
        account__parent__key=F("county_id"),
        account__parent__parent__key=F("campaign__code"),
        account__parent__parent__parent__key=F("campaign__action"),
    )
    for pk in strayed.order_by("pk").values_list("pk", flat=True):
        report.differs(
            _("Placement %(pk)d: its account stands below another county, campaign or action."),
            About(placement=pk),
            pk=pk,
        )
