"""Who acts: a person, a visitor, the system; and that they are never mistaken for each other."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.middleware import ActorMiddleware, actor_of
from portal.accounts.rules import is_administrator
from tests.factories import RUYUAN, XINFENG, UserFactory


def test_only_the_named_constructor_makes_the_system() -> None:
    assert Actor.system().is_system is True
    assert Actor(None).is_system is False
    assert Actor.visitor(address="10.0.0.1").is_system is False
    assert Actor(None).is_visitor is True
    assert Actor.system().is_visitor is False


def test_system_is_no_person_and_has_no_address() -> None:
    with pytest.raises(ValueError, match="no person"):
        Actor(None, address="10.0.0.1", is_system=True)


def test_visitor_has_no_role_and_no_right() -> None:
    visitor = Actor.visitor()
    assert [role for role in Role if visitor.has(role)] == []
    assert visitor.sees_province is False
    assert visitor.is_staff is False
    assert visitor.represents(None) is False
    assert not is_administrator(visitor)


@pytest.mark.django_db
def test_request_without_sign_in_gives_a_visitor() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.1.2.3")
    request.user = AnonymousUser()
    actor = actor_of(request)
    assert actor == Actor(None, address="10.1.2.3")
    assert actor.is_visitor is True
    assert actor.is_system is False


@pytest.mark.django_db
def test_actor_of_a_person_wears_present_roles_only(django_assert_num_queries) -> None:
    user = UserFactory(official=RUYUAN, trainee=True)
    ended = user.memberships.get(role=Role.TRAINEE)
    ended.ended_at = ended.started_at
    ended.save()
    with django_assert_num_queries(1):
        actor = Actor.of(user, address="10.1.2.3")
    assert [(hat.role, hat.county_id) for hat in actor.memberships] == [("official", RUYUAN)]
    assert actor.is_official_of(actor.memberships[0].county) is True
    assert actor.address == "10.1.2.3"
    assert actor.label == user.full_name


@pytest.mark.django_db
def test_actor_is_read_only_when_a_view_asks(django_assert_num_queries) -> None:
    request = RequestFactory().get("/")
    request.user = UserFactory(official=XINFENG)
    with django_assert_num_queries(0):
        ActorMiddleware(lambda _request: None)(request)
    with django_assert_num_queries(1):
        assert request.actor.has(Role.OFFICIAL) is True
        assert request.actor.has(Role.STAFF) is False


@pytest.mark.django_db
def test_address_behind_our_proxy_is_the_visitors(settings) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR="6.6.6.6, 120.1.2.3"
    )
    request.user = AnonymousUser()
    assert actor_of(request).address == "10.0.0.9"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert actor_of(request).address == "120.1.2.3"
