"""Each constraint, attacked past the domain."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.jobs.handlers import handles
from portal.jobs.models import Work

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def row(**values: Any) -> Work:
    return Work(**{"kind": "k", "key": "1", "run_after": timezone.now()} | values)


NOW = timezone.now()
RUNNING = {"state": "running", "lease_until": NOW}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("work_runs_under_a_lease", {"state": "running"}),
        ("work_runs_under_a_lease", {"state": "waiting", "lease_until": NOW}),
        ("work_ends_at_a_time", {"state": "done"}),
        ("work_ends_at_a_time", {"state": "replaced"}),
        ("work_ends_at_a_time", {"state": "waiting", "finished_at": NOW}),
        ("parked_work_says_why", {"state": "parked", "finished_at": NOW}),
    ],
)
def test_the_database_refuses_a_row_that_cannot_be(name: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row(**values).save()
    assert not Work.objects.exists()


@pytest.mark.parametrize("values", [{}, RUNNING])
def test_of_one_key_one_row_waits_and_one_runs(values: dict[str, Any]) -> None:
    row().save()
    row(**RUNNING).save()
    row(kind="other", **values).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        row(**values).save()
    assert Work.objects.count() == 3


def test_ended_rows_of_one_key_may_be_many() -> None:
    for state in ("done", "replaced", "parked", "parked"):
        row(state=state, finished_at=NOW, reason="said").save()
    assert Work.objects.count() == 4


def test_a_kind_has_one_handler() -> None:
    with pytest.raises(ValueError, match=r"'notices\.sms' has a handler already, in portal\.not"):
        handles("notices.sms")(lambda _work, _progress: None)
