"""A page for some readers is absent for everybody else."""

from __future__ import annotations

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.views.decorators.http import require_safe

from portal.accounts.actor import Actor
from portal.accounts.gates import only_for, or_404
from portal.verdict import YES, no
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@require_safe
@only_for(lambda actor: YES if actor.is_staff else no("只给项目办。"))
def page(request, word):
    """What is behind the gate."""
    return HttpResponse(word)


def ask(method="get", **trait):
    request = getattr(RequestFactory(), method)("/")
    request.actor = Actor.of(UserFactory(**trait))
    return page(request, "好")


def test_the_gate_opens_by_its_rule_alone():
    assert ask(staff=True).content.decode() == "好"
    with pytest.raises(Http404, match="只给项目办"):
        ask(auditor=True)
    assert page.__doc__ == "What is behind the gate."


def test_a_wrong_method_is_refused_before_anybody_is_asked():
    assert ask("post", auditor=True).status_code == 405


def test_a_bare_yes_or_no_is_a_verdict_too():
    or_404(True)
    with pytest.raises(Http404):
        or_404(False)
