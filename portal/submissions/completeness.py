"""What a dossier still lacks before it can be submitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS

from portal.submissions import kinds, values

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.forms import DossierForm
    from portal.submissions.models import Submission

# What is missing: the field, its label, what to do about it.
Missing = tuple[str, Any, str]


@dataclass(frozen=True)
class Completeness:
    """How much of what a submission asks for is there and right, and what is not."""

    missing: list[Missing]
    asked: int

    @property
    def filled(self) -> int:
        """How many of the fields asked for are there and right."""
        return self.asked - len(self.missing)

    @property
    def percent(self) -> int:
        """The same in whole per cent, rounded down: 100 means that it can be submitted."""
        return 100 * self.filled // self.asked if self.asked else 100


def completeness_of(row: Submission, present: DossierForm | None = None) -> Completeness:
    """Return how complete a dossier is, by the rules that hold for it now.

    What is wrong counts as missing, whether it is asked for or not: it too stops a submission.
    `present` is as for `full_form`.
    """
    form = full_form(row, present=present)
    form.is_valid()
    # In the order of the page; what is wrong with no single field comes last.
    names = [name for name in (*form.fields, NON_FIELD_ERRORS) if name in form.errors]
    missing = [
        (name, form.fields[name].label if name in form.fields else "", form.errors[name][0])
        for name in names
    ]
    asked = {name for name in (form.title_field, *form.asked_names()) if name in form.fields}
    return Completeness(missing, len(asked | {*form.errors}))


def missing_fields(row: Submission) -> list[Missing]:
    """Return (field, label, message) of every field that would stop a submission."""
    return completeness_of(row).missing


def full_form(
    row: Submission,
    changed: dict[str, Any] | None = None,
    actor: Actor | None = None,
    present: DossierForm | None = None,
) -> DossierForm:
    """Return the kind's form bound to the record's own values, overlaid with `changed`, under
    the full check.

    `actor` is who typed the changes: new files and towns are chosen from what is theirs. `present`
    is the unbound form of the dossier's record where it was made already; the check may change
    that record.
    """
    kind = kinds.get(row.kind)
    present = present or kind.form(instance=row.record)
    data = values.as_post({**values.of_form(present), **(changed or {})})
    return kind.form(
        data, instance=present.instance, complete=True, actor=actor, shared=present.shared
    )
