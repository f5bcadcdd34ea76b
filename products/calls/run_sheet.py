"""The host's run sheet, as PDF and as workbook: the same columns off the same lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.spreadsheet import Column
from portal.templatetags.figures import datetime_text
from portal.typesetting import typeset
from products.calls.models import LiveSession
from products.calls.order import Line, clock_text

# So many sessions are put into one document.
MOST = 60
TEMPLATE = Path(__file__).with_name("run_sheet.typ")

# Heading, width in the workbook's characters, share of the PDF's width (0: as wide as it needs),
# and the cell's value.
CELLS: tuple[tuple[Any, int, float, Callable[[Line], Any]], ...] = (
    (gettext_lazy("No."), 6, 0, lambda line: line.slot.position),
    (gettext_lazy("From"), 8, 0, lambda line: clock_text(line.starts_at)),
    (gettext_lazy("Ends"), 8, 0, lambda line: clock_text(line.ends_at)),
    (gettext_lazy("Minutes"), 8, 0, lambda line: line.slot.minutes),
    (gettext_lazy("Product"), 24, 1.2, lambda line: line.product.name),
    (gettext_lazy("County"), 18, 1, lambda line: line.slot.entry.county.name),
    (gettext_lazy("Packing"), 16, 1, lambda line: line.product.package),
    (gettext_lazy("Usual price, yuan"), 12, 0, lambda line: line.product.price),
    (gettext_lazy("Session price, yuan"), 12, 0, lambda line: line.price),
    (gettext_lazy("Units reserved"), 10, 0, lambda line: line.slot.units),
    (gettext_lazy("Sold by"), 8, 0, lambda line: line.product.get_unit_display()),
    (gettext_lazy("What to say"), 60, 2.4, lambda line: line.product.description),
)
COLUMNS = tuple(Column(title, width, value) for title, width, _pdf, value in CELLS)


def as_pdf(sheets: list[tuple[LiveSession, list[Line]]]) -> bytes:
    """Each session on a page of its own; a long order goes on over the next, its heading
    repeated."""
    return typeset(TEMPLATE, {"sheets": [_sheet(*sheet) for sheet in sheets]})


def _sheet(session: LiveSession, order: list[Line]) -> dict[str, Any]:
    return {
        "title": session.name,
        "facts": [
            [_("Campaign"), session.campaign.name],
            [_("Time"), f"{datetime_text(session.starts_at)} – {clock_text(session.ends_at)}"],
            [_("Host"), session.host],
            [_("Live room"), session.channel],
            *([[_("Place"), session.place]] if session.place else []),
        ],
        "columns": [width for _title, _book, width, _value in CELLS],
        "heads": [str(title) for title, _book, _width, _value in CELLS],
        "rows": [[_text(value(line)) for *_rest, value in CELLS] for line in order],
        "total": _("%(products)d products, %(units)d units reserved")
        % {"products": len(order), "units": sum(line.slot.units for line in order)},
    }


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else number_format(value)
