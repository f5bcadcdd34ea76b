"""The calendar's constraint, attacked past the form and the act."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from portal.campaigns.models import Campaign
from tests.traffic import world

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_no_campaign_ends_before_it_begins():
    row = world.harvest()
    refused = pytest.raises(IntegrityError, match="campaign_ends_after_it_begins")
    with refused, transaction.atomic():
        Campaign.objects.filter(pk=row.pk).update(last_day=date(2023, 9, 22))
    Campaign.objects.filter(pk=row.pk).update(last_day=row.first_day)
    assert Campaign.objects.get().last_day == date(2023, 9, 23)
