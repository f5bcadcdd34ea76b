"""A form that was sent after the record moved on: one's own changes on top of the present values.

A form posts every field, so sending it again would put back what a colleague changed meanwhile.
The values it first showed travel with it, signed, and tell which fields the person touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core import signing

from portal.submissions import kinds, values

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.forms import DossierForm
    from portal.submissions.models import Submission

NAME = "shown"
SALT = "portal.submissions.rebase"


def shown(row: Submission) -> str:
    """Return the present values of the record, signed, for the form's hidden field."""
    now = values.of_form(kinds.get(row.kind).form(instance=row.record))
    return signing.dumps({"code": row.code, "values": now}, salt=SALT, compress=True)


def rebased(*, row: Submission, form: DossierForm, text: str, actor: Actor) -> DossierForm:
    """Return a form bound to the present values with the touched ones of the valid `form` on top.

    `text` is what `shown` gave; when it does not fit, everything typed counts as touched.
    """
    kind = kinds.get(row.kind)
    typed, record = values.cleaned(form), row.record
    now = values.of_form(kind.form(instance=record))
    touched = {name: pair[1] for name, pair in values.changes(_first(row, text), typed).items()}
    data = values.as_post({**now, **touched})
    again = kind.form(data, instance=record, actor=actor, complete=form.complete)
    again.is_valid()
    return again


def _first(row: Submission, text: str) -> dict[str, Any]:
    try:
        kept = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return {}
    return dict(kept["values"]) if kept["code"] == row.code else {}
