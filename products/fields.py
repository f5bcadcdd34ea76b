"""Form fields of the product pool: the category, and a list of variants."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.sheets.cells import AROUND_NUMBER
from portal.templatetags.figures import listed, speaks_chinese
from products import units
from products.enums import ContentUnit
from products.lines import PARTS, line_of, packed, row_in, unpacked

if TYPE_CHECKING:
    from products.models import Category

MOST_VARIANTS = 12
BLANK_LINES = 3
AMOUNT = re.compile(r"^([\d.,]+)\s*(.+)$")
# What people write for a unit besides its own names.
OTHER_WORDS = {
    "kg": ContentUnit.KILOGRAM,
    "千克": ContentUnit.KILOGRAM,
    "g": ContentUnit.GRAM,
    "市斤": ContentUnit.JIN,
    "l": ContentUnit.LITRE,
    "ml": ContentUnit.MILLILITRE,
    "个": ContentUnit.PIECE,
    "枚": ContentUnit.PIECE,
    "liang": ContentUnit.LIANG,
}


class CategoryField(forms.ChoiceField):
    """A category out of `rows`; those retired are offered only to what has them already."""

    rows: Mapping[str, Category] = {}

    def offer(self, rows: Mapping[str, Category], *, present: str = "") -> None:
        """Take the rows and offer those that are active, and the present one."""
        self.rows = rows
        # A row says its name in the language in which it is shown.
        self.choices = [("", "---------")] + [  # type: ignore[assignment]
            (row.pk, row) for row in rows.values() if row.is_active or row.pk == present
        ]

    def prepare_value(self, value: Any) -> Any:
        """Return the code, whether given a row or a code."""
        return getattr(value, "pk", value)

    def clean(self, value: Any) -> Category | None:  # type: ignore[override]
        """Return the row."""
        code = super().clean(value)
        return self.rows[code] if code else None


class VariantsInput(forms.Widget):
    """A few lines of inputs: those that are there, and some blank ones."""

    template_name = "products/variants_input.html"
    in_parts = True

    def id_for_label(self, id_: str) -> str:
        """No single input is the field; its frame has the id."""
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return the lines that say anything, as they were typed or as they were packed."""
        given = data.getlist(name) if hasattr(data, "getlist") else list(data.get(name) or [])
        lines = [line for line in given if line]
        # Only the page sends its inputs one by one.
        typed = any(key.startswith(f"{name}-") for key in data)
        for place in range(MOST_VARIANTS + BLANK_LINES) if typed else ():
            pieces = [str(data.get(f"{name}-{place}-{part}") or "").strip() for part in PARTS]
            if any(piece for part, piece in zip(PARTS, pieces, strict=True) if part != "unit"):
                lines.append(packed(*pieces))
        return lines

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Blank lines are sent, and mean that there are none."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template each line with the names of its inputs."""
        context = super().get_context(name, None, attrs)
        lines = [unpacked(line) for line in value or []]
        blank = ["", "", ContentUnit.JIN.value, "", ""]
        lines += [blank] * min(BLANK_LINES, max(0, MOST_VARIANTS - len(lines)))
        filled = len(value or [])
        context["widget"] |= {
            "lines": [
                {
                    "number": place + 1,
                    "prefix": f"{name}-{place}",
                    "open": place <= filled,
                    **dict(zip(PARTS, pieces, strict=True)),
                }
                for place, pieces in enumerate(lines)
            ],
            "units": ContentUnit.choices,
        }
        return context

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Draw with the project's templates; the default form renderer knows only the apps'."""
        return mark_safe(render_to_string(self.template_name, self.get_context(name, value, attrs)))  # noqa: S308


class VariantsField(forms.Field):
    """Up to twelve variants; cleans to a list of packed lines, each amount in its shortest form.

    Lines of text, so that drafts, snapshots, revisions and their diffs hold them as they hold any
    other value. See `portal.submissions.values` for the hooks of a composite field.
    """

    widget = VariantsInput
    row_name = "Variant"
    most = MOST_VARIANTS
    parts: Mapping[str, forms.Field] = {
        "name": forms.CharField(max_length=30, label=gettext_lazy("name")),
        "amount": forms.DecimalField(
            max_digits=9,
            decimal_places=3,
            min_value=Decimal("0.001"),
            label=gettext_lazy("content"),
        ),
        "unit": forms.ChoiceField(choices=ContentUnit.choices, label=gettext_lazy("unit")),
        "price": forms.DecimalField(
            max_digits=10,
            decimal_places=2,
            min_value=Decimal("0.01"),
            label=gettext_lazy("price in yuan"),
        ),
        "stock": forms.IntegerField(
            min_value=0, max_value=2**31 - 1, required=False, label=gettext_lazy("stock")
        ),
    }

    def prepare_value(self, value: Any) -> list[str]:
        """Return the lines."""
        return list(value or [])

    def clean(self, value: Any) -> list[str]:
        """Check every part of every line; name the line and the part of each mistake."""
        lines: list[str] = []
        errors: list[str] = []
        for number, line in enumerate(self.prepare_value(value), start=1):
            try:
                lines.append(self._line(unpacked(line)))
            except ValidationError as error:
                where = _("Variant %(n)d") % {"n": number}
                errors += [f"{where}{_(': ')}{each}" for each in error.messages]
        names = [unpacked(line)[0] for line in lines]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            errors.append(
                _("Two variants have the same name: %(names)s.") % {"names": listed(twice)}
            )
        if len(lines) > MOST_VARIANTS:
            errors.append(_("At most %(limit)d variants.") % {"limit": MOST_VARIANTS})
        if errors:
            raise ValidationError(errors)
        if self.required and not lines:
            raise ValidationError(_("Fill in at least one variant."), code="required")
        return lines

    def _line(self, pieces: list[str]) -> str:
        good: list[Any] = []
        errors: list[str] = []
        for (part, field), piece in zip(self.parts.items(), pieces, strict=True):
            try:
                good.append(field.clean(unicodedata.normalize("NFKC", piece).strip()))
            except ValidationError as error:
                errors += [f"{field.label}{_(': ')}{each}" for each in error.messages]
                continue
            if part == "name" and "/" in good[-1]:
                errors.append(_("The name of a variant has no slash."))
        if errors:
            raise ValidationError(errors)
        name, amount, unit, price, stock = good
        return packed(name, units.plain(amount), unit, f"{price:.2f}", stock)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether other lines, or another order, were typed."""
        try:
            return self.clean(data) != self.prepare_value(initial)
        except ValidationError:
            return True

    def is_live(self, before: Any, after: Any) -> bool:
        """Whether nothing but prices and stocks of the same variants differs: such a change of a
        published product is in force at once."""

        def what(lines: Iterable[str]) -> list[list[str]]:
            return [unpacked(line)[:3] for line in lines or []]

        return what(before) == what(after)

    def of_record(self, record: Any) -> list[str]:
        """The lines of a product that stands."""
        return [line_of(variant) for variant in record.variants.all()]

    def rows_of(self, value: Any) -> list[dict[str, Any]]:
        """The variants of packed lines as objects."""
        return [row_in(line) for line in value or []]

    def of_rows(self, rows: Iterable[Mapping[str, Any]]) -> list[str]:
        """The lines of such objects, which are checked as if they had been typed."""
        return [packed(*(row.get(part) for part in PARTS)) for row in rows]

    def in_words(self, value: Any) -> str:
        """One variant in each line: name / content / price / stock."""
        return "\n".join(_said(unpacked(line)) for line in value or [])

    def from_cell(self, text: str) -> list[str] | str:
        """Take the same words, or nothing. Raises: ValidationError."""
        lines = [line for line in re.split(r"[\n;；]", text) if line.strip()]
        return [_heard(line) for line in lines] if lines else ""


