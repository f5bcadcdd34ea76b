"""The privacy text: versioned, the same in both languages, readable by everybody."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from portal.privacy import texts
from portal.privacy.checks import privacy_version_is_in_force
from portal.privacy.retention import PERIODS

# What was in force never changes: another wording is another version.
DIGESTS = {
    "1.en": "0ca43d96e340de60",
    "1.zh-hans": "00a21b71d410ff3e",
    "2.en": "b0f56a192b41f378",
    "2.zh-hans": "03849a2b8287eaec",
}


def digest(name: str) -> str:
    return hashlib.sha256((texts.FOLDER / f"{name}.txt").read_bytes()).hexdigest()[:16]


def test_a_text_that_was_in_force_is_never_changed():
    assert {path.stem: digest(path.stem) for path in texts.FOLDER.glob("*.txt")} == DIGESTS


def test_versions_follow_each_other_and_the_last_is_in_force():
    assert [(v.number, v.in_force) for v in texts.VERSIONS] == [
        ("1", date(2026, 11, 23)),
        ("2", date(2026, 11, 25)),
    ]
    assert texts.present() is texts.VERSIONS[-1]
    assert [v.number for v in texts.newer_than("1")] == ["2"]
    assert texts.newer_than("2") == texts.newer_than("") == []


@pytest.mark.parametrize("version", texts.VERSIONS, ids=lambda version: version.number)
def test_both_languages_say_the_same_things_in_the_same_places(version):
    shapes = []
    for language in ("zh-hans", "en"):
        with override(language):
            blocks = texts.blocks(version)
        shapes.append([(block.kind, len(block.points)) for block in blocks])
        said = "".join(block.text + "".join(block.points) for block in blocks)
        assert not re.search(r"\{|\}|##", said)
        assert settings.SITE_PROFILE["contact"] in said
    assert shapes[0] == shapes[1]


def test_the_check_refuses_a_version_that_is_not_in_force(settings):
    assert privacy_version_is_in_force() == []
    settings.PRIVACY_VERSION = "7"
    assert [error.id for error in privacy_version_is_in_force()] == ["portal.E004"]


@pytest.mark.django_db
def test_everybody_reads_the_text_with_the_periods_that_are_obeyed(client: Client):
    page = client.get("/privacy/").content.decode()

    assert "第 2 版，2026年11月25日起生效" in page
    assert "五、提供给谁" in page
    with override("zh-hans"):
        for period in PERIODS:
            assert f"<dt>{period.label}</dt>" in page
            said = f"{period.since}保存 {period.days} 天" if period.days else str(period.since)
            assert said in page
    assert '<a href="/privacy/1/">第 1 版</a>' in page


@pytest.mark.django_db
def test_an_earlier_text_stands_as_it_was_and_says_so(client: Client):
    page = client.get("/privacy/1/").content.decode()

    assert "这是以前的版本" in page
    assert "我们保存您的哪些信息，为什么" in page
    assert "五、提供给谁" not in page
    assert client.get("/privacy/3/").status_code == 404
