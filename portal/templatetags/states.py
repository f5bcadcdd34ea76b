"""The state of a row as a tag, and how long it has left: parts of `{% load page %}`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

STATE_COLOURS = {
    **dict.fromkeys(("submitted", "endorsed", "open", "running", "pending", "enrolled"), "blue"),
    **dict.fromkeys(("approved", "published", "paid", "active", "done", "sent"), "green"),
    **dict.fromkeys(("valid", "delivered", "selected"), "green"),
    **dict.fromkeys(("on_time", "reached"), "green"),
    **dict.fromkeys(("put", "ahead"), "blue"),
    **dict.fromkeys(("waiting", "offered", "appealed", "expired", "soon"), "amber"),
    **dict.fromkeys(("behind", "paused"), "amber"),
    # Red is kept for what somebody must act on.
    **dict.fromkeys(("returned", "suspended", "parked", "failed", "lapsed", "will_miss"), "red"),
}
# A clock with fewer working days left than this turns amber.
SOON = 3


def state_tag(state: object, label: object = "") -> SafeString:
    """`{% state_tag row.state row.get_state_display %}`: a word with a colour beside it."""
    word = label or getattr(state, "label", state)
    return format_html(
        '<span class="tag {}">{}</span>', STATE_COLOURS.get(str(state), "grey"), word
    )


def clock(days: int | None, due: date | None = None) -> SafeString:
    """`{% clock days due=... %}`: working days left; 0 is today, less is overdue, None no clock."""
    return _clock(days, due, get_language())


@lru_cache(maxsize=1000)
def _clock(days: int | None, due: date | None, language: str) -> SafeString:
    """A list has it in every row, and few of them differ."""
    colour = "grey" if days is None else "red" if days < 0 else "amber" if days < SOON else "green"
    context = {"days": days, "over": -(days or 0), "due": due, "colour": colour}
    return render_to_string("components/clock.html", context)
