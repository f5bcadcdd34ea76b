"""Which device a session is on, in words a person recognises it by."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# In this order: each program also names the older ones it claims to be like.
BROWSERS: tuple[tuple[str, str | Promise], ...] = (
    ("MicroMessenger", gettext_lazy("WeChat")),
    ("DingTalk", gettext_lazy("DingTalk")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", gettext_lazy("Harmony phone")),
    ("Android", gettext_lazy("Android phone")),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def name(user_agent: str) -> str:
    """Return “Chrome · Windows” for what a browser tells of itself."""
    browser = next((word for mark, word in BROWSERS if mark in user_agent), _("Other browser"))
    system = next((word for mark, word in SYSTEMS if mark in user_agent), _("other device"))
    return f"{browser} · {system}"
