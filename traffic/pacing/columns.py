"""Columns of the exported list."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

PACING_COLUMNS = (
    (_("Placement"), lambda row: row[0].name),
    (_("Campaign"), lambda row: row[0].campaign.name),
    (_("City"), lambda row: row[0].county.city.name),
    (_("County"), lambda row: row[0].county.name),
    (_("First day"), lambda row: row[0].first_day),
    (_("Last day"), lambda row: row[0].last_day),
    (_("Status"), lambda row: row[1].status.label),
    (_("Promised"), lambda row: row[1].given),
    (_("Delivered"), lambda row: row[1].done),
    (_("Due by plan"), lambda row: row[1].due),
    (_("Needed today"), lambda row: row[1].need),
    (_("Foreseen at the end"), lambda row: _foreseen(row, "middle")),
    (_("At the end at least"), lambda row: _foreseen(row, "low")),
    (_("At the end at most"), lambda row: _foreseen(row, "high")),
    (_("Reported until"), lambda row: row[1].seen),
)


def _foreseen(row: Any, name: str) -> int | None:
    """A figure of the forecast, where there is one."""
    return getattr(row[1], name) if row[1].ends else None
