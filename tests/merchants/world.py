"""A subsidy round for tests, and applications through the portal's own acts."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.utils.datastructures import MultiValueDict

from merchants import domain
from merchants.models import Round, Scheme
from portal.accounts.actor import Actor
from portal.regions.models import County
from portal.submissions import domain as submissions
from portal.submissions import kinds
from portal.submissions.models import Submission
from tests import dossiers
from tests.factories import UserFactory


def subsidy_round(
    office: Actor, *, share: int = 1_000_000, county: str = dossiers.RUYUAN, **changes: Any
) -> Round:
    """An open round with 20,000 yuan, `share` fen of it for the county."""
    scheme = Scheme.objects.first() or domain.open_scheme(
        name="冷链补贴", summary="县域商家购置冷藏设备。", actor=office
    )
    values = {
        "name": f"第{Round.objects.count() + 1}轮",
        "opens": date(2023, 10, 1),
        "closes": date(2023, 11, 30),
        "promised_days": 10,
        "fen": 2_000_000,
        **changes,
    }
    row = domain.open_round(scheme=scheme, actor=office, **values)
    if share:
        domain.give_share(
            round=row,
            county=County.objects.get(pk=county),
            fen=share,
            actor=office,
            reason="首批",
        )
    return row


def merchant() -> Actor:
    """A merchant of 乳源 as an actor."""
    return Actor.of(UserFactory(merchant=True))


def application(actor: Actor, round: Round, amount: str = "6000.00") -> Submission:
    """A complete draft."""
    kind = kinds.get("application")
    data = dossiers.as_post(
        {
            "round": str(round.pk),
            "name": "茶叶冷藏库",
            "amount": amount,
            "purpose": "购置冷库一座。",
            "contact_name": "盘小英",
            "contact_phone": "13700000001",
        }
    )
    files = MultiValueDict({"certificates-new": [dossiers.pdf_upload()]})
    form = kind.form(data, files, actor=actor)
    assert form.is_valid(), form.errors
    return submissions.file_draft(kind=kind, form=form, actor=actor, form_key=uuid.uuid4())


def endorsed(round: Round, amount: str = "6000.00", owner: Actor | None = None) -> Submission:
    """An application that waits for the office."""
    owner = owner or merchant()
    row = dossiers.move(application(owner, round, amount), "submit", owner)
    return dossiers.move(row, "endorse", dossiers.official())
