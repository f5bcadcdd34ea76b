"""Names and numbers of contacts are stars until somebody who may says why."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.privacy.showing import SESSION_KEY
from portal.submissions import domain as dossier_acts
from portal.submissions import kinds, values
from portal.submissions.models import Submission
from tests import dossiers
from tests.factories import RUYUAN, XINFENG, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
PHONE, MASKED = "13800138000", "138****8000"
NAME, MASKED_NAME = "盘阿妹", "盘**"


@pytest.fixture
def row() -> Submission:
    """A product the county filed, waiting for the office."""
    return dossiers.product_in("endorsed")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def show(row: Submission, field: str = "contact_phone") -> str:
    return f"/show/submissions.submission/{row.pk}/{field}/?next=/dossiers/{row.code}/"


def test_the_office_sees_stars_and_the_applicant_sees_all(row: Submission):
    office = page(signed_in(UserFactory(staff=True)), row.get_absolute_url())
    assert (MASKED in office, MASKED_NAME in office) == (True, True)
    assert (PHONE in office, NAME in office) == (False, False)
    assert office.count(">显示<") == 2
    own = page(signed_in(row.owner), row.get_absolute_url())
    assert (PHONE in own, NAME in own, ">显示<" in own) == (True, True, False)


def test_after_a_reason_one_value_is_shown_to_one_person_for_ten_minutes(row: Submission):
    office, colleague = UserFactory(staff=True), UserFactory(staff=True)
    client = signed_in(office)
    answer = client.post(show(row), {"reason": "mend", "note": "补正电话约不上"})
    assert answer["Location"] == row.get_absolute_url()
    seen = page(client, row.get_absolute_url())
    assert (PHONE in seen, NAME in seen) == (True, False)
    assert "，已记录" in seen
    assert PHONE not in page(signed_in(colleague), row.get_absolute_url())

    entry = Entry.objects.get(act="privacy.show")
    assert (entry.user, entry.role, entry.subject_type, entry.subject_id) == (
        office,
        "staff",
        "submissions.submission",
        str(row.pk),
    )
    assert entry.data == {"field": "contact_phone", "reason": "mend", "note": "补正电话约不上"}

    session = client.session
    session[SESSION_KEY] = {name: end - 601 for name, end in session[SESSION_KEY].items()}
    session.save()
    assert PHONE not in page(client, row.get_absolute_url())


def test_the_auditor_reads_who_looked_at_what_and_why(row: Submission):
    office = UserFactory(staff=True, full_name="陈雅文")
    signed_in(office).post(show(row), {"reason": "check", "note": ""})
    listed = page(signed_in(UserFactory(auditor=True)), "/audit/?act=privacy.show")
    for word in ("陈雅文", "查看打码信息", "联系手机", "核实申报内容"):
        assert word in listed
    assert PHONE not in listed


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"reason": ["请选择原因。"]}),
        ({"reason": "other", "note": " "}, {"note": ["请写明为什么需要查看。"]}),
        (
            {"reason": "mend", "note": f"打 138-0013 8000 {NAME}"},
            {"note": ["请不要写手机号：这里的内容会留在记录中。"]},
        ),
    ],
)
def test_without_a_reason_nothing_is_shown(row: Submission, typed, errors):
    client = signed_in(UserFactory(staff=True))
    answer = client.post(show(row), typed)
    assert answer.context["form"].errors == errors
    assert PHONE not in page(client, row.get_absolute_url())
    assert Entry.objects.filter(act="privacy.show").count() == 0


def test_who_needs_no_number_gets_none(row: Submission):
    for who in (UserFactory(auditor=True), UserFactory(official=XINFENG), UserFactory()):
        client = signed_in(who)
        assert client.post(show(row), {"reason": "check"}).status_code == 404
    auditor = page(signed_in(UserFactory(auditor=True)), row.get_absolute_url())
    assert (MASKED in auditor, ">显示<" in auditor) == (True, False)
    office = signed_in(UserFactory(staff=True))
    for address in (
        show(row, "price"),
        "/show/submissions.submission/0/contact_phone/",
        "/show/submissions.submission/x/contact_phone/",
        "/show/accounts.user/1/password/",
    ):
        assert office.get(address).status_code == 404
    assert Entry.objects.filter(act="privacy.show").count() == 0


def test_a_change_of_the_contact_is_masked_in_the_comparison():
    owner, office = dossiers.official(), dossiers.staff()
    row = dossiers.product_in("returned", owner=owner, office=office)
    kind = kinds.get("product")
    now = values.of_form(kind.form(instance=row.record))
    form = kind.form(
        values.as_post({**now, "contact_phone": "13900139000", "contact_name": "赵春"}),
        instance=row.record,
        actor=owner,
    )
    assert form.is_valid(), form.errors
    row = dossier_acts.save_draft(submission=row, form=form, actor=owner, seen=row.version)
    dossiers.move(row, "submit", owner)

    other = page(signed_in(office.person), row.get_absolute_url())
    for masked in (MASKED, "139****9000"):
        assert masked in unmarked(other)
    assert (PHONE in other, "13900139000" in other, "赵春" in other) == (False, False, False)
    own = page(signed_in(owner.person), row.get_absolute_url())
    assert {PHONE, "13900139000"} <= set(re.findall(r"\d{11}", unmarked(own)))


def unmarked(page: str) -> str:
    """A comparison without its marks, which stand around single characters."""
    return re.sub("</?(del|ins)>", "", page)


def rows_of(answer) -> list[list[object]]:
    content = b"".join(answer.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_sheets_hold_masked_values_only(row: Submission):
    client = signed_in(UserFactory(staff=True))
    client.post(show(row), {"reason": "check"})
    heading, line = rows_of(client.get("/dossiers/export/"))
    owner = row.owner.full_name
    assert dict(zip(heading, line, strict=True))["申报人"] == owner[0] + "*" * (len(owner) - 1)
    OrganisationFactory(contact_name="盘小英", contact_phone="13712348000")
    heading, line = rows_of(client.get("/organisations/export/"))
    assert (line[6], line[7]) == ("盘**", "137****8000")


def test_the_county_changes_an_organisations_contact_without_reading_it():
    row = OrganisationFactory(contact_name="盘小英", contact_phone="13712348000")
    client = signed_in(UserFactory(official=RUYUAN))
    address = f"/organisations/{row.pk}/"
    record = page(client, address)
    assert ("13712348000" in record, "盘小英" in record) == (False, False)
    form = client.get(f"{address}edit/").context["form"]
    assert [form[name].value() for name in ("contact_name", "contact_phone")] == ["", ""]
    assert form.fields["contact_phone"].help_text == "现为 137****8000，不改请留空。"
    typed = {name: form[name].value() for name in form.fields}
    client.post(f"{address}edit/", typed | {"address": "必背镇"})
    row.refresh_from_db()
    assert (row.address, row.contact_name, row.contact_phone) == ("必背镇", "盘小英", "13712348000")
    client.post(f"{address}edit/", typed | {"contact_phone": "13900139000"})
    row.refresh_from_db()
    assert (row.contact_name, row.contact_phone) == ("盘小英", "13900139000")

    client.post(
        f"/show/organisations.organisation/{row.pk}/contact_phone/?next={address}",
        {"reason": "event"},
    )
    assert "13900139000" in page(client, address)


def test_numbers_of_people_are_shown_to_those_who_look_after_them():
    organisation = OrganisationFactory()
    merchant = UserFactory(merchant=organisation, phone="13911112222")
    hat = merchant.memberships.get()
    asked = f"/show/accounts.membership/{hat.pk}/phone/?next=/organisations/{organisation.pk}/"
    stranger = signed_in(UserFactory(official=XINFENG))
    assert stranger.post(asked, {"reason": "check"}).status_code == 404
    county = signed_in(UserFactory(official=RUYUAN))
    assert "13911112222" not in page(county, f"/organisations/{organisation.pk}/")
    county.post(asked, {"reason": "check"})
    assert "13911112222" in page(county, f"/organisations/{organisation.pk}/")

    admin = signed_in(UserFactory(admin=True))
    person = f"/people/{merchant.pk}/"
    assert "139****2222" in page(admin, person)
    admin.post(f"/show/accounts.user/{merchant.pk}/phone/?next={person}", {"reason": "complaint"})
    assert "13911112222" in page(admin, person)
    other = f"/show/accounts.user/{merchant.pk}/phone/"
    assert county.post(other, {"reason": "check"}).status_code == 404
