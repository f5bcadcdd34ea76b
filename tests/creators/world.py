"""Creators, tasks and taken tasks for tests, through the portal's own acts."""

from __future__ import annotations

import uuid
from datetime import date

from creators import domain
from creators.models import Take, Task
from portal.accounts.actor import Actor
from portal.submissions import domain as submissions
from portal.submissions import kinds
from portal.submissions.models import Submission
from tests import dossiers
from tests.factories import UserFactory


def person() -> Actor:
    """Somebody with a creator's account."""
    return Actor.of(UserFactory(creator=True))


def draft(actor: Actor, name: str = "瑶山阿妹", county: str = dossiers.RUYUAN) -> Submission:
    """A complete draft of a creator's file; no followers named."""
    kind = kinds.get("creator")
    data = dossiers.as_post(
        {
            "name": name,
            "handle": "yaoshan001",
            "county": county,
            "topic": "food",
            "contact_phone": "13800138000",
        }
    )
    form = kind.form(data, actor=actor)
    assert form.is_valid(), form.errors
    return submissions.file_draft(kind=kind, form=form, actor=actor, form_key=uuid.uuid4())


def verified(actor: Actor, name: str = "瑶山阿妹", county: str = dossiers.RUYUAN) -> Submission:
    """A creator the county has verified."""
    row = dossiers.move(draft(actor, name, county), "submit", actor)
    return dossiers.move(row, "verify", dossiers.official(county))


def task(office: Actor, about: Submission | None = None) -> Task:
    """A task about a published product."""
    return domain.publish_task(
        submission=about or dossiers.product_in("published"),
        name="拍一条萝卜短视频",
        wishes="在地里拍，说清楚脆甜。",
        due_on=date(2023, 11, 30),
        actor=office,
    )


def handed_in(take: Take, actor: Actor) -> Take:
    """The work of a taken task, handed in."""
    return domain.hand_in(
        take=take,
        link="https://www.douyin.com/video/7390000000000000017",
        work_id="7390000000000000017",
        actor=actor,
        seen=take.version,
    )
