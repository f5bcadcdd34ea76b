"""Every named constraint of the dossier, attacked."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.submissions.models import Remark, Revision, Submission
from tests import dossiers

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

NOW = timezone.now()
ATTACKS = {
    "submission_beyond_draft_was_submitted": ("submitted", {"submitted_at": None}),
    "submission_before_endorsement_has_none": ("submitted", {"endorsed_at": NOW}),
    "submission_decided_has_decider": ("approved", {"decider": None}),
    "submission_published_has_day": ("published", {"published_at": None}),
    "submission_closed_has_day": ("withdrawn", {"closed_at": None}),
    "submission_merged_points_at_one": ("merged", {"merged_into": None}),
    "submission_county_has_city": ("draft", {"city": None}),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_database_refuses(name):
    state, change = ATTACKS[name]
    row = dossiers.product_in(state)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Submission.objects.filter(pk=row.pk).update(**change)


def test_a_draft_cannot_carry_a_decision():
    row = dossiers.product_in("draft")
    refused = pytest.raises(IntegrityError, match="submission_decided_has_decider")
    with refused, transaction.atomic():
        Submission.objects.filter(pk=row.pk).update(decider=row.owner, decided_at=NOW)


def test_one_revision_waits_at_a_time():
    row = dossiers.product_in("published")
    values = {"submission": row, "changes": {}, "proposed_by": row.owner, "proposed_at": NOW}
    Revision.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(**values)
    with pytest.raises(IntegrityError, match="revision_decided_has_decider"), transaction.atomic():
        Revision.objects.update(state="approved")


def test_a_field_gets_one_remark_a_round():
    row = dossiers.product_in("submitted")
    values = {
        "submission": row,
        "version": 3,
        "field": "name",
        "reason": "wrong",
        "text": "x",
        "author": row.owner,
        "created_at": NOW,
    }
    Remark.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Remark.objects.create(**values)
