"""Export profiles through their pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from products.exports.models import Export, ExportProfile
from tests import dossiers
from tests.answers import content, signed_in, status
from tests.factories import UserFactory
from tests.products import world
from tests.statements.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def row(office):
    return dossiers.product_in("published", office=office)


def test_a_profile_is_made_run_and_what_it_sent_is_fetched_again(row, office):
    page = signed_in(office.user)
    assert "还没有导出方案" in words(page.get(reverse("export-profiles")))
    new = reverse("export-profile-new")
    key = page.get(new).context["action"]
    posted = {"name": "抖音商城", "mode": "changed", "completeness": "0", "county": dossiers.RUYUAN}
    answer = page.post(new + key, posted, follow=True)
    profile = ExportProfile.objects.get()
    assert answer.redirect_chain == [(profile.get_absolute_url(), 302)]
    assert "符合条件的产品 1" in words(answer)
    assert page.post(new + key, posted, follow=True).redirect_chain == answer.redirect_chain
    answer = page.post(reverse("export-run", args=[profile.pk]))
    work = Work.objects.get(kind="products.export")
    assert answer["Location"] == reverse("work-detail", args=[work.pk])
    run_due()
    export = Export.objects.get()
    work.refresh_from_db()
    assert (work.state, work.result_url) == ("done", export.get_absolute_url())
    shown = words(page.get(export.get_absolute_url()))
    assert f"乳源彩石萝卜 {row.code} 乳源瑶族自治县 {row.version} 已发送" in shown
    for form in ("xlsx", "json"):
        answer = page.get(reverse("export-file", args=[export.pk, form]))
        data = b"".join(answer.streaming_content)
        assert data == Path(default_storage.path(export.path(form))).read_bytes()
        assert f"-1.{form}" in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "private, no-store"
    assert page.get(reverse("export-file", args=[export.pk, "csv"])).status_code == 404
    answer = page.post(reverse("export-run", args=[profile.pk]), follow=True)
    assert "没有可发送的内容" in words(answer)
    assert Work.objects.filter(kind="products.export").count() == 1


def test_what_was_sent_is_filtered(row, office):
    export = world.run(world.profile(office), office)
    page = signed_in(office.user)
    url = export.get_absolute_url()
    assert page.get(url, {"part": "sent", "q": "萝卜"}).context["page_obj"].paginator.count == 1
    assert page.get(url, {"part": "removed"}).context["page_obj"].paginator.count == 0
    assert page.get(url, {"q": "茶"}).context["page_obj"].paginator.count == 0


def test_bad_input_is_said_beside_its_field(office):
    world.profile(office, name="有了")
    page = signed_in(office.user)
    posted = {"name": "有了", "mode": "changed", "completeness": "0"}
    answer = page.post(reverse("export-profile-new"), posted)
    assert [*answer.context["form"].errors] == ["name"]
    bad = {"name": "", "mode": "some", "completeness": "101", "county": "x", "campaign": "0"}
    answer = page.post(reverse("export-profile-new"), bad)
    assert {*answer.context["form"].errors} == {*bad}
    assert ExportProfile.objects.count() == 1


def test_auditors_read_and_counties_see_nothing(row, office):
    profile = world.profile(office)
    export = world.run(profile, office)
    addresses = [
        reverse("export-profiles"),
        profile.get_absolute_url(),
        export.get_absolute_url(),
        reverse("export-file", args=[export.pk, "json"]),
    ]
    auditor, owner = signed_in(UserFactory(auditor=True)), signed_in(row.owner)
    assert [status(auditor.get(url)) for url in addresses] == [200] * 4
    assert "开始导出" not in content(auditor.get(addresses[1]))
    assert auditor.post(reverse("export-run", args=[profile.pk])).status_code == 404
    assert [owner.get(url).status_code for url in addresses] == [404] * 4
