"""How the OpenAPI file comes to be."""

from __future__ import annotations

from typing import Any

PREFIX = "/api/v1/"


def ours_alone(endpoints: list[Any], **_words: Any) -> list[Any]:
    """Addresses for machines, by their version."""
    return [entry for entry in endpoints if entry[0].startswith(PREFIX)]


def nothing_else(result: dict[str, Any], **_words: Any) -> dict[str, Any]:
    """What is sent holds the fields that are named and no others."""
    for name, schema in result.get("components", {}).get("schemas", {}).items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False
    return result
