"""Forms of brands and standards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.choosing import Looking, SearchChoiceField
from portal.files.fields import FilesField, absorb_uploads
from portal.files.models import FileKind
from portal.regions import queries as regions
from portal.regions.fields import CountyField
from portal.submissions.queries import files_for_form
from products.brands import queries
from products.brands.models import RegionalBrand, RegionalBrandQuerySet, Standard

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from products.models import Product

CHOOSE = _("Please choose")


def _hats(actor: Actor, level: str) -> set[str]:
    """The codes of the counties or cities `actor` is an official of."""
    found = (getattr(hat, f"{level}_id") for hat in actor.memberships if hat.role == Role.OFFICIAL)
    return {code for code in found if code}


class PlacedForm(forms.Form):
    """A form of something that belongs to a region `actor` keeps, with uploads of its own."""

    city = forms.ModelChoiceField(label=_("City"), queryset=regions.cities(), empty_label=CHOOSE)
    county = forms.ModelChoiceField(
        label=_("County-level unit"),
        queryset=regions.counties(),
        required=False,
        empty_label=_("The whole city"),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict | None = None,
        *,
        actor: Actor,
        kept: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        uploads = {
            name: field for name, field in self.base_fields.items() if isinstance(field, FilesField)
        }
        self.file_errors: dict[str, list[str]] = {}
        if data is not None and files:
            data, self.file_errors = absorb_uploads(
                data=data, files=files, fields=uploads, actor=actor
            )
        super().__init__(data, None, **kwargs)
        for name in uploads:
            field: Any = self.fields[name]
            field.allowed = files_for_form(user=actor.user, attached=list(kept))
        if "city" in self.fields and not actor.is_staff:
            self._narrow(actor)

    def _narrow(self, actor: Actor) -> None:
        """Offer an official the own region alone."""
        counties, cities = _hats(actor, "county"), _hats(actor, "city")
        city, county = self.fields["city"], self.fields["county"]
        own = Q(pk__in=cities) | Q(counties__in=counties)
        city.queryset = regions.cities().filter(own).distinct()  # type: ignore[attr-defined]
        rows = regions.counties().filter(Q(pk__in=counties) | Q(city__in=cities))
        county.queryset = rows  # type: ignore[attr-defined]
        if not cities:
            county.required = city.required = True
            county.empty_label = CHOOSE  # type: ignore[attr-defined]
            if len(counties) == 1:
                city.initial, county.initial = rows.first().city_id, rows.first().pk

    def clean(self) -> dict[str, Any]:
        """Add what was wrong with an upload to its field; a county lies in its city."""
        cleaned = super().clean() or {}
        for name, sentences in self.file_errors.items():
            for sentence in sentences:
                self.add_error(name, sentence)
        county, city = cleaned.get("county"), cleaned.get("city")
        if county and city and county.city_id != city.pk:
            self.add_error("county", _("This county does not belong to the city."))
        return cleaned


class BrandForm(PlacedForm):
    """Everything a brand's page shows."""

    name = forms.CharField(label=_("Brand name"), max_length=40)
    keeper = forms.CharField(
        label=_("Kept by"),
        max_length=80,
        required=False,
        help_text=_("The association that lends it."),
    )
    description = forms.CharField(
        label=_("What the brand stands for"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    emblem = FilesField(kind=FileKind.PHOTO, max_files=1, required=False, label=_("Emblem"))
    is_public = forms.BooleanField(label=_("Shown to everybody"), required=False, initial=True)
    field_order = ("name", "city", "county", "keeper", "description", "emblem", "is_public")

    @classmethod
    def known(cls, brand: RegionalBrand) -> dict[str, Any]:
        """The values of a brand as this form starts with them."""
        values = {name: getattr(brand, name) for name in cls.base_fields}
        return values | {"emblem": [str(brand.emblem_id)] if brand.emblem_id else []}

    def values(self) -> dict[str, Any]:
        """The act's fields."""
        emblems = self.cleaned_data["emblem"]
        return self.cleaned_data | {"emblem": emblems[0] if emblems else None}


class VersionForm(PlacedForm):
    """One version of a standard."""

    version = forms.CharField(label=_("Version"), max_length=20, help_text=_("Such as its year."))
    document = FilesField(kind=FileKind.PDF, max_files=1, label=_("The standard as PDF"))
    in_force_from = forms.DateField(label=_("In force from"))
    in_force_to = forms.DateField(
        label=_("In force until"),
        required=False,
        help_text=_("Leave it empty while no end is set."),
    )
    field_order = ("version", "document", "in_force_from", "in_force_to")

    def __init__(self, *args: Any, placed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not placed:
            del self.fields["city"], self.fields["county"]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        cleaned = super().clean()
        first, last = cleaned.get("in_force_from"), cleaned.get("in_force_to")
        if first and last and last < first:
            self.add_error("in_force_to", _("The last day is not before the first."))
        return cleaned

    def of_version(self) -> dict[str, Any]:
        """The fields of the version."""
        names = ("version", "in_force_from", "in_force_to")
        values = {name: self.cleaned_data[name] for name in names}
        return values | {"file": self.cleaned_data["document"][0]}


class StandardForm(VersionForm):
    """A standard with its first version."""

    code = forms.CharField(label=_("Number of the standard"), max_length=40)
    title = forms.CharField(label=_("Title"), max_length=100)
    field_order = ("code", "title", "city", "county", *VersionForm.field_order)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, placed=True, **kwargs)
        if kwargs["actor"].is_staff:
            city: Any = self.fields["city"]
            city.required, city.empty_label = False, _("The whole province")

    def values(self) -> dict[str, Any]:
        """The fields of the standard."""
        return {name: self.cleaned_data[name] for name in ("code", "title", "city", "county")}


class MemberField(SearchChoiceField):
    """A product, found by the words of its dossier."""

    def label_from_instance(self, product: Product) -> str:
        """Name, code and county."""
        row = product.submission
        return " · ".join(map(str, [product.name, row.code, row.county]))


class MemberForm(Looking, forms.Form):
    """A product that is to bear a brand."""

    row = MemberField(
        label=_("Product"),
        search=queries.products_matching,
        help_text=_("Words of its name, its pinyin, or its code."),
    )

    def __init__(self, *args: Any, rows: QuerySet[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["row"].queryset = rows  # type: ignore[attr-defined]


class FollowForm(Looking, forms.Form):
    """A standard that a product is to keep."""

    row = SearchChoiceField(
        label=_("Product standard"),
        search=queries.matching,
        help_text=_("Its number, or words of its title."),
    )

    def __init__(self, *args: Any, rows: QuerySet[Standard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["row"].queryset = rows  # type: ignore[attr-defined]


class BrandFilter(forms.Form):
    """What narrows the list of brands."""

    q = forms.CharField(label=_("Brand name"), required=False, max_length=40)
    county = CountyField(required=False)

    def restrict(self, rows: RegionalBrandQuerySet) -> RegionalBrandQuerySet:
        """Return `rows` narrowed by the filters that are set and understood.

        A brand of a whole city is found by each of its counties.
        """
        self.is_valid()
        if words := self.cleaned_data.get("q"):
            rows = rows.filter(name__icontains=words)
        if code := self.cleaned_data.get("county"):
            whole = Q(county__isnull=True, city__counties=code)
            rows = rows.filter(Q(county=code) | whole)
        return rows


class StandardFilter(forms.Form):
    """What narrows the list of standards."""

    q = forms.CharField(label=_("Number or title"), required=False, max_length=60)

    def restrict(self, rows: QuerySet[Standard]) -> QuerySet[Standard]:
        """Return `rows` narrowed by the filter that is set."""
        self.is_valid()
        words = self.cleaned_data.get("q")
        return queries.matching(rows, words) if words else rows
