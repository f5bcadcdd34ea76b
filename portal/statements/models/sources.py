"""Who sends figures, and what their reports mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import PROVINCE_ROLES
from portal.search import latin

if TYPE_CHECKING:
    from portal.accounts.models import User

# The longest heading that a meaning can be given to.
LONGEST_HEADING = 200
# Of a source's key, without the number behind it.
LONGEST_KEY = 56


class Platform(models.TextChoices):
    """Who sends figures."""

    DOUYIN = "douyin", _("Douyin")
    OCEANENGINE = "oceanengine", _("Ocean Engine")
    TOUTIAO = "toutiao", _("Toutiao")
    OTHER = "other", _("Other")


class IdKind(models.TextChoices):
    """Which column of a report names what was shown."""

    MATERIAL = "material_id", _("Work or material id")
    CAMPAIGN = "campaign_id", _("Plan or project id")
    MATERIAL_NAME = "material_name", _("Work or material name")
    CAMPAIGN_NAME = "campaign_name", _("Plan or project name")
    PRODUCT = "product_id", _("Product id (a report of sales)")
    PRODUCT_NAME = "product_name", _("Product name")


class Metric(models.TextChoices):
    """What a placement may be counted by."""

    IMPRESSIONS = "impressions", _("Impressions")
    PLAYS = "plays", _("Plays")


def free_key(name: str, taken: set[str]) -> str:
    """The name in small Latin letters, with a number behind it where others are called so."""
    first = latin(name)[:LONGEST_KEY].strip("-") or "source"
    numbered = (f"{first}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (first, *numbered) if key not in taken)


class ProvinceQuerySet(models.QuerySet[models.Model]):
    """Rows only province roles see."""

    def visible_to(self, user: User) -> ProvinceQuerySet:
        """All for province roles, nothing for everyone else."""
        if user.is_authenticated and user.wears(*PROVINCE_ROLES):
            return self.all()
        return self.none()


class Source(models.Model):
    """One platform account × one report type."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    platform = models.CharField(_("platform"), max_length=16, choices=Platform.choices)
    id_kind = models.CharField(
        _("what names the row"),
        max_length=16,
        choices=IdKind.choices,
        default=IdKind.MATERIAL,
    )
    # Its reports say what each id has reached since its start, as of the day they declare.
    is_cumulative = models.BooleanField(_("says totals"), default=False)

    # The last day of which a report is expected, and why none is after it; reports that come all
    # the same count as every other.
    expected_until = models.DateField(_("reports expected until"), null=True, blank=True)
    ended_because = models.CharField(_("why no more are expected"), max_length=200, blank=True)

    # What machines call it, and its folder in the inbox; made of the name, and never changed.
    key = models.SlugField(_("short name"), max_length=64, editable=False)

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_cumulative=False) | ~Q(id_kind=IdKind.PRODUCT),
                name="sales_are_reported_by_the_day",
                violation_error_message=_("A report of sales says what was sold each day."),
            ),
            models.CheckConstraint(
                condition=Q(expected_until__isnull=True, ended_because="")
                | Q(expected_until__isnull=False) & ~Q(ended_because=""),
                name="source_that_ended_says_why",
                violation_error_message=_("Say until which day reports are expected, and why."),
            ),
            models.UniqueConstraint(fields=["key"], name="source_key_once"),
            models.CheckConstraint(
                condition=~Q(key=""),
                name="source_has_a_key",
                violation_error_message=_("A source has a short name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The source's page."""
        return reverse("source", args=[self.pk])

    def save(self, **words: Any) -> None:
        """Write it, with a key that no other source has."""
        if not self.key:
            taken = set(Source.objects.values_list("key", flat=True))
            self.key = free_key(self.name, taken)
        super().save(**words)

    @property
    def tells_sales(self) -> bool:
        """True for reports of orders by product: no placement is counted by them."""
        return self.id_kind == IdKind.PRODUCT

    @property
    def mapping(self) -> dict[str, str]:
        """Heading → field as somebody said it of this source, in one order; one query."""
        return dict(self.meanings.order_by("key").values_list("key", "field"))


class ColumnMeaning(models.Model):
    """What a heading of a source's reports means where the table of spellings does not know it, or
    knows it otherwise: a field that reading knows, "derived" for a column that is not counted.

    It holds for files that come from now on; a part keeps the meanings it was read with.
    """

    source = models.ForeignKey(
        Source, models.PROTECT, related_name="meanings", verbose_name=_("source")
    )
    heading = models.CharField(_("heading"), max_length=LONGEST_HEADING)
    # The heading as reading compares it.
    key = models.CharField(max_length=LONGEST_HEADING)
    field = models.CharField(_("taken as"), max_length=32)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    set_at = models.DateTimeField(_("set at"))

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = _("meaning of a column")
        verbose_name_plural = _("meanings of columns")
        ordering: ClassVar = ["source", "heading"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "key"], name="heading_means_one_thing"),
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(field=""), name="heading_means_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.heading}: {self.field}"
