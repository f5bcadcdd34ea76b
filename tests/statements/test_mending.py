"""A person says what columns mean: on the way of a file in, and on the page of its source."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.statements import domain, meanings, raw
from portal.statements.forms import LandForm
from portal.statements.mending import field_name
from portal.statements.models import ColumnMeaning, Part, Source, Statement
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import UserFactory
from tests.statements.pages import land, show, take, token, upload, words, written
from tests.traffic import world
from tests.traffic.world import DAY, ID
from traffic import days

pytestmark = pytest.mark.django_db
STRANGE = f"日子,货号,看见次数\n{DAY},{ID},100\n{DAY},7390000000000000018,5\n".encode()
MEANT = {"日子": "date", "货号": "material_id", "看见次数": "impressions"}
# Two columns of one meaning: the one that is known counts, unless somebody says otherwise.
TWICE = f"时间-天,素材ID,展示数,有效曝光\n{DAY},{ID},100,60\n".encode()


def say(page, answer, meant, **more):
    """Say what columns mean on the page that asks for it; the rest stays as it is shown."""
    form = answer.context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    values |= {field_name(heading): field for heading, field in meant.items()}
    return page.post(reverse("statement-columns"), values | more)


def look(page, answer):
    """From the dry run to the page of columns."""
    return page.post(reverse("statement-columns"), {"token": token(answer), "look": "1"})


def read_with():
    return [part.mapping for part in Part.objects.order_by("pk")]


# --- On the way in ---------------------------------------------------------------------------


def test_headings_nobody_knows_are_given_a_meaning_without_sending_the_file_twice(page, office):
    placement = world.placement(office)
    before = written()
    asked = show(page, upload(STRANGE))
    text = words(asked)
    assert "没有能识别的表头" in text
    assert "看见次数 * 内容示例：100 · 5" in text
    assert f"货号 * 内容示例：{ID} · 7390000000000000018" in text
    assert written() == before
    shown = say(page, asked, MEANT)
    assert "数据行 0 2 2 曝光次数 0 105 105" in words(shown)
    assert not ColumnMeaning.objects.exists()
    take(page, shown)
    run_due()
    assert placement.days.get().count == 100
    assert world.source().mapping == MEANT
    assert read_with() == [MEANT]
    entry = Entry.objects.get(act="source.meanings")
    assert entry.user == office.user
    assert entry.data == {"meanings": MEANT}


def test_what_was_said_is_used_for_every_later_file_by_every_door(page, office):
    placement = world.placement(office)
    take(page, say(page, show(page, upload(STRANGE)), MEANT))
    run_due()
    later = STRANGE.replace(b",100\n", b",90\n")
    shown = show(page, upload(later))
    assert "曝光次数 105 95 -10" in words(shown)
    file = raw.keep([later.replace(b",90\n", b",80\n")], name="日报.csv")
    domain.land(source=world.source(), period=(DAY, DAY), parts=[file], actor=office)
    run_due()
    assert placement.days.get().count == 80
    assert read_with() == [MEANT, MEANT]


def test_a_wrong_column_is_mended_and_the_same_file_lands_anew(page, office):
    placement = world.placement(office)
    land(page, upload(TWICE))
    assert placement.days.get().count == 100
    asked = look(page, show(page, upload(TWICE)))
    assert "有效曝光 * 内容示例：60" in words(asked)
    shown = say(page, asked, {"展示数": "derived", "有效曝光": "impressions"})
    text = words(shown)
    assert "曝光次数 100 60 -40" in text
    assert "此前已作为第 1 版入库，当时的列含义不同" in text
    take(page, shown)
    run_due()
    assert placement.days.get().count == 60
    mended = {"展示数": "derived", "有效曝光": "impressions"}
    assert read_with() == [{}, mended]
    # The same file once more, read the same way, is nothing new.
    before = written()
    assert "此前已作为第 2 版入库" in words(show(page, upload(TWICE)))
    land(page, upload(TWICE), how="replace")
    assert written() == before


def test_a_part_keeps_the_meanings_it_was_read_with(page, office):
    placement = world.placement(office)
    land(page, upload(TWICE))
    meanings.give_meanings(
        source=world.source(),
        meanings={"展示数": "derived", "有效曝光": "impressions"},
        actor=office,
    )
    part = Part.objects.get()
    known = {"sha256": part.sha256, "name": part.name, "id_kind": "material_id"}
    raw.partial_path(part.sha256, "material_id").local.unlink()
    assert raw.partial_of(**known, mapping=part.mapping).sum("impressions") == 100
    assert raw.partial_of(**known, mapping=world.source().mapping).sum("impressions") == 60
    days.close_day(day=DAY)
    assert placement.days.get().count == 100


def test_two_columns_of_one_file_are_not_taken_for_one_figure(page):
    asked = look(page, show(page, upload(TWICE)))
    answer = say(page, asked, {"有效曝光": "impressions"})
    form = answer.context["form"]
    assert set(form.errors) == {field_name("有效曝光")}
    assert "“展示数”也识别为曝光次数" in words(answer)
    assert form[field_name("有效曝光")].value() == "impressions"
    shown = say(page, answer, {"展示数": "derived"})
    assert "曝光次数 0 60 60" in words(shown)


def test_what_is_still_wrong_is_said_and_what_was_chosen_stays(page):
    asked = show(page, upload(STRANGE), days=None)
    half = say(page, asked, {"看见次数": "impressions", "日子": "date"})
    text = words(half)
    assert "缺少标明数据归属的列" in text
    assert half.context["form"][field_name("看见次数")].value() == "impressions"
    no_days = say(page, half, {"货号": "material_id"})
    assert "文件没有写明周期" in words(no_days)
    assert set(no_days.context["form"].errors) == {"first_day"}
    shown = say(page, no_days, {}, first_day=str(DAY), last_day=str(DAY))
    assert "曝光次数 0 105 105" in words(shown)


def test_columns_that_reject_every_row_can_be_mended(page):
    data = f"日期,素材ID,展示数,编码\n{DAY},1.00449E+11,5,{ID}\n".encode()
    asked = show(page, upload(data))
    assert "1.00449E+11" in words(asked)
    shown = say(page, asked, {"素材ID": "derived", "编码": "material_id"})
    assert "曝光次数 0 5 5" in words(shown)


def test_files_of_several_headings_are_mended_together(page):
    other = f"日期,素材ID,曝光\n{DAY},{ID},7\n".encode()
    asked = show(page, upload(STRANGE, "一.csv"), upload(other, "二.csv"))
    shown = say(page, asked, MEANT)
    assert "曝光次数 0 112 112" in words(shown)


def test_meanings_changed_meanwhile_are_shown_before_the_report_lands(page, office):
    shown = show(page, upload(TWICE))
    changed = {"展示数": "derived", "有效曝光": "impressions"}
    meanings.give_meanings(source=world.source(), meanings=changed, actor=office)
    answer = take(page, shown)
    assert "列含义刚刚有改动" in words(answer)
    assert "曝光次数 0 60 60" in words(answer)
    assert not Statement.objects.exists()
    take(page, answer)
    assert read_with() == [changed]


def test_a_file_that_is_a_part_already_is_not_added_read_otherwise(page, office):
    land(page, upload(TWICE))
    first = Statement.objects.get()
    meanings.give_meanings(source=world.source(), meanings={"展示数": "plays"}, actor=office)
    part = first.parts.get()
    file = raw.RawFile(part.sha256, part.name, part.size)
    with pytest.raises(RuleBroken) as caught:
        domain.land(
            source=world.source(), period=(DAY, DAY), parts=[file], actor=office, adds_to=first
        )
    assert "当时的列含义不同" in str(caught.value)
    # The page does not offer it.
    assert "how" not in show(page, upload(TWICE)).context["form"].fields


def test_a_token_of_columns_alone_takes_nothing_in(page):
    asked = show(page, upload(STRANGE))
    answer = page.post(reverse("statement-take-in"), {"token": token(asked)}, follow=True)
    assert "页面已过期" in words(answer)
    answer = page.post(reverse("statement-columns"), {"token": "x"}, follow=True)
    assert "页面已过期" in words(answer)
    assert page.get(reverse("statement-columns")).headers["Location"] == reverse("statement-land")
    assert written() == (0, 0, 0, 0, 0)


def test_a_file_beyond_mending_is_refused_on_the_page_of_files(page):
    answer = show(page, upload(STRANGE, "一.csv"), upload(b"%PDF-1.7 x", "二.csv"))
    assert isinstance(answer.context["form"], LandForm)
    assert "PDF" in words(answer)


def test_headings_stay_inert(page):
    data = f'<script>x</script>,素材ID,"=HYPERLINK(1)"\n<b>1,{ID},2\n'.encode()
    answer = show(page, upload(data))
    assert "<script>x" not in answer.content.decode()
    assert "<b>1" not in answer.content.decode()
    assert "=HYPERLINK(1)" in words(answer)


# --- On the page of the source ---------------------------------------------------------------


def remembered(office):
    source = world.source()
    meanings.give_meanings(source=source, meanings=MEANT, actor=office)
    return source


def test_the_page_of_a_source_shows_its_meanings_and_its_latest_reports(page, office):
    source = remembered(office)
    land(page, upload(STRANGE))
    text = words(page.get(source.get_absolute_url()))
    assert "看见次数 曝光次数" in text
    assert str(office.user) in text
    assert "2023年10月20日" in text
    answer = page.get(reverse("sources"))
    assert source.get_absolute_url() in answer.content.decode()


def test_meanings_are_changed_forgotten_and_added_on_the_page_of_the_source(page, office):
    source = remembered(office)
    url = reverse("source-columns", args=[source.pk])
    assert "看见次数" in words(page.get(url))
    values = {
        field_name("日子"): "",
        field_name("货号"): "campaign_id",
        field_name("看见次数"): "impressions",
        "heading-1": " 互动 数",
        "meaning-1": "likes",
    }
    answer = page.post(url, values, follow=True)
    assert "已保存" in words(answer)
    assert source.mapping == {"互动数": "likes", "看见次数": "impressions", "货号": "campaign_id"}
    entry = Entry.objects.filter(act="source.meanings").latest("pk")
    assert entry.data == {"meanings": {"日子": "", "货号": "campaign_id", "互动 数": "likes"}}
    values = {field_name(heading): field for heading, field in source.mapping.items()}
    assert "没有任何改动" in words(page.post(url, values, follow=True))
    assert Entry.objects.filter(act="source.meanings").count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"heading-1": "互动数"}, "meaning-1"),
        ({"meaning-2": "likes"}, "heading-2"),
        ({"heading-1": "x" * 201, "meaning-1": "likes"}, "heading-1"),
        ({"heading-1": "互动数", "meaning-1": "nonsense"}, "meaning-1"),
    ],
)
def test_half_a_line_of_a_source_is_refused_and_stays(page, values, field):
    source = world.source()
    answer = page.post(reverse("source-columns", args=[source.pk]), values)
    assert field in answer.context["form"].errors
    assert {name: answer.context["form"][name].value() for name in values} == values
    assert source.mapping == {}


def test_only_the_office_gives_meanings(client, office):
    source = remembered(office)
    url = reverse("source-columns", args=[source.pk])
    for person, sees in ((UserFactory(auditor=True), 200), (UserFactory(), 404)):
        client.force_login(person)
        assert client.get(source.get_absolute_url()).status_code == sees
        assert client.get(url).status_code == 404
        assert client.post(url, {"heading-1": "x", "meaning-1": "likes"}).status_code == 404
        assert client.post(reverse("statement-columns"), {"token": "x"}).status_code == 404
    assert source.mapping == MEANT
    with pytest.raises(RuleBroken):
        meanings.give_meanings(source=source, meanings={"x": "likes"}, actor=dossiers.official())


@pytest.mark.parametrize("said", [{"": "likes"}, {"x": "exposure"}, {"x" * 201: "likes"}])
def test_a_meaning_nobody_could_use_is_refused(office, said):
    with pytest.raises(RuleBroken):
        meanings.give_meanings(source=world.source(), meanings=said, actor=office)
    assert not ColumnMeaning.objects.exists()


def test_a_source_remembers_only_so_many(office):
    many = {f"列{n}": "derived" for n in range(301)}
    with pytest.raises(RuleBroken):
        meanings.give_meanings(source=world.source(), meanings=many, actor=office)
    assert Source.objects.get().mapping == {}


def test_the_future_of_a_period_is_refused_on_the_page_of_columns(page):
    asked = show(page, upload(STRANGE))
    answer = say(page, asked, MEANT, last_day=str(date(2023, 12, 1)))
    assert "晚于今天" in words(answer)
