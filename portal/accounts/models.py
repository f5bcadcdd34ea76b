"""People and the hats they wear."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import PROVINCE_ROLES, SELF_ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser

MOBILE_PHONE = RegexValidator(
    r"^1[3-9]\d{9}$", _("Enter a mainland mobile number of 11 digits, for example 13800000000.")
)
# How the user name begins once a person's values were taken out of an account.
ERASED = "closed."


def display_name(user: User) -> str:
    """How allauth's messages name a person."""
    return str(user)


class UserQuerySet(models.QuerySet["User"]):
    """Reads of people."""

    def visible_to(self, user: User | AnonymousUser) -> UserQuerySet:
        """Everybody for system administrators, oneself for all others."""
        if not user.is_authenticated:
            return self.none()
        if user.wears(Role.ADMIN):
            return self.all()
        return self.filter(pk=user.pk)


class PeopleManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's manager of users, with the reads above."""


class User(AbstractUser):
    """A person, known by phone number or user name; no e-mail is needed.

    Leaving deactivates (`is_active=False`), never deletes: rows keep who did what.
    A number counts once it is confirmed: typing somebody else's number at sign-up takes nothing
    from that person.
    """

    first_name = None  # type: ignore[assignment]  # Chinese names are one field
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("name"), max_length=40, blank=True)
    phone = models.CharField(
        _("mobile number"),
        max_length=11,
        blank=True,
        validators=[MOBILE_PHONE],
    )
    phone_verified = models.BooleanField(_("mobile number confirmed"), default=False)
    is_demonstration = models.BooleanField(_("demonstration account"), default=False)
    # Which version of the privacy text the person agreed to, and when (real time).
    privacy_version = models.CharField(_("privacy text agreed to"), max_length=20, blank=True)
    privacy_agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)

    REQUIRED_FIELDS: ClassVar = []

    # True for the person of a request, whose roles hold until it ends; elsewhere each question
    # reads them anew.
    keeps_hats = False
    _hats: tuple[Membership, ...] | None = None

    objects = PeopleManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        indexes: ClassVar = [
            models.Index(fields=["full_name", "id"], name="user_by_name"),
            models.Index(fields=["id"], condition=Q(is_active=False), name="users_who_left"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["phone"],
                condition=Q(phone_verified=True),
                name="one_account_per_confirmed_phone",
                violation_error_message=_("Another account already uses this mobile number."),
            ),
            models.CheckConstraint(
                condition=Q(phone_verified=False) | ~Q(phone=""),
                name="confirmed_phone_is_there",
                violation_error_message=_("Only a number that is there can be confirmed."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def is_erased(self) -> bool:
        """True when the person's values are gone: nobody opens such an account again."""
        return self.username.startswith(ERASED)

    def every_hat(self) -> tuple[Membership, ...]:
        """Present and past roles with what they are bound to, the first one first."""
        if self._hats is not None:
            return self._hats
        bound = self.memberships.select_related("city", "county", "organisation")
        hats = tuple(bound.order_by("pk"))
        if self.keeps_hats:
            self._hats = hats
        return hats

    def hats_worn(self) -> tuple[Membership, ...]:
        """The roles held now; one query, and none where the request read them."""
        return tuple(hat for hat in self.every_hat() if hat.ended_at is None)

    def wearing(self, hats: Iterable[Membership]) -> User:
        """This person with these hats alone for as long as the object lives: what a machine's key
        leaves of a person's rights."""
        self.keeps_hats, self._hats = True, tuple(hats)
        return self

    def wears(self, *roles: str) -> bool:
        """True when one of `roles` is held now."""
        return any(hat.role in roles for hat in self.hats_worn())

    @property
    def files_for_oneself(self) -> bool:
        """True for who is or once was a creator or a trainee."""
        return any(hat.role in SELF_ROLES for hat in self.every_hat())

    def get_full_name(self) -> str:
        """The name as one field: Chinese names are not split."""
        return str(self)

    def get_short_name(self) -> str:
        """The same; the admin greets with it."""
        return str(self)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reads of memberships."""

    def active(self) -> MembershipQuerySet:
        """Those that hold today."""
        return self.filter(ended_at__isnull=True)


class Membership(models.Model):
    """One hat of one person: a role bound to a region or an organisation.

    Province roles are bound to nothing; officials to a city or a county; merchants to an
    organisation; creators and trainees to themselves.
    """

    user = models.ForeignKey(
        User, models.PROTECT, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    city = models.ForeignKey(
        "regions.City", models.PROTECT, null=True, blank=True, verbose_name=_("city")
    )
    county = models.ForeignKey(
        "regions.County", models.PROTECT, null=True, blank=True, verbose_name=_("county-level unit")
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    started_at = models.DateTimeField(_("since"), auto_now_add=True)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(role__in=sorted(PROVINCE_ROLES))
                | Q(city__isnull=True, county__isnull=True, organisation__isnull=True),
                name="province_role_is_bound_to_nothing",
                violation_error_message=_("A province role is not bound to a region."),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.OFFICIAL)
                | Q(city__isnull=False, county__isnull=True, organisation__isnull=True)
                | Q(city__isnull=True, county__isnull=False, organisation__isnull=True),
                name="official_is_bound_to_one_region",
                violation_error_message=_("An official belongs to one city or one county."),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.MERCHANT) | Q(organisation__isnull=False),
                name="merchant_is_bound_to_an_organisation",
                violation_error_message=_("A merchant belongs to an organisation."),
            ),
            models.UniqueConstraint(
                F("user"),
                F("role"),
                Coalesce("city", Value("")),
                Coalesce("county", Value("")),
                Coalesce("organisation", Value(0)),
                condition=Q(ended_at__isnull=True),
                name="one_active_membership_of_a_kind",
                violation_error_message=_("This person already holds this role there."),
            ),
        ]

    def __str__(self) -> str:
        place = self.county or self.city or self.organisation
        return f"{self.get_role_display()} · {place}" if place else str(self.get_role_display())


class StandIn(models.Model):
    """A deputy who sees to a colleague's tasks from the first to the last day, both included.

    It gives no right: the deputy holds the same role at the same place already.
    """

    absent = models.ForeignKey(
        User, models.PROTECT, related_name="stand_ins", verbose_name=_("who is away")
    )
    deputy = models.ForeignKey(
        User, models.PROTECT, related_name="stands_in", verbose_name=_("stand-in")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")
        ordering: ClassVar = ["-first_day", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(absent=F("deputy")),
                name="nobody_stands_in_for_oneself",
                violation_error_message=_("Choose somebody else: nobody stands in for oneself."),
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="stand_in_ends_after_it_begins",
                violation_error_message=_("The last day is before the first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absent_id} → {self.deputy_id}"
