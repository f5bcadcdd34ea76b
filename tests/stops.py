"""One address of the walk, and those of reports and traffic; see `tests/walk.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.sides import Side
from tests.traffic.world import DAY


@dataclass(frozen=True)
class Stop:
    """One address about one row: the ids in it, who of its side sees it, and how it answers.

    `answer` is what the owner's GET gives: 200 a page, 405 an address for POST alone, 302 a page
    that leads on when its act is not open now. `unmarked` is the reason why a page does not show
    the county's mark to its owner.
    """

    fill: Callable[[Side], dict[str, Any]]
    who: str = "official"
    answer: int = 200
    unmarked: str = ""


TRAFFIC: dict[str, Stop] = {
    "account-export": Stop(lambda side: {"pk": side.placement.account.parent_id}),
    "account": Stop(lambda side: {"pk": side.placement.account.parent_id}),
    "transfers": Stop(lambda side: {"pk": side.placement.account_id}),
    "transfers-export": Stop(lambda side: {"pk": side.placement.account_id}),
    "deliveries": Stop(lambda side: {"pk": side.placement.account_id}),
    "deliveries-export": Stop(lambda side: {"pk": side.placement.account_id}),
    "placement": Stop(lambda side: {"pk": side.placement.pk}),
    "placement-day": Stop(lambda side: {"pk": side.placement.pk, "day": DAY}),
    "placement-day-export": Stop(lambda side: {"pk": side.placement.pk, "day": DAY}),
    "account-statement": Stop(lambda side: {"pk": side.placement.account_id}),
    "account-statement-export": Stop(lambda side: {"pk": side.placement.account_id}),
    "allotment-sheet-new": Stop(
        lambda side: {"pk": side.placement.account.parent_id}, who="office"
    ),
    "allotment-sheet-template": Stop(
        lambda side: {"pk": side.placement.account.parent_id}, who="office"
    ),
    "allotment-sheet": Stop(lambda side: {"pk": side.sheet.pk}, who="office"),
    "allotment-sheet-book": Stop(lambda side: {"pk": side.sheet.pk}, who="office", answer=405),
    "allotment-sheet-undo": Stop(lambda side: {"pk": side.sheet.pk}, who="office"),
    "allotment-sheet-drop": Stop(lambda side: {"pk": side.sheet.pk}, who="office", answer=405),
    "alert": Stop(lambda side: {"pk": side.alert.pk}),
    "alert-acknowledge": Stop(lambda side: {"pk": side.alert.pk}, who="office"),
    "alert-snooze": Stop(lambda side: {"pk": side.alert.pk}, who="office"),
    "make-good": Stop(lambda side: {"pk": side.make_good.pk}),
    "make-good-adjust": Stop(lambda side: {"pk": side.make_good.pk}, who="office"),
    "make-good-move": Stop(lambda side: {"pk": side.make_good.pk, "move": "decline"}, who="office"),
    "placement-standing": Stop(lambda side: {"pk": side.placement.pk}),
    "placement-plan": Stop(lambda side: {"pk": side.placement.pk}, who="office"),
    "campaign-pacing": Stop(
        lambda side: {"code": side.placement.campaign.code},
        who="office",
        unmarked="campaigns are the programme's",
    ),
    "allot": Stop(lambda side: {"pk": side.placement.account_id}, who="office"),
    "transfer-reverse": Stop(lambda side: {"pk": side.transfer.pk}, who="office"),
    "statement": Stop(lambda side: {"pk": side.statement.pk}, who="office"),
    "statement-rejected": Stop(
        lambda side: {"pk": side.statement.pk},
        who="office",
        unmarked="the rejected rows of a report that has none",
    ),
    "statement-file": Stop(
        lambda side: {"pk": side.statement.pk, "part": side.statement.parts.order_by("pk")[0].pk},
        who="office",
        unmarked="a report names its rows by ids alone",
    ),
    "statement-confirm": Stop(lambda side: {"pk": side.statement.pk}, who="office", answer=405),
    "statement-set-aside": Stop(lambda side: {"pk": side.statement.pk}, who="office"),
    "source": Stop(lambda side: {"pk": side.statement.source_id}, who="office"),
    "source-expected": Stop(lambda side: {"pk": side.statement.source_id}, who="office"),
    "source-columns": Stop(lambda side: {"pk": side.statement.source_id}, who="office"),
    "reconciliation-check": Stop(lambda side: {"pk": side.check.pk}, who="office"),
    "reconciliation-check-export": Stop(lambda side: {"pk": side.check.pk}, who="office"),
    "placement-compared": Stop(lambda side: {"pk": side.placement.pk}, who="office"),
    "placement-compared-export": Stop(lambda side: {"pk": side.placement.pk}, who="office"),
    "gap": Stop(lambda side: {"pk": side.placement.pk, "source": side.gap.source_id}, who="office"),
}
