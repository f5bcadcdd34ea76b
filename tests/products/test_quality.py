"""Points of a product, what they are for, and how they grew."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.urls import reverse

from portal.submissions import completeness, kinds, quality, values
from portal.submissions.models import Submission
from products.brands import domain as brands
from products.forms import ProductForm
from products.lines import packed
from products.quality import score
from tests import dossiers
from tests.products import branding
from tests.products.test_variants import typed
from tests.qualifications.world import at
from tests.submissions.test_views import posted, signed_in

pytestmark = pytest.mark.django_db
LARGE, SMALL = SimpleNamespace(width=1600, height=1200), SimpleNamespace(width=1600, height=800)
BEST = {
    "category": "vegetable",
    "photos": ["a", "b", "c"],
    "description": "字" * 120,
    "certificates": ["p"],
    "variants": [packed("小", 1, "jin", 9, ""), packed("大", 5, "jin", 40, "")],
    "package": "箱",
    "season_start": 10,
    "shelf_life_days": 7,
    "dispatch_area": "必背镇",
}


def lines(**changed):
    files = {"a": LARGE, "b": LARGE, "c": LARGE, "small": SMALL}
    return {line.label: line for line in score({**BEST, **changed}, files, ProductForm())}


def points(**changed):
    found = lines(**changed).values()
    return sum(line.points for line in found), sum(line.of for line in found)


def test_who_has_everything_has_all_points_and_no_advice():
    assert points() == (95, 95)
    assert {line.advice for line in lines().values()} == {""}


@pytest.mark.parametrize(
    ("changed", "label", "got", "advice"),
    [
        ({"photos": ["a"]}, "照片数量", "6 / 20", "再添 2 张照片：整体、细部和包装各一张。"),
        (
            {"photos": ["a", "b", "small"]},
            "照片清晰度",
            "10 / 15",
            "请用手机最大尺寸重拍偏小的照片。",
        ),
        ({"photos": []}, "照片清晰度", "0 / 15", "请用手机最大尺寸重拍偏小的照片。"),
        (
            {"description": "高山 甜" * 20},
            "文字介绍",
            "10 / 20",
            "写明产地、口感和吃法，不少于 120 字。",
        ),
        ({"certificates": []}, "证书", "0 / 20", "请附上该类别要求的证件。"),
        ({"category": "processed"}, "证书", "10 / 20", "请附上该类别要求的证件。"),
        (
            {"dispatch_area": "", "shelf_life_days": None},
            "买家关心的信息",
            "5 / 10",
            "请补填：保质期（天）、发货地。",
        ),
        (
            {"variants": BEST["variants"][:1]},
            "规格与价格",
            "5 / 10",
            "提供试吃装和家庭装两个规格，并填写含量。",
        ),
    ],
)
def test_each_line_says_what_it_gives_and_what_would_bring_more(changed, label, got, advice):
    line = lines(**changed)[label]
    assert (f"{line.points} / {line.of}", line.advice) == (got, advice)


def test_a_craft_is_not_measured_by_what_nobody_asks_of_it():
    changed = {"category": "craft", "certificates": [], "season_start": None}
    assert points(**changed, shelf_life_days=None) == (95, 95)


def test_the_way_of_the_score_is_worked_out_of_submissions_and_approved_changes():
    owner = dossiers.official()
    row = dossiers.product_in("returned", owner=owner)
    kind = kinds.get("product")

    def steps():
        form = kind.form(instance=row.record)
        return [(step.label, step.points, step.change) for step in quality.of(row, form).steps]

    def save(**changed):
        before = values.of_form(kind.form(instance=row.record))
        form = kind.form(values.as_post({**before, **changed}), instance=row.record, actor=owner)
        assert form.is_valid(), form.errors
        return dossiers.domain.save_draft(submission=row, form=form, actor=owner, seen=row.version)

    # 6 of 20 for one photo, 0 for its size, 1 for the text, 20 for the paper, 5 for details.
    assert steps() == [("已提交", 32, None)]
    row = save(description="高山冷凉菜，脆甜少渣。" * 12)
    assert steps() == [("已提交", 32, None), ("现在", 51, 19)]
    row = dossiers.move(row, "submit", owner)
    row = dossiers.move(row, "endorse", dossiers.official())
    office = dossiers.staff()
    row = dossiers.move(dossiers.move(row, "approve", office), "publish", office)
    client = signed_in(owner.user)
    page = client.get(f"/dossiers/{row.code}/edit/")
    sent = posted(page) | typed(("小", "1", "jin", "9", ""), ("大", "5", "jin", "40", ""))
    client.post(f"/dossiers/{row.code}/edit/{page.context['action']}", sent)
    assert steps() == [("已提交", 32, None), ("已提交", 51, 19)]
    revision = row.revisions.get()
    dossiers.transition(revision, "approve", actor=office, seen=revision.version)
    assert steps()[-1] == ("修改获批", 61, 10)


def read_anew(row):
    """As the next page reads it: what was read once stays with a dossier."""
    return Submission.objects.get(pk=row.pk)


def standards_line(row):
    row = read_anew(row)
    form = kinds.get("product").form(instance=row.record)
    found = quality.of(row, form)
    (line,) = [line for line in found.lines if line.label == "产品标准"]
    assert found.of == 100
    return f"{line.points} / {line.of}", line.found, line.advice


def test_a_standard_in_force_counts_from_the_day_it_is_named():
    owner, office = dossiers.official(), dossiers.staff()
    with at(date(2023, 9, 1)):
        row = dossiers.product_in("endorsed", owner=owner)
    form = kinds.get("product").form(instance=row.record)
    ahead = branding.standard(office, code="T/GD 2-2025", in_force_from=date(2025, 1, 1))
    with at(date(2023, 10, 1)):
        assert standards_line(row) == (
            "0 / 5",
            "已登记 0 项，其中现行有效 0 项",
            "请登记产品执行的标准。",
        )
        branding.follow(submission=row, standard=ahead, actor=owner)
        assert standards_line(row) == (
            "0 / 5",
            "已登记 1 项，其中现行有效 0 项",
            "请登记一项现行有效的标准。",
        )
    with at(date(2023, 10, 2)):
        branding.follow(submission=row, standard=branding.standard(office), actor=owner)
        assert standards_line(row) == ("5 / 5", "已登记 2 项，其中现行有效 1 项", "")
        steps = [(step.label, step.points) for step in quality.of(read_anew(row), form).steps]
        assert steps == [("已提交", 32), ("现在", 37)]
        for followed in row.product.standards.all():
            brands.unfollow(followed=followed, actor=owner)
        assert standards_line(row)[0] == "0 / 5"
    # What was kept stays on file with its days.
    days = row.product.standards.values_list("since", "until").order_by("pk")
    assert list(days) == [
        (date(2023, 10, 1), date(2023, 10, 2)),
        (date(2023, 10, 2), date(2023, 10, 2)),
    ]


def test_the_line_of_standards_leads_to_their_page(client):
    row = dossiers.product_in("draft")
    client.force_login(row.owner)
    text = client.get(row.get_absolute_url()).content.decode()
    assert f'<a href="{reverse("product-standards", args=[row.code])}">产品标准</a>' in text


def test_owner_and_desk_read_the_score_on_the_dossiers_page(client):
    row = dossiers.product_in("endorsed")
    for person in (row.owner, dossiers.staff().user):
        client.force_login(person)
        text = client.get(row.get_absolute_url()).content.decode()
        assert "质量得分" in text
        assert "再添 2 张照片" in text
    # Only who may change it is led to the field.
    assert f"{reverse('dossier-edit', args=[row.code])}#id_photos" not in text


def test_completeness_counts_what_the_category_asks_and_leads_to_each_missing_field(client):
    owner = dossiers.official()
    row = dossiers.draft_product(owner, category="processed", stock="")
    found = completeness.completeness_of(row)
    # Eleven that are always asked, certificates, packing and the days it keeps.
    assert (found.asked, found.filled, found.percent) == (13, 9, 69)
    assert [name for name, _label, _said in found.missing] == [
        "photos",
        "stock",
        "shelf_life_days",
        "certificates",
    ]
    client.force_login(owner.user)
    page = client.get(row.get_absolute_url()).content.decode()
    edit = reverse("dossier-edit", args=[row.code])
    form = client.get(edit).content.decode()
    for name, _label, _said in found.missing:
        assert f'href="{edit}#id_{name}"' in page
        assert f'id="id_{name}"' in form
    assert "9 / 13" in page
    assert "69%" in page
