"""What the design page shows the components with: invented, and the same at every visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from portal import clock
from portal.choosing import LONGEST
from portal.home.forms import SpecimenFilter, SpecimenForm
from portal.lists import SIZES
from portal.regions.queries import counties
from portal.registry import Entry, Figure, Group, Link
from portal.submissions.enums import State

# Impressions of eight days in one county.
DAYS = (820_000, 910_000, 1_240_000, 1_180_000, None, 1_530_000, 1_760_000, 2_050_000)
ROWS = 137


@dataclass(frozen=True)
class Answer:
    """An answer to an act, as Django's messages give it to `messages`."""

    level_tag: str
    text: str

    def __str__(self) -> str:
        return self.text


def specimens() -> dict[str, Any]:
    """Everything the components of the design page are shown with; one query, for the map."""
    parts: tuple[Callable[[], dict[str, Any]], ...] = (_forms, _lists, _tasks, _records, _figures)
    return {name: value for part in parts for name, value in part().items()}


def _moment(days: int) -> datetime:
    """A morning so many days from now."""
    return clock.now().replace(hour=9, minute=5) + timedelta(days=days)


def _forms() -> dict[str, Any]:
    filled = {"wrong-name": _("Tea of the Yao hills"), "wrong-price": "-1"}
    return {
        "form": SpecimenForm(),
        "wrong_form": SpecimenForm(filled, prefix="wrong"),
        "field_with_remark": SpecimenForm(prefix="remark")["description"],
        "remark": {
            "text": _("Say where it grows and at what height."),
            "by": _("Programme office staff"),
            "at": _moment(-1),
        },
        "finders": [_finder(_("Tea"), found=True), _finder(_("Spoons"), found=False)],
        "answers": [
            {"label": _("Product name"), "value": _("Tea of the Yao hills"), "change_url": "#form"},
            {"label": _("Price in yuan"), "value": "128.00", "change_url": "#form"},
            {"label": _("What is special"), "value": "", "change_url": "#form"},
        ],
        "messages_shown": [
            Answer("success", _("“Tea of the Yao hills” was submitted.")),
            Answer("error", _("Somebody changed this page since you opened it. Look again.")),
            Answer("warning", _("Two of the photos are very small.")),
            Answer("info", _("The report is being read.")),
        ],
    }


def _finder(words: str, *, found: bool) -> dict[str, Any]:
    """What the widget of a choice among many is drawn from."""
    names = [_("Tea of the Yao hills"), _("Colourful radish of Ruyuan")]
    return {
        "name": "row",
        "words": words,
        "words_name": "row-words",
        "find_name": "row-find",
        "longest": LONGEST,
        "rows": list(enumerate(names)) if found else [],
        "chosen": 0,
        "is_none": not found,
        "has_more": found,
    }


def _lists() -> dict[str, Any]:
    page: Page[int] = Paginator(range(ROWS), 20).get_page(3)
    return {
        "filter": SpecimenFilter(),
        "rows": ROWS,
        "page_sizes": SIZES,
        "sorts": [("newest", _("Newest first")), ("title", _("Title"))],
        "page_shown": page,
        "views": [
            {"name": _("All"), "url": "#saved-views", "current": False},
            {
                "name": _("Overdue in my county"),
                "url": "#saved-views",
                "current": True,
                "delete_url": "",
            },
        ],
    }


def _tasks() -> dict[str, Any]:
    return {
        "tasks": [
            {
                "label": _("Correct and submit again"),
                "url": "#task-list",
                "count": 2,
                "oldest": _moment(-4),
            },
            {
                "label": _("Check and endorse"),
                "url": "#task-list",
                "count": 12,
                "due": _moment(-1).date(),
                "late": True,
            },
            {
                "label": _("Hand in a work"),
                "url": "#task-list",
                "count": 1,
                "due": _moment(1).date(),
                "soon": True,
                "hint": _("Tea of the Yao hills"),
            },
            {
                "label": _("Review and decide"),
                "url": "#task-list",
                "count": 7,
                "due": _moment(4).date(),
            },
            {
                "label": _("Your next class"),
                "url": "#task-list",
                "count": 1,
                "begins": _moment(5),
                "hint": _("Courses"),
            },
        ],
        "links": [
            Link(
                _("Review desk"), "#link_list", _("Everything under review, the most urgent first.")
            ),
            Link(_("Find a course"), "#link_list", _("Free of charge; sign up by yourself.")),
        ],
    }


