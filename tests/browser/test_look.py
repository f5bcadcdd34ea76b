"""The look every page is held to finds what is wrong on one screen alone."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import People
from tests.browser.look import Look

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_server")]
# On a wide screen: faint letters, and a ground nearly of the colour of the letters on it.
FAINT = {
    "h1 { color: #bbb !important }": "<h1",
    "main, main * { background: #777 !important }": "<p",
}
HIDDEN = "@media (max-width: 999px) { h1 { display: none !important } }"


def test_faint_letters_of_a_wide_screen_are_found(people: People, look: Look) -> None:
    page = people.visitor()
    page.goto("/privacy/")
    look(page, "privacy")
    add = "(rule) => document.styleSheets[0].insertRule(rule, document.styleSheets[0].length)"
    for rule, item in FAINT.items():
        page.evaluate(add, f"@media (min-width: 1000px) {{ {rule} }}")
        with pytest.raises(AssertionError) as found:
            look(page, "privacy")
        faults = str(found.value)
        assert {*re.findall(r"^at (\d+) px: ", faults, re.M)} == {"1280"}
        assert "color contrast" in faults
        assert item in faults
        page.reload()
    page.evaluate(add, HIDDEN)
    page.evaluate(add, "h1 { color: #bbb !important }")
    with pytest.raises(AssertionError, match=r"privacy:\nat 1280 px: .*color contrast"):
        look(page, "privacy")
