"""Reads about people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.db.models import Prefetch, Q, QuerySet

from portal.accounts.enums import Role
from portal.accounts.models import (
    Membership,
    MembershipQuerySet,
    StandIn,
    User,
    UserQuerySet,
)
from portal.accounts.phones import as_phone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.organisations.models import Organisation


def person_by_phone(phone: str) -> User | None:
    """The account with this confirmed number of 11 digits."""
    return User.objects.filter(phone=phone, phone_verified=True).first() if phone else None


def person_by_login(login: str) -> User | None:
    """The account meant by what was typed at sign-in: user name first, then number."""
    login = login.strip()
    if not login:
        return None
    named = list(User.objects.filter(username__iexact=login)[:2])
    return named[0] if len(named) == 1 else person_by_phone(as_phone(login) or "")


def visible_people(user: User | AnonymousUser) -> UserQuerySet:
    """Those whose account `user` may look at."""
    return User.objects.visible_to(user)


def has_second_factor(user: User) -> bool:
    """Whether an authenticator app or key is set up; recovery codes alone are none."""
    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=user, type__in=factors).exists()


def people(*, visible: UserQuerySet, text: str = "", role: str = "") -> UserQuerySet:
    """People with their present roles, by name; 2 SQL queries whatever their number."""
    hats = Membership.objects.active().select_related("city", "county", "organisation")
    rows = visible.prefetch_related(Prefetch("memberships", hats.order_by("pk"), "hats"))
    if text:
        rows = rows.filter(
            Q(full_name__icontains=text) | Q(username__icontains=text) | Q(phone__contains=text)
        )
    if role:
        rows = rows.filter(memberships__role=role, memberships__ended_at__isnull=True).distinct()
    return rows.order_by("full_name", "pk")


def colleagues_of(user: User) -> UserQuerySet:
    """Those who may take over from `user`: open accounts with each of the same office roles at
    the same place; nobody when `user` holds none."""
    hats = list(user.memberships.active().filter(role__in=[Role.STAFF, Role.OFFICIAL]))
    rows = User.objects.filter(is_active=True).exclude(pk=user.pk)
    for hat in hats:
        same = Membership.objects.active().filter(
            role=hat.role, city=hat.city_id, county=hat.county_id
        )
        rows = rows.filter(pk__in=same.values("user"))
    return rows.order_by("full_name", "pk") if hats else rows.none()


def away(day: date) -> QuerySet[StandIn]:
    """Who is away on `day`, and who stands in."""
    return StandIn.objects.filter(first_day__lte=day, last_day__gte=day)


def stand_ins() -> QuerySet[StandIn]:
    """Every stand-in with its two people."""
    return StandIn.objects.select_related("absent", "deputy")


def stand_ins_of(user: User, *, since: date) -> QuerySet[StandIn]:
    """The present and coming stand-ins of and by `user`."""
    return stand_ins().filter(Q(absent=user) | Q(deputy=user), last_day__gte=since)


def roles_of(user: User) -> MembershipQuerySet:
    """The present roles of one person with what they are bound to."""
    return user.memberships.active().select_related("city", "county", "organisation").order_by("pk")


def merchants_of(organisation: Organisation) -> MembershipQuerySet:
    """The people who act for an organisation, the first one first."""
    return (
        Membership.objects.active()
        .filter(role=Role.MERCHANT, organisation=organisation)
        .select_related("user", "organisation__county")
        .order_by("pk")
    )
