"""Papers for tests, entered through the portal's own acts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import time_machine
from django.test import override_settings

from portal.accounts.actor import Actor
from portal.clock import SHANGHAI
from portal.files.domain import store_upload
from portal.qualifications import domain
from portal.qualifications.models import Qualification
from tests import dossiers

FIRST, LAST = date(2023, 1, 1), date(2023, 10, 31)
_numbers = itertools.count(1)


@contextmanager
def at(day: date, clock: str = "12:00:00") -> Iterator[None]:
    """That moment in Shanghai, by a clock that runs as in production."""
    moment = datetime.combine(day, time.fromisoformat(clock), SHANGHAI)
    with time_machine.travel(moment, tick=False), override_settings(PROGRAMME_CLOCK=None):
        yield


def days(**change: Any) -> dict[str, Any]:
    """The fields of a test report that is valid until `LAST`."""
    return {
        "kind": "test_report",
        "number": f"检字{next(_numbers)}号",
        "valid_from": FIRST,
        "valid_until": LAST,
        **change,
    }


def paper(holder: Any, actor: Actor, **change: Any) -> Qualification:
    """A paper on file."""
    return domain.enter(holder=holder, actor=actor, **days(**change))


def renewal(row: Qualification, actor: Actor, **change: Any) -> Qualification:
    """The next year of a paper."""
    fields = {
        "number": row.number,
        "valid_from": (row.valid_until or FIRST) + timedelta(days=1),
        "valid_until": (row.valid_until or FIRST) + timedelta(days=365),
        **change,
    }
    return domain.renew(qualification=row, actor=actor, **fields)


def scan(actor: Actor) -> Any:
    """A stored PDF of that person."""
    return store_upload(upload=dossiers.pdf_upload(), kind="pdf", actor=actor)
