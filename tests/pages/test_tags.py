"""The tags that every page is composed with: figures, days, addresses, forms, charts."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from portal.templatetags import figures, page, shapes, states

TRAP = "<script>alert('x')</script>"


def render(source: str, address: str = "/", **context: Any) -> str:
    request = RequestFactory().get(address)
    return Template("{% load page %}" + source).render(Context({"request": request, **context}))


def field_of(form: forms.Form, name: str = "value", **context: Any) -> str:
    source = '{% include "components/field.html" with field=field remark=remark only %}'
    return render(source, field=form[name], remark=context.get("remark", ""))


class ValueForm(forms.Form):
    value = forms.CharField(label="商品名称", help_text="写清产地")


class ChoiceForm(forms.Form):
    value = forms.ChoiceField(
        label="主体", help_text="选一个", choices=[("a", "企业")], widget=forms.RadioSelect
    )


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (1234, "1,234"),
        (9999, "9,999"),
        (10_000, "1万"),
        (12_345, "1.23万"),
        (12_350, "1.24万"),  # half up: 1.235
        (-12_345, "-1.23万"),
        (1_234_567, "123.46万"),
        (99_999_949, "9,999.99万"),
        (99_999_950, "1亿"),  # rounds to 10,000万
        (123_456_789, "1.23亿"),
        (10_000_000_000, "100亿"),
        ("88", "88"),
        (0.5, "0.5"),
        (None, "—"),
        ("", "—"),
        ("许多", "—"),
        (float("nan"), "—"),
    ],
)
def test_a_count_is_said_in_wan_and_yi(number: object, said: str) -> None:
    assert figures.wan_text(number) == said


def test_a_count_in_english_keeps_its_digits() -> None:
    with override("en"):
        assert figures.wan_text(10_000_000_000) == "10,000,000,000"


def test_the_exact_count_stands_behind_the_rounded_one() -> None:
    assert page.wan(12_345) == (
        '<data value="12345" title="12,345">1.23万</data><span class="sr"> (12,345)</span>'
    )
    assert page.wan(1_234) == '<data value="1234">1,234</data>'


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (123_450, "1,234.50元"),
        (0, "0.00元"),
        (1, "0.01元"),
        (-5, "-0.05元"),
        (9_007_199_254_740_993, "90,071,992,547,409.93元"),
        (None, "—"),
    ],
)
def test_fen_are_said_in_yuan(fen: object, said: str) -> None:
    assert figures.yuan_text(fen) == said


def test_yuan_in_english() -> None:
    with override("en"):
        assert figures.yuan_text(-123_450) == "-¥1,234.50"


def test_a_moment_is_the_day_it_is_in_shanghai() -> None:
    late_in_london = dt.datetime(2023, 10, 22, 23, 30, tzinfo=dt.UTC)

    assert figures.date_text(late_in_london) == "2023年10月23日"
    assert figures.datetime_text(late_in_london) == "2023年10月23日 07:30"


def test_days_and_naive_moments_are_taken_as_they_are() -> None:
    naive = dt.datetime(2023, 10, 3, 9, 5)  # noqa: DTZ001 - naive is what this is about

    assert figures.date_text(dt.date(2023, 1, 2)) == "2023年1月2日"
    assert figures.datetime_text(naive) == "2023年10月3日 09:05"
    assert figures.date_text(None) == "—"
    assert figures.datetime_text(None) == "—"


def test_days_in_english() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    with override("en"):
        assert figures.date_text(dt.date(2023, 10, 3)) == "3 Oct 2023"
        moment = dt.datetime(2023, 10, 3, 9, 5, tzinfo=shanghai)
        assert figures.datetime_text(moment) == "3 Oct 2023 09:05"


@pytest.mark.parametrize(
    ("done", "total", "said"),
    [(1, 3, "33%"), (9_999, 10_000, "99%"), (3, 3, "100%"), (1, 0, "—"), (None, 3, "—")],
)
def test_per_cent_reaches_100_only_when_complete(done: object, total: object, said: str) -> None:
    assert page.percent_of(done, total) == said


@pytest.mark.parametrize(
    ("tag", "query"),
    [
        ("{% query_with page=3 %}", "?county=445222&amp;county=441422&amp;page=3"),
        ('{% query_with sort="age" %}', "?county=445222&amp;county=441422&amp;sort=age"),
        ("{% query_with county=None %}", "?"),
        ('{% query_with county="" page=2 %}', "?page=2"),
    ],
)
def test_query_with_keeps_the_other_values(tag: str, query: str) -> None:
    assert render(tag, "/?county=445222&county=441422&page=9") == query


def test_query_with_escapes_what_stands_in_the_address() -> None:
    assert render("{% query_with page=2 %}", '/?q="><b>') == "?q=%22%3E%3Cb%3E&amp;page=2"


def test_a_state_is_a_word_with_a_colour() -> None:
    assert states.state_tag("returned", "退回修改") == '<span class="tag red">退回修改</span>'
    assert states.state_tag("unheard", TRAP) == (
        '<span class="tag grey">&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;</span>'
    )


def test_help_and_error_are_tied_to_the_input() -> None:
    shown = field_of(ValueForm({"value": ""}))

    assert 'aria-describedby="id_value_help id_value_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="id_value_help"' in shown
    assert 'id="id_value_error"' in shown
    assert '<label for="id_value">' in shown


def test_a_remark_and_an_example_are_tied_to_the_input() -> None:
    form = ValueForm()
    form.fields["value"].example = "大埔蜜柚"  # type: ignore[attr-defined]

    shown = field_of(form, remark=TRAP)

    assert 'aria-describedby="id_value_remark id_value_help id_value_example"' in shown
    assert "例：大埔蜜柚" in shown
    assert TRAP not in shown
    assert "&lt;script&gt;" in shown


def test_choices_stand_in_a_fieldset_named_by_its_legend() -> None:
    shown = field_of(ChoiceForm({"value": ""}))

    assert '<fieldset class="field wrong" id="id_value"' in shown
    assert 'aria-describedby="id_value_help id_value_error"' in shown
    assert shown.count("<legend>") == 1
    assert shown.count('type="radio"') == 1


def test_days_use_the_native_picker_and_keep_their_value() -> None:
    class DayForm(forms.Form):
        value = forms.DateField(initial=dt.date(2023, 10, 3))

    shown = field_of(DayForm())

    assert 'type="date"' in shown
    assert 'value="2023-10-03"' in shown


def test_an_optional_field_says_so() -> None:
    class OptionalForm(forms.Form):
        value = forms.CharField(required=False)

    assert "（选填）" in field_of(OptionalForm())
    assert "（选填）" not in field_of(ValueForm())


def test_a_whole_form_carries_its_token_errors_sections_and_remarks() -> None:
    class LongForm(forms.Form):
        sections = (("基本信息", ["name"]),)
        name = forms.CharField(label="名称")
        photo = forms.FileField(label="照片")

    shown = render(
        '{% form form submit_label="提交审核" remarks=remarks second_label="保存草稿" '
        'second_name="save" %}',
        form=LongForm({"name": ""}),
        remarks={"photo": "请换一张清晰的"},
        csrf_token="token-of-this-page",
    )

    assert 'value="token-of-this-page"' in shown
    assert 'enctype="multipart/form-data"' in shown
    assert shown.count('<a href="#id_name">') == 1
    assert "<legend>基本信息</legend>" in shown
    assert "请换一张清晰的" in shown
    assert shown.index("提交审核") < shown.index('name="save"')


def test_a_form_without_errors_has_no_error_summary() -> None:
    shown = render('{% form form submit_label="提交" %}', form=ValueForm(), csrf_token="token")

    assert "error-summary" not in shown


def test_the_error_summary_leads_to_choices_too() -> None:
    shown = render(
        '{% include "components/error_summary.html" with form=form only %}',
        form=ChoiceForm({"value": ""}),
    )

    assert '<a href="#id_value">' in shown


class ListFilter(forms.Form):
    q = forms.CharField(label="关键词", required=False)


def test_a_filter_keeps_sort_and_size_but_not_the_page() -> None:
    shown = render(
        "{% filter_bar form %}", "/list/?q=x&sort=age&size=50&page=4", form=ListFilter({"q": "x"})
    )

    assert '<input type="hidden" name="sort" value="age">' in shown
    assert '<input type="hidden" name="size" value="50">' in shown
    assert 'name="page"' not in shown
    assert '<details class="filters-toggle" open>' in shown


def test_an_unused_filter_is_folded() -> None:
    shown = render("{% filter_bar form %}", "/list/", form=ListFilter())

    assert '<details class="filters-toggle">' in shown


def test_pages_keep_the_filters() -> None:
    shown = render("{% pagination page_obj %}", "/?q=x", page_obj=Paginator(range(60), 20).page(2))

    assert shown.count('href="?q=x&amp;page=1"') == 2  # "previous" and its number
    assert shown.count('href="?q=x&amp;page=3"') == 2
    assert "第 21 至 40 条，共 60 条" in shown


def test_one_page_has_no_pager() -> None:
    page_obj = Paginator(range(3), 20).page(1)

    assert render("{% pagination page_obj %}", page_obj=page_obj).strip().count("<nav") == 0


def test_the_list_head_marks_the_default_sort_and_exports_what_is_filtered() -> None:
    shown = render(
        '{% list_head count=3 sorts=sorts sizes=sizes export_url="/export/" %}',
        "/?q=x",
        sorts=[("new", "最新"), ("age", "最久")],
        sizes=(20, 50),
    )

    assert "共 3 条" in shown
    assert '<a href="?q=x&amp;sort=new" aria-current="true">最新</a>' in shown
    assert '<a href="?q=x&amp;sort=age">最久</a>' in shown
    assert '<a href="?q=x&amp;size=20" aria-current="true">20</a>' in shown
    assert 'href="/export/?q=x"' in shown


def test_bars_share_one_scale() -> None:
    rows = shapes.bars([{"label": "a", "value": 50, "of": 200}, {"label": "b", "value": 100}])

    assert [(row["width"], row["of_width"]) for row in rows] == [
        ("25.00", "100.00"),
        ("50.00", "0.00"),
    ]


def test_bars_of_nothing_are_empty() -> None:
    assert shapes.bars([]) == []
    assert [row["width"] for row in shapes.bars([{"label": "a", "value": 0}])] == ["0.00"]


def test_a_line_is_broken_where_a_day_is_missing() -> None:
    drawing = shapes.line([{"label": "1", "value": 0}, {"label": "2"}, {"label": "3", "value": 7}])

    assert drawing["series"] == "M0.0 260.0 M1000.0 32.5"
    assert (drawing["top"], drawing["bottom"]) == (8, 0)
    assert [dot["label"] for dot in drawing["dots"]] == ["1", "3"]


def test_a_line_of_one_or_no_point_can_be_drawn() -> None:
    assert shapes.line([])["series"] == ""
    assert shapes.line([{"label": "1", "value": 5}])["series"] == "M0.0 0.0"


def test_tiles_hold_their_level_between_0_and_5() -> None:
    drawing = shapes.tiles(
        [
            {"x": 0, "y": 0, "label": "a", "value": 1, "level": 9},
            SimpleNamespace(x=2, y=1, label="b", value=1, level=-1),
        ]
    )

    assert [square["level"] for square in drawing["squares"]] == [5, 0]
    assert (drawing["width"], drawing["height"]) == (72, 48)


@pytest.mark.parametrize(
    "tag", ["{% bar_chart rows %}", "{% line_chart rows %}", "{% tile_map rows %}"]
)
def test_charts_escape_words_and_hold_every_figure_in_a_table(tag: str) -> None:
    row = {"label": TRAP, "title": TRAP, "value": 12_345, "url": '/?a="><i>', "x": 0, "y": 0}

    shown = render(tag, rows=[row])

    assert "<script" not in shown
    assert "<i>" not in shown
    assert " style=" not in shown
    assert '<data value="12345" title="12,345">1.23万</data>' in shown
    assert "<table" in shown


def test_charts_of_nothing_are_drawn() -> None:
    for tag in ("{% bar_chart rows %}", "{% line_chart rows %}", "{% tile_map rows %}"):
        assert "<table" in render(tag, rows=[])
