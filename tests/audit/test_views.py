import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.audit.domain import record, seal_committed_entries
from portal.audit.models import Entry, Seal
from tests import dossiers
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_acts(official, official_actor, auditor, lift_append_only):
    """Two of an official, on either side of a midnight in Shanghai, and one of the system."""
    one = record(
        actor=official_actor, act="test.first", subject=official, role="official", 字段="=1+1"
    )
    two = record(actor=official_actor, act="test.second", subject=auditor)
    three = record(actor=Actor.system(), act="test.first", subject=official)
    with lift_append_only():
        Entry.objects.filter(pk=one.pk).update(at=datetime(2023, 9, 30, 15, 59, 59, tzinfo=UTC))
        Entry.objects.filter(pk=two.pk).update(at=datetime(2023, 9, 30, 16, 0, tzinfo=UTC))
        Entry.objects.filter(pk=three.pk).update(at=datetime(2023, 10, 5, 3, 0, tzinfo=UTC))
    seal_committed_entries(limit=2)
    return one, two, three


def shown(client, **filters) -> list[tuple[int | None, str]]:
    """Numbers and acts on the page."""
    response = client.get(reverse("audit-list"), filters)
    return [(row.number, row.act) for row in response.context["rows"]]


def sheet(client, **filters) -> list[list[object]]:
    response = client.get(reverse("audit-export"), filters)
    data = b"".join(response.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("trait", ["staff", "merchant", "creator", "trainee"])
@pytest.mark.parametrize("name", ["audit-list", "audit-export"])
def test_nobody_else_finds_the_record(client, name, trait, three_acts):
    client.force_login(UserFactory(**{trait: True}))

    response = client.get(reverse(name))

    assert response.status_code == 404
    assert b"test.first" not in response.content


@pytest.mark.parametrize("name", ["audit-list", "audit-export"])
def test_an_official_does_not_find_it_and_a_visitor_must_sign_in(client, name, official):
    address = reverse(name)
    assert client.get(address).url == f"{reverse('account_login')}?next={address}"
    client.force_login(official)
    assert client.get(address).status_code == 404


def test_the_record_is_read_only(client, auditor, three_acts):
    client.force_login(auditor)
    before = Entry.objects.count(), Seal.objects.count()

    for name in ("audit-list", "audit-export"):
        assert client.post(reverse(name)).status_code == 405
    shown(client)
    sheet(client)

    assert (Entry.objects.count(), Seal.objects.count()) == before


def test_an_auditor_reads_everything_newest_first(client, auditor, three_acts):
    client.force_login(auditor)

    assert shown(client) == [(None, "test.first"), (2, "test.second"), (1, "test.first")]
    assert shown(client, sort="old") == [
        (1, "test.first"),
        (2, "test.second"),
        (None, "test.first"),
    ]


def test_the_page_says_it_in_chinese(client, auditor, three_acts):
    client.force_login(auditor)

    page = client.get(reverse("audit-list")).content.decode()

    assert "<h1>审计记录</h1>" in page
    assert "盘小英" in page
    assert str(Role.OFFICIAL.label) in page
    assert '<td data-label="操作人"><div>系统</div></td>' in page
    assert "2023年9月30日 23:59" in page
    assert "尚未封存" in page


def test_an_administrator_reads_it_too(client, three_acts):
    client.force_login(UserFactory(admin=True))

    assert len(shown(client)) == 3


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"who": "盘小"}, [2, 1]),
        ({"who": "pan"}, [2, 1]),
        ({"who": "13812345678"}, [2, 1]),
        ({"who": "nobody"}, []),
        ({"act": "test.second"}, [2]),
        ({"act": "test.first", "who": "pan"}, [1]),
        ({"kind": "accounts.user"}, [None, 2, 1]),
        ({"since": "2023-10-01"}, [None, 2]),
        ({"until": "2023-09-30"}, [1]),
        ({"since": "2023-10-01", "until": "2023-10-01"}, [2]),
    ],
)
def test_filters_narrow_page_and_sheet_alike(client, auditor, three_acts, filters, numbers):
    client.force_login(auditor)

    assert [number for number, _act in shown(client, **filters)] == numbers
    assert [row[0] or None for row in sheet(client, **filters)[1:]] == numbers


def test_the_subject_is_found_by_its_number(client, auditor, three_acts):
    client.force_login(auditor)

    assert [number for number, _ in shown(client, subject=str(auditor.pk))] == [2]


@pytest.mark.parametrize(
    "filters",
    [{"act": "no.such"}, {"since": "31.12.2023"}, {"kind": "x"}],
)
def test_a_filter_that_is_not_understood_is_named_and_left_out(
    client, auditor, three_acts, filters
):
    client.force_login(auditor)
    response = client.get(reverse("audit-list"), filters)

    assert set(response.context["form"].errors) == set(filters)
    assert len(response.context["rows"]) == 3


def test_days_the_wrong_way_round_are_named(client, auditor, three_acts):
    client.force_login(auditor)
    response = client.get(reverse("audit-list"), {"since": "2023-10-02", "until": "2023-10-01"})

    assert response.context["form"].errors == {"until": ["结束日期早于开始日期，请修改其中一个。"]}


def test_the_sheet_holds_text_as_text_and_the_hashes(client, auditor, official, three_acts):
    client.force_login(auditor)

    rows = sheet(client, sort="old")

    assert rows[0][:4] == ["封存编号", "时间", "操作人", "用户名"]
    last = rows[-1]
    assert last[0] == 1
    assert last[1] == datetime(2023, 9, 30, 23, 59, 59)  # noqa: DTZ001 (a sheet has no zones)
    assert last[2:4] == ["盘小英", "pan"]
    assert last[6:8] == ["10.1.2.3", "test.first"]
    assert last[9:12] == [str(official.pk), '{"字段": "=1+1"}', Seal.objects.get(number=1).hash]


def test_the_menu_shows_the_record_to_its_readers_alone(auditor, official):
    from portal.registry import menu_of

    address = reverse("audit-list")
    assert address in [item.url for item in menu_of(Actor.of(auditor))]
    assert address not in [item.url for item in menu_of(Actor.of(official))]


def test_details_show_the_words_of_the_field_and_codes_of_what_is_gone(client, auditor, official):
    Entry.objects.create(
        act="old.act", subject_type="gone.model", subject_id="1", data={"amount": [1, 2]}
    )
    record(actor=Actor.system(), act="test.first", subject=official, phone="摘要", other=None)
    client.force_login(auditor)

    rows = client.get(reverse("audit-list"), {"sort": "old"}).context["rows"]

    assert [(row.kind, row.details) for row in rows] == [
        ("gone.model", (("amount", "[1, 2]"),)),
        ("用户", (("other", "null"), ("手机号码", "摘要"))),
    ]


def test_moves_read_as_words_and_states_by_their_names(client, auditor):
    row = dossiers.product_in("submitted")
    client.force_login(auditor)

    first, last = [
        shown
        for shown in client.get(reverse("audit-list"), {"sort": "old"}).context["rows"]
        if shown.subject == str(row.pk)
    ]

    assert (first.act, first.details) == ("创建", (("修改后", "草稿"), ("版本", "1")))
    assert (last.act, last.details) == (
        "已提交审核",
        (("修改前", "草稿"), ("修改后", "已提交"), ("版本", "2")),
    )
