"""A link and the number of the work in it."""

from __future__ import annotations

import pytest

from creators import rules

NUMBER = "7390000000000000017"


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.douyin.com/video/{NUMBER}",
        f"https://www.douyin.com/note/{NUMBER}?previous_page=app_code_link",
        f"https://www.douyin.com/user/MS4wLjABAAAA123456789012345678?modal_id={NUMBER}",
        f"https://www.iesdouyin.com/share/video/{NUMBER}/?mid=7380000000000000001",
        "https://v.douyin.com/iRNBho6u/",
        "https://v.douyin.com/iRNBho6u/?utm_source=copy&timestamp=1698045296123",
    ],
)
def test_a_link_that_names_the_work_or_none_fits(link):
    assert rules.link_names_work(link, NUMBER)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.douyin.com/video/7390000000000000018",
        "https://www.douyin.com/user/abc?modal_id=7390000000000000018",
        f"https://www.douyin.com/video/{NUMBER}0",
    ],
)
def test_a_link_that_names_another_work_does_not(link):
    verdict = rules.link_names_work(link, NUMBER)
    assert not verdict
    assert "与所填编号不一致" in str(verdict.reason)
