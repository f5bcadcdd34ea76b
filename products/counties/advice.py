"""What a county is told to improve: plain sentences, each from a figure on the same page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.submissions.enums import ReasonCode

if TYPE_CHECKING:
    from products.counties.queries import CountyReport

# Below this share of first tries, in per cent, something is done wrong again and again.
GOOD_RATE = 80
# The county and the office promise three and five working days.
PROMISED_DAYS = 8
# From this share of refunded orders on, in per cent, the product is looked at.
MANY_REFUNDS = 10
WHAT_TO_DO = {
    ReasonCode.MISSING: gettext_lazy(
        "Before submitting, open the dossier: it lists every field that is still missing."
    ),
    ReasonCode.UNCLEAR: gettext_lazy(
        "Write what a buyer in another province needs to know: origin, size, taste, how it is sent."
    ),
    ReasonCode.WRONG: gettext_lazy(
        "Let a second person compare price, unit and packing with the goods before submitting."
    ),
    ReasonCode.PHOTO: gettext_lazy(
        "Take photos by daylight, of the product itself, without text or watermark."
    ),
    ReasonCode.PAPER: gettext_lazy(
        "Check that name, holder and date of each certificate are those of the product and its "
        "owner."
    ),
    ReasonCode.WORDING: gettext_lazy(
        "Leave out superlatives and healing claims: the Advertising Law does not allow them."
    ),
    ReasonCode.OTHER: gettext_lazy(
        "Read the remarks of the last dossiers that came back, and tell the others who file."
    ),
}


def of(report: CountyReport) -> list[str]:
    """The sentences of a county's page; one that all is well when there is nothing to improve."""
    said = [*_review(report), *_time(report), *_refunds(report)]
    if not said and (report.decided or report.sums["orders"]):
        said.append(_("Nothing stands out: go on like this."))
    return said


def _review(report: CountyReport) -> Iterator[str]:
    if report.rate is not None and report.rate < GOOD_RATE:
        yield _(
            "Only %(first)d of %(decided)d products went through at the first try (%(rate)d%%); "
            "%(good)d%% is within reach."
        ) % {
            "first": report.first,
            "decided": report.decided,
            "rate": report.rate,
            "good": GOOD_RATE,
        }
    if report.reasons:
        code, number = report.reasons[0]
        yield _("The most frequent remark is “%(reason)s” (%(number)d times). %(advice)s") % {
            "reason": ReasonCode(code).label,
            "number": number,
            "advice": WHAT_TO_DO[ReasonCode(code)],
        }


def _time(report: CountyReport) -> Iterator[str]:
    if report.days is not None and report.days > PROMISED_DAYS:
        yield _(
            "Half of the products wait longer than %(days)d working days for their decision; "
            "%(promised)d are promised. Endorse on the day a dossier comes in, and name a stand-in "
            "when you are away."
        ) % {"days": report.days, "promised": PROMISED_DAYS}


def _refunds(report: CountyReport) -> Iterator[str]:
    for row in report.returned:
        if row.rate >= MANY_REFUNDS:
            yield _(
                "%(rate)d%% of the orders of “%(title)s” were refunded (%(refunds)d of "
                "%(orders)d): look at its packing, its weight and how it is sent."
            ) % {
                "rate": row.rate,
                "title": row.title,
                "refunds": row.refunds,
                "orders": row.orders,
            }
