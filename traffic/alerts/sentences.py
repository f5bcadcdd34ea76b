"""An alert in words: what it is about, why, and the page where something can be done."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.campaigns.models import Action
from portal.ledger.models import Level
from portal.templatetags.figures import date_text, wan_text
from traffic.alerts.enums import Kind
from traffic.pacing.enums import Status
from traffic.queries import action_label

if TYPE_CHECKING:
    from traffic.alerts.models import Alert

OF_DAY = gettext_noop(
    "%(subject)s: on %(day)s %(count)s were delivered; of the three same weekdays before the "
    "middle is %(median)s."
)
OF_HOUR = gettext_noop(
    "%(subject)s: on %(day)s in the hour from %(hour)s:00 %(count)s were delivered; of the three "
    "same weekdays before the middle is %(median)s."
)
COUNTY_CAP = gettext_noop(
    "%(subject)s: the county has its full share of the campaign's day, %(share)s per cent; "
    "%(held)s of what its placements need today must wait."
)
SOON = gettext_noop(
    "%(subject)s: %(left)s of %(promised)s are still to be delivered, at most %(percent)s per "
    "cent; until the end %(coming)s more are foreseen."
)
USED_UP = gettext_noop("%(subject)s: all of the %(promised)s promised are delivered.")
SENTENCES = {
    Kind.WILL_MISS: gettext_noop(
        "%(subject)s: %(n)s placements will end %(lacks)s short of the %(given)s promised."
    ),
    Kind.OVER: gettext_noop(
        "%(subject)s: %(n)s placements were delivered %(over)s more than the %(given)s promised."
    ),
    Kind.CAP: gettext_noop(
        "%(subject)s: on %(day)s %(done)s were delivered, the cap of a day is %(cap)s."
    ),
    Kind.REMAINING: gettext_noop(
        "%(subject)s: %(left)s of %(promised)s are still to be delivered, "
        "at most %(percent)s per cent."
    ),
    Kind.LATE: gettext_noop(
        "%(subject)s: the last report goes until %(last)s, the next should be here."
    ),
}
DAYS = ("day", "last")
PLAIN = ("n", "percent", "hour", "share")


def subject_of(alert: Alert) -> str:
    """What it is about, by name."""
    if alert.placement is not None:
        return alert.placement.name
    if alert.source is not None:
        return alert.source.name
    if alert.account is not None:
        account = alert.account
        above = account.parent if account.level == Level.COUNTY else None
        return f"{above.name} · {account.name}" if above else action_label(account)
    if alert.campaign is not None and alert.county is not None:
        return f"{alert.campaign.name} · {alert.county.name}"
    return str(Action(alert.action).label)


def message(alert: Alert) -> tuple[str, dict[str, str]]:
    """The English sentence and its values, in the language that is spoken."""
    words = {"subject": subject_of(alert)}
    for name, value in alert.figures.items():
        words[name] = _said(name, value)
    return _sentence(alert), words


def _sentence(alert: Alert) -> str:
    figures = alert.figures
    if alert.kind in (Kind.SPIKE, Kind.DROP):
        return OF_DAY if figures["hour"] is None else OF_HOUR
    if alert.kind == Kind.CAP and alert.placement_id is None:
        return COUNTY_CAP
    if alert.kind == Kind.REMAINING and figures["left"] <= 0:
        return USED_UP
    if "coming" in figures:
        return SOON
    return SENTENCES[Kind(alert.kind)]


def _said(name: str, value: Any) -> str:
    if name in DAYS:
        return date_text(date.fromisoformat(value))
    return str(value) if name in PLAIN else wan_text(value)


def reason_of(alert: Alert) -> str:
    """The sentence in the language that is spoken."""
    msgid, words = message(alert)
    return _(msgid) % words


def page_of(alert: Alert) -> str:
    """Where something can be done about it."""
    if alert.placement_id is not None:
        return reverse("placement", args=[alert.placement_id])
    if alert.source_id is not None:
        return reverse("source", args=[alert.source_id])
    if alert.account_id is not None:
        return reverse("account", args=[alert.account_id])
    asked: dict[str, Any] = {}
    if alert.campaign is not None:
        asked = {"campaign": alert.campaign.code, "county": alert.county_id}
    if alert.action:
        asked = {"action": alert.action}
    if alert.kind in (Kind.SPIKE, Kind.DROP):
        asked["day"] = alert.figures["day"]
        return f"{reverse('region-deliveries')}?{urlencode(asked)}"
    if alert.kind == Kind.WILL_MISS:
        asked["status"] = Status.WILL_MISS.value
    if alert.kind == Kind.OVER:
        asked["status"] = Status.REACHED.value
    if alert.kind == Kind.CAP:
        asked["sort"] = "need"
    return f"{reverse('pacing')}?{urlencode(asked)}"
