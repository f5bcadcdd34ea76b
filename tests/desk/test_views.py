"""The pages of the desk."""

import io

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from portal.accounts.actor import Actor
from portal.desk import bulk, domain
from portal.desk.models import Letter, SavedView
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.submissions.models import Conflict, Remark, Submission
from tests import dossiers
from tests.desk.test_domain import endorsed
from tests.factories import UserFactory
from tests.fingerprint import fingerprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return UserFactory(staff=True, full_name="陈雅文")


@pytest.fixture
def client(reviewer):
    client = Client()
    client.force_login(reviewer)
    return client


def titles(page):
    return [row.title for row in page.context["page_obj"]]


def said(page):
    return [str(message) for message in page.context["messages"]]


@pytest.fixture
def three():
    """Three that wait for the office: overdue, due today, in time."""
    rows = endorsed(3)
    for row, title, due in zip(
        rows,
        ("晚了的", "今天的", "不急的"),
        ("2023-10-20", "2023-10-23", "2023-10-30"),
        strict=True,
    ):
        row.refresh_from_db()
        row.title, row.due_on = title, due
        row.save()
    return rows


def test_the_desk_shows_what_waits_the_most_urgent_first(client, three):
    dossiers.product_in("published")
    assert titles(client.get("/desk/")) == ["晚了的", "今天的", "不急的"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("clock=over", ["晚了的"]),
        ("clock=soon", ["今天的"]),
        ("clock=fine", ["不急的"]),
        ("q=今天", ["今天的"]),
        ("state=submitted", []),
        ("county=440232&kind=product", ["晚了的", "今天的", "不急的"]),
        ("county=440233", []),
        ("reviewer=none", ["晚了的", "今天的", "不急的"]),
        ("age=3", []),
        ("clock=purple", ["晚了的", "今天的", "不急的"]),
    ],
)
def test_each_filter_narrows(client, three, query, expected):
    page = client.get(f"/desk/?{query}")
    assert titles(page) == expected
    assert page.context["page_obj"].paginator.count == len(expected)


def test_a_filter_is_kept_marked_and_removed(client, reviewer, three):
    page = client.post("/desk/views/", {"name": "急件", "query": "clock=over"}, follow=True)
    assert page.redirect_chain == [("/desk/?clock=over", 302)]
    current = [view["name"] for view in page.context["views"] if view["current"]]
    assert current == ["超期", "急件"]
    view = SavedView.objects.get(user=reviewer, name="急件")
    client.post(f"/desk/views/{view.pk}/drop/")
    assert not SavedView.objects.exists()


def test_approving_leads_on_to_the_next(client, three):
    row = three[0]
    row.refresh_from_db()
    page = client.post(
        f"/desk/dossiers/{row.code}/?seen={row.version}", {"decision": "approve"}, follow=True
    )
    assert page.redirect_chain == [(f"/desk/dossiers/{three[1].code}/?", 302)]
    row.refresh_from_db()
    assert row.state == "approved"
    # A second click on the old page is led on as well.
    again = client.post(
        f"/desk/dossiers/{row.code}/?seen={row.version - 1}", {"decision": "approve"}, follow=True
    )
    assert again.redirect_chain[-1][0] == f"/desk/dossiers/{three[1].code}/?"


def test_the_last_one_leads_back_to_the_desk(client):
    (row,) = endorsed(1)
    page = client.post(
        f"/desk/dossiers/{row.code}/?state=endorsed&seen={row.version}",
        {"decision": "approve"},
        follow=True,
    )
    assert page.redirect_chain == [("/desk/?state=endorsed", 302)]
    assert said(page)[-1] == "筛选范围内的材料已全部办完。"


def test_a_letter_is_enough_of_a_remark(client, reviewer):
    letter = domain.write_letter(
        letter=Letter(reason="photo", text="照片请在自然光下重拍。"), actor=Actor.of(reviewer)
    )
    domain.write_letter(
        letter=Letter(reason="other", text="不再使用。", is_active=False), actor=Actor.of(reviewer)
    )
    (row,) = endorsed(1)
    page = client.get(f"/desk/dossiers/{row.code}/")
    offered = str(page.context["form"]["reason-photos"])
    assert "照片请在自然光下重拍。" in offered
    assert "不再使用。" not in offered
    client.post(
        f"/desk/dossiers/{row.code}/?seen={row.version}",
        {
            "decision": "return",
            "reason-photos": f"letter-{letter.pk}",
            "reason-price": "wrong",
            "text-price": "与检测报告不符",
        },
    )
    row.refresh_from_db()
    assert (row.state, row.returns) == ("returned", 1)
    remarks = Remark.objects.order_by("field").values_list("field", "reason", "text")
    assert list(remarks) == [
        ("photos", "photo", "照片请在自然光下重拍。"),
        ("price", "wrong", "与检测报告不符"),
    ]


@pytest.mark.parametrize(
    ("decision", "typed", "message"),
    [
        ("approve", {"reason-price": "wrong", "text-price": "贵"}, "您填写了意见"),
        ("approve", {"note": "好"}, "您填写了意见"),
        ("refuse", {}, "请写明理由"),
        ("return", {}, "请至少标注一个字段"),
        ("return", {"reason-price": "wrong"}, "请写明"),
    ],
)
def test_a_decision_that_does_not_fit_what_was_written_is_refused(client, decision, typed, message):
    (row,) = endorsed(1)
    before = fingerprint()
    page = client.post(
        f"/desk/dossiers/{row.code}/?seen={row.version}", {"decision": decision, **typed}
    )
    told = [text for texts in page.context["form"].errors.values() for text in texts]
    assert any(message in text for text in told), told
    for name, value in typed.items():
        assert page.context["form"][name].value() == value
    assert fingerprint() == before


