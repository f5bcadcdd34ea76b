"""A brief as PDF and as workbook: the same figures off the same object as the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.spreadsheet import Column
from portal.templatetags.figures import (
    date_text,
    datetime_text,
    difference_text,
    listed,
    wan_text,
)
from portal.typesetting import typeset
from traffic.briefs.figures import COLUMNS, DIFFERENCES, Brief, Numbers, values

TEMPLATE = Path(__file__).with_name("brief.typ")

# So many characters of a line's name stand in the PDF.
LONGEST_NAME = 13

HEADS = (
    gettext_lazy("Delivered this week"),
    gettext_lazy("Due by plan"),
    gettext_lazy("Against plan"),
    gettext_lazy("Last week"),
    gettext_lazy("Against last week"),
    gettext_lazy("Delivered so far"),
    gettext_lazy("Promised"),
)
BRIEF_COLUMNS = (
    Column(gettext_lazy("Part"), 16),
    Column(gettext_lazy("Name"), 60),
    *(Column(head, 16) for head in HEADS),
)


def rows(brief: Brief) -> Iterator[list[Any]]:
    """The lines of the workbook, in whole impressions, in the order of the page."""
    now, then = heads(brief)
    yield [brief.scope, now, *values(brief.now)]
    if brief.then is not None:
        yield [brief.scope, then, *values(brief.then)]
    blank = [None] * len(HEADS)
    for table in brief.tables:
        for line in table.lines:
            yield [table.title, line.name, *values(line.numbers)]
    for title, found in findings(brief):
        for each in found:
            yield [title, each.text, *blank]
    for note in notes(brief):
        yield [_("Note"), note, *blank]
    for changed in brief.changed:
        yield [_("Corrected since"), changed.name, changed.difference, *blank[1:]]


def heads(brief: Brief) -> tuple[str, str]:
    """What the whole is called, as it stands and as it stood."""
    return _("As corrected since"), _("As it stood at %(at)s") % {
        "at": datetime_text(brief.made_at)
    }


def title(brief: Brief) -> str:
    """The heading of all three."""
    return _("Weekly brief: %(scope)s") % {"scope": brief.scope}


def days(brief: Brief) -> str:
    """The week in words."""
    return _("%(first)s to %(last)s") % {
        "first": date_text(brief.monday),
        "last": date_text(brief.sunday),
    }


def findings(brief: Brief) -> list[tuple[str, list[Any]]]:
    """Both lists with their headings."""
    return [(_("Went well"), brief.well), (_("Asks for a decision"), brief.decide)]


def notes(brief: Brief) -> list[str]:
    """What a reader must know to read the figures right."""
    said = []
    if not brief.has_data:
        said.append(_("Nothing is reported of this week: there are no figures to tell."))
    elif brief.unread:
        said.append(
            _("Without %(days)s: nothing is reported of them.")
            % {"days": listed(map(date_text, brief.unread))}
        )
    if brief.will_miss:
        said.append(
            _("%(n)s placements will miss what was promised to them.") % {"n": brief.will_miss}
        )
    if brief.now.over:
        said.append(
            _("%(over)s were delivered beyond what is promised.")
            % {"over": wan_text(brief.now.over)}
        )
    if brief.corrected:
        said.append(
            _("Since the brief was made, corrections and late reports changed the week by %(n)s.")
            % {"n": difference_text(brief.corrected)}
        )
    return said


def as_pdf(brief: Brief) -> bytes:
    """One A4 page."""
    now, then = heads(brief)
    stood = [(now, brief.now), *([(then, brief.then)] if brief.then else [])]
    return typeset(
        TEMPLATE,
        {
            "title": title(brief),
            "days": days(brief),
            "notes": notes(brief),
            "heads": [str(head) for head in HEADS],
            "tables": [
                {
                    "title": brief.scope,
                    "rows": [[name, *texts(row).values()] for name, row in stood],
                },
                *(
                    {
                        "title": table.title,
                        "rows": [
                            [_cut(line.name), *texts(line.numbers).values()] for line in table.lines
                        ],
                    }
                    for table in brief.tables
                ),
            ],
            "findings": [
                {"title": head, "rows": [each.text for each in found], "none": _("Nothing.")}
                for head, found in findings(brief)
            ],
        },
    )


def _cut(name: str) -> str:
    """One line, so that the page stays one; the page and the workbook have it
    whole."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def texts(numbers: Numbers) -> dict[str, str]:
    """The figures of a line in words, by column and in the order of `COLUMNS`."""
    return {
        name: (difference_text if name in DIFFERENCES else wan_text)(value)
        for name, value in zip(COLUMNS, values(numbers), strict=True)
    }
