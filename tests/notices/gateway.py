"""A stand-in for an SMS gateway: keeps what it was handed."""

from typing import ClassVar


class Gateway:
    """Takes every text."""

    taken: ClassVar[list[tuple[str, str]]] = []

    def send(self, *, phone: str, body: str, reference: str) -> None:
        self.taken.append((phone, body))
