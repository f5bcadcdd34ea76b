"""The product's form."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.files.fields import FilesField
from portal.files.models import FileKind
from portal.submissions.forms import DossierForm, PublicFilter
from products import queries
from products.enums import Category
from products.models import Product

# Superlatives that the Advertising Law (广告法, article 9) forbids.
FORBIDDEN_WORDS = ("国家级", "最高级", "最佳", "第一品牌", "全网第一", "顶级", "极品")


class ProductForm(DossierForm):
    """Everything a product's dossier holds; a photo and a certificate among it."""

    required_on_submit: ClassVar = (
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
        "certificates",
    )
    sections: ClassVar = [
        (_("The product"), ["name", "category", "description", "photos"]),
        (_("Selling"), ["unit", "package", "price", "stock", "daily_capacity", "cold_chain"]),
        (_("Season"), ["season_start", "season_end"]),
        (_("Papers and contact"), ["certificates", "contact_name", "contact_phone"]),
    ]
    photos = FilesField(
        kind=FileKind.PHOTO,
        max_files=6,
        label=_("photos"),
        help_text=_("1 to 6 photos of the product itself, taken by daylight."),
    )
    certificates = FilesField(
        kind=FileKind.PDF,
        max_files=6,
        label=_("certificates"),
        help_text=_("Licence, test report or certificate of conformity as PDF."),
    )

    class Meta:
        model = Product
        exclude: ClassVar = ["submission"]
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 5})}

    def clean_description(self) -> str:
        """Refuse words the Advertising Law forbids, naming them."""
        text: str = self.cleaned_data["description"]
        found = [word for word in FORBIDDEN_WORDS if word in text]
        if found:
            raise forms.ValidationError(
                _("The Advertising Law does not allow these words: %(words)s.")
                % {"words": "、".join(found)}
            )
        return text

    def clean(self) -> dict[str, Any]:
        """A season has both ends."""
        cleaned = super().clean()
        if bool(cleaned.get("season_start")) != bool(cleaned.get("season_end")):
            missing = "season_end" if cleaned.get("season_start") else "season_start"
            self.add_error(missing, _("Give both the first and the last month of the season."))
        return cleaned


class CatalogueFilter(PublicFilter):
    """Filters of the public catalogue."""

    categories = Category.choices
    season = forms.ChoiceField(
        label=_("Season"),
        required=False,
        choices=[("", _("All")), ("now", _("In season now")), ("soon", _("In 14 days"))],
    )

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        rows = super().restrict(rows)
        today = clock.today()
        wanted = self.cleaned_data.get("season")
        if wanted == "now":
            rows = rows.filter(queries.in_season(today, today))
        elif wanted == "soon":
            rows = rows.filter(queries.in_season_soon())
        return rows
