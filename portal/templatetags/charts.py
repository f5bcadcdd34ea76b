"""What each chart's template draws: rows in, one context out. The geometry is in `shapes`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from . import figures, shapes


def bar_chart(rows: Iterable[Any], title: str = "", unit: str = "") -> dict[str, Any]:
    """`{% bar_chart rows %}`: a table whose rows (label, value, of, url) carry a bar."""
    return {"rows": shapes.bars(rows), "title": title, "unit": unit}


def stacked_bar_chart(
    rows: Iterable[Any], names: Iterable[Any], title: str = "", unit: str = ""
) -> dict[str, Any]:
    """`{% stacked_bar_chart rows names %}`: one bar per row, made of parts.

    A row has label, values (as many as `names`) and url; at most five parts.
    """
    names = list(names)
    return {
        "rows": shapes.stacks(rows, names),
        "names": list(enumerate(names)),
        "title": title,
        "unit": unit,
    }


def line_chart(
    points: Iterable[Any], title: str = "", value_label: str = "", plan_label: str = ""
) -> dict[str, Any]:
    """`{% line_chart points %}`: points have label, value, plan, url; the table stands below."""
    drawing = shapes.line(points)
    rows = [
        {name: shapes.part(p, name) for name in ("label", "value", "plan", "url")}
        for p in drawing.pop("points")
    ]
    return {
        **drawing,
        "rows": rows,
        "title": title,
        "value_label": value_label or _("Figure"),
        "plan_label": plan_label or _("Plan"),
        "has_plan": any(row["plan"] is not None for row in rows),
        "width": shapes.LINE_WIDTH,
        "height": shapes.LINE_HEIGHT,
    }


def sparkline(values: Iterable[Any], label: str) -> dict[str, Any]:
    """`{% sparkline values label %}`: a line within the text; what it says is read out in words."""
    drawing = shapes.spark(values)
    known = drawing.pop("known")
    said = (
        _("%(label)s: from %(first)s to %(last)s; lowest %(lowest)s, highest %(highest)s")
        % {
            "label": label,
            "first": figures.wan_text(known[0]),
            "last": figures.wan_text(known[-1]),
            "lowest": figures.wan_text(min(known)),
            "highest": figures.wan_text(max(known)),
        }
        if known
        else _("%(label)s: no figures yet") % {"label": label}
    )
    return {**drawing, "said": said, "width": shapes.SPARK_WIDTH, "height": shapes.SPARK_HEIGHT}


def tile_map(
    tiles: Iterable[Any], title: str = "", value_label: str = "", legend: Iterable[str] = ()
) -> dict[str, Any]:
    """`{% tile_map tiles %}`: a square per county.

    Tiles have x, y, label, value, level 0-5, url, title. `legend` names the levels from 0 up.
    """
    return {
        **shapes.tiles(tiles),
        "title": title,
        "value_label": value_label or _("Figure"),
        "legend": list(enumerate(legend)),
        "tile": shapes.TILE,
    }
