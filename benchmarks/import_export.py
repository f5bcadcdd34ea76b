"""django-import-export taking in the same workbook as `portal.sheets`, as fast as it goes.

Written as its own documentation has it: a resource whose fields have widgets, `before_import` for
what is read once, `validate_instance` for the rules of the form that are no rules of the model, and
`clean_model_instances`, which asks the model for all the others. It tells the same wrong cells and
the same changes, and leaves the same rows behind. Where a step of the library can be spared it is:
the dry run writes nothing, and the difference is worked out of values instead of copies of rows.
"""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

import tablib
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from import_export import fields, resources, widgets
from import_export.instance_loaders import CachedInstanceLoader
from python_calamine import CalamineWorkbook

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.bulk import reserve_numbers
from portal.moves.models import MoveLog
from portal.sheets.cells import WrongCell, taker
from portal.statements.reading.tables import as_text
from portal.submissions import kinds, values
from portal.submissions.models import Submission
from portal.submissions.queries import place_of
from products.models import Product
from products.rules import FORBIDDEN_WORDS, words_in

BATCH = 1_000
TEXTS = ("name", "description", "package")


class Cell(widgets.Widget):
    """A cell taken as the portal takes it, then as the form's field does."""

    def __init__(self, field: Any) -> None:
        super().__init__()
        self._take = taker(field)
        # The model checks what it holds; of a choice only the field knows what its code means.
        is_choice = isinstance(field, forms.ChoiceField)
        self._read = field.clean if is_choice else field.to_python

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """Raises: ValueError when the cell cannot be understood."""
        try:
            return self._read(self._take(value))
        except (WrongCell, ValidationError) as error:
            raise ValueError(str(error)) from error


class ProductResource(resources.ModelResource):
    """Products whose rows are told apart by their dossier's code, else by their name."""

    code = fields.Field("submission__code", readonly=True)

    class Meta:
        model = Product
        import_id_fields = ("code",)
        fields = ("code",)
        instance_loader_class = CachedInstanceLoader
        use_bulk = True
        batch_size = BATCH
        clean_model_instances = True
        skip_diff = True
        report_skipped = True
        use_transactions = True

    def __init__(self, actor: Actor, headings: dict[str, str]) -> None:
        super().__init__()
        self.actor, self.kind, self.headings = actor, kinds.get("product"), headings
        form = self.kind.form(actor=actor)
        self.fields["code"].column_name = headings["code"]
        for name, heading in headings.items():
            if name != "code":
                self.fields[name] = fields.Field(name, heading, widget=Cell(form.fields[name]))
        self.columns = [Product._meta.get_field(name) for name in headings if name != "code"]

    def get_queryset(self) -> Any:
        """Those of the county, read with their dossiers."""
        place = {f"submission__{name}": row for name, row in place_of(self.actor).items()}
        return super().get_queryset().filter(**place).select_related("submission")

    # --- What is read once ---------------------------------------------------------------

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Find what has the name of a row."""
        names = dataset[self.headings["name"]]
        self.by_name = {row.name: row for row in self.get_queryset().filter(name__in=names)}
        self.names: set[str] = set()
        self.changes: dict[int, dict[str, list[Any]]] = {}

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Note where the file stands."""
        self.number = kwargs["row_number"] + 1

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """The product of the code; without a code, that of the name."""
        if row[self.headings["code"]]:
            return super().get_instance(instance_loader, row)
        return self.by_name.get(row[self.headings["name"]])

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """Keep what stands there. Raises: ValidationError for a code or a name that cannot be."""
        self.stood = None if new else self._values(instance)
        code, name = row[self.headings["code"]], row[self.headings["name"]]
        if new and code:
            raise ValidationError({"code": "unknown"})
        if not code and name in self.names:
            raise ValidationError({"name": "twice"})
        self.names.add("" if code else name)

    def _values(self, instance: Any) -> list[Any]:
        return [column.to_python(getattr(instance, column.attname)) for column in self.columns]

    # --- The checks and the difference ---------------------------------------------------

    def skip_row(self, instance: Any, original: Any, row: Any, errors: Any = None) -> bool:
        """Whether nothing is changed; what is goes into `changes`."""
        if self.stood is None or errors:
            return False
        self.changes[self.number] = {
            column.name: [values.plain(before), values.plain(after)]
            for column, before, after in zip(
                self.columns, self.stood, self._values(instance), strict=True
            )
            if before != after
        }
        return not self.changes[self.number]

    def validate_instance(
        self, instance: Any, errors: Any = None, validate_unique: bool = True
    ) -> None:
        """The words, the unit and the season as the form has them; then the model's own checks."""
        found = dict(errors or {})
        category = instance.category
        forbidden = [*FORBIDDEN_WORDS, *(category.forbidden if category else [])]
        for name in TEXTS:
            if words_in(getattr(instance, name) or "", forbidden):
                found[name] = [ValidationError("forbidden words")]
        if category and category.units and instance.unit and instance.unit not in category.units:
            found["unit"] = [ValidationError("not sold by this unit")]
        ends = {"season_start", "season_end"}
        if not ends & {*found} and bool(instance.season_start) != bool(instance.season_end):
            missing = "season_end" if instance.season_start else "season_start"
            found[missing] = [ValidationError("both ends")]
        try:
            exclude = {*found, "submission"}
            instance.full_clean(exclude=exclude, validate_unique=validate_unique)
        except ValidationError as error:
            found = error.update_error_dict(found)
        if found:
            raise ValidationError(found)

    # --- What is written -----------------------------------------------------------------

    def bulk_create(self, transactions: bool, dry_run: bool, *args: Any, **kwargs: Any) -> None:
        """The dossiers of the batch first, then its products, then what is logged of them."""
        if dry_run:
            return self.create_instances.clear()
        numbers = reserve_numbers(Submission, len(self.create_instances))
        place = place_of(self.actor)
        made = [
            Submission(
                pk=number,
                code=f"{self.kind.prefix}{number:06d}",
                kind=self.kind.code,
                title=record.name,
                owner=self.actor.person,
                form_key=uuid.uuid4(),
                created_at=timezone.now(),
                **place,
            )
            for number, record in zip(numbers, self.create_instances, strict=True)
        ]
        Submission.objects.bulk_create(made)
        for row, record in zip(made, self.create_instances, strict=True):
            record.submission = row
        super().bulk_create(transactions, dry_run, *args, **kwargs)
        log(made, "create", "", self.actor)
        return None

    def bulk_update(self, transactions: bool, dry_run: bool, *args: Any, **kwargs: Any) -> None:
        """The products of the batch, their dossiers, and what is logged of them."""
        if dry_run:
            return self.update_instances.clear()
        changed = [record.submission for record in self.update_instances]
        keys = [row.pk for row in changed]
        Submission.objects.filter(pk__in=keys).update(version=F("version") + 1)
        for row, record in zip(changed, self.update_instances, strict=True):
            row.version += 1
            if row.title != record.name:
                row.title = record.name
                row.save()
        super().bulk_update(transactions, dry_run, *args, **kwargs)
        log(changed, "edit", "draft", self.actor)
        return None


