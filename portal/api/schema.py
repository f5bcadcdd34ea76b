"""How the OpenAPI file comes to be."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.submissions import kinds

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


def what_is_sent(result: dict[str, Any], **_words: Any) -> dict[str, Any]:
    """The messages to subscribers, in the part of the file that OpenAPI 3.1 has for them."""
    schemas = result["components"]["schemas"]
    hooks = result.setdefault("webhooks", {})
    for kind in kinds.every():
        if not kind.api:
            continue
        word = kind.code.title()
        schemas[f"{word}Message"] = {
            "type": "object",
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "type": {"enum": [f"{kind.code}.changed", f"{kind.code}.deleted"]},
                "timestamp": {"type": "string", "format": "date-time"},
                "data": {"$ref": f"#/components/schemas/{word}Change"},
            },
            "required": ["id", "type", "timestamp", "data"],
        }
        hooks[kind.api] = {"post": _message(f"#/components/schemas/{word}Message")}
    return result


def _message(shape: str) -> dict[str, Any]:
    headers = {
        "Webhook-Id": _("The same for every try and replay of a message: take each once."),
        "Webhook-Timestamp": _("Seconds since 1970: refuse what is older than five minutes."),
        "Webhook-Signature": _(
            "“v1,” and the Base64 of the HMAC-SHA256 of “id.timestamp.body” with the secret: what"
            " stands in it behind “whsec_”, decoded from Base64."
        ),
    }
    return {
        "summary": _("Something was published, changed or is no longer published"),
        "parameters": [
            {
                "in": "header",
                "name": name,
                "required": True,
                "schema": {"type": "string"},
                "description": words,
            }
            for name, words in headers.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": shape}}},
        },
        "responses": {"2XX": {"description": _("Taken; anything else is tried again.")}},
    }
