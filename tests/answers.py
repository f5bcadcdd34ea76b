"""What a person's browser gets, in a form that tests look through."""

from __future__ import annotations

import io
from typing import Any

from django.test import Client
from python_calamine import CalamineWorkbook

from portal.accounts.models import User


def signed_in(user: User) -> Client:
    """A browser in which `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client


class Browsers:
    """A browser of everyone who reads: a person signs in once, a visitor is new each time.

    Signing in takes a third of what an ordinary page takes; a walk opens hundreds.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._of: dict[User, Client] = {}

    def __call__(self, user: User | None) -> Client:
        if user is None:
            return Client(**self._options)
        if user not in self._of:
            self._of[user] = Client(**self._options)
            self._of[user].force_login(user)
        return self._of[user]


def status(response: Any) -> int:
    """The answer's status; a served file is read to its end, which closes it."""
    if response.streaming:
        content(response)
    return response.status_code


def content(response: Any) -> str:
    """What a reader could find in an answer, inside a workbook too; a served file is read once."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    if data[:2] == b"PK":
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return str([sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names])
    return data.decode("utf-8", "replace")


def shown(text: str) -> str:
    """The part of a page that shows rows: its head names the reader, who bears a mark too."""
    return text.partition("<main")[2].partition("</main>")[0] or text