def _said(pieces: list[str]) -> str:
    name, amount, unit, price, stock = pieces
    word = str(dict(ContentUnit.choices).get(unit, unit))
    content = f"{amount}{word}" if speaks_chinese() else f"{amount} {word}"
    paid = f"{price}元" if speaks_chinese() else price
    return " / ".join(filter(None, (name, content, paid, stock)))


def _heard(line: str) -> str:
    pieces = [piece.strip() for piece in re.split(r"[/／]", line)]
    found = (
        AMOUNT.match(unicodedata.normalize("NFKC", pieces[1])) if len(pieces) in (3, 4) else None
    )
    unit = unit_of(found[2]) if found else ""
    if found is None or not unit:
        raise ValidationError(
            _("“%(text)s”: write name / content / price / stock, for example %(example)s.")
            % {"text": line.strip(), "example": _said(["A", "2.5", "kilogram", "39.80", "100"])}
        )
    stock = "".join(re.findall(r"\d", pieces[3])) if len(pieces) == len(PARTS) - 1 else ""
    return packed(
        pieces[0], found[1].replace(",", ""), unit, AROUND_NUMBER.sub("", pieces[2]), stock
    )


def unit_of(word: str) -> str:
    """The unit a word means, in either language; empty when it is none."""
    word = word.strip().casefold()
    if word in OTHER_WORDS:
        return OTHER_WORDS[word].value
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for unit in ContentUnit:
                if word in (str(unit.label).casefold(), unit.value):
                    return str(unit.value)
    return ""
