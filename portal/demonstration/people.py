"""Invented people: two officials in each county, staff, an auditor, merchants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.domain import add_membership
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.audit.domain import record
from portal.organisations.domain import register_organisation
from portal.organisations.models import OrganisationKind
from portal.privacy.enums import ConsentKind
from portal.privacy.models import Consent
from portal.regions.models import City, County

PASSWORD = "shiyan-2023-gd"  # noqa: S105 - printed on the screen; refused in production
SURNAMES = "陈李张黄何梁刘吴林罗郑谢邓叶曾钟潘盘邵温"
GIVEN = ("志明", "秀英", "伟强", "丽华", "建国", "晓玲", "家豪", "美珍", "国栋", "春燕", "文斌")


@dataclass(frozen=True)
class Person:
    """One invented person: sign-in name, role and place."""

    username: str
    role: Role
    city: str = ""
    county: str = ""


NAMED = (
    Person("admin", Role.ADMIN),
    Person("staff1", Role.STAFF),
    Person("staff2", Role.STAFF),
    Person("ruyuan1", Role.OFFICIAL, county="440232"),
    Person("ruyuan2", Role.OFFICIAL, county="440232"),
    # 英德 has products in the pool, 乳源 has none yet.
    Person("yingde1", Role.OFFICIAL, county="441881"),
    Person("shaoguan", Role.OFFICIAL, city="440200"),
    Person("auditor", Role.AUDITOR),
)
# Those who signed up by themselves and are worth trying.
SIGNED_UP = ("trainee1", "creator1")
# Invented merchants: user name, organisation, county, credit code with a check digit that fits.
MERCHANTS = (
    ("merchant1", "乳源瑶寨山货专业合作社", "440232", OrganisationKind.COOPERATIVE),
    ("merchant2", "英德茶香家庭农场", "441881", OrganisationKind.FAMILY_FARM),
    ("merchant3", "徐闻红土地果业有限公司", "440825", OrganisationKind.ENTERPRISE),
)


def county_person(code: str, number: int) -> str:
    """Return the sign-in name of the county's first or second official."""
    names = {"440232": "ruyuan", "441881": "yingde"}
    return f"{names[code]}{number}" if code in names else f"c{code}-{number}"


def actor(username: str) -> Actor:
    """Return the actor of an invented person."""
    return Actor.of(User.objects.get(username=username))


def invented_name(number: int) -> str:
    """Return a name out of common surnames and given names; the same for the same number."""
    return SURNAMES[number % len(SURNAMES)] + GIVEN[number * 7 % len(GIVEN)]


def invented_credit_code(county: str, number: int) -> str:
    """Return a credit code that no register knows but whose check digit fits."""
    from stdnum.cn import uscc

    start = f"93{county}MA{number:07d}"
    return start + uscc.calc_check_digit(start)


@transaction.atomic
def build() -> None:
    """Make the people and the merchants' organisations."""
    if User.objects.filter(username="admin").exists():
        return
    named = {person.username for person in NAMED}
    officials = [
        Person(name, Role.OFFICIAL, county=code)
        for code in County.objects.order_by("code").values_list("pk", flat=True)
        for name in (county_person(code, 1), county_person(code, 2))
        if name not in named
    ]
    # One hash for all: the password is on the screen, and 250 slow hashes help nobody.
    encoded = make_password(PASSWORD)
    giver = Actor.system()
    for number, person in enumerate([*NAMED, *officials]):
        user = _person(person, number, encoded, giver)
        if person.role == Role.ADMIN:
            giver = Actor.of(user)
    for number, (username, name, county, kind) in enumerate(MERCHANTS, start=900):
        user = _user(username, number, encoded)
        register_organisation(
            actor=Actor.of(user),
            credit_code=invented_credit_code(county, number),
            name=name,
            kind=kind,
            county=County.objects.get(pk=county),
            contact_name=str(user),
            contact_phone=user.phone,
        )


@transaction.atomic
def sign_up(*, names: Sequence[str], role: Role, first: int, giver: Actor | None = None) -> None:
    """Make people who took a role for themselves, or got it from `giver`, those that are not there
    yet.

    `first` is the number of the first; numbers give names and phones.
    """
    known = User.objects.filter(username__in=names).order_by("pk")
    there = set(known.values_list("username", flat=True))
    if there == set(names):
        return
    encoded = make_password(PASSWORD)
    for number, username in enumerate(names, start=first):
        if username not in there:
            user = _user(username, number, encoded, phone=f"1999998{number:04d}")
            add_membership(user=user, role=role, actor=giver or Actor.of(user))


def _user(username: str, number: int, encoded: str, phone: str = "") -> User:
    user = User.objects.create(
        username=username,
        full_name=invented_name(number),
        # 199 9999 xxxx: no person is called by the demonstration.
        phone=phone or f"1999999{number:04d}",
        phone_verified=True,
        password=encoded,
        is_demonstration=True,
        privacy_version=settings.PRIVACY_VERSION,
        privacy_agreed_at=timezone.now(),
    )
    # Nobody who tries the demonstration is asked to read the privacy text first.
    Consent.objects.create(user=user, version=user.privacy_version, kind=ConsentKind.GIVEN)
    record(actor=Actor.system(), act="account.demonstration", subject=user)
    return user


def _person(person: Person, number: int, encoded: str, giver: Actor) -> User:
    """Make one person, whose role is given as an invitation gives it; no text is sent: 250
    invitations would only hide the texts worth reading."""
    user = _user(person.username, number, encoded)
    add_membership(
        user=user,
        role=person.role,
        city=City.objects.get(pk=person.city) if person.city else None,
        county=County.objects.get(pk=person.county) if person.county else None,
        actor=giver,
    )
    return user


def sign_in_rows() -> list[tuple[str, str, str]]:
    """Return role, user name and password of the people worth trying."""
    rows = []
    names = [person.username for person in NAMED] + [name for name, *_rest in MERCHANTS]
    names += SIGNED_UP
    users = User.objects.in_bulk(names, field_name="username")
    for name in names:
        hat = users[name].memberships.select_related("city", "county", "organisation").get()
        rows.append((str(hat), name, PASSWORD))
    return rows
