"""What a dossier still lacks before it can be submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.submissions import kinds, values

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.forms import DossierForm
    from portal.submissions.models import Submission


def missing_fields(row: Submission) -> list[tuple[str, Any, str]]:
    """Return (field, label, message) of every field that would stop a submission."""
    form = full_form(row)
    form.is_valid()
    return [
        (name, form.fields[name].label if name in form.fields else "", errors[0])
        for name, errors in form.errors.items()
    ]


def full_form(
    row: Submission, changed: dict[str, Any] | None = None, actor: Actor | None = None
) -> DossierForm:
    """Return the kind's form bound to the record's own values, overlaid with `changed`, under
    the full check.

    `actor` is who typed the changes: new files and towns are chosen from what is theirs.
    """
    kind = kinds.get(row.kind)
    record = row.record
    present = kind.form(instance=record)
    data = values.as_post({**values.of_form(present), **(changed or {})})
    return kind.form(data, instance=record, complete=True, actor=actor, shared=present.shared)
