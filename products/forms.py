"""The product's form, which follows its category."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.files.fields import FilesField
from portal.files.models import FileKind
from portal.submissions.enums import State
from portal.submissions.forms import PublicFilter
from portal.templatetags.figures import listed
from products import domain, queries, rules
from products.enums import SaleUnit
from products.fields import CategoryField, VariantsField
from products.lines import unpacked
from products.models import MOST_PHOTOS, Category, Product
from products.seasons.forms import WindowsForm

# What the public sees keeps to the rules it was published under.
STANDING = (State.PUBLISHED, State.SUSPENDED)


class ProductForm(WindowsForm):
    """Everything a product's dossier holds; what is asked, hidden and refused follows from the
    category that stands in the form.

    A field that a category does not ask for is left out while it is empty; what somebody wrote
    there stays to be seen. Where a product is published, rules that came later meet only what is
    changed now.
    """

    required_on_submit: ClassVar = (*rules.ALWAYS, "certificates")
    sections: ClassVar = [
        (_("The product"), ["name", "category", "description", "photos"]),
        (
            _("Selling"),
            ["unit", "package", "price", "stock", "daily_capacity", "variants"],
        ),
        (
            _("Season and sending"),
            [
                "season_start",
                "season_end",
                "season_days",
                "shelf_life_days",
                "cold_chain",
                "dispatch_area",
            ],
        ),
        (_("Papers and contact"), ["certificates", "contact_name", "contact_phone"]),
    ]
    category = CategoryField(
        label=_("category"),
        required=False,
        help_text=_("The form follows it: choose it first and save, and only what it asks stays."),
    )
    photos = FilesField(
        kind=FileKind.PHOTO,
        max_files=MOST_PHOTOS,
        label=_("photos"),
        help_text=_("1 to 6 photos of the product itself, taken by daylight."),
    )
    certificates = FilesField(
        kind=FileKind.PDF,
        max_files=6,
        label=_("certificates"),
        help_text=_("Licence, test report or certificate of conformity as PDF."),
    )
    variants = VariantsField(
        label=_("variants"),
        required=False,
        help_text=_(
            "Sizes or packs with what each holds; the price per jin is worked out. Once published, "
            "a price or a stock changes at once, anything else is looked at first."
        ),
    )

    class Meta:
        model = Product
        exclude: ClassVar = ["submission"]
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.category_row is None:
            self._say_who_asks()
        else:
            self._explain(self.category_row)

    @classmethod
    def read_shared(cls) -> dict[str, Category]:
        """Return the categories."""
        return queries.categories()

    def follow(self) -> None:
        """Find the category and leave out what it does not ask for."""
        if self.shared is None:
            self.shared = self.read_shared()
        present = self.instance.category_id or ""
        field: Any = self.fields["category"]
        field.offer(self.shared, present=present)
        # The page that saves itself shows the form anew when this was changed.
        field.widget.attrs["data-follow"] = ""
        self.category_row = self.shared.get(self._now("category") or "")
        self.moved = self.category_row is not None and self.category_row.pk != present
        self.standing = self.instance.pk is not None and (
            self.instance.submission.state in STANDING
        )
        for name in self._left_out(self.category_row, self._now, self._stood):
            self.fields.pop(name, None)

    @classmethod
    def beside(cls, record: Any) -> dict[str, Any]:
        """The variants too."""
        found = super().beside(record)
        field: Any = cls.base_fields.get("variants")
        if field is not None and record is not None and record.pk is not None:
            found["variants"] = field.of_record(record)
        return found

    @classmethod
    def follows(cls, data: Any, stood: Mapping[str, Any], *, complete: bool, shared: Any) -> Any:
        """The category that stands there and the one that is given, what it leaves out, and of a
        published product what it asks for."""

        def stands(name: str) -> Any:
            return stood.get(name, cls.base_fields[name].initial)

        def now(name: str) -> Any:
            if data is None:
                return stands(name)
            return cls.base_fields[name].widget.value_from_datadict(data, {}, name)

        given = now("category") or ""
        row = shared.get(given)
        asked = rules.asked_fields(row) if complete else ()
        return (
            given,
            stood.get("category"),
            tuple(cls._left_out(row, now, stands)),
            tuple(name for name in asked if stood.get(name)),
            complete and bool(now("season_days")),
        )

    @classmethod
    def _left_out(
        cls, category: Category | None, now: Callable[[str], Any], stands: Callable[[str], Any]
    ) -> list[str]:
        """What the category does not ask for, unless something was written there."""
        skipped = [name for name in rules.skipped_fields(category) if name in cls.base_fields]
        return [name for name in skipped if not (now(name) or stands(name))]

    def _now(self, name: str) -> Any:
        """What stands in a field: what was typed, or what there was before.

        Asked of the widget: a bound field would keep the words that are changed afterwards.
        """
        field = self.fields[name]
        if not self.is_bound:
            return field.prepare_value(self._stood(name))
        return field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))

    def _stood(self, name: str) -> Any:
        return self.get_initial_for_field(self.fields[name], name)

    def asked_names(self) -> list[str]:
        """What the category asks for; of a published product no more than it has."""
        asked = [name for name in rules.asked_fields(self.category_row) if name in self.fields]
        if "season_days" in self.fields and self._now("season_days"):
            # Said to the day, the season needs no months.
            asked = [name for name in asked if name not in rules.DECIDED["season"]]
        if not self.standing or self.moved:
            return asked
        return [name for name in asked if name in rules.ALWAYS or self._stood(name)]

    def _say_who_asks(self) -> None:
        """Without a category, name those that ask for more."""
        asking: dict[str, list[str]] = {}
        for row in self.shared.values():
            for name in rules.asked_fields(row) if row.is_active else ():
                if name in self.fields and name not in self.required_on_submit:
                    asking.setdefault(name, []).append(str(row))
        for name, words in asking.items():
            said = _("Asked for: %(categories)s.") % {"categories": listed(words)}
            self.fields[name].help_text = f"{self.fields[name].help_text} {said}".strip()

    def _explain(self, category: Category) -> None:
        """Say beside the fields what the category asks for."""
        photos = self.fields["photos"]
        photos.help_text = _("%(category)s: %(least)d to %(most)d photos, taken by daylight.") % {
            "category": category,
            "least": category.min_photos,
            "most": MOST_PHOTOS,
        }
        if category.photo_hint:
            shown = _("To be seen: %(hint)s.") % {"hint": category.photo_hint}
            photos.help_text = f"{photos.help_text} {shown}"
        if category.papers and "certificates" in self.fields:
            self.fields["certificates"].help_text = _(
                "%(category)s: %(papers)s. One PDF for each."
            ) % {"category": category, "papers": listed(category.papers)}
        if category.units and "unit" in self.fields:
            unit: Any = self.fields["unit"]
            kept = {"", *category.units, self.instance.unit}
            unit.widget.choices = [choice for choice in unit.choices if choice[0] in kept]

    def _get_validation_exclusions(self) -> set[str]:
        """Leave the category to its field, which has read it: no query for each row of a sheet."""
        return {*super()._get_validation_exclusions(), "category"}

    def _is_ruled(self, name: str) -> bool:
        """Whether the category's rules meet this field: everything but what stands published."""
        return not self.standing or self.moved or name in self.changed_data

    def clean(self) -> dict[str, Any]:
        """A season has both ends; words, units, photos and papers are those of the category."""
        cleaned = super().clean()
        if bool(cleaned.get("season_start")) != bool(cleaned.get("season_end")):
            ends = ("season_end", "season_start")
            missing, given = ends if cleaned.get("season_start") else ends[::-1]
            # Where the category asks for no season, only the end that was given is there.
            name = missing if missing in self.fields else given
            self.add_error(name, _("Give both the first and the last month of the season."))
        for name in ("name", "description", "package", "variants", "dispatch_area"):
            if name in cleaned:
                self._refuse_words(name, cleaned[name])
        category = cleaned.get("category")
        if category is not None:
            self._check_unit(category, cleaned.get("unit"))
            if self.complete:
                for name, sentence in self._too_few(category):
                    self.add_error(name, sentence)
        return cleaned

    def _refuse_words(self, name: str, value: Any) -> None:
        """Name the words that the law, and those that the category does not allow."""
        if name == "variants":
            value = " ".join(unpacked(line)[0] for line in value)
        text = str(value or "")
        if found := rules.words_in(text, rules.FORBIDDEN_WORDS):
            self.add_error(
                name,
                _("The Advertising Law does not allow these words: %(words)s.")
                % {"words": listed(found)},
            )
        category = self.category_row
        if category is None or not self._is_ruled(name):
            return
        if found := rules.words_in(text, category.forbidden):
            self.add_error(
                name,
                _("These words are not allowed for “%(category)s”: %(words)s.")
                % {"category": category, "words": listed(found)},
            )

    def _check_unit(self, category: Category, unit: str | None) -> None:
        if unit and category.units and unit not in category.units and self._is_ruled("unit"):
            words = listed(SaleUnit(code).label for code in category.units)
            self.add_error(
                "unit",
                _("“%(category)s” is sold by %(units)s.") % {"category": category, "units": words},
            )

    def _too_few(self, category: Category) -> list[tuple[str, Any]]:
        """Which files are fewer than the category asks for, and what to add; none at all is said
        by the field itself."""
        found: list[tuple[str, Any]] = []
        photos = len(self.cleaned_data.get("photos") or [])
        if 0 < photos < category.min_photos and self._is_ruled("photos"):
            said = _("“%(category)s” needs at least %(least)d photos: there is %(count)d.")
            words = {"category": category, "least": category.min_photos, "count": photos}
            found.append(("photos", said % words))
        papers = len(self.cleaned_data.get("certificates") or [])
        if 0 < papers < len(category.papers) and self._is_ruled("certificates"):
            said = _("“%(category)s” needs %(papers)s, one PDF for each: there is %(count)d.")
            named = listed(category.papers)
            found.append(
                ("certificates", said % {"category": category, "papers": named, "count": papers})
            )
        return found

    def lacking(self) -> list[str]:
        """Empty fields, and files fewer than the category asks for."""
        category = self.cleaned_data.get("category")
        few = [name for name, _said in self._too_few(category)] if category else []
        return [*super().lacking(), *few]

    @classmethod
    def write_parts(cls, forms: Sequence[Any]) -> None:
        """Write windows and variants where they changed."""
        super().write_parts(forms)
        domain.write_variants(
            {
                form.instance: form.cleaned_data["variants"]
                for form in forms
                if form.is_new("variants")
            }
        )


