"""Choosing a dossier in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.choosing import SearchChoiceField

if TYPE_CHECKING:
    from portal.submissions.models import Submission, SubmissionQuerySet


class DossierField(SearchChoiceField):
    """A dossier, found by title, pinyin or code; the form's constructor says which are offered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(search=_matching, **kwargs)

    def offer(self, rows: SubmissionQuerySet) -> None:
        """Offer these, the newest first."""
        self.queryset = rows.select_related("county", "city", "organisation").order_by("-pk")

    def label_from_instance(self, row: Submission) -> str:
        """Title, code, place and who filed it."""
        apart = [row.code, row.county or row.city or "", row.organisation or ""]
        return " · ".join(str(part) for part in [row.title, *apart] if part)


def _matching(rows: SubmissionQuerySet, words: str) -> SubmissionQuerySet:
    return rows.matching(words)
