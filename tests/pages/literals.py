"""How many queries each page takes: a line for every page that shows rows, and for every kind of
reader whose page is another one. A new page is a line here, or a name among those without rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests import walk
from tests.pages.crowd import Crowd

Fill = Callable[[Crowd], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """A page, who reads it, how many queries that takes, and the filter in its address.

    `of` fills the address where it is not about the row that the walk names. `beside` counts the
    rows of a list that are always there; None where rows of several kinds are listed together.
    `still`: the page shows numbers or one row's own facts, and gets no longer.
    """

    name: str
    reader: str
    sql: int
    query: str = ""
    of: Fill | None = None
    beside: int | None = 0
    still: bool = False

    def __str__(self) -> str:
        of = f" of {self.of.__name__.strip('_')}" if self.of else ""
        return f"{self.name}{of}{self.query} for {self.reader}"

    def address(self, crowd: Crowd) -> str:
        """Where the page is; the filter may name what the crowd has."""
        fill = self.of or FILLS.get(self.name, lambda _crowd: {})
        return reverse(self.name, kwargs=fill(crowd)) + self.query.format(crowd=crowd)


def _code(name: str) -> Fill:
    def fill(crowd: Crowd) -> dict[str, Any]:
        return {"code": getattr(crowd, name).code}

    fill.__name__ = name
    return fill


def _kind(name: str) -> Fill:
    def fill(crowd: Crowd) -> dict[str, Any]:
        return {"kind": name}

    fill.__name__ = name
    return fill


def _action(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.placement.account.parent.parent.parent_id}


def _campaign(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.placement.account.parent.parent_id}


def _county(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.placement.account.parent_id}


def _pool(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.placement.account.parent.parent.parent.parent_id}


def _taken(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.taken.pk}


def _other(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.other.pk}


_submitted, _published, _route = _code("submitted"), _code("published"), _code("route")
_approved, _endorsed = _code("approved"), _code("endorsed")


FILLS: dict[str, Fill] = {
    **walk.PUBLIC,
    "sheet-new": _kind("product"),
    "sheet-export": _kind("product"),
} | {
    name: stop.fill
    for name, stop in (walk.ROWS | walk.SHARED | walk.OPEN | walk.ADMIN_ROWS).items()
}
PAGES = (
    # Workbooks.
    Page("sheet-new", "official", 6, still=True),
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
    Page("sheet-export", "official", 10, beside=None),
    Page("sheet", "official", 8),
    Page("sheet", "official", 11, of=_taken, beside=None),
    Page("sheet-columns", "official", 6, still=True),
    Page("sheet-wrong-rows", "official", 4),
    # Homes and boards.
    Page("home", "visitor", 0, still=True),
    Page("home", "newcomer", 6, still=True),
    Page("home", "office", 23, still=True),
    Page("home", "official", 15, still=True),
    Page("home", "colleague", 15, still=True),
    Page("home", "admin", 11, still=True),
    Page("home", "auditor", 10, still=True),
    Page("home", "merchant", 9, still=True),
    Page("home", "creator_user", 10, still=True),
    Page("home", "trainee", 10, still=True),
    Page("programme", "office", 33),
    Page("programme", "official", 27),
    Page("board", "office", 17),
    Page("board", "official", 9),
    Page("account", "office", 18, of=_action),
    Page("account", "office", 19, of=_campaign),
    Page("account", "office", 18, "?size=50"),
    Page("account", "official", 18, "?size=50"),
    Page("desk-statistics", "office", 7),
    # Dossiers and the desk.
    Page("dossiers", "office", 6, beside=None),
    Page("dossiers", "office", 6, "?kind=product&state=published"),
    Page("dossiers", "official", 6, beside=None),
    Page("dossiers-export", "office", 4),
    Page("dossier", "official", 32),
    Page("dossier", "office", 26, of=_submitted),
    Page("dossier", "office", 36, of=_published),
    Page("dossier", "office", 17, of=_route),
    Page("dossier", "merchant", 15, of=_approved),
    Page("dossier-new", "official", 10, of=_kind("route")),
    Page("dossier-new", "merchant", 7, of=_kind("application")),
    Page("dossier-edit", "official", 16),
    Page("dossier-edit", "official", 16, of=_route),
    Page("dossier-reason", "colleague", 10),
    Page("revision", "official", 9, still=True),
    Page("dossier-merge", "office", 20),
    Page("desk", "office", 9),
    Page("desk", "office", 8, "?turn=", beside=None),
    Page("desk", "office", 8, "?state=endorsed"),
    Page("desk", "colleague", 7),
    Page("desk", "official", 7, "?turn=", beside=None),
    Page("desk-export", "office", 5),
    Page("desk-review", "colleague", 19),
    Page("desk-review", "office", 24, of=_endorsed),
    Page("desk-interest", "colleague", 5, still=True),
    Page("desk-bulk-result", "colleague", 5),
    Page("desk-letters", "office", 5),
    Page("desk-letter", "office", 5, still=True),
    Page("desk-away", "colleague", 10),
    Page("desk-away-person", "admin", 11),
    Page("desk-hand-over", "official", 9),
    Page("desk-hand-over", "office", 9),
    Page("desk-hand-over-person", "admin", 10),
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
    Page("person", "admin", 7, still=True),
    Page("person", "admin", 7, of=_other),
    Page("person-role", "admin", 6, still=True),
    Page("person-act", "admin", 5, still=True),
    Page("profile", "official", 6, still=True),
    Page("my-data", "official", 27),
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
    # Traffic.
    Page("campaigns", "office", 6, beside=None),
    Page("campaigns-unplaced", "office", 6),
    Page("placements", "office", 10),
    Page("placements", "official", 10),
    Page("placements-export", "office", 4),
    Page("placement", "office", 20),
    Page("placement", "official", 20),
    Page("placement-new", "office", 8),
    Page("allot", "office", 12, still=True),
    Page("allotments", "office", 11),
    Page("transfers", "office", 13),
    Page("transfers", "official", 13),
    Page("transfers", "office", 12, of=_county),
    Page("transfers-export", "office", 5),
    Page("transfer-reverse", "office", 5, still=True),
    Page("deliveries", "office", 13),
    Page("deliveries", "office", 9, of=_pool, beside=None),
    Page("deliveries-export", "office", 5),
    Page("region-deliveries", "office", 7, "?day={crowd.correction.date}"),
    Page("region-deliveries-export", "office", 4),
    Page("days", "office", 6),
    Page("unmatched", "office", 7),
    Page("unmatched-export", "office", 4),
    Page("unmatched-match", "office", 7, "?source={crowd.lost.source_id}&id=lost"),
    Page("statements", "office", 10, "?source={crowd.statement.source_id}"),
    Page("statements-export", "office", 5),
    Page("statement", "office", 12),
    Page("statement-rejected", "office", 7),
    Page("statement-set-aside", "office", 6, still=True),
    Page("statement-land", "office", 6),
    Page("sources", "office", 6, beside=2),
    Page("sources", "office", 7, "?late=1", beside=1),
    Page("sources-export", "office", 4),
    # Brands and standards.
    Page("brands", "visitor", 2),
    Page("brands", "official", 6),
    Page("brands-export", "office", 4),
    Page("brand", "visitor", 3),
    Page("brand", "official", 7),
    Page("brand-new", "official", 8, still=True),
    Page("brand-edit", "official", 9, still=True),
    Page("brand-members", "official", 8),
    Page("brand-members-export", "official", 5),
    Page("standards", "official", 8),
    Page("standards-export", "office", 5),
    Page("standard", "official", 7),
    Page("standard-new", "official", 8, still=True),
    Page("standard-version-new", "official", 9, still=True),
    Page("product-standards", "official", 9),
    # The other actions.
    Page("products", "visitor", 4),
    Page("product", "visitor", 6),
    Page("product-quick", "official", 5, still=True),
    Page("product-quick-go-on", "official", 9),
    Page("product-categories", "office", 6, beside=9),
    Page("product-categories-export", "office", 4, beside=None),
    Page("product-category", "office", 5, still=True),
    Page("spots", "visitor", 3, "?q={crowd.spot.title}"),
    # Calls and live sessions.
    Page("calls", "office", 6, beside=1),
    Page("calls", "official", 6, beside=1),
    Page("calls-export", "office", 4),
    Page("call", "office", 6, still=True),
    Page("call", "official", 8, still=True),
    Page("call-quotas", "office", 10, still=True),
    Page("call-put-forward", "official", 10, beside=None),
    Page("call-entries", "office", 9),
    Page("call-entries", "official", 9),
    Page("call-entries-export", "office", 6),
    Page("live-sessions", "office", 7, beside=1),
    Page("live-sessions", "official", 7, beside=1),
    Page("live-sessions-export", "office", 4),
    Page("live-sessions-run-sheets", "office", 6),
    Page("live-session", "office", 11),
    Page("live-session", "official", 8),
    Page("live-session-change", "office", 6, still=True),
    Page("live-session-cancel", "office", 5, still=True),
    Page("running-order", "office", 7),
    Page("running-order-add", "office", 9),
    Page("run-sheet", "office", 6),
    Page("run-sheet-xlsx", "office", 6),
    # The other actions.
    Page("harvest", "visitor", 5, "?when=all"),
    Page("harvest-export", "visitor", 3, "?when=all"),
    Page("export-profiles", "office", 6),
    Page("export-profile", "office", 9),
    Page("export-profile-new", "office", 7),
    Page("export", "office", 7),
    Page("listing-new", "office", 6, still=True),
    Page("listing", "office", 6, still=True),
    Page("listing-withdraw", "office", 5, still=True),
    Page("sales", "office", 9),
    Page("sales", "official", 9),
    Page("sales-export", "office", 4),
    Page("product-sales", "official", 8),
    Page("product-sales-export", "official", 5),
    Page("unmatched-sales", "office", 6),
    Page("product-counties", "office", 8),
    Page("product-county", "official", 10),
    Page("spot", "visitor", 3),
    Page("routes", "visitor", 3),
    Page("route", "visitor", 2),
    Page("creators", "visitor", 2),
    Page("creator", "visitor", 1, still=True),
    Page("tasks", "creator_user", 7),
    Page("task", "creator_user", 8, still=True),
    Page("task", "office", 7),
    Page("task-new", "office", 5),
    Page("takes", "office", 6, "?state=taken"),
    Page("takes", "official", 6, beside=None),
    Page("takes", "creator_user", 6),
    Page("take", "official", 5, still=True),
    Page("take", "creator_user", 5, still=True),
    Page("courses", "visitor", 2),
    Page("courses", "trainee", 6),
    Page("class", "visitor", 3),
    Page("class", "trainee", 8),
    Page("class", "office", 9),
    Page("class-roster", "official", 5),
    Page("class-new", "office", 6, still=True),
    Page("class-change", "office", 6, still=True),
    Page("enrolment-remove", "office", 5, still=True),
    Page("trainees", "office", 7),
    Page("subsidies", "merchant", 6),
    Page("subsidies", "office", 6),
    Page("subsidies-supported", "office", 7),
    Page("subsidy-round", "office", 11),
    Page("subsidy-round", "official", 8, still=True),
    Page("subsidy-round", "merchant", 7, still=True),
    Page("subsidy-round-new", "office", 6, still=True),
)


# Words, files and forms that offer no rows of ours.
WITHOUT_ROWS = {
    "about",
    "api-docs",
    "api-me",
    "api-schema",
    "api-webhooks-products",
    "account_reset_password",
    "account_reset_password_done",
    "call-new",
    "campaign-new",
    "consent",
    "course-new",
    "design",
    "elder-mode",
    "export-file",
    "file",
    "file-thumb",
    "healthz",
    "key-new",
    "live-session-new",
    "my-data-close",
    "my-data-download",
    "my-data-name",
    "notice-email",
    "notice-email-confirm",
    "organisation-new",
    "people-invite",
    "privacy",
    "privacy-version",
    "product-category-new",
    "product-poster",
    "product-qr",
    "product-share",
    "readyz",
    "set_language",
    "sheet-template",
    "show-value",
    "source-new",
    "subsidy-scheme-new",
}
