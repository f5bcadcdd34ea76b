"""What is said when a file cannot be read at all."""

from __future__ import annotations

from django.utils.functional import Promise

from portal.verdict import RuleBroken


class Unreadable(RuleBroken):
    """A file that gives no table; `str()` says what is wrong and what to do.

    `code` names the case for programs: empty, too_large, too_many_rows, too_many_cells, binary,
    encoding, quote, not_a_table, locked, damaged, headings, no_id, duplicate, mapping, overflow.
    """

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(message, code=code)
        self.message = str(message)
