"""Where a reader of the feed stands: signed, and good with the key it was given to alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.core import signing
from django.utils.translation import gettext_lazy as _

from portal.api.problems import Problem

SALT = "portal.api.feed"


@dataclass(frozen=True)
class Cursor:
    """`caller` who reads, `kind` of what; everything up to change `number` is known, once the
    first reading, which goes by dossier, is over: until then `after` is the last one read."""

    caller: str
    kind: str
    number: int
    after: int | None = None

    def __str__(self) -> str:
        return signing.dumps(asdict(self), salt=SALT)


def read(text: str, *, caller: str, kind: str) -> Cursor:
    """Return the cursor. Raises: Problem 400 when it is none, or somebody else's."""
    try:
        cursor = Cursor(**signing.loads(text, salt=SALT))
    except (signing.BadSignature, TypeError):
        sentence = _("This cursor was not given by this feed. Begin again without one.")
        raise Problem(400, sentence, {"cursor": [str(sentence)]}) from None
    if cursor.caller != caller:
        sentence = _("This cursor belongs to another key. Begin again without one.")
        raise Problem(400, sentence, {"cursor": [str(sentence)]})
    if cursor.kind != kind:
        sentence = _("This cursor belongs to another feed. Begin again without one.")
        raise Problem(400, sentence, {"cursor": [str(sentence)]})
    return cursor
