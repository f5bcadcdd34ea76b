"""Views of public pages: who is counted, and that each is counted once."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from products.seen import domain, queries
from products.seen.models import Hit, SeenDay
from tests import dossiers

pytestmark = pytest.mark.django_db
TODAY = date(2023, 10, 23)
PHONE = "Mozilla/5.0 (Linux; Android 13; HarmonyOS) AppleWebKit/537.36 Mobile Safari/537.36"


def counted() -> list[tuple[int, date, int]]:
    return list(SeenDay.objects.order_by("pk").values_list("product", "date", "count"))


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)",
        "curl/8.4.0",
        "python-requests/2.31",
        "Mozilla/5.0 HeadlessChrome/120.0",
    ],
)
def test_programs_are_not_counted(agent):
    row = dossiers.product_in("published")
    url = reverse("product", args=[row.code])
    assert Client(headers={"user-agent": agent}).get(url).status_code == 200
    assert not Hit.objects.exists()


def test_people_are_counted_and_nothing_of_them_is_kept():
    row = dossiers.product_in("published")
    url = reverse("product", args=[row.code])
    page = Client(headers={"user-agent": PHONE})
    for _view in range(3):
        answer = page.get(url)
    page.head(url)
    page.get(url, headers={"sec-purpose": "prefetch"})
    assert {*answer.cookies} == {"csrftoken"}
    assert {field.name for field in Hit._meta.fields} == {"id", "product", "date"}
    assert domain.fold() == 3
    assert counted() == [(row.pk, TODAY, 3)]
    page.get(url)
    assert (domain.fold(), domain.fold()) == (1, 0)
    assert counted() == [(row.pk, TODAY, 4)]
    assert not Hit.objects.exists()


def test_the_last_days_hold_their_zeros():
    row = dossiers.product_in("published")
    SeenDay.objects.create(product=row.product, date=date(2023, 10, 22), count=7)
    SeenDay.objects.create(product=row.product, date=date(2023, 9, 1), count=99)
    days = queries.last_days(row.pk, 3)
    assert days == [(date(2023, 10, 21), 0), (date(2023, 10, 22), 7), (TODAY, 0)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_folds_at_once_count_each_view_once():
    row = dossiers.product_in("published")
    Hit.objects.bulk_create(Hit(product=row.product, date=TODAY) for _view in range(400))
    start = threading.Barrier(2)
    done: list[int] = []

    def fold() -> None:
        start.wait(10)
        done.append(domain.fold())
        connection.close()

    threads = [threading.Thread(target=fold) for _thread in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    domain.fold()
    assert sum(done) == 400
    assert counted() == [(row.pk, TODAY, 400)]
