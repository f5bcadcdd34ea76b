"""Forms of allotments: days of a statement, and a workbook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.choosing import SearchChoiceField
from portal.ledger.models import Account
from portal.sheets.forms import tables_of
from portal.statements.forms import shown_name
from traffic.allotting import queries, reading
from traffic.allotting.amounts import NoAmount, amount_of
from traffic.queries import action_label


class AmountField(forms.CharField):
    """A whole number of impressions, also written as 500万 or 1.2亿; never rounded."""

    def clean(self, value: Any) -> int | None:
        """Return the number of impressions."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return amount_of(text)
        except NoAmount as error:
            raise forms.ValidationError(str(error)) from error


class AccountField(SearchChoiceField):
    """An account, found by its name or its no.; the form's constructor says which are offered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(search=queries.accounts_called, **kwargs)

    def label_from_instance(self, account: Account) -> str:
        """Name, number, and what it holds and has not passed on."""
        return _("%(name)s · %(code)s (%(balance)s)") % {
            "name": action_label(account),
            "code": reading.code_of(account),
            "balance": f"{account.balance:,}",
        }


class StatementFilter(forms.Form):
    """The days of a statement of account, both included."""

    since = forms.DateField(
        label=gettext_lazy("From the day"), required=False, widget=forms.DateInput
    )
    until = forms.DateField(
        label=gettext_lazy("To the day"), required=False, widget=forms.DateInput
    )

    def clean(self) -> dict[str, Any]:
        """Days run forward."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        return cleaned

    def days(self) -> tuple[Any, Any]:
        """The days asked for and understood, None where none is."""
        self.is_valid()
        return self.cleaned_data.get("since"), self.cleaned_data.get("until")


class SheetForm(forms.Form):
    """A workbook of allotments."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        help_text=gettext_lazy(
            "The template filled in, or your own .xlsx, .xls or .csv with these columns; up to "
            "300 rows."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.csv"
        self.lines: list[dict[str, Any]] = []
        self.shown_name = ""

    def clean_file(self) -> Any:
        """Read the lines of the workbook."""
        upload = self.cleaned_data["file"]
        self.shown_name = shown_name(upload)
        found = reading.find(tables_of(upload))
        if found is None or "amount" not in found.mapping:
            raise forms.ValidationError(
                _("No column of impressions was found: keep the headings of the template.")
            )
        self.lines = reading.lines_of(found)
        if not self.lines:
            raise forms.ValidationError(_("No row has an amount: nothing would be moved."))
        if len(self.lines) > reading.MOST_LINES:
            raise forms.ValidationError(
                _("%(count)d rows; at most %(most)d at once: split the workbook.")
                % {"count": len(self.lines), "most": reading.MOST_LINES}
            )
        return upload


class TakeBackForm(forms.Form):
    """Why a workbook is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("It stays in the ledger for ever."),
    )
