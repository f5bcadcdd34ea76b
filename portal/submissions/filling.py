"""Forms of one kind for many records that come from outside, such as rows of a workbook or items
of a machine: what all of them read alike is read once."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from portal.submissions import values
from portal.submissions.enums import State

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.forms import DossierForm
    from portal.submissions.kinds import Kind
    from portal.submissions.models import Submission


class Filling:
    """Forms of `kind` as `actor` fills them in; dossiers come read with their records."""

    def __init__(self, kind: Kind, actor: Actor) -> None:
        self._kind, self._actor = kind, actor
        self._shared = kind.form.read_shared()
        self._prefill = kind.form.prefill(actor)

    def before(self, row: Submission | None) -> dict[str, Any]:
        """The values that stand in a record; of a new one what is known of who files."""
        if row is None:
            return self._prefill
        return values.of_form(self._kind.form(instance=self._record(row), shared=self._shared))

    def form(
        self, row: Submission | None, given: dict[str, Any], before: dict[str, Any]
    ) -> DossierForm:
        """The kind's form, bound to what stood there `before` and what is given instead.

        What is given empty of a new record says nothing; of one that stands it clears the field.
        """
        if row is None:
            given = {name: value for name, value in given.items() if value not in (None, "")}
        return self._kind.form(
            values.as_post({**before, **given}),
            instance=None if row is None else self._record(row),
            actor=self._actor,
            complete=row is not None and row.state == State.PUBLISHED,
            shared=self._shared,
        )

    def _record(self, row: Submission) -> Any:
        """A copy of the record that was read with its dossier: a form may change it at will."""
        return copy(getattr(row, self._kind.accessor))
