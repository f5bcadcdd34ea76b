"""Rows for tests. Every factory makes a valid row; traits name what a test is about.

UserFactory(official="440232")           an official of 乳源
UserFactory(merchant=organisation)       a merchant of that organisation
UserFactory(staff=True, username="li")   programme staff
"""

from __future__ import annotations

import itertools
from typing import Any

import factory
from django.conf import settings
from django.utils import timezone
from stdnum.cn import uscc

from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.organisations.models import Organisation, OrganisationKind

PASSWORD = "一把不易猜的钥匙 7"
RUYUAN = "440232"
# The neighbour: an official of 新丰 sees nothing of 乳源.
XINFENG = "440233"
SHAOGUAN = "440200"

_CODE_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_numbers = itertools.count(1)


def credit_code(number: int, *, county: str = RUYUAN) -> str:
    """The `number`-th valid credit code (18 characters with a check digit that fits)."""
    body = ""
    rest = number
    for _place in range(9):
        rest, digit = divmod(rest, len(_CODE_DIGITS))
        body = _CODE_DIGITS[digit] + body
    start = f"91{county}{body}"
    return start + uscc.calc_check_digit(start)


class UserFactory(factory.django.DjangoModelFactory):
    """A person with a confirmed number; the password is `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    full_name = factory.Sequence(lambda n: f"张{'一二三四五六七八九十'[n % 10]}{n}")
    phone = factory.Sequence(lambda n: f"138{n:08d}")
    phone_verified = True
    # Agreed already: tests of other rooms are not asked to read the privacy text.
    privacy_version = settings.PRIVACY_VERSION
    privacy_agreed_at = factory.LazyFunction(timezone.now)
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def admin(user: User, create: bool, wanted: Any, **_kwargs: Any) -> None:  # noqa: N805
        if create and wanted:
            user.is_staff = user.is_superuser = True
            user.save(update_fields=["is_staff", "is_superuser"])
            MembershipFactory(user=user, role=Role.ADMIN)

    @factory.post_generation
    def staff(user: User, create: bool, wanted: Any, **_kwargs: Any) -> None:  # noqa: N805
        if create and wanted:
            MembershipFactory(user=user, role=Role.STAFF)

    @factory.post_generation
    def auditor(user: User, create: bool, wanted: Any, **_kwargs: Any) -> None:  # noqa: N805
        if create and wanted:
            MembershipFactory(user=user, role=Role.AUDITOR)

    @factory.post_generation
    def official(user: User, create: bool, county: Any, **_kwargs: Any) -> None:  # noqa: N805
        """A county's code or row; `official_of_city` takes a city's."""
        if create and county:
            MembershipFactory(user=user, role=Role.OFFICIAL, county_id=_pk(county))

    @factory.post_generation
    def official_of_city(user: User, create: bool, city: Any, **_kwargs: Any) -> None:  # noqa: N805
        if create and city:
            MembershipFactory(user=user, role=Role.OFFICIAL, city_id=_pk(city))

    @factory.post_generation
    def merchant(user: User, create: bool, organisation: Any, **_kwargs: Any) -> None:  # noqa: N805
        """An organisation, or True for a new one."""
        if create and organisation:
            row = OrganisationFactory() if organisation is True else organisation
            MembershipFactory(user=user, role=Role.MERCHANT, organisation=row)

    @factory.post_generation
    def creator(user: User, create: bool, wanted: Any, **_kwargs: Any) -> None:  # noqa: N805
        if create and wanted:
            MembershipFactory(user=user, role=Role.CREATOR)

    @factory.post_generation
    def trainee(user: User, create: bool, wanted: Any, **_kwargs: Any) -> None:  # noqa: N805
        if create and wanted:
            MembershipFactory(user=user, role=Role.TRAINEE)


def _pk(row_or_code: Any) -> str:
    return str(getattr(row_or_code, "pk", row_or_code))


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A cooperative in 乳源 with a valid credit code."""

    class Meta:
        model = Organisation

    credit_code = factory.LazyFunction(lambda: credit_code(next(_numbers)))
    name = factory.Sequence(lambda n: f"乳源瑶山茶业专业合作社第{n}社")
    kind = OrganisationKind.COOPERATIVE
    county_id = RUYUAN
    contact_name = "盘小英"
    contact_phone = "13700000001"


class MembershipFactory(factory.django.DjangoModelFactory):
    """One role; programme staff unless told otherwise."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.STAFF
