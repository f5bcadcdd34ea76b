"""How many queries each page takes: a line for every page that shows rows, and for every kind of
reader whose page is another one. A new page is a line in the file of its room, or a name among
those without rows.
"""

from __future__ import annotations

from tests.pages.literals import actions, dossiers, people, statements, traffic

PAGES = people.PAGES + dossiers.PAGES + traffic.PAGES + statements.PAGES + actions.PAGES

# Words, files and forms that offer no rows of ours.
WITHOUT_ROWS = {
    "pacing-room",
    "pacing-what-if",
    "pacing-what-if-export",
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
    "freshz",
    "set_language",
    "sheet-template",
    "show-value",
    "source-new",
    "subsidy-scheme-new",
}