class QuickForm(ProductForm):
    """Five things on a phone, the photo first; the rest is filled in at a desk."""

    sections: ClassVar = [
        ("", ["photos", "category", "name"]),
        (_("Price"), ["price", "unit"]),
        (_("Contact"), ["contact_name", "contact_phone"]),
    ]
    certificates = None
    variants = None
    season_days = None

    class Meta:
        model = Product
        fields: ClassVar = ["category", "name", "price", "unit", "contact_name", "contact_phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget.capture = True  # type: ignore[attr-defined]
        category = self.fields["category"]
        category.help_text = ""
        # These few stay, whatever the category asks for.
        category.widget.attrs.pop("data-follow", None)
        self.fields["name"].help_text = ""


class CatalogueFilter(PublicFilter):
    """Filters of the public catalogue."""

    season = forms.ChoiceField(
        label=_("Season"),
        required=False,
        choices=[("", _("All")), ("now", _("In season now")), ("soon", _("In 14 days"))],
    )

    @property
    def categories(self) -> list[tuple[str, Category]]:  # type: ignore[override]
        """Every category: those retired have products too."""
        return list(queries.categories().items())

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        rows = super().restrict(rows)
        wanted = self.cleaned_data.get("season")
        if wanted == "now":
            rows = rows.filter(queries.season(clock.today(), of=""))
        elif wanted == "soon":
            rows = rows.filter(queries.season_soon())
        return rows
