"""A form acts once: its key goes out with the page and comes back with every click.

A double click, a request the network sends again, a page sent anew from the browser's history:
all bring the same key and lead to what the first one made. Give the page's form
`action="?form_key=…"`, and the act `own_key(form_key(request), request.user)`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.accounts.models import User

Row = TypeVar("Row", bound=models.Model)
SENT_BEFORE = "sent_before"


def form_key(request: HttpRequest) -> uuid.UUID:
    """Return the key in the page's address, or a new one for a form that is opened now."""
    try:
        return uuid.UUID(request.GET.get("form_key", ""))
    except ValueError:
        return uuid.uuid4()


def own_key(form_key: uuid.UUID, user: User) -> uuid.UUID:
    """Return the person's own key of a form: its address may be passed on to a colleague."""
    return uuid.uuid5(form_key, str(user.pk))


def first_of(row: Row, *, form_key: uuid.UUID | None) -> Row | None:
    """Return the row that the same form made before, or None.

    `row` is what the form asks for now, not written yet; its model has a column `form_key`.
    Raises: RuleBroken when it asks for something else now: it was changed and sent anew.
    """
    if form_key is None:
        return None
    first = type(row)._default_manager.filter(form_key=form_key).first()
    if first is not None:
        _agree(row, first)
    return first


def made_before(rows: Sequence[Row]) -> dict[uuid.UUID, Row]:
    """Return, by key, the rows that the same forms made before; one query. As `first_of`."""
    keys = [row.form_key for row in rows if row.form_key is not None]  # type: ignore[attr-defined]
    if not keys:
        return {}
    found = type(rows[0])._default_manager.in_bulk(keys, field_name="form_key")
    for row in rows:
        if row.form_key in found:  # type: ignore[attr-defined]
            _agree(row, found[row.form_key])  # type: ignore[attr-defined]
    return found


def _agree(row: models.Model, first: models.Model) -> None:
    """Raise RuleBroken where a form asks for something else than what it made."""
    if _differ(row, first):
        raise RuleBroken(
            _("This form was sent already and made “%(name)s”. Open it anew to make another.")
            % {"name": first},
            code=SENT_BEFORE,
        )


def _differ(row: models.Model, first: models.Model) -> bool:
    """Whether what the form fills in differs; what is not set yet is not compared."""
    names = [field.attname for field in row._meta.concrete_fields if field.editable]
    return any(
        getattr(row, name) not in (None, getattr(first, name))
        for name in names
        if name != row._meta.pk.attname
    )


def insert(row: Row, *, form_key: uuid.UUID | None) -> Row:
    """Check and write `row` and return it, or the row that the same form made before.

    Of two at the same moment the second waits for the first and returns its row. `is` tells the
    caller which of both it is. Call it in a transaction.
    Raises: ValidationError by field when a value is wrong or taken; RuleBroken as `first_of`.
    """
    first = first_of(row, form_key=form_key)
    if first is not None:
        return first
    row.form_key = form_key  # type: ignore[attr-defined]
    try:
        row.full_clean(exclude=["form_key"])
        with transaction.atomic():
            row.save(force_insert=True)
    except (ValidationError, IntegrityError) as error:
        # Somebody came first since it was looked up: this form's own first click, or another.
        first = first_of(row, form_key=form_key)
        if first is not None:
            return first
        if isinstance(error, IntegrityError):
            row.full_clean(exclude=["form_key"])
        raise
    return row
