"""What a benchmark found, for people and for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any


def say(found: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one figure a line, or all as one JSON object."""
    if as_json:
        json.dump(found, sys.stdout, ensure_ascii=False)
        return
    for name, value in found.items():
        shown = f"{value:,}" if type(value) in (int, float) else str(value)
        sys.stdout.write(f"{name:>20} {shown:>16}\n")
