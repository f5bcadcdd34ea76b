"""What is said when a file cannot be read at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.statements.reading.samples import SeenColumn


class Unreadable(RuleBroken):
    """A file that gives no table; `str()` says what is wrong and what to do.

    `code` names the case for programs: empty, too_large, too_many_rows, too_many_cells, binary,
    encoding, quote, not_a_table, locked, damaged, headings, no_id, mapping, overflow, json,
    no_rows, answer, all_rejected, memory.
    `seen` are the columns of a table whose headings give no report yet: a mapping may mend it.
    """

    def __init__(self, code: str, message: str | Promise, seen: Sequence[SeenColumn] = ()) -> None:
        super().__init__(message, code=code)
        self.message = str(message)
        self.seen = seen
