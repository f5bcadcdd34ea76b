"""Forms of papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from portal.files.fields import FilesField, absorb_uploads
from portal.files.models import FileKind
from portal.organisations.models import Organisation
from portal.qualifications import queries
from portal.qualifications.enums import BRANDS, MAY_HAVE_NO_END, OF_ORGANISATIONS, PaperKind
from portal.regions.fields import CountyField
from portal.submissions.queries import files_for_form

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.qualifications.models import Qualification, QualificationQuerySet
    from portal.submissions.models import Submission

# Words of one's own when the kind is “another paper”.
NAMED = ("kind", "title")
A_YEAR = timedelta(days=365)


class PaperForm(forms.Form):
    """One paper as it is read off the original."""

    kind = forms.ChoiceField(label=_("Kind of paper"))
    title = forms.CharField(
        label=_("Name of the paper"),
        required=False,
        max_length=40,
        help_text=_("Only for “another paper”: what stands on top of it."),
    )
    number = forms.CharField(label=_("Number"), max_length=60)
    issuer = forms.CharField(label=_("Issuing authority"), required=False, max_length=80)
    valid_from = forms.DateField(
        label=_("Valid from"), help_text=_("The day of issue, where nothing else is written.")
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("The last valid day. Leave it empty only where the paper has no end."),
    )
    check_due_on = forms.DateField(
        label=_("Next yearly check"),
        required=False,
        help_text=_("For brand numbers only: you are reminded 30 days before."),
    )
    scan = FilesField(
        kind=FileKind.PDF,
        max_files=1,
        required=False,
        label=_("Scan of the paper"),
        help_text=_("All pages in one PDF. Brand numbers need none."),
    )
    # Asked only of who enters a second paper of a kind; see `ask_beside`.
    beside = forms.BooleanField(
        label=_("This is another paper beside the one of this kind on file"),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict | None = None,
        *,
        actor: Actor,
        holder: Organisation | Submission,
        renews: Qualification | None = None,
        **kwargs: Any,
    ) -> None:
        self.renews = renews
        field = self.base_fields["scan"]
        self.file_errors: dict[str, list[str]] = {}
        if data is not None and files:
            data, self.file_errors = absorb_uploads(
                data=data,
                files=files,
                fields={"scan": field},  # type: ignore[dict-item]
                actor=actor,
            )
        if renews is not None:
            kwargs["initial"] = _known(renews) | kwargs.get("initial", {})
        super().__init__(data, None, **kwargs)
        offered = OF_ORGANISATIONS if isinstance(holder, Organisation) else tuple(PaperKind)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("Please choose")),
            *((kind.value, kind.label) for kind in offered),
        ]
        self.fields["scan"].allowed = files_for_form(  # type: ignore[attr-defined]
            user=actor.user, attached=[]
        )
        self.fields["number"].example = "10144023200012"  # type: ignore[attr-defined]
        if renews is not None:
            for name in (*NAMED, "beside"):
                del self.fields[name]
            self.fields["valid_until"].required = renews.kind not in MAY_HAVE_NO_END
            self.fields["scan"].required = renews.kind not in BRANDS
            if renews.kind not in BRANDS:
                del self.fields["check_due_on"]

    def ask_beside(self) -> None:
        """Show the question whether this is another paper, beside its error."""
        if "beside" in self.errors:
            self.fields["beside"].widget = forms.CheckboxInput()

    def clean(self) -> dict[str, Any]:
        """What each kind asks for, beside its field."""
        cleaned = super().clean() or {}
        for error in self.file_errors.get("scan", []):
            self.add_error("scan", error)
        kind = self.renews.kind if self.renews else cleaned.get("kind")
        if kind:
            self._clean_for(str(kind), cleaned)
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last valid day is not before the first."))
        return cleaned

    def _clean_for(self, kind: str, cleaned: dict[str, Any]) -> None:
        lacks = {
            "title": (not self.renews and kind == PaperKind.OTHER, _("Say what paper it is.")),
            "valid_until": (
                kind not in MAY_HAVE_NO_END,
                _("A paper of this kind has a last valid day."),
            ),
            "check_due_on": (kind in BRANDS, _("Say when the next yearly check is due.")),
            "scan": (kind not in BRANDS, _("Upload the scan of the paper.")),
        }
        for name, (asked, sentence) in lacks.items():
            if asked and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if kind not in BRANDS and cleaned.get("check_due_on"):
            self.add_error("check_due_on", _("Only brand numbers have a yearly check."))
        if kind != PaperKind.OTHER and "title" in cleaned:
            cleaned["title"] = ""

    def values(self) -> dict[str, Any]:
        """The act's fields."""
        values = dict(self.cleaned_data)
        scans = values.pop("scan")
        return values | {"file": scans[0] if scans else None}


def _known(row: Qualification) -> dict[str, Any]:
    """What a renewal has in common with what it renews."""
    known: dict[str, Any] = {"number": row.number, "issuer": row.issuer}
    if row.valid_until is not None:
        known["valid_from"] = row.valid_until + timedelta(days=1)
    if row.check_due_on is not None:
        known["check_due_on"] = row.check_due_on
    return known


class CheckForm(forms.Form):
    """The yearly check of a brand number."""

    done_on = forms.DateField(label=_("Passed on"))
    next_on = forms.DateField(label=_("Next yearly check"))


class TakeOffForm(forms.Form):
    """Why a paper is taken off the file."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Who entered the paper reads this sentence."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PaperFilter(forms.Form):
    """What narrows the list of papers; it stays in the address."""

    q = forms.CharField(label=_("Holder, pinyin or number"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=_("Kind of paper"), required=False, choices=[("", _("All")), *PaperKind.choices]
    )
    part = forms.ChoiceField(
        label=_("How it stands"),
        required=False,
        choices=[
            ("", _("All")),
            ("soon", _("Lapses within 30 days")),
            ("lapsed", _("Lapsed")),
            ("valid", _("Valid")),
            ("check", _("Yearly check within 30 days, or overdue")),
            ("unchecked", _("Not checked by a second person")),
            ("mine", _("For me to check: others entered it")),
        ],
    )
    county = CountyField(required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        if not self._has_counties(actor):
            del self.fields["county"]

    @staticmethod
    def _has_counties(actor: Actor) -> bool:
        """Whether the reader sees more than one county."""
        return actor.sees_province or any(hat.city_id for hat in actor.memberships)

    def restrict(self, rows: QualificationQuerySet) -> QualificationQuerySet:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        narrow: dict[str, Callable[[QualificationQuerySet, str], QualificationQuerySet]] = {
            "q": queries.matching,
            "kind": lambda rows, kind: rows.filter(kind=kind),
            "part": self._in_part,
            "county": queries.in_county,
        }
        found: Iterable[tuple[str, str]] = self.cleaned_data.items()
        for name, value in found:
            if value:
                rows = narrow[name](rows, value)
        return rows

    def _in_part(self, rows: QualificationQuerySet, part: str) -> QualificationQuerySet:
        if part == "mine":
            return queries.to_check(rows, self.actor.person)
        return queries.in_part(rows, part)
