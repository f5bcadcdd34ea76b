"""Effect on one line: how far what was shown went, stage by stage, and as of which day.

Rooms register what they know through `portal.registry.register_stages`; home's page puts the
stages beside each other. Figures are never guessed: what nobody says is missing, not zero, and a
rate is told only where both of its sides count the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """The stages from left to right; one that no room answers for stands there without figures."""

    DELIVERED = "delivered", _("Impressions delivered")
    VISITS = "visits", pgettext_lazy("stage", "Visits (clicks)")
    ORDERS = "orders", _("Orders paid")
    TICKETS = "tickets", pgettext_lazy("stage", "Tickets")
    CHECK_INS = "check_ins", pgettext_lazy("stage", "Check-ins")


class By(models.TextChoices):
    """What a line is about."""

    COUNTY = "county", _("By county")
    ACTION = "action", _("By action")
    CAMPAIGN = "campaign", _("By campaign")
    CREATOR = "creator", _("By creator")
    # For who sees the own dossiers alone.
    DOSSIER = "dossier", _("By dossier")


# The code of a county, an action, a campaign, a creator's file or a dossier: how a line is found.
Key = str


@dataclass(frozen=True)
class Works:
    """Who made which work: creators by the code of their file, and the creator of each number of
    an accepted work.

    `files` and `ids` are the files and the numbers as rows of one column, so that SQL can look
    them up.
    """

    names: Mapping[Key, str]
    of: Mapping[str, Key]
    files: QuerySet[Any]
    ids: QuerySet[Any]
    url: Callable[[Key], str]


@dataclass(frozen=True)
class Cut:
    """What is asked: lines by `by`, of what the filters leave; both days included.

    Filters are codes, empty where none is set. `works` is given where lines are creators.
    """

    by: By
    action: str = ""
    campaign: str = ""
    city: str = ""
    county: str = ""
    creator: str = ""
    dossier: str = ""
    since: date | None = None
    until: date | None = None
    works: Works | None = None

    def address(self, key: Key | None, names: Iterable[str]) -> str:
        """The filters of `names` as they stand in an address, narrowed to one line.

        Lists behind figures call their filters by the names of these fields.
        """
        found = {name: getattr(self, name) for name in names}
        if key is not None and self.by.value in found:
            found[self.by.value] = key
        return urlencode({name: value for name, value in found.items() if value})

    def days(self, rows: Any) -> Any:
        """Return rows with a `date` narrowed to the days."""
        if self.since:
            rows = rows.filter(date__gte=self.since)
        return rows.filter(date__lte=self.until) if self.until else rows


@dataclass(frozen=True)
class Amount:
    """What a stage counts on one line, and the last day it speaks of.

    `of` is what the same deliveries count in the stage before: value ÷ of is the rate; None where
    the two count different things.
    """

    value: int
    last: date
    of: int | None = None


@dataclass(frozen=True)
class Reading:
    """What a room knows of one stage: an amount for each line that has one.

    `url` opens the rows an amount is the sum of, those of all lines for None. `rate` is what
    value ÷ of is called. `note` says why there is no figure, or no rate. `behind` is how many days
    of the cut wait to be added up again.
    """

    amounts: Mapping[Key, Amount]
    url: Callable[[Key | None], str]
    rate: str | Promise = ""
    note: str | Promise = ""
    behind: int = 0

    @property
    def as_of(self) -> date | None:
        """The last day that any line speaks of."""
        return max((amount.last for amount in self.amounts.values()), default=None)

    @property
    def total(self) -> Amount | None:
        """All lines together; its rate is over the lines that have one."""
        found = list(self.amounts.values())
        if not found:
            return None
        rated = [amount.of for amount in found if amount.of is not None]
        return Amount(
            sum(amount.value for amount in found),
            max(amount.last for amount in found),
            sum(rated) if len(rated) == len(found) else None,
        )


def nothing(note: str | Promise) -> Reading:
    """A stage without figures, and why."""
    return Reading({}, lambda key: "", note=note)
