"""Every named constraint of the creator matrix, attacked."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from creators.models import Creator, Take, Task
from portal import clock
from tests import dossiers
from tests.creators import world

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def refused(name: str, column: str):
    """PostgreSQL names the constraint of a double row, SQLite its columns or its index."""
    return pytest.raises(IntegrityError, match=f"{name}|{column}")


@pytest.mark.parametrize("state", ["taken", "returned"])
def test_a_creator_holds_a_task_once(state):
    row = world.taken()
    again = {"task": row.task, "creator": row.creator, "taken_at": clock.now()}
    with refused("a_task_once_a_creator", "task_id"), transaction.atomic():
        Take.objects.create(**again, state=state)
    Take.objects.update(state="cancelled")
    Take.objects.create(**again, state=state)
    assert Take.objects.count() == 2


@pytest.mark.parametrize("state", ["handed_in", "accepted"])
def test_a_work_that_is_handed_in_has_link_and_number(state):
    world.taken()
    name = "handed_in_work_has_link_and_number"
    for lacking in ({}, {"link": "https://v.douyin.com/a"}, {"work_id": "1"}):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Take.objects.update(state=state, **lacking)


@pytest.mark.parametrize("state", ["handed_in", "returned", "accepted"])
def test_a_work_stands_for_one_task(state):
    task = world.task(dossiers.staff())
    first, second = (world.taken(about=task) for _n in range(2))
    work = {"link": "https://v.douyin.com/a", "work_id": "7390000000000000099"}
    Take.objects.filter(pk=first.pk).update(**work, state=state)
    with refused("a_work_for_one_task", "work_id"), transaction.atomic():
        Take.objects.filter(pk=second.pk).update(**work, state="handed_in")
    Take.objects.filter(pk=first.pk).update(state="cancelled")
    Take.objects.filter(pk=second.pk).update(**work, state="handed_in")


def test_a_handle_stands_for_one_verified_creator():
    world.verified(world.person(), handle="yaoshan")
    row = world.draft(world.person(), handle="YaoShan")
    name = "one_verified_creator_a_handle"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Creator.objects.filter(pk=row.pk).update(verified=True)


def test_a_form_makes_one_task():
    row = world.task(dossiers.staff(), form_key="00000000-0000-0000-0000-000000000001")
    row.pk, row._state.adding = None, True
    with refused("form_key", "form_key"), transaction.atomic():
        row.save(force_insert=True)
    assert Task.objects.count() == 1
