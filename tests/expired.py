"""A session that ends before a form is sent, as the person at the form meets it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.forms import BaseForm
from django.test import Client

from portal.accounts.models import User
from tests.factories import PASSWORD

SAID = "登录已失效，请重新登录。您填写的内容已保留。"


def sign_in(client: Client, user: User, **fields: str) -> Any:
    """Sign in through the page, which leaves the cookie that says who it was."""
    return client.post("/account/login/", {"login": user.username, "password": PASSWORD, **fields})


def form_after(user: User, page: str, typed: dict[str, Any], *, to: str = "") -> BaseForm:
    """Send `typed` from `page` when the session is over, sign in again, and return the form there.

    `to` is the form's address where it is not that of its page.
    """
    client = Client()
    cache.clear()  # attempts at sign-in are counted there
    sign_in(client, user)
    client.session.flush()
    client.cookies.pop("sessionid")
    answer = client.post(to or page, typed, headers={"Referer": f"http://testserver{page}"})
    assert answer["Location"] == f"/account/login/?{urlencode({'next': page})}"
    assert SAID in client.get(answer["Location"]).content.decode()
    answer = sign_in(client, user, next=page)
    assert answer["Location"] == page
    return client.get(page).context["form"]


def values(form: BaseForm, names: Any) -> dict[str, Any]:
    """What stands in the fields of a form."""
    return {name: form[name].value() for name in names}
