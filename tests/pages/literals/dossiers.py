"""How many queries the pages of dossiers and of the desk take."""

from __future__ import annotations

from tests.pages.page import Page, with_code, with_kind

_submitted, _published, _route = with_code("submitted"), with_code("published"), with_code("route")
_approved, _endorsed = with_code("approved"), with_code("endorsed")


PAGES = (
    # Dossiers and the desk.
    Page("dossiers", "office", 6, beside=None),
    Page("dossiers", "office", 6, "?kind=product&state=published"),
    Page("dossiers", "official", 6, beside=None),
    Page("dossiers-export", "office", 4),
    Page("sheet-list", "office", 8, "?kind=product"),
    Page("sheet-list", "office", 6, "?kind=spot"),
    Page("sheet-list", "office", 8, "?kind=route"),
    Page("sheet-list", "official", 9, "?kind=application"),
    Page("sheet-list", "creator_user", 6, "?kind=creator", still=True),
    Page("dossier", "official", 28),
    Page("dossier", "office", 21, of=_submitted),
    Page("dossier", "office", 28, of=_published),
    Page("dossier", "office", 16, of=_route),
    Page("dossier", "merchant", 14, of=_approved),
    Page("dossier-new", "official", 10, of=with_kind("route")),
    Page("dossier-new", "merchant", 7, of=with_kind("application")),
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
    Page("desk-review", "colleague", 17),
    Page("desk-review", "office", 20, of=_endorsed),
    Page("desk-interest", "colleague", 5, still=True),
    Page("desk-bulk-result", "colleague", 5),
    Page("desk-letters", "office", 5),
    Page("desk-letter", "office", 5, still=True),
    Page("desk-away", "colleague", 10),
    Page("desk-away-person", "admin", 11),
    Page("desk-hand-over", "official", 9),
    Page("desk-hand-over", "office", 9),
    Page("desk-hand-over-person", "admin", 10),
    Page("desk-statistics", "office", 7),
    Page("desk-statistics-export", "office", 4, still=True),
)
