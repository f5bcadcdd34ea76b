"""Creators, tasks and taken tasks for tests, through the portal's own acts."""

from __future__ import annotations

import itertools
import uuid
from datetime import date
from typing import Any

from creators import domain, queries
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


_handles = itertools.count(1)
_works = itertools.count(7390000000000000017)


def draft(
    actor: Actor, name: str = "瑶山阿妹", county: str = dossiers.RUYUAN, handle: str = ""
) -> Submission:
    """A complete draft of a creator's file; no followers named, no two handles alike."""
    kind = kinds.get("creator")
    data = dossiers.as_post(
        {
            "name": name,
            "handle": handle or f"yaoshan{next(_handles):03d}",
            "county": county,
            "topic": "food",
            "contact_phone": "13800138000",
        }
    )
    form = kind.form(data, actor=actor)
    assert form.is_valid(), form.errors
    return submissions.file_draft(kind=kind, form=form, actor=actor, form_key=uuid.uuid4())


def verified(
    actor: Actor, name: str = "瑶山阿妹", county: str = dossiers.RUYUAN, handle: str = ""
) -> Submission:
    """A creator the county has verified."""
    row = dossiers.move(draft(actor, name, county, handle), "submit", actor)
    return dossiers.move(row, "verify", dossiers.official(county))


def task(office: Actor, about: Submission | None = None, **changes: Any) -> Task:
    """A task about a published product."""
    values = {
        "name": "拍一条萝卜短视频",
        "wishes": "在地里拍，说清楚脆甜。",
        "due_on": date(2023, 11, 30),
        **changes,
    }
    about = about or dossiers.product_in("published")
    return domain.publish_task(submission=about, actor=office, **values)


def taken(actor: Actor | None = None, about: Task | None = None) -> Take:
    """A task in the hands of a verified creator."""
    actor = actor or person()
    if queries.own_creator(actor) is None:
        verified(actor)
    return domain.take_task(task=about or task(dossiers.staff()), actor=actor)


def handed_in(take: Take, actor: Actor, work_id: str = "", link: str = "") -> Take:
    """The work of a taken task, handed in; no two works have the same number."""
    work_id = work_id or str(next(_works))
    return domain.hand_in(
        take=take,
        link=link or f"https://www.douyin.com/video/{work_id}",
        work_id=work_id,
        actor=actor,
        seen=take.version,
    )
