"""A choice reads the same however it is written."""

from typing import ClassVar

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html

from portal.rendering import WidgetRenderer


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
