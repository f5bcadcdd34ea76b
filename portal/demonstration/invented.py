"""Figures that look like chance and are the same in every build."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def seed(text: str) -> int:
    """Return a number of 32 bits made of `text`."""
    return zlib.crc32(text.encode())


def between(low: float, high: float, text: str) -> float:
    """Return a number from `low` up to `high` made of `text`."""
    return low + (high - low) * (seed(text) / 2**32)


def work_id(text: str) -> str:
    """Return an id of 19 digits, as the platform gives its works."""
    return f"72{seed(text):010d}{seed(text[::-1]) % 10**7:07d}"


def split(total: int, weights: Sequence[float]) -> list[int]:
    """Split `total` by `weights` into whole parts that add up: the largest remainders round up."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts
