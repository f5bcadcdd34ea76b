"""Forms of one kind for many records that come from outside, such as rows of a workbook or items
of a machine: what all of them read alike is read once."""

from __future__ import annotations

from collections.abc import Hashable
from copy import copy
from typing import TYPE_CHECKING, Any

from portal.submissions import values
from portal.submissions.enums import State
from portal.submissions.forms import FILED_FOR

if TYPE_CHECKING:
    from django.utils.datastructures import MultiValueDict

    from portal.accounts.actor import Actor
    from portal.submissions.forms import DossierForm
    from portal.submissions.kinds import Kind
    from portal.submissions.models import Submission

# Forms that are kept to make others of; more would take the memory they are to save.
MOST_PATTERNS = 100


class Filling:
    """Forms of `kind` as `actor` fills them in; dossiers come read with their records.

    A form costs a hundred times what it costs to fill it in: those that have the same fields are
    made of one.
    """

    def __init__(self, kind: Kind, actor: Actor) -> None:
        self._kind, self._actor = kind, actor
        self._shared = kind.form.read_shared()
        self._prefill = kind.form.prefill(actor)
        self._patterns: dict[Hashable, DossierForm] = {}

    def before(self, row: Submission | None) -> dict[str, Any]:
        """The values that stand in a record; of a new one what is known of who files."""
        return self._prefill if row is None else values.of_form(self._form(row, None))

    def form(
        self, row: Submission | None, given: dict[str, Any], before: dict[str, Any]
    ) -> DossierForm:
        """The kind's form, bound to what stood there `before` and what is given instead.

        What is given empty of a new record says nothing; of one that stands it clears the field.
        """
        if row is None:
            given = {name: value for name, value in given.items() if value not in (None, "")}
        return self._form(row, values.as_post({**before, **given}))

    def _form(self, row: Submission | None, data: MultiValueDict[str, str] | None) -> DossierForm:
        """The form of what is given, or of what stands when `data` is None."""
        record = None if row is None else self._record(row)
        complete = data is not None and row is not None and row.state == State.PUBLISHED
        stood = self._kind.form.stood(record)
        follows = self._kind.form.follows(data, stood, complete=complete, shared=self._shared)
        if follows is None:
            return self._new(data, record, complete=complete)
        state = None if row is None else (row.state, row.submitted_at is None)
        key = (state, data is None, data is not None and FILED_FOR in data, follows)
        pattern = self._patterns.get(key)
        if pattern is None:
            if len(self._patterns) == MOST_PATTERNS:
                self._patterns.clear()
            pattern = self._patterns[key] = self._new(data, record, complete=complete)
        return pattern.again(data, record, stood)

    def _new(
        self, data: MultiValueDict[str, str] | None, record: Any, *, complete: bool
    ) -> DossierForm:
        return self._kind.form(
            data,
            instance=record,
            actor=None if data is None else self._actor,
            complete=complete,
            shared=self._shared,
        )

    def _record(self, row: Submission) -> Any:
        """A copy of the record that was read with its dossier: a form may change it at will."""
        return copy(getattr(row, self._kind.accessor))
