"""How many queries the pages of the pool, placements, pacing and boards take."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from tests.pages.crowd import Crowd
from tests.pages.page import Page


def _account(above: int) -> Callable[[Crowd], dict[str, Any]]:
    """The account so many levels above a placement's."""
    path = ".".join(["account", *["parent"] * above])
    return lambda crowd: {"pk": attrgetter(path)(crowd.placement).pk}


_county, _campaign, _action, _pool = map(_account, (1, 2, 3, 4))


PAGES = (
    # Boards.
    Page("programme", "office", 49),
    Page("programme", "official", 43),
    # By campaign, since there are as many counties and actions ever: `home/test_effect.py`.
    Page("effect", "office", 10, "?by=campaign", beside=None),
    Page("effect", "official", 10, "?by=campaign", beside=None),
    Page("effect-export", "office", 7, "?by=campaign", beside=None),
    # Fifteen of them for where placements stand, which is read once a minute for all.
    Page("board", "office", 33),
    Page("board", "official", 26),
    Page("account", "office", 34, of=_action),
    Page("account", "office", 35, of=_campaign),
    Page("account", "office", 35, "?size=50"),
    Page("account", "official", 35, "?size=50"),
    Page("account-export", "office", 26),
    Page("account-export", "office", 27, of=_campaign),
    # Placements, allotments and what they delivered.
    Page("campaigns", "office", 6, beside=None),
    Page("campaigns-unplaced", "office", 6),
    Page("campaigns-export", "office", 3),
    Page("placements", "office", 25),
    Page("placements", "official", 25),
    Page("placements-export", "office", 19),
    Page("placement", "office", 28),
    Page("placement", "official", 28),
    Page("placement-day", "office", 11, still=True),
    Page("placement-day-export", "office", 9, still=True),
    Page("placement-compared", "office", 11),
    Page("placement-compared-export", "office", 6),
    Page("gap", "office", 11),
    Page("compared", "office", 11),
    Page("compared", "office", 11, "?only=open"),
    Page("compared-export", "office", 7),
    Page("placement-new", "office", 8),
    Page("allot", "office", 14, still=True),
    Page("account-statement", "office", 13),
    Page("account-statement", "official", 13),
    Page("account-statement-export", "office", 6),
    Page("allotment-sheet-new", "office", 10),
    Page("allotment-sheet-template", "office", 5),
    Page("allotment-sheet", "office", 16),
    Page("allotment-sheet-undo", "office", 9, still=True),
    Page("alerts", "office", 6, beside=4),
    Page("alerts", "official", 6, beside=1),
    Page("alerts-export", "office", 4),
    Page("alert", "office", 5, still=True),
    Page("alert", "official", 5, still=True),
    Page("alert-acknowledge", "office", 5, still=True),
    Page("alert-snooze", "office", 5, still=True),
    Page("make-goods", "office", 6),
    Page("make-goods", "official", 6),
    Page("make-goods-export", "office", 4),
    Page("make-good", "office", 16),
    Page("make-good", "official", 16),
    Page("make-good-adjust", "office", 13, still=True),
    Page("make-good-move", "office", 5, still=True),
    Page("placement-standing", "office", 29, still=True),
    Page("placement-standing", "official", 29, still=True),
    Page("placement-plan", "office", 24, still=True),
    Page("campaign-pacing", "office", 7, still=True),
    Page("pacing", "office", 22),
    Page("pacing", "official", 22),
    Page("pacing-export", "office", 20),
    Page("brief", "office", 42),
    Page("brief", "official", 39),
    Page("brief-pdf", "office", 40),
    Page("brief-export", "office", 40),
    Page("allotments", "office", 11),
    Page("allotments-export", "office", 6),
    Page("transfers", "office", 13),
    Page("transfers", "official", 13),
    Page("transfers", "office", 12, of=_county),
    Page("transfers-export", "office", 5),
    Page("transfer-reverse", "office", 5, still=True),
    Page("deliveries", "office", 13),
    Page("deliveries", "office", 9, of=_pool, beside=None),
    Page("deliveries-export", "office", 5),
    Page("region-deliveries", "office", 9, "?day={crowd.correction.date}"),
    Page("region-deliveries-export", "office", 4),
)
