"""The form a kind builds on, the reason of a decision, and the filters of lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.campaigns.models import Action
from portal.files.fields import FilesField, absorb_uploads
from portal.regions.fields import CountyField
from portal.submissions import kinds, subsets
from portal.submissions.enums import State
from portal.submissions.queries import files_for_form, waiting_for

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


# The villager for whom a cadre fills in the form; asked until it is submitted for the first time.
FILED_FOR = "filed_for"


class DossierForm(forms.ModelForm):
    """The one form of a kind: as a draft almost nothing is required, on submission the fields in
    `required_on_submit` are.

    Files are stored as soon as they arrive, so that an error elsewhere loses none of them.
    `shared` is what `read_shared` gave once for many forms of the kind. Where many records are
    filled in, forms that follow alike are made of one: see `follows` and `again`.
    """

    title_field: ClassVar[str] = "name"
    required_on_submit: ClassVar[tuple[str, ...]] = ()
    sections: ClassVar[list[tuple[Any, list[str]]]] = []
    # Fields that say one thing between them: where one is given, those left empty are empty.
    as_one: ClassVar[tuple[str, ...]] = ()
    file_errors: dict[str, list[str]]

    def __init__(
        self,
        data: MultiValueDict | None = None,
        files: MultiValueDict | None = None,
        *,
        actor: Actor | None = None,
        complete: bool = False,
        shared: Any = None,
        **kwargs: Any,
    ) -> None:
        self.actor = actor
        self.complete = complete
        self.shared = shared
        self.file_errors = {}
        if data is not None and files and actor is not None:
            data, self.file_errors = absorb_uploads(
                data=data, files=files, fields=self.file_fields(), actor=actor
            )
        super().__init__(data, None, **kwargs)
        self.initial |= self.beside(self.instance)
        self._stands = self.instance.pk is not None
        self.follow()
        # Errors, records and reviews list the fields in the order of the page.
        self.order_fields([name for _legend, names in self.sections for name in names])
        required = self.asked_names()
        for name, field in self.fields.items():
            asked = name in required
            field.asked = asked or name == self.title_field  # type: ignore[attr-defined]
            field.required = name == self.title_field or (complete and asked)
            _say_choose(field)
        self._offer_files()
        if self._asks_for_whom():
            self.fields[FILED_FOR] = _filed_for()

    def _asks_for_whom(self) -> bool:
        if self.actor is None or not self.actor.has(Role.OFFICIAL):
            return False
        if self.instance.pk is None:
            return True
        is_asked = not self.is_bound or FILED_FOR in self.data
        return is_asked and self.instance.submission.submitted_at is None

    @classmethod
    def read_shared(cls) -> Any:
        """Return what every form of the kind reads alike, where many are made at once."""
        return None

    @classmethod
    def stood(cls, record: Any) -> dict[str, Any]:
        """The values of a record by field, as a form starts from them; of none, nothing."""
        if record is None:
            return cls.beside(record)
        columns = forms.model_to_dict(record, cls._meta.fields, cls._meta.exclude)
        return columns | cls.beside(record)

    @classmethod
    def beside(cls, record: Any) -> dict[str, Any]:
        """The values that stand in no column of the record: files, and for whom it is filed."""
        found: dict[str, Any] = {name: [] for name in cls.file_fields()}
        if record is None or record.pk is None:
            return found
        for row in record.submission.attachments.all() if found else ():
            if row.purpose in found:
                found[row.purpose].append(str(row.file_id))
        return found | {FILED_FOR: record.submission.filed_for}

    @classmethod
    @cache
    def file_fields(cls) -> dict[str, FilesField]:
        """The fields that hold files, by name."""
        every: dict[str, forms.Field] = cls.base_fields
        return {name: field for name, field in every.items() if isinstance(field, FilesField)}

    @classmethod
    def follows(
        cls,
        data: Any,
        stood: Mapping[str, Any],
        *,
        complete: bool,
        shared: Any,
    ) -> Any:
        """What the fields follow from, beside who fills them in and the state of the dossier.

        Forms of one kind that follow from equal values have equal fields. None where that cannot
        be said beforehand: each form is then made anew. `data` is None of an unbound form.
        """
        return None

    def again(self, data: MultiValueDict | None, record: Any, stood: dict[str, Any]) -> Self:
        """Return a form like this one for another record, or for a new one when it is None.

        This one was never checked and follows from the same; both have the same fields.
        """
        form = copy(self)
        form._turn_to(data, record, stood)  # noqa: SLF001 - of this very class
        return form

    def _turn_to(self, data: MultiValueDict | None, record: Any, stood: dict[str, Any]) -> None:
        self.data = MultiValueDict() if data is None else data
        self.instance = self._meta.model() if record is None else record
        self.initial, self._stands = stood, record is not None
        self._bound_fields_cache: dict[str, Any] = {}
        if record is not None:
            # The files that may be taken are those of the record itself.
            own = {name: copy(self.fields[name]) for name in self.file_fields()}
            self.fields = {**self.fields, **own}
            self._offer_files()

    def save(self, commit: bool = True) -> Any:
        """Write the record and what it holds beside its own row."""
        record = super().save(commit)
        if commit:
            self.write_parts([self])
        return record

    @classmethod
    def write_parts(cls, forms: Sequence[DossierForm]) -> None:
        """Write rows that hang on the records of `forms`, which were written a moment ago; a kind
        with such rows has its own."""

    def is_new(self, name: str) -> bool:
        """Whether a valid form holds another value in a field than stood in its record."""
        stood = self.initial.get(name) if self._stands else None
        held = self.cleaned_data
        return name in held and (held[name] or None) != (stood or None)

    def has_other_files(self) -> bool:
        """Whether a valid form holds other files than it started from, or in another order."""
        return any(
            [str(file.pk) for file in self.cleaned_data[name]] != self.initial[name]
            for name in self.file_fields()
            if name in self.fields
        )

    def leave_to_database(self) -> None:
        """Check nothing that only the database can say: each constraint would be a query, and
        whoever writes many rows hears of a broken one when they are written."""
        self.instance.validate_constraints = lambda exclude=None: None  # type: ignore[method-assign]

    def ask_database(self) -> str:
        """Check the whole after all; return the first thing that is wrong."""
        self.instance.__dict__.pop("validate_constraints", None)
        self.full_clean()
        first = next(iter(self.errors.values()), None)
        return str(first[0]) if first else str(_("The database refuses this row."))

    def follow(self) -> None:
        """Make the form follow from what stands in it; a kind with such rules has its own."""

    def asked_names(self) -> Collection[str]:
        """The fields a submission asks for, as the form stands."""
        return self.required_on_submit

    def lacking(self) -> list[str]:
        """The fields of a valid bound form that a submission would still ask for."""
        asked = self.asked_names()
        return [
            name
            for name in self.fields
            if name in asked and self.cleaned_data.get(name) in (None, "", [])
        ]

    def _offer_files(self) -> None:
        """Let each field take the files of the record and those of who fills in."""
        names = self.file_fields()
        known = [key for name in names for key in self.initial[name]]
        user = self.actor.user if self.actor else None
        # Asked for when somebody names a file: most of many forms at once name none.
        allowed = SimpleLazyObject(lambda: files_for_form(user=user, attached=known))
        for name in names:
            self.fields[name].allowed = allowed  # type: ignore[attr-defined]

    @classmethod
    def prefill(cls, actor: Actor) -> dict[str, Any]:
        """Return what is known of `actor` already and need not be typed again.

        The contact is the organisation's for whom it is filed, else the person who files.
        """
        hat = actor.hat(Role.MERCHANT)
        contact = hat.organisation if hat else None
        if contact is not None and contact.contact_phone:
            known = {"contact_name": contact.contact_name, "contact_phone": contact.contact_phone}
        elif actor.user is not None:
            known = {"contact_name": actor.user.full_name, "contact_phone": actor.user.phone or ""}
        else:
            known = {}
        return {name: value for name, value in known.items() if name in cls.base_fields}

    def _clean_fields(self) -> None:
        """Check each field as Django does, without the words around it: those take longer than the
        check, and only a page shows them."""
        for name, field in self.fields.items():
            read, own = field.widget.value_from_datadict, getattr(self, f"clean_{name}", None)
            try:
                self.cleaned_data[name] = field.clean(
                    read(self.data, self.files, self.add_prefix(name))
                )
                if own is not None:
                    self.cleaned_data[name] = own()
            except forms.ValidationError as error:
                self.add_error(name, error)

    def clean(self) -> dict[str, Any]:
        """Add what was wrong with an upload to its field."""
        cleaned = super().clean() or self.cleaned_data
        for name, errors in self.file_errors.items():
            for error in errors:
                self.add_error(name, error)
        return cleaned


def _filed_for() -> forms.CharField:
    return forms.CharField(
        label=_("Filed for a villager"),
        help_text=_("When you fill this in for somebody: whose it is. The record says so."),
        required=False,
        max_length=40,
    )


def _say_choose(field: forms.Field) -> None:
    """Let an empty choice ask for one instead of showing dashes."""
    if isinstance(field, forms.ModelChoiceField):
        # Its choices follow its queryset; a list in their place would hide later narrowing.
        field.empty_label = _("Please choose")  # type: ignore[assignment]
        return
    choices = list(getattr(field, "choices", []) or [])
    if choices and choices[0][0] == "":
        field.choices = [("", _("Please choose")), *choices[1:]]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """The reason of a decision, in the words the applicant will read."""

    note = forms.CharField(
        label=_("Reason"),
        help_text=_("The applicant reads this sentence."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PublicFilter(forms.Form):
    """Filters of a public list of records that have a name and a category."""

    categories: ClassVar[Sequence[tuple[str, Any]]] = ()
    q = forms.CharField(label=_("Name or pinyin"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    county = CountyField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("All")), *self.categories]  # type: ignore[attr-defined]

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("q"):
            rows = rows.filter(submission__words__search=data["q"])
        if data.get("category"):
            rows = rows.filter(category=data["category"])
        if data.get("county"):
            rows = rows.filter(submission__county=data["county"])
        return rows


class QueueFilter(forms.Form):
    """Filters of the list of dossiers; they stay in the address."""

    q = forms.CharField(label=_("Title, pinyin or code"), required=False)
    action = forms.ChoiceField(label=_("Action"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *State.choices]
    )
    county = CountyField(required=False)
    turn = forms.ChoiceField(
        label=_("Whose turn"),
        required=False,
        choices=[("", _("All")), ("me", _("Waiting for me")), ("own", _("Filed by me"))],
    )
    only = forms.ChoiceField(label=_("Show only"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            ("", _("All")),
            *(choice for choice in Action.choices if kinds.of_action(choice[0])),
        ]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("All")),
            *((kind.code, kind.label) for kind in kinds.every()),
        ]
        self.fields["only"].choices = [  # type: ignore[attr-defined]
            ("", _("All")),
            *((subset.code, subset.label) for subset in subsets.every()),
        ]

    def kinds_left(self) -> list[kinds.Kind]:
        """The kinds among which the filters leave something."""
        self.is_valid()
        kind, action = (self.cleaned_data.get(name) or "" for name in ("kind", "action"))
        return [
            one for one in kinds.every() if kind in {"", one.code} and action in {"", one.action}
        ]

    def restrict(self, rows: Any, actor: Actor) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        if "turn" in wanted:
            rows = (
                waiting_for(rows, actor)
                if wanted["turn"] == "me"
                else rows.filter(owner=actor.user)
            )
        if "q" in wanted:
            rows = rows.matching(wanted["q"])
        if "action" in wanted:
            rows = rows.filter(kind__in=[kind.code for kind in kinds.of_action(wanted["action"])])
        if "only" in wanted:
            rows = rows.filter(subsets.rows(wanted["only"]))
        exact = {name: wanted[name] for name in ("kind", "state", "county") if name in wanted}
        return rows.filter(**exact)
