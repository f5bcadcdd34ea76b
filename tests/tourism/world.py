"""Spots and routes for tests, through the portal's own acts."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.datastructures import MultiValueDict

from portal.accounts.actor import Actor
from portal.regions.models import Town
from portal.submissions import domain, kinds
from portal.submissions.models import Submission
from tests import dossiers


def draft_spot(actor: Actor, name: str = "云门寺", **changes: Any) -> Submission:
    """A complete draft of a spot in the actor's county."""
    county = actor.memberships[0].county_id
    values = {
        "name": name,
        "category": "sight",
        "town": Town.objects.filter(county=county).order_by("code").first().pk,
        "address": "云门村 1 号",
        "description": "千年古寺。",
        "opening_hours": "每天 8:00–17:30",
        "capacity": "2000",
        "contact_name": "盘阿妹",
        "contact_phone": "13800138000",
        **changes,
    }
    files = MultiValueDict({"photos-new": [dossiers.photo_upload()]})
    return _file("spot", values, files, actor)


def draft_route(actor: Actor, stops: list[Submission], name: str = "云门一日") -> Submission:
    """A complete draft of a route through `stops`."""
    values = {"name": name, "days": "1", "theme": "绿美广东", "description": "一天三站。"}
    values |= {f"stop{n}": str(stop.pk) for n, stop in enumerate(stops, start=1)}
    return _file("route", values, MultiValueDict(), actor)


def _file(code: str, values: dict[str, Any], files: MultiValueDict, actor: Actor) -> Submission:
    kind = kinds.get(code)
    form = kind.form(dossiers.as_post(values), files, actor=actor)
    assert form.is_valid(), form.errors
    return domain.file_draft(kind=kind, form=form, actor=actor, form_key=uuid.uuid4())


def publish(row: Submission, owner: Actor) -> Submission:
    """Bring a complete draft online."""
    row = dossiers.move(row, "submit", owner)
    row = dossiers.move(row, "endorse", dossiers.official(row.county_id))
    office = dossiers.staff()
    return dossiers.move(dossiers.move(row, "approve", office), "publish", office)
