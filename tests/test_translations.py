"""The Chinese catalogue is complete, in step with the source, and compiled."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from portal.management import catalogue

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
# Translations that rightly hold no Chinese character: names, marks, figures.
WITHOUT_CHINESE = {"English"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd.\w]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-z]+")


@pytest.fixture(scope="module")
def entries() -> dict[str, polib.POEntry]:
    return catalogue.load(PO)


@pytest.fixture(scope="module")
def found() -> catalogue.Found:
    return catalogue.find_messages(ROOT)


def test_every_file_of_the_source_can_be_read(found):
    assert found.problems == []


def test_every_message_of_the_source_stands_in_the_catalogue(entries, found):
    assert {message.key for message in found.messages} - set(entries) == set()


def test_the_catalogue_holds_nothing_the_source_no_longer_has(entries, found):
    assert set(entries) - {message.key for message in found.messages} == set()


def test_every_message_is_translated_and_none_is_a_guess(entries):
    assert [key for key, entry in entries.items() if not catalogue.translation(entry)] == []
    assert [key for key, entry in entries.items() if "fuzzy" in entry.flags] == []


def test_every_translation_is_chinese(entries):
    english = {
        key
        for key, entry in entries.items()
        if re.search("[A-Za-z]{2}", PLACEHOLDER.sub("", catalogue.translation(entry)))
        and not re.search("[\u4e00-\u9fff]", catalogue.translation(entry))
    }
    assert english - WITHOUT_CHINESE == set()


def test_every_translation_keeps_the_placeholders_and_tags_of_its_message(entries):
    broken = {}
    for key, entry in entries.items():
        chinese = catalogue.translation(entry)
        # A plural's two English forms may name different placeholders; Chinese has one form.
        allowed = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
        if not any(
            set(PLACEHOLDER.findall(chinese)) == set(PLACEHOLDER.findall(english))
            and sorted(TAG.findall(chinese)) == sorted(TAG.findall(english))
            for english in allowed
        ):
            broken[key] = chinese
    assert broken == {}


def test_the_compiled_catalogue_says_what_the_written_one_says(entries):
    compiled = {
        catalogue.entry_key(entry): catalogue.translation(entry)
        for entry in polib.mofile(str(PO.with_suffix(".mo")))
    }
    assert compiled == {
        key: chinese for key, entry in entries.items() if (chinese := catalogue.translation(entry))
    }


def test_messages_are_found_in_python_and_in_templates(tmp_path):
    (tmp_path / "portal" / "templates").mkdir(parents=True)
    (tmp_path / "portal" / "rules.py").write_text(
        "_('Plain ' 'joined')\nngettext('%(n)s row', '%(n)s rows', n)\npgettext('month', 'May')\n"
        "_(variable)\nother('not ours')\n"
    )
    (tmp_path / "portal" / "templates" / "page.html").write_text(
        "{% load i18n %}{% translate \"It's so\" %}{% translate 'May' context 'verb' %}\n"
        "{% blocktranslate trimmed count n=rows %}\n {{ n }} left\n{% plural %}\n {{ n }} remain\n"
        "{% endblocktranslate %}{{ _('In a filter')|upper }}<p>gettext('only text')</p>"
    )
    found = catalogue.find_messages(tmp_path)

    assert found.problems == []
    assert found.messages == {
        catalogue.Message("Plain joined"),
        catalogue.Message("%(n)s row", plural="%(n)s rows"),
        catalogue.Message("May", context="month"),
        catalogue.Message("It's so"),
        catalogue.Message("May", context="verb"),
        catalogue.Message("%(n)s left", plural="%(n)s remain"),
        catalogue.Message("In a filter"),
    }


def test_an_f_string_is_refused_with_its_place(tmp_path):
    (tmp_path / "rules.py").write_text("name = 1\n_(f'Hello {name}')\n")

    assert catalogue.find_messages(tmp_path).problems == [
        (
            "rules.py:2: an f-string cannot be translated; "
            "use %(name)s and fill it in after translating"
        )
    ]


def test_merging_keeps_translations_and_saving_twice_gives_equal_bytes(tmp_path):
    path = tmp_path / "zh" / "django.po"
    entries: dict[str, polib.POEntry] = {}
    catalogue.merge(entries, [catalogue.Message("row"), catalogue.Message("May", context="month")])
    catalogue.translate(entries, {"row": "行", "month\x04May": "五月", "not yet there": "尚无"})
    catalogue.save(entries, path)
    first = (path.read_bytes(), path.with_suffix(".mo").read_bytes())

    again = catalogue.load(path)
    catalogue.merge(again, [catalogue.Message("row", plural="rows")])
    assert {key: catalogue.translation(entry) for key, entry in again.items()} == {
        "row": "行",
        "month\x04May": "五月",
        "not yet there": "尚无",
    }
    catalogue.save(catalogue.load(path), path)
    assert (path.read_bytes(), path.with_suffix(".mo").read_bytes()) == first
