"""Geometry of the charts: rows in, numbers for the SVG templates out. Nothing here makes HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from .figures import as_decimal

LINE_WIDTH, LINE_HEIGHT = 1000, 260
SPARK_WIDTH, SPARK_HEIGHT = 96, 24
TILE = 24
DEEPEST_LEVEL = 5


def part(row: Any, name: str, default: Any = None) -> Any:
    """A value of a row that may be a mapping or an object; `default` when it has none."""
    if isinstance(row, Mapping):
        return row.get(name, default)
    return getattr(row, name, default)


def _number(row: Any, name: str) -> Decimal | None:
    return as_decimal(part(row, name))


def bars(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows of a bar chart: `label`, `value`, and optionally `of` and `url`.

    `of` is the whole that is drawn behind the bar. All bars share one scale, so that lengths
    compare; widths are per cent of the longest.
    """
    rows = list(rows)
    longest = (
        max((max(_number(row, "value") or 0, _number(row, "of") or 0) for row in rows), default=0)
        or 1
    )

    def width(number: Decimal | None) -> str:
        return f"{max(Decimal(0), (number or Decimal(0)) * 100 / longest):.2f}"

    return [
        {
            "label": part(row, "label"),
            "url": part(row, "url"),
            "value": part(row, "value"),
            "of": part(row, "of"),
            "width": width(_number(row, "value")),
            "of_width": width(_number(row, "of")),
        }
        for row in rows
    ]


def stacks(rows: Iterable[Any], names: list[Any]) -> list[dict[str, Any]]:
    """Rows of a stacked bar chart: `label`, `values` in the order of `names`, optionally `url`.

    All bars share one scale; `x` and `width` of each part are per cent of the longest bar.
    """
    rows = list(rows)
    split = [[as_decimal(n) or Decimal(0) for n in part(row, "values")] for row in rows]
    longest = max((sum(numbers) for numbers in split), default=Decimal(0)) or Decimal(1)
    drawn = []
    for row, numbers in zip(rows, split, strict=True):
        start, parts = Decimal(0), []
        for index, (name, number) in enumerate(zip(names, numbers, strict=True)):
            width = number * 100 / longest
            parts.append(
                {
                    "series": index,
                    "name": name,
                    "value": number,
                    "x": f"{start:.2f}",
                    "width": f"{width:.2f}",
                }
            )
            start += width
        drawn.append(
            {
                "label": part(row, "label"),
                "url": part(row, "url"),
                "parts": parts,
                "total": sum(numbers),
            }
        )
    return drawn


def spark(values: Iterable[Any]) -> dict[str, Any]:
    """A small line over `values`, None leaving a gap; `end` is where its last point stands."""
    points = [{"value": as_decimal(value)} for value in values]
    known = [point["value"] for point in points if point["value"] is not None]
    low = min(known, default=Decimal(0))
    span = (max(known, default=Decimal(0)) - low) or Decimal(1)
    step = Decimal(SPARK_WIDTH - 6) / max(len(points) - 1, 1)

    def place(index: int, number: Decimal) -> tuple[str, str]:
        height = (SPARK_HEIGHT - 6) * (1 - (number - low) / span)
        return f"{3 + step * index:.1f}", f"{3 + height:.1f}"

    runs = _runs(points, "value", place)
    return {
        "known": known,
        "path": " ".join(_path(run) for run in runs),
        "end": runs[-1][-1] if runs else None,
    }


def line(points: Iterable[Any]) -> dict[str, Any]:
    """A line over `points`: `label`, `value` (None leaves a gap), optionally `plan` and `url`."""
    points = list(points)
    known = [n for p in points for n in (_number(p, "value"), _number(p, "plan")) if n is not None]
    top, bottom = _round_up(max([*known, Decimal(0)])), -_round_up(-min([*known, Decimal(0)]))
    span = (top - bottom) or Decimal(1)
    step = Decimal(LINE_WIDTH) / max(len(points) - 1, 1)

    def place(index: int, number: Decimal) -> tuple[str, str]:
        return f"{step * index:.1f}", f"{(top - number) / span * LINE_HEIGHT:.1f}"

    runs = {name: _runs(points, name, place) for name in ("value", "plan")}
    floor = f"{top / span * LINE_HEIGHT:.1f}"
    return {
        "points": points,
        "dots": [
            {"x": spot[0], "y": spot[1], "label": part(p, "label"), "value": part(p, "value")}
            for index, p in enumerate(points)
            if (number := _number(p, "value")) is not None and (spot := place(index, number))
        ],
        "series": " ".join(_path(run) for run in runs["value"]),
        "area": " ".join(f"{_path(run)}V{floor}H{run[0][0]}Z" for run in runs["value"]),
        "plan": " ".join(_path(run) for run in runs["plan"]),
        "top": top,
        "bottom": bottom,
        "middle": (top + bottom) / 2,
    }


def _round_up(number: Decimal) -> Decimal:
    """The next figure that is easy to say: 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten."""
    if number <= 0:
        return Decimal(0)
    power = Decimal(10) ** number.adjusted()
    return next(
        step * power for step in map(Decimal, (1, 2, 3, 4, 5, 6, 8, 10)) if number <= step * power
    )


def _runs(points: list[Any], name: str, place: Any) -> list[list[tuple[str, str]]]:
    """Unbroken stretches of known values, as places on the drawing."""
    runs: list[list[tuple[str, str]]] = [[]]
    for index, point in enumerate(points):
        number = _number(point, name)
        if number is None:
            runs.append([])
        else:
            runs[-1].append(place(index, number))
    return [run for run in runs if run]


def _path(run: list[tuple[str, str]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in run)


def tiles(rows: Iterable[Any]) -> dict[str, Any]:
    """One square for each row: `x`, `y` from 0, `label`, `value`, `level` 0-5, `url`, `title`."""
    rows = list(rows)
    squares = [
        {
            "x": int(part(row, "x")) * TILE,
            "y": int(part(row, "y")) * TILE,
            "middle_x": int(part(row, "x")) * TILE + TILE // 2,
            "middle_y": int(part(row, "y")) * TILE + TILE // 2,
            "label": part(row, "label"),
            "title": part(row, "title") or part(row, "label"),
            "value": part(row, "value"),
            "url": part(row, "url"),
            "level": min(DEEPEST_LEVEL, max(0, int(part(row, "level", 0) or 0))),
        }
        for row in rows
    ]
    return {
        "squares": squares,
        "width": max((square["x"] for square in squares), default=0) + TILE,
        "height": max((square["y"] for square in squares), default=0) + TILE,
    }
