"""Pressing a button twice: where a page's form goes, and what each click leads to."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client


def form_address(client: Client, url: str) -> str:
    """The address the page's form is sent to, with the key of this form."""
    html = client.get(url).content.decode()
    (key,) = re.findall(r'action="(\?form_key=[0-9a-f-]{36})"', html)
    return url.partition("?")[0] + key


def click(client: Client, address: str, data: dict[str, Any]) -> tuple[str, list[str]]:
    """Send the form; return the page it leads to and what is said there."""
    answer = client.post(address, data, follow=True)
    where = answer.redirect_chain[-1][0] if answer.redirect_chain else ""
    return where, [str(message) for message in answer.context["messages"]]


def clicked_twice(client: Client, url: str, data: dict[str, Any]) -> tuple[str, list[str]]:
    """Open the page, send its form twice and return what both led to, which is the same."""
    address = form_address(client, url)
    first, second = click(client, address, data), click(client, address, data)
    assert first == second
    return first
