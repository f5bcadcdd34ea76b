"""Telling the history of a dossier through the portal's own acts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from portal import clock
from portal.accounts.actor import Actor
from portal.moves.domain import transition
from portal.submissions import domain, kinds
from portal.submissions.models import Submission

NAMESPACE = uuid.UUID("5b6f5d3e-6c1d-4b53-8b3f-44023244f001")
# The steps of a dossier: move, who makes it, working hours after the step before.
FULL_WAY = (("submit", "owner", 2), ("endorse", "second", 26), ("approve", "office", 50))
PUBLISHED = (*FULL_WAY, ("publish", "office", 1))


@transaction.atomic
def tell(
    *,
    kind: str,
    key: str,
    values: Mapping[str, Any],
    files: Mapping[str, list[Any]],
    people: Mapping[str, Actor],
    start: datetime,
    way: Iterable[tuple[str, str, int]],
) -> Submission:
    """File one dossier at `start` and move it along `way`; return it as it stands then."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data[name] = str(value)
    moment = start
    with clock.telling(moment):
        form = kinds.get(kind).form(data, MultiValueDict(files), actor=people["owner"])
        if not form.is_valid():
            raise ValueError(f"The demonstration's {key} does not pass its form: {form.errors}")
        row = domain.file_draft(
            kind=kinds.get(kind),
            form=form,
            actor=people["owner"],
            form_key=form_key(kind, key),
        )
    for move, who, hours in way:
        moment += timedelta(hours=hours)
        with clock.telling(moment):
            row = transition(row, move, actor=people[who], seen=row.version)
    return row


def form_key(kind: str, key: str) -> uuid.UUID:
    """Return the key that dossier is filed under; the same in every build."""
    return uuid.uuid5(NAMESPACE, f"{kind}:{key}")


def is_told(kind: str, key: str) -> bool:
    """Return whether that dossier was told before."""
    return Submission.objects.filter(form_key=form_key(kind, key)).exists()
