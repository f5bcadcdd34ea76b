"""Who may file a product, and when it may be promoted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.qualifications.rules import papers_valid
from portal.submissions.enums import State
from portal.verdict import YES, Verdict, no
from products.enums import FieldRule
from products.seasons.rules import in_season

if TYPE_CHECKING:
    from products.models import Category, Product

# Superlatives that the Advertising Law (广告法, article 9) forbids, whatever the category.
FORBIDDEN_WORDS = ("国家级", "最高级", "最佳", "第一品牌", "全网第一", "顶级", "极品")
# A submission asks for these whatever the category. Certificates too, unless it names no papers.
ALWAYS = (
    "name",
    "category",
    "description",
    "unit",
    "price",
    "stock",
    "daily_capacity",
    "contact_name",
    "contact_phone",
    "photos",
)
# What a category decides on, and the fields of the form that each means.
DECIDED = {
    "package": ("package",),
    "variants": ("variants",),
    "season": ("season_start", "season_end"),
    "shelf_life_days": ("shelf_life_days",),
    "dispatch_area": ("dispatch_area",),
    "cold_chain": ("cold_chain",),
}


def may_file(actor: Actor) -> Verdict:
    """County officials, and merchants for their organisation."""
    official = actor.hat(Role.OFFICIAL)
    if actor.has(Role.MERCHANT) or (official is not None and official.county_id):
        return YES
    return no(_("Products are filed by county offices and merchants."))


def may_keep_categories(actor: Actor) -> Verdict:
    """Programme staff."""
    return YES if actor.is_staff else no(_("Only the programme office keeps the categories."))


def asked_fields(category: Category | None) -> list[str]:
    """The fields a submission asks for in that category."""
    if category is None:
        return [*ALWAYS, "certificates"]
    own = _ruled(category, FieldRule.REQUIRED)
    return [*ALWAYS, *(["certificates"] if category.papers else []), *own]


def skipped_fields(category: Category | None) -> list[str]:
    """The fields nobody is asked for in that category; without a season no days of it."""
    if category is None:
        return []
    skipped = _ruled(category, FieldRule.HIDDEN)
    return [*skipped, "season_days"] if "season_start" in skipped else skipped


def _ruled(category: Category, rule: FieldRule) -> list[str]:
    return [
        name for topic, names in DECIDED.items() if category.rule(topic) == rule for name in names
    ]


def words_in(text: str, words: Iterable[str]) -> list[str]:
    """Those of `words` that stand in `text`, in the order of `words`."""
    return [word for word in words if word in text]


def readiness(product: Product, day: date) -> Verdict:
    """Whether the product may be promoted on `day`: published, in season, in stock, its papers
    and its organisation's not lapsed."""
    if product.submission.state != State.PUBLISHED:
        return no(_("The product is not published."))
    if not in_season(product, day):
        return no(_("The product is out of season."))
    if not product.stock:
        return no(_("The product is out of stock."))
    return papers_valid([product.submission], day)
