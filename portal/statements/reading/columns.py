"""Stage 3: which column means what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from portal.statements.reading import words
from portal.statements.reading.errors import Unreadable
from portal.statements.reading.heading import Heading


@dataclass(frozen=True)
class Columns:
    """Canonical field → place (from 0), heading and unit factor; and what was not used."""

    place: dict[str, int] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    factors: dict[str, Decimal] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    # Canonical field → further headings of the same meaning, which are not counted.
    passed_over: dict[str, list[str]] = field(default_factory=dict)
    id_column: str = ""

    @cached_property
    def metrics(self) -> dict[str, int]:
        """The columns that are summed: metric → place."""
        return {name: self.place[name] for name in words.METRICS if name in self.place}


def map_columns(
    heading: Heading,
    *,
    name: str = "",
    id_column: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Columns:
    """Match headings to fields. `mapping` comes from `given` and goes before the alias table.

    Raises: Unreadable when no column names the thing, or not the one asked for.
    """
    columns = match(heading, mapping or {})
    return Columns(**{**vars(columns), "id_column": _id_column(columns, id_column, name)})


def match(heading: Heading, mapping: Mapping[str, str]) -> Columns:
    """The fields of the headings, whether or not one names the thing.

    Of two headings for one field the more exact spelling counts, then the one further left.
    """
    found: dict[str, list[tuple[int, int, words.Field]]] = {}
    columns = Columns()
    for place, label in enumerate(heading.labels):
        if not label:
            continue
        meant = words.lookup(label, mapping)
        if meant is None:
            columns.unknown.append(label)
        elif meant.canonical != words.DERIVED:
            found.setdefault(meant.canonical, []).append((meant.rank, place, meant))
    for canonical, several in found.items():
        (_rank, place, meant), *others = sorted(several, key=lambda each: each[:2])
        columns.place[canonical] = place
        columns.headings[canonical] = heading.labels[place]
        columns.factors[canonical] = _factor(meant, heading)
        if others:
            columns.passed_over[canonical] = [heading.labels[each[1]] for each in others]
    return columns


def _factor(meant: words.Field, heading: Heading) -> Decimal:
    """The unit in the heading itself; without one, the unit said for the whole sheet."""
    if meant.scale is not None:
        return meant.scale
    return heading.money_factor if meant.canonical in words.MONEY else heading.count_factor


def _id_column(columns: Columns, wanted: str | None, name: str) -> str:
    present = [each for each in words.ID_COLUMNS if each in columns.place]
    if wanted is None and present:
        return present[0]
    if wanted is not None and wanted in columns.place:
        return wanted
    raise Unreadable(
        "no_id",
        _(
            "“{name}” has no column for what the figures belong to ({wanted}). Its columns: "
            "{headings}. Export the report with that column, or choose what names a row for this "
            "source."
        ).format(
            name=name,
            wanted=_wanted(wanted),
            headings="、".join([*columns.headings.values(), *columns.unknown]),
        ),
    )


def _wanted(field_name: str | None) -> str:
    names = {
        "material_id": _("Work or material id"),
        "campaign_id": _("Plan or project id"),
        "material_name": _("Work or material name"),
        "campaign_name": _("Plan or project name"),
        "product_id": _("Product id"),
        "product_name": _("Product name"),
    }
    return names.get(field_name or "", _("id or name"))
