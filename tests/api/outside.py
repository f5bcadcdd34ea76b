"""A client of somebody else's. It knows the address of the OpenAPI file and its key, and nothing
of the portal: no model, no address, no name of a field that the file does not say.

It keeps a copy of the pool: everything it learns carries a version, and of two it believes the
later, so that late, lost and repeated messages do no harm.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs

Fetch = Callable[[str, str, Any, dict[str, str]], Any]
TOLERANCE = 300


class Outside:
    """The copy, and how it is kept in step."""

    def __init__(self, fetch: Fetch, schema_path: str, secret: str) -> None:
        self._fetch = fetch
        self._key = secret
        self._document = fetch("GET", schema_path, None, {}).json()
        assert self._document["openapi"].startswith("3.1")
        # What the file says of a change, with all that it refers to.
        change = {"$ref": "#/components/schemas/ProductChange"}
        self._change = jsonschema_rs.Draft202012Validator(change | self._document)
        self.pool: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}
        self.cursor = ""
        self._seen: set[str] = set()
        self._hook_secret = b""

    def _call(self, operation: str, body: Any = None, query: str = "") -> Any:
        """Call an operation by its name in the file, with the key as the file says."""
        for path, methods in self._document["paths"].items():
            for method, described in methods.items():
                if described.get("operationId") == operation:
                    headers = self._authorization(described)
                    return self._fetch(method.upper(), path + query, body, headers)
        raise AssertionError(f"The file names no operation {operation}.")

    def _authorization(self, described: dict[str, Any]) -> dict[str, str]:
        schemes = self._document["components"]["securitySchemes"]
        names = [name for wish in described["security"] for name in wish]
        bearer = [n for n in names if schemes[n].get("scheme") == "bearer"]
        assert bearer
        return {"Authorization": f"Bearer {self._key}"}

    def subscribe(self, url: str) -> None:
        """Ask to be told."""
        answer = self._call("subscribe_products", {"url": url})
        assert answer.status_code == 201
        self._hook_secret = base64.b64decode(answer.json()["secret"].removeprefix("whsec_"))

    def take(self, headers: dict[str, str], body: bytes, *, now: float) -> bool:
        """Take a message once, if it is really the portal's and fresh; whether it was."""
        number, moment = headers["webhook-id"], headers["webhook-timestamp"]
        signed = f"{number}.{moment}.".encode() + body
        digest = hmac.new(self._hook_secret, signed, hashlib.sha256).digest()
        wanted = f"v1,{base64.b64encode(digest).decode()}"
        genuine = hmac.compare_digest(wanted, headers["webhook-signature"])
        if not genuine or abs(now - int(moment)) > TOLERANCE or number in self._seen:
            return False
        self._seen.add(number)
        self._learn(json.loads(body)["data"])
        return True

    def poll(self, *, lose: bool = False) -> None:
        """Read the feed to its end; with `lose` the answer is lost and the cursor stays."""
        while True:
            query = f"?limit=3&cursor={self.cursor}" if self.cursor else "?limit=3"
            page = self._call("feed_products", query=query).json()
            if lose:
                return
            for change in page["changes"]:
                self._learn(change)
            self.cursor = page["cursor"]
            if not page["more"]:
                return

    def _learn(self, change: dict[str, Any]) -> None:
        self._change.validate(change)
        code = change["code"]
        if change["version"] < self.versions.get(code, 0):
            return
        self.versions[code] = change["version"]
        if change["type"] == "deleted":
            self.pool.pop(code, None)
        else:
            self.pool[code] = change