def test_who_decides_on_an_old_page_is_told_and_keeps_the_words(client):
    (row,) = endorsed(1)
    dossiers.move(row, "approve", dossiers.staff())
    page = client.post(
        f"/desk/dossiers/{row.code}/?seen={row.version}", {"decision": "refuse", "note": "不符"}
    )
    assert "请重新查看后再作决定" in page.context["form"].non_field_errors()[0]
    assert page.context["form"]["note"].value() == "不符"


def test_an_interest_is_declared_and_the_next_one_comes(client, three):
    page = client.post(
        f"/desk/dossiers/{three[0].code}/interest/", {"reason": "亲属是负责人"}, follow=True
    )
    assert page.redirect_chain[-1][0] == f"/desk/dossiers/{three[1].code}/?"
    assert Conflict.objects.get().submission == three[0]
    barred = client.get(f"/desk/dossiers/{three[0].code}/")
    assert (barred.context["has_conflict"], barred.context["decisions"]) == (True, [])


def test_all_that_match_are_asked_about_once_more_then_done(client, three):
    asked = client.post("/desk/bulk/?clock=over", {"act": "approve", "all": "1"})
    assert asked.context["count"] == 1
    assert Work.objects.filter(kind=bulk.BULK).count() == 0
    client.post("/desk/bulk/?clock=over", {"act": "approve", "all": "1", "count": "1"})
    work = Work.objects.get(kind=bulk.BULK)
    assert work.payload["rows"] == [[three[0].pk, three[0].version]]
    run_due(kinds=[bulk.BULK])
    page = client.get(f"/desk/bulk/{work.pk}/")
    assert (page.context["done"], page.context["failed"]) == (1, [])


def test_a_list_that_changed_meanwhile_is_asked_about_again(client, three):
    page = client.post("/desk/bulk/?turn=me", {"act": "approve", "all": "1", "count": "9"})
    assert said(page) == ["列表已有变化：请重新核对。"]
    assert page.context["count"] == 3
    assert not Work.objects.filter(kind=bulk.BULK).exists()


def test_a_bulk_return_asks_for_its_words(client, three):
    marks = [f"{row.pk}-{row.version}" for row in three[:2]]
    page = client.post("/desk/bulk/", {"act": "return", "row": marks, "count": "2"})
    assert list(page.context["form"].errors) == ["note"]
    client.post("/desk/bulk/", {"act": "return", "row": marks, "count": "2", "note": "请补照片"})
    run_due(kinds=[bulk.BULK])
    assert Submission.objects.filter(state="returned").count() == 2


@pytest.mark.parametrize("marks", [["x"], ["1"], ["-"], ["9" * 30 + "-1"], []])
def test_marks_that_are_none_choose_nothing(client, marks):
    page = client.post("/desk/bulk/", {"act": "approve", "row": marks}, follow=True)
    assert said(page) == ["请至少选择一件。"]


def test_figures_add_up_and_open_their_rows(client, three):
    dossiers.product_in("returned")
    passed = dossiers.product_in("approved")
    refused = dossiers.product_in("refused")
    Submission.objects.filter(pk=refused.pk).update(returns=1)
    page = client.get("/desk/statistics/")
    assert [(row["county"], row["n"]) for row in page.context["overdue"]] == [("440232", 1)]
    assert titles(client.get("/desk/?clock=over&county=440232")) == ["晚了的"]
    (line,) = page.context["passes"]
    assert (line.code, line.decided, line.first, line.rate) == ("440232", 2, 1, 50)
    assert passed.county_id == "440232"
    recent = client.get("/desk/statistics/?period=30&county=440232")
    assert (recent.context["period"], recent.context["county"].code) == ("30", "440232")


def test_only_the_office_sees_letters_and_only_reviewers_the_desk():
    answers = {}
    for trait in ({"official": dossiers.RUYUAN}, {"merchant": True}, {"trainee": True}):
        client = Client()
        client.force_login(UserFactory(**trait))
        (name,) = trait
        pages = ("/desk/", "/desk/letters/", "/desk/statistics/", "/desk/away/")
        answers[name] = [client.get(page).status_code for page in pages]
    assert answers == {
        "official": [200, 404, 200, 200],
        "merchant": [404] * 4,
        "trainee": [404] * 4,
    }


def test_an_official_sees_the_own_county_without_reviewers():
    dossiers.product_in("submitted")
    client = Client()
    client.force_login(UserFactory(official=dossiers.RUYUAN))
    page = client.get("/desk/")
    assert len(titles(page)) == 1
    assert set(page.context["filter"].fields) == {"q", "turn", "kind", "state", "clock", "age"}
    assert [name for name, _label in page.context["acts"]] == ["endorse", "return"]


def test_the_export_has_the_rows_of_the_filter(client, three):
    answer = client.get("/desk/export/?clock=over")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    lines = book.get_sheet_by_index(0).to_python()
    assert [line[2] for line in lines[1:]] == ["晚了的"]
    assert lines[0][-3:] == ["办结期限", "剩余工作日", "退回次数"]
    assert lines[1][-2:] == [-1, 0]
