"""Lists of dossiers as workbooks, in the columns in which they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.sheets import columns, queries
from portal.spreadsheet import xlsx_response

if TYPE_CHECKING:
    from django.http import FileResponse

    from portal.accounts.actor import Actor
    from portal.submissions.kinds import Kind
    from portal.submissions.models import SubmissionQuerySet


def list_response(
    kind: Kind, rows: SubmissionQuerySet, actor: Actor, *, public: bool = False
) -> FileResponse:
    """A list of dossiers of one kind that `actor` may see.

    Where all of them are the reader's to change, it holds all there is and comes in again. Else
    it holds what the reader's pages show: names and numbers of people masked, and of a `public`
    list no more than public pages say.
    """
    if queries.are_own(rows, actor, kind):
        shown = columns.export(kind)
    else:
        shown = columns.public(kind) if public else columns.masked(kind)
    found = queries.as_written(rows, kind).iterator(chunk_size=500)
    return xlsx_response(kind.label, [*shown, *columns.PLACE], found)
