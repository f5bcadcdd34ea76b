"""Calls, entries and live sessions for tests, through the portal's own acts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from portal import clock
from portal.accounts.actor import Actor
from portal.campaigns.models import Campaign
from portal.submissions.models import Submission
from products.calls import domain, live
from products.calls.models import Call, Entry, LiveSession
from tests import dossiers

FIRST, LAST = date(2023, 10, 20), date(2023, 11, 12)
OPENS, CLOSES = date(2023, 10, 16), date(2023, 10, 31)
START = datetime(2023, 11, 6, 20, 0, tzinfo=clock.SHANGHAI)
DAY = START.date()


def campaign(code: str = "harvest", **changes: Any) -> Campaign:
    """丰收节 of e-commerce."""
    values = {"name": "丰收节", "action": "products", "first_day": FIRST, "last_day": LAST}
    return Campaign.objects.get_or_create(code=code, defaults={**values, **changes})[0]


def call(office: Actor | None = None, **changes: Any) -> Call:
    """A call that is open on the tests' day; two products a county."""
    values = {
        "campaign": campaign(),
        "name": "头条精选",
        "asks": "应季、能发货、证照齐全。",
        "opens": OPENS,
        "closes": CLOSES,
        "quota": 2,
        **changes,
    }
    return domain.open_call(actor=office or dossiers.staff(), **values)


def product(owner: Actor | None = None, **changes: Any) -> Submission:
    """A published product of 乳源, or of its owner's county."""
    return dossiers.product_in("published", owner=owner, **changes)


def put(row: Call, dossier: Submission, actor: Actor) -> Entry:
    """One product put forward."""
    (entry,) = domain.put_forward(call=row, products=[dossier.record], actor=actor)
    return entry


def selected(row: Call, dossier: Submission, actor: Actor, office: Actor) -> Entry:
    """One product put forward and selected."""
    entry = put(row, dossier, actor)
    assert domain.decide_entries(
        call=row, rows=[(entry.pk, entry.version)], move="select", note="", actor=office
    ) == (1, [])
    entry.refresh_from_db()
    return entry


def session(office: Actor, **changes: Any) -> LiveSession:
    """Two hours in the evening of 6 November."""
    values = {
        "campaign": campaign(),
        "name": "粤北专场",
        "starts_at": START,
        "ends_at": START + timedelta(hours=2),
        "host": "山里阿姐",
        "channel": "广东好物",
        "place": "韶关直播基地",
        **changes,
    }
    return live.plan_live_session(actor=office, **values)


def write(row: LiveSession, office: Actor, *places: tuple[Entry, int, int]) -> LiveSession:
    """Write the running order: (entry, minutes, units) of each line."""
    row.refresh_from_db()
    return live.write_order(
        session=row,
        places=[live.Place(entry.pk, minutes, units, None) for entry, minutes, units in places],
        actor=office,
        seen=row.version,
    )
