"""How many queries the pages of people, homes, messages, work and machines take."""

from __future__ import annotations

from typing import Any

from tests.pages.crowd import Crowd
from tests.pages.page import Page


def _taken(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.taken.pk}


def _other(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.other.pk}


PAGES = (
    # Homes.
    Page("home", "visitor", 0, still=True),
    Page("home", "newcomer", 6, still=True),
    Page("home", "office", 26, still=True),
    Page("home", "official", 15, still=True),
    Page("home", "colleague", 15, still=True),
    Page("home", "admin", 11, still=True),
    Page("home", "auditor", 10, still=True),
    Page("home", "merchant", 9, still=True),
    Page("home", "creator_user", 10, still=True),
    Page("home", "trainee", 10, still=True),
    # Machines.
    Page("keys", "official", 6),
    Page("keys-export", "official", 4),
    Page("key", "official", 6),
    Page("key-revoke", "official", 5, still=True),
    Page("webhook-log", "official", 6),
    Page("webhook-log-export", "official", 4),
    Page("webhook-delivery", "official", 6),
    Page("api-products", "official", 10),
    Page("api-products-record", "official", 10, still=True),
    Page("api-feed-products", "official", 15),
    # Workbooks.
    Page("sheet-new", "official", 6, still=True),
    Page("sheet-export", "official", 8, beside=None),
    Page("sheet", "official", 8),
    Page("sheet", "official", 11, of=_taken, beside=None),
    Page("sheet-columns", "official", 6, still=True),
    Page("sheet-wrong-rows", "official", 4),
    # People and organisations.
    Page("organisations", "office", 6),
    Page("organisations", "official", 6),
    Page("organisations-export", "office", 4),
    Page("organisation-record", "official", 7),
    Page("organisation-record", "office", 7),
    Page("organisation-edit", "official", 6, still=True),
    Page("qualifications", "office", 6, beside=None),
    Page("qualifications", "official", 6, "?part=soon", beside=None),
    Page("qualifications", "merchant", 6, beside=None),
    Page("qualifications-export", "office", 4),
    Page("qualification", "official", 8),
    Page("qualification", "merchant", 8),
    Page("qualification-renew", "official", 6, still=True),
    Page("qualification-check", "official", 5, still=True),
    Page("qualification-off", "official", 6, still=True),
    Page("organisation-qualification-new", "official", 5, still=True),
    Page("dossier-qualification-new", "official", 5, still=True),
    Page("people", "admin", 7, beside=None),
    Page("people", "admin", 7, "?text={crowd.official}"),
    Page("people-export", "admin", 5),
    Page("person", "admin", 7, still=True),
    Page("person", "admin", 7, of=_other),
    Page("person-role", "admin", 6, still=True),
    Page("person-act", "admin", 5, still=True),
    Page("profile", "official", 6, still=True),
    Page("my-data", "official", 28),
    # Messages, work and the record.
    Page("notices", "newcomer", 7),
    Page("notices", "official", 7, beside=None),
    Page("notice-preferences", "official", 5, still=True),
    Page("own-messages", "newcomer", 6),
    Page("message-log", "admin", 6, "?channel=email"),
    Page("message-log-export", "admin", 4),
    Page("demonstration-messages", "visitor", 2, beside=None),
    Page("demonstration-mails", "visitor", 2),
    Page("work-list", "admin", 6),
    Page("work-list", "official", 6, "?state=waiting"),
    Page("work-detail", "official", 5, still=True),
    Page("audit-list", "admin", 8, "?subject=counted"),
    Page("audit-list", "auditor", 8, beside=None),
    Page("audit-export", "admin", 6),
)
