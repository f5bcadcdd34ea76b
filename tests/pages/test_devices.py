"""A device by the name its owner knows it by."""

from __future__ import annotations

import pytest

from portal.templatetags import devices

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 "


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}Safari/537.36", "Chrome · Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME}Safari/537.36 Edg/118.0", "Edge · Windows"),
        (f"Mozilla/5.0 (Linux; Android 12) {CHROME}MicroMessenger/8.0.42", "微信 · 安卓手机"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15) Firefox/118.0", "Firefox · Mac"),
        ("", "其他浏览器 · 其他设备"),
    ],
)
def test_a_device_has_a_name(user_agent: str, words: str) -> None:
    assert devices.name(user_agent) == words
