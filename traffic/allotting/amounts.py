"""Amounts that somebody types or writes into a cell: exact, or refused. A report may round what it
tells; a transfer moves what was meant."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.statements.reading.figures import LARGEST
from portal.statements.reading.words import narrow

TIMES = {"": 1, "w": 10_000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8}
# 5000000, 5,000,000, 500万, 1.2亿, 500万次.
AMOUNT = re.compile(
    r"(?P<sign>[-−+])?(?P<digits>\d{1,3}(?:,\d{3})+|\d{1,20})(?P<fraction>\.\d{1,20})?"
    r"(?P<times>百万|千万|万|亿|w)?次?"
)


class NoAmount(ValueError):
    """What was written is no amount, with the sentence for its reader."""


def amount_of(text: str) -> int:
    """Return the number of impressions that `text` says exactly, at least 1. Raises: NoAmount."""
    found = AMOUNT.fullmatch("".join(narrow(text).split()).casefold())
    if found is None:
        raise NoAmount(_("Enter a whole number above zero, for example 5000000 or 500万."))
    number = Decimal(found["digits"].replace(",", "") + (found["fraction"] or ""))
    number *= TIMES[found["times"] or ""]
    if found["sign"] in {"-", "−"} or number == 0:
        raise NoAmount(_("The amount is more than zero."))
    if number != number.to_integral_value():
        raise NoAmount(
            _("“%(text)s” is no whole number of impressions: write all its digits.")
            % {"text": text.strip()[:40]}
        )
    if number > LARGEST:
        raise NoAmount(_("This is more than any account can hold."))
    return int(number)