def log(rows: list[Submission], act: str, from_state: str, actor: Actor) -> None:
    """One line of the history and one of the record for each."""
    common = {"subject_type": "submissions.submission", "user": actor.user, "role": "official"}
    MoveLog.objects.bulk_create(
        MoveLog(
            subject_id=str(row.pk),
            move=act,
            from_state=from_state,
            to_state=row.state,
            version=row.version,
            at=timezone.now(),
            **common,
        )
        for row in rows
    )
    Entry.objects.bulk_create(
        Entry(
            subject_id=str(row.pk),
            act=act,
            data={"from_state": from_state, "to_state": row.state, "version": row.version},
            **common,
        )
        for row in rows
    )


def import_workbook(path: Path, *, headings: dict[str, str]) -> tuple[float, float, list[Any]]:
    """Seconds of reading and the dry run, and of the import; and what the dry run says: number,
    wrong fields and changes of each row that has any."""
    actor = Actor.of(User.objects.get(username="official"))
    started = time.perf_counter()
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    table = tablib.Dataset(headers=sheet[0])
    for row in sheet[1:]:
        table.append([as_text(cell) for cell in row])
    resource = ProductResource(actor, headings)
    result = resource.import_data(table, dry_run=True)
    wrong = {row.number + 1: sorted(row.error_dict) for row in result.invalid_rows}
    changes = {n: changed for n, changed in resource.changes.items() if changed and n not in wrong}
    checked = time.perf_counter()
    written = resource.import_data(table, dry_run=False)
    ended = time.perf_counter()
    if result.has_errors() or written.has_errors():
        raise SystemExit(f"The alternative fails: {[*result.base_errors, *written.base_errors]}")
    said = [[n, wrong.get(n, []), changes.get(n, {})] for n in sorted({*wrong, *changes})]
    return checked - started, ended - checked, said
