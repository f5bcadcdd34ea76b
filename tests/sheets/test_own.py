"""How long workbooks stay, and that they go with their owner's account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal import clock, personal
from portal.accounts.actor import Actor
from portal.privacy import domain
from portal.privacy.retention import PERIODS
from portal.sheets.models import Intake, KnownHeading, TakenRow
from portal.submissions.models import Submission
from tests import dossiers
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
DAYS = next(period.days for period in PERIODS if period.code == "workbooks")


def workbook(owner, age: timedelta = timedelta(0)) -> Intake:
    moment = clock.now() - age
    return Intake.objects.create(
        kind="product",
        owner=owner,
        name="登记表.xlsx",
        created_at=moment,
        checked_at=moment,
        taken_at=moment,
    )


def test_workbooks_go_after_half_a_year_and_what_they_brought_stays():
    owner = UserFactory(official=dossiers.RUYUAN)
    row = dossiers.draft_product(Actor.of(owner))
    old = workbook(owner, timedelta(days=DAYS, seconds=30))
    TakenRow.objects.create(intake=old, row=2, submission=row, is_new=True, version=1)
    kept = workbook(owner, timedelta(days=DAYS, seconds=-30))
    assert domain.clear_period(code="workbooks") == 1
    assert (Intake.objects.get(), Submission.objects.get()) == (kept, row)


def test_a_zip_nobody_read_goes_with_its_workbook(django_capture_on_commit_callbacks):
    old = workbook(UserFactory(), timedelta(days=DAYS, seconds=30))
    old.archive = default_storage.save("sheets/unread.zip", ContentFile(b"PK"))
    old.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert domain.clear_period(code="workbooks") == 1
    assert not default_storage.exists(old.archive)


def test_a_closed_account_takes_its_workbooks_along():
    leaver, other = UserFactory(official=dossiers.RUYUAN), UserFactory(official=dossiers.RUYUAN)
    workbook(leaver)
    KnownHeading.objects.create(user=leaver, kind="product", heading="宝贝", field="name")
    stays = workbook(other)
    personal.forget(user=leaver, actor=Actor.of(leaver))
    assert Intake.objects.get() == stays
    assert not KnownHeading.objects.exists()
