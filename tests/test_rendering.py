"""A choice reads the same however it is written."""

from typing import ClassVar

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils import translation
from django.utils.translation import gettext_lazy

from portal.rendering import RepeatedSelect, WidgetRenderer


class Choices(forms.Form):
    plain = forms.ChoiceField(choices=[("", "全部"), ("a", "甲 & <乙>"), ("1", "丙")])
    grouped = forms.ChoiceField(
        choices=[("", "全部"), ("韶关市", [("440232", "乳源"), ("440233", "新丰")])], required=False
    )
    several = forms.MultipleChoiceField(choices=[(1, "一"), (2, "二"), (3, "三")])
    initial_values: ClassVar = {"plain": "a", "grouped": "440233", "several": [1, 3]}


@pytest.mark.parametrize("name", ["plain", "grouped", "several"])
@pytest.mark.parametrize("initial", [{}, Choices.initial_values])
def test_a_choice_has_the_same_parts_as_djangos_own(name, initial):
    ours = Choices(initial=initial, renderer=WidgetRenderer())
    djangos = Choices(initial=initial, renderer=DjangoTemplates())
    assert parse_html(str(ours[name])) == parse_html(str(djangos[name]))
    assert str(ours[name]).count("<option") >= 3


class Inputs(forms.Form):
    text = forms.CharField(max_length=9)
    number = forms.IntegerField(required=False, min_value=0)
    day = forms.DateField(required=False, disabled=True)
    time = forms.TimeField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput)
    secret = forms.CharField(widget=forms.PasswordInput)
    mail = forms.EmailField()
    address = forms.URLField(assume_scheme="https")
    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "data-x": "<1>"}))


VALUES = {
    "text": '甲 & "乙"',
    "number": 0,
    "day": "2026-01-31",
    "words": "\n第一行\n</textarea><b>",
}


@pytest.mark.parametrize("name", list(Inputs.base_fields))
@pytest.mark.parametrize("values", [{}, VALUES, dict.fromkeys(Inputs.base_fields, "<x>")])
def test_an_input_is_the_same_as_djangos_own(name, values):
    ours = Inputs(initial=values, renderer=WidgetRenderer())
    djangos = Inputs(initial=values, renderer=DjangoTemplates())
    assert parse_html(str(ours[name])) == parse_html(str(djangos[name]))
    assert f'name="{name}"' in str(ours[name])


OFFERED = [("", gettext_lazy("All")), ("a", "甲 & <乙>"), ("1", "丙")]


class Once(forms.Form):
    plain = forms.ChoiceField(choices=OFFERED)


class Repeated(forms.Form):
    plain = forms.ChoiceField(choices=OFFERED, widget=RepeatedSelect)


@pytest.mark.parametrize("chosen", ["", "a", "nobody offered this"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_repeated_choice_is_the_same_in_every_form_language_and_value(chosen, language):
    with translation.override(language):
        for _twice in range(2):
            ours = str(Repeated({"plain": chosen}, renderer=WidgetRenderer())["plain"])
            assert parse_html(ours) == parse_html(str(Once({"plain": chosen})["plain"]))
    assert ours.count(" selected") == (chosen in {"", "a"})
    assert ("全部" in ours) == (language == "zh-hans")
