"""What a person was shown of files, signed: they are stored, and nobody sends them twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core import signing

from portal.statements import raw

SALT = "portal.statements.landing"
SECONDS = 24 * 3600


@dataclass(frozen=True)
class Shown:
    """Stored files of a source, what was said of them, and the state of the source they were
    shown beside.

    `mended` is what was said of its columns (heading → field) and is not remembered yet. `latest`
    is the source's latest version, None where no figures were shown, so that nothing can be taken
    in; `mapping` the digest of the meanings the files were read with.
    """

    source: int
    files: list[raw.RawFile]
    first_day: date | None = None
    last_day: date | None = None
    mended: dict[str, str] = field(default_factory=dict)
    mapping: str = ""
    latest: int | None = None
    extends: int | None = None

    def sign(self, user: int) -> str:
        """The token that a page of this person sends back."""
        data = {
            **vars(self),
            "files": [[file.sha256, file.name, file.size] for file in self.files],
            "first_day": self.first_day and self.first_day.isoformat(),
            "last_day": self.last_day and self.last_day.isoformat(),
            "user": user,
        }
        return signing.dumps(data, salt=SALT, compress=True)

    @classmethod
    def unsign(cls, token: str, *, user: int) -> Shown | None:
        """What was signed for this person in the last day, while its bytes are there; else None."""
        try:
            data: dict[str, Any] = signing.loads(token, salt=SALT, max_age=SECONDS)
        except signing.BadSignature:
            return None
        if data.pop("user") != user:
            return None
        for name in ("first_day", "last_day"):
            data[name] = date.fromisoformat(data[name]) if data[name] else None
        data["files"] = [raw.RawFile(*file) for file in data["files"]]
        if not all(raw.raw_path(file.sha256).exists() for file in data["files"]):
            return None
        return cls(**data)