def _records() -> dict[str, Any]:
    return {
        "crumbs": [
            (_("Home"), "/"),
            (_("About this portal"), "/about/"),
            (_("Design system"), ""),
        ],
        "trail_shown": [
            (_("Home"), "#breadcrumb"),
            (_("Dossiers"), "#breadcrumb"),
            (_("Tea of the Yao hills"), ""),
        ],
        "states": State.choices,
        "clocks": [(days, _moment(days).date()) for days in (12, 3, 1, 0, -2)],
        "facts": [
            {"label": _("Product name"), "value": _("Tea of the Yao hills")},
            {"label": _("What is special"), "value": "", "remark": _("Say where it grows.")},
        ],
        "changes": [
            {
                "label": _("What is special"),
                "before": _("Grows at 600 metres, picked by hand in April."),
                "after": _("Grows at 800 metres, picked by hand in April and May."),
            },
            {"label": _("Price in yuan"), "before": "128.00", "after": "138.00"},
            {"label": _("Certificate"), "before": "", "after": _("Organic produce")},
        ],
        "way": [
            {"label": _("Submitted for review"), "at": _moment(-6), "actor": _("County official")},
            {
                "label": _("Endorsed by the county"),
                "at": _moment(-3),
                "actor": _("County official"),
                "note": _("Seen on the spot."),
                "current": True,
            },
            {"label": _("Reviewed by the programme office"), "at": None},
            {"label": _("Published"), "at": None},
        ],
    }


def _figures() -> dict[str, Any]:
    days = [f"{_moment(number - len(DAYS)):%m-%d}" for number in range(len(DAYS))]
    shown = list(counties())
    return {
        "days": DAYS,
        "points": [
            {"label": day, "value": value, "plan": 800_000 + 180_000 * number}
            for number, (day, value) in enumerate(zip(days, DAYS, strict=True))
        ],
        "bars": [
            {"label": _("Products"), "value": 5_230_000, "of": 8_000_000},
            {"label": _("Spots and routes"), "value": 2_100_000, "of": 2_000_000},
            {"label": _("Courses"), "value": 0, "of": 400_000},
        ],
        "stack_names": [_("Approved"), _("Under review"), _("Returned")],
        "stacks": [
            {"label": _("Products"), "values": (412, 96, 31), "url": "#stacked-bar-chart"},
            {"label": _("Spots and routes"), "values": (188, 40, 12)},
            {"label": _("Courses"), "values": (24, 0, 3)},
        ],
        "tiles": [
            {
                "x": county.tile_x,
                "y": county.tile_y,
                "label": county.name[:2],
                "title": f"{county.city} {county}",
                "value": number * 1_000,
                "level": number % 6,
                "url": "#tile-map",
            }
            for number, county in enumerate(shown)
        ],
        "legend": [_("none"), "1+", "20+", "40+", "80+", "100+"],
        **_board(),
    }


def _board() -> dict[str, Any]:
    first = clock.today().replace(day=1)
    second = (first + timedelta(days=31)).replace(day=1)
    return {
        "outcomes": [
            (
                Group.PEOPLE,
                [
                    Figure(_("Trainees enrolled"), Group.PEOPLE, 1_284, "#outcomes"),
                    Figure(_("Subsidies approved"), Group.PEOPLE, 1_800_000, "#outcomes", fen=True),
                ],
            ),
            (Group.GOODS, [Figure(_("Products filed"), Group.GOODS, 0, "#outcomes")]),
        ],
        "entries": [
            Entry(_("Over"), _("Rural e-commerce"), first, first, "#schedule"),
            Entry(_("Running"), _("Rural tourism"), first, second, "#schedule"),
            Entry(_("Ahead"), _("Class"), second, second + timedelta(days=3), "#schedule"),
        ],
        "first_day": first,
        "last_day": (second + timedelta(days=31)).replace(day=1) - timedelta(days=1),
        "today": clock.today(),
    }
