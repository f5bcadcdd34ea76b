"""Choosing one row of many in a form: type words or a code, then choose from what is found.

The server looks, so it works without JavaScript and a page stays light however many rows there
are. “Find” sends the form and acts on nothing; sending it with words that fit one row alone takes
that row. A form with such a field inherits `Looking`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.forms.utils import ErrorDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

# So many are shown; who does not find it among them types another word.
SHOWN = 10
WORDS, FIND = "-words", "-find"
LONGEST = 60

Search = Callable[[QuerySet[Any], str], QuerySet[Any]]


class Asked(str):
    """The key that was chosen, empty without a choice, and beside it the `words` looked for."""

    words: str

    def __new__(cls, chosen: str, words: str = "") -> Asked:
        """Keep both."""
        asked = super().__new__(cls, chosen)
        asked.words = words
        return asked


class SearchInput(forms.Widget):
    """Words, a button to look, and what was found to choose from."""

    template_name = "components/search_input.html"
    in_parts = True
    field: SearchChoiceField

    def id_for_label(self, id_: str) -> str:
        """No single input is the field; its frame has the id."""
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Asked:
        """Return the choice and the words."""
        words = str(data.get(f"{name}{WORDS}") or "").replace("\0", "")
        return Asked(str(data.get(name) or ""), words.strip()[:LONGEST])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """No choice is sent as nothing."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template the rows to choose from, the one that is chosen first."""
        context = super().get_context(name, None, attrs)
        asked = value if isinstance(value, Asked) else Asked(str(value or ""))
        chosen = self.field.chosen(asked)
        found = self.field.found(asked.words)
        others = [row for row in found[:SHOWN] if chosen is None or row.pk != chosen.pk]
        if chosen is None and asked.words and len(found) == 1:
            chosen, others = found[0], []
        rows = [*([chosen] if chosen is not None else []), *others]
        context["widget"] |= {
            "words": asked.words,
            "words_name": f"{name}{WORDS}",
            "find_name": f"{name}{FIND}",
            "longest": LONGEST,
            "rows": [(row.pk, self.field.label_from_instance(row)) for row in rows],
            "chosen": chosen.pk if chosen is not None else None,
            "is_none": bool(asked.words) and not found,
            "has_more": len(found) > SHOWN,
        }
        return context

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Draw with the project's templates; the default form renderer knows only the apps'."""
        return mark_safe(render_to_string(self.template_name, self.get_context(name, value, attrs)))  # noqa: S308


class SearchChoiceField(forms.ModelChoiceField):
    """One row of `queryset`, found by `search(rows, words)`; cleans to the row.

    Set `queryset` in the form's constructor. Give it an order in which the likely ones come first.
    """

    widget = SearchInput
    default_error_messages = {  # noqa: RUF012
        "required": _("Type words or a code, and choose from what is found."),
        "none": _("Nothing fits “%(words)s”: try other words."),
        "several": _("Choose one of those found."),
    }

    def __init__(self, *, search: Search, **kwargs: Any) -> None:
        super().__init__(queryset=None, **kwargs)
        self.search = search

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Let the widget ask this field, the form's own copy."""
        self.widget.field = self
        return super().get_bound_field(form, field_name)

    def found(self, words: str) -> list[Any]:
        """Rows that fit, one more than are shown where there are more; one query."""
        rows: Any = self.queryset
        return list((self.search(rows, words) if words else rows)[: SHOWN + 1])

    def chosen(self, value: str) -> Model | None:
        """The row of that key among those offered; one query, none without a key."""
        try:
            return super().to_python(value) if value else None
        except forms.ValidationError:
            return None

    def to_python(self, value: Any) -> Model | None:
        """The row that was chosen, or the only one that fits the words."""
        if not isinstance(value, Asked):
            return super().to_python(value)
        if value or not value.words:
            return super().to_python(str(value))
        found = self.found(value.words)
        if len(found) == 1:
            row: Model = found[0]
            return row
        code = "several" if found else "none"
        words = {"words": value.words}
        raise forms.ValidationError(self.error_messages[code], code=code, params=words)


class Looking(forms.BaseForm):
    """A form in which somebody may look for a row before it is sent: nothing is judged then."""

    def is_looking(self) -> bool:
        """Whether a “Find” was pressed and not the form's own button."""
        names = (
            name for name, field in self.fields.items() if isinstance(field, SearchChoiceField)
        )
        return self.is_bound and any(
            f"{self.add_prefix(name)}{FIND}" in self.data for name in names
        )

    def full_clean(self) -> None:
        """Leave what is typed as it is while somebody looks."""
        if self.is_looking():
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    def is_valid(self) -> bool:
        """Never while somebody looks."""
        return super().is_valid() and not self.is_looking()
