"""django-import-export taking in the same workbook as `portal.sheets`, as fast as it goes."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export import fields, resources, widgets
from import_export.instance_loaders import CachedInstanceLoader
from python_calamine import CalamineWorkbook

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.moves.models import MoveLog
from portal.sheets.cells import WrongCell, taker
from portal.statements.reading.tables import as_text
from portal.submissions import kinds
from portal.submissions.models import Submission
from portal.submissions.queries import place_of
from products.models import Product
from products.rules import FORBIDDEN_WORDS, words_in

BATCH = 1_000


class Cell(widgets.Widget):
    """A cell taken as the portal takes it, then as the form's field does."""

    def __init__(self, field: Any) -> None:
        super().__init__()
        self._field, self._take = field, taker(field)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """Raises: ValueError when the cell cannot be understood."""
        try:
            # Of the fields only the category's own check finds the row of a code.
            found = self._field.clean if hasattr(self._field, "offer") else self._field.to_python
            return found(self._take(value))
        except (WrongCell, ValidationError) as error:
            raise ValueError(str(error)) from error

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The value as the difference shows it."""
        return "" if value is None else str(value)


class ProductResource(resources.ModelResource):
    """Products whose rows are told apart by their dossier's code."""

    code = fields.Field("submission__code", readonly=True)

    class Meta:
        model = Product
        import_id_fields = ("code",)
        fields = ("code",)
        instance_loader_class = CachedInstanceLoader
        use_bulk = True
        batch_size = BATCH
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    def __init__(self, actor: Actor, headings: dict[str, str]) -> None:
        super().__init__()
        self.actor, self.kind = actor, kinds.get("product")
        form = self.kind.form(actor=actor)
        self.fields["code"].column_name = headings["code"]
        for name, heading in headings.items():
            if name != "code":
                self.fields[name] = fields.Field(name, heading, widget=Cell(form.fields[name]))

    def get_queryset(self) -> Any:
        """Read with their dossiers."""
        return super().get_queryset().select_related("submission")

    def validate_instance(self, instance: Any, *args: Any, **kwargs: Any) -> None:
        """The model's own checks, then the words that the form refuses."""
        instance.full_clean(exclude=["submission"])
        forbidden = [*FORBIDDEN_WORDS, *(instance.category.forbidden if instance.category else [])]
        if words_in(f"{instance.name}{instance.description}{instance.package}", forbidden):
            raise ValidationError({"description": "forbidden words"})

    def bulk_create(self, *args: Any, **kwargs: Any) -> None:
        """The dossiers of the batch first, then its products, then what is logged of them."""
        place = place_of(self.actor)
        made = [
            Submission(
                code=uuid.uuid4().hex,
                kind=self.kind.code,
                title=record.name,
                owner=self.actor.person,
                form_key=uuid.uuid4(),
                created_at=timezone.now(),
                **place,
            )
            for record in self.create_instances
        ]
        Submission.objects.bulk_create(made)
        for row, record in zip(made, self.create_instances, strict=True):
            row.code, record.submission = f"{self.kind.prefix}{row.pk:06d}", row
        Submission.objects.bulk_update(made, ["code", "words"])
        super().bulk_create(*args, **kwargs)
        log(made, "create", self.actor)

    def bulk_update(self, *args: Any, **kwargs: Any) -> None:
        """The products of the batch, their dossiers, and what is logged of them."""
        changed = [record.submission for record in self.update_instances]
        for row, record in zip(changed, self.update_instances, strict=True):
            row.title, row.version = record.name, row.version + 1
        super().bulk_update(*args, **kwargs)
        Submission.objects.bulk_update(changed, ["title", "words", "version"])
        log(changed, "edit", self.actor)


def log(rows: list[Submission], act: str, actor: Actor) -> None:
    """One line of the history and one of the record for each."""
    common = {"subject_type": "submissions.submission", "user": actor.user, "role": "official"}
    MoveLog.objects.bulk_create(
        MoveLog(
            subject_id=str(row.pk),
            move=act,
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
            data={"from_state": "", "to_state": row.state, "version": row.version},
            **common,
        )
        for row in rows
    )


def import_workbook(path: Path, *, headings: dict[str, str]) -> tuple[float, float]:
    """Seconds of reading and the dry run, and of the import."""
    actor = Actor.of(User.objects.get(username="official"))
    started = time.perf_counter()
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    table = tablib.Dataset(headers=sheet[0])
    for row in sheet[1:]:
        table.append([as_text(cell) for cell in row])
    resource = ProductResource(actor, headings)
    _check(resource.import_data(table, dry_run=True))
    checked = time.perf_counter()
    resource._meta.skip_diff = True
    _check(resource.import_data(table, dry_run=False))
    return checked - started, time.perf_counter() - checked


def _check(result: Any) -> None:
    if result.has_errors() or result.has_validation_errors():
        first = [str(error.error) for _n, errors in result.row_errors() for error in errors][:1]
        wrong = [str(row.error) for row in result.invalid_rows][:1]
        raise SystemExit(f"The alternative refuses a row: {first or wrong}")
