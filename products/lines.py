"""A variant as a line of text: what travels through drafts, snapshots, revisions and their diffs.

A line is JSON in one spelling, in no language: equal variants are equal lines.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from products import units

if TYPE_CHECKING:
    from products.models import Variant

PARTS = ("name", "amount", "unit", "price", "stock")


def packed(name: Any, amount: Any, unit: Any, price: Any, stock: Any) -> str:
    """One variant as a line of JSON: what travels through drafts, snapshots and revisions."""
    pieces = ["" if piece is None else str(piece) for piece in (name, amount, unit, price, stock)]
    return json.dumps(pieces, ensure_ascii=False)


def unpacked(line: str) -> list[str]:
    """The five pieces of such a line; what is none gives five empty ones."""
    try:
        pieces = json.loads(line)
    except ValueError:
        pieces = None
    if not isinstance(pieces, list) or len(pieces) != len(PARTS):
        return [""] * len(PARTS)
    return [str(piece) for piece in pieces]


def row_of(variant: Variant) -> dict[str, Any]:
    """A variant that stands as machines get it: amounts as text, so that no digit is lost."""
    return {
        "name": variant.name,
        "amount": str(units.plain(variant.amount)),
        "unit": variant.unit,
        "price": f"{variant.price:.2f}",
        "stock": variant.stock,
    }


def line_of(variant: Variant) -> str:
    """The line of a variant that stands."""
    return packed(*row_of(variant).values())


def row_in(line: str) -> dict[str, Any]:
    """The same of a line that was checked."""
    row: dict[str, Any] = dict(zip(PARTS, unpacked(line), strict=True))
    return row | {"stock": int(row["stock"]) if row["stock"] else None}
