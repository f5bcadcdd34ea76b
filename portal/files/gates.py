"""Who may open a file: its owner, and whoever a gate lets in; nobody else.

A room that attaches files to its rows registers one gate in its `AppConfig.ready`:

    gates.register(may_open_file)      # (user, file) -> bool

A gate answers for its own rows only and asks them with `visible_to`. `user` may be anonymous:
a gate opens the photos of what is published to everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.files.models import StoredFile

Gate = Callable[[Any, "StoredFile"], bool]

_gates: list[Gate] = []


def register(gate: Gate) -> None:
    """Add a gate; adding it again changes nothing."""
    if gate not in _gates:
        _gates.append(gate)


def may_open(user: Any, file: StoredFile) -> bool:
    """Return whether `user` owns the file or any gate opens it."""
    if user.is_authenticated and user.pk == file.owner_id:
        return True
    return any(gate(user, file) for gate in _gates)
