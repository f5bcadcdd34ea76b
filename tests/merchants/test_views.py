"""Story 3 through the pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from merchants.models import Round, Scheme
from portal.ledger.models import Account
from portal.submissions.models import Submission
from tests import dossiers
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_scheme_from_the_first_word_to_the_day_of_payment():
    staff = client_of(UserFactory(staff=True))
    staff.post(reverse("subsidy-scheme-new"), {"name": "冷链补贴", "summary": "购置冷藏设备"})
    scheme = Scheme.objects.get()
    staff.post(
        reverse("subsidy-round-new", args=[scheme.pk]),
        {
            "name": "第一轮",
            "opens": "2023-10-01",
            "closes": "2023-11-30",
            "promised_days": "10",
            "fen": "20000",
        },
    )
    page = reverse("subsidy-round", args=[Round.objects.get().pk])
    answer = staff.post(page, {"county": "440232", "fen": "30000", "reason": "首批"})
    assert "余额只有 20,000.00元" in answer.content.decode()
    staff.post(page, {"county": "440232", "fen": "10000", "reason": "首批"})
    assert Account.objects.get(level="share").balance == 1_000_000

    person = UserFactory(merchant=True)
    merchant = client_of(person)
    new = reverse("dossier-new", args=["application"])
    form = merchant.get(f"{new}?round={Round.objects.get().pk}").content.decode()
    assert person.memberships.get().organisation.contact_name in form
    merchant.post(
        new,
        {
            "round": Round.objects.get().pk,
            "name": "茶叶冷藏库",
            "amount": "6000",
            "purpose": "冷库",
            "contact_name": "盘小英",
            "contact_phone": "13700000001",
            "certificates-new": dossiers.pdf_upload(),
        },
    )
    row = Submission.objects.get()
    for client, move in (
        (merchant, "submit"),
        (client_of(UserFactory(official="440232")), "endorse"),
        (staff, "approve"),
    ):
        row.refresh_from_db()
        client.post(
            reverse("dossier-move", args=[row.code, move]) + f"?seen={row.version}", follow=True
        )
    text = merchant.get(row.get_absolute_url()).content.decode()
    assert "已批准 6,000.00元，将于 2023年11月6日 前拨付。" in text
    assert "发布" not in text


def test_only_staff_open_schemes_and_give_shares():
    client = client_of(UserFactory(official="440232"))
    assert client.get(reverse("subsidy-scheme-new")).status_code == 404
    assert (
        client.post(reverse("subsidy-scheme-new"), {"name": "x", "summary": "x"}).status_code == 404
    )
    assert not Scheme.objects.exists()
