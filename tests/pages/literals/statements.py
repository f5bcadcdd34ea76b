"""How many queries the pages of sources, statements and days take."""

from __future__ import annotations

from tests.pages.page import Page

PAGES = (
    # Machines.
    Page("api-statement-sources", "office", 4),
    Page("api-statement", "office", 6),
    Page("api-statement-rejected", "office", 6),
    Page("api-statement-upload", "office", 4, still=True),
    Page("api-statement-upload-file", "office", 4, still=True),
    # Days and what does not match.
    Page("days", "office", 6),
    Page("days-export", "office", 4),
    Page("reconciliation", "office", 7),
    Page("reconciliation-export", "office", 4),
    Page("reconciliation-check", "office", 8),
    Page("reconciliation-check-export", "office", 5),
    Page("unmatched", "office", 8),
    Page("unmatched-where", "office", 11, "?source={crowd.lost.source_id}&id=lost", still=True),
    Page(
        "unmatched-where-export", "office", 8, "?source={crowd.lost.source_id}&id=lost", still=True
    ),
    Page("unmatched-export", "office", 4),
    Page("unmatched-match", "office", 9, "?source={crowd.lost.source_id}&id=lost"),
    # Sources and statements.
    Page("statements", "office", 10, "?source={crowd.statement.source_id}"),
    Page("statements-export", "office", 5),
    Page("statement-days", "office", 8, beside=3),
    Page("statement-days", "office", 11, "?only=gaps", beside=2),
    Page("statement-days-export", "office", 6),
    Page("statement", "office", 13),
    Page("statement-rejected", "office", 7),
    Page("statement-file", "office", 6, still=True),
    Page("statement-set-aside", "office", 6, still=True),
    Page("statement-land", "office", 6),
    Page("sources", "office", 6, beside=3),
    Page("sources", "office", 7, "?late=1", beside=2),
    Page("sources-export", "office", 4),
    Page("source", "office", 9),
    Page("source-columns", "office", 6, still=True),
    Page("source-expected", "office", 5, still=True),
)
