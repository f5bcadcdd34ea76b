"""Bringing a workbook in: read, check, take in, take back, submit."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.domain import record
from portal.jobs.domain import Progress, enqueue
from portal.moves.domain import transition
from portal.sheets import archive as archives
from portal.sheets import rules
from portal.sheets.check import Check, Row
from portal.sheets.headings import Found
from portal.sheets.models import Intake, KnownHeading, TakenRow, Verdict
from portal.submissions import domain as dossiers
from portal.submissions import kinds, values
from portal.submissions.enums import State
from portal.verdict import RuleBroken, require

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from portal.accounts.actor import Actor
    from portal.jobs.models import Work
    from portal.submissions.forms import DossierForm
    from portal.submissions.kinds import Kind
    from portal.submissions.models import Revision, Submission

WORK = "sheets.act"
FOLDER = "sheets"
# Where a dossier is written as a draft is.
OPEN = (State.DRAFT, State.RETURNED)


@transaction.atomic
def upload(
    *, kind: Kind, name: str, found: Found, archive: UploadedFile | None, actor: Actor
) -> Intake:
    """Keep a workbook's rows and the archive of its files; nothing else happens yet.

    Raises: RuleBroken when `actor` may not file this kind.
    """
    require(kind.may_file(actor))
    intake = Intake.objects.create(
        kind=kind.code,
        owner=actor.person,
        name=name,
        created_at=clock.now(),
        headings=found.headings,
        mapping=found.mapping,
        rows=[list(row) for row in found.rows],
        archive=default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}.zip", archive)
        if archive
        else "",
    )
    record(actor=actor, act="sheets.upload", subject=intake, rows=len(found.rows))
    return intake


@transaction.atomic
def ask(*, intake: Intake, act: str, actor: Actor) -> Work:
    """Ask for one act on a workbook: check, take_in, undo or submit.

    Locks the workbook. Raises: RuleBroken when it is not its turn.
    """
    row = Intake.objects.select_for_update().get(pk=intake.pk)
    require(rules.may_act(row, act, actor))
    return enqueue(
        kind=WORK,
        # One key for every act: two acts on one workbook never run at the same time.
        key=str(row.pk),
        payload={"intake": row.pk, "act": act, "language": translation.get_language()},
        asked_by=actor.person,
        total=len(row.rows),
    )


@transaction.atomic
def map_columns(*, intake: Intake, mapping: list[str], actor: Actor) -> None:
    """Say what each column means, and remember it for the person's next file.

    Locks the workbook. Raises: RuleBroken once it was taken in.
    """
    row = Intake.objects.select_for_update().get(pk=intake.pk)
    require(rules.may_act(row, "check", actor))
    row.mapping = mapping
    row.checked, row.checked_at = [], None
    row.save(update_fields=["mapping", "checked", "checked_at"])
    for heading, name in zip(row.headings, mapping, strict=True):
        if heading:
            KnownHeading.objects.update_or_create(
                user=actor.person,
                kind=row.kind,
                heading=heading[:100],
                defaults={"field": name},
            )


@transaction.atomic
def mend(*, intake: Intake, cells: dict[tuple[int, int], str], actor: Actor) -> int:
    """Write cells, by number of the row and position of the column; return how many differ.

    Locks the workbook. Raises: RuleBroken once it was taken in.
    """
    row = Intake.objects.select_for_update().get(pk=intake.pk)
    require(rules.may_act(row, "check", actor))
    changed = 0
    for number, texts in row.rows:
        for position, text in enumerate(texts):
            new = cells.get((number, position), text).strip()
            if new != text.strip():
                texts[position] = new
                changed += 1
    if changed:
        row.checked, row.checked_at = [], None
        row.save(update_fields=["rows", "checked", "checked_at"])
    return changed


def check(*, intake: Intake, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Store the files of the archive, then check every row."""
    if intake.archive:
        _store_files(intake, actor, progress)
    checker = Check(intake, actor)
    outcomes: list[dict[str, Any]] = []
    for rows in checker.chunks(intake.rows):
        outcomes += [checker.outcome(row) for row in rows]
        progress.step(len(outcomes), len(intake.rows))
    with transaction.atomic():
        current = Intake.objects.select_for_update().get(pk=intake.pk)
        # Mended meanwhile: the next check, which was asked for with it, sees the newer rows.
        if current.rows == intake.rows and current.mapping == intake.mapping:
            current.checked = outcomes
            current.given_files = checker.given_files
            current.checked_at = clock.now()
            current.save(update_fields=["checked", "given_files", "checked_at"])
    return {}


def _store_files(intake: Intake, actor: Actor, progress: Progress) -> None:
    with default_storage.open(intake.archive) as file:
        try:
            stored, refused = archives.store_all(file, actor=actor, step=progress.step)
        except archives.BadArchive as error:
            stored, refused = {}, {"zip": str(error)}
    archive, intake.archive = intake.archive, ""
    intake.files, intake.refused_files = stored, refused
    intake.save(update_fields=["archive", "files", "refused_files"])
    default_storage.delete(archive)


def take_in(*, intake: Intake, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Write every good row, checked again as things stand now; a killed worker's successor goes on
    where it stopped.

    Rows are written together as far as they can be, else each in a transaction of its own.
    """
    good = {row["row"] for row in intake.of(Verdict.NEW, Verdict.CHANGED)}
    done = set(intake.taken.values_list("row", flat=True))
    wanted = [row for row in intake.rows if row[0] in good - done]
    failed: list[list[Any]] = []
    passed = len(done)
    for rows in Check(intake, actor).chunks(wanted):
        made = _take_new(intake, rows, actor) | _take_changed(intake, rows, actor)
        rest = [row for row in rows if row.number not in made]
        ended = [(row, _take_row(intake, row, actor)) for row in rest]
        failed += [[row.number, row.title, why] for row, why in ended if why]
        passed += len(rows)
        progress.step(passed, len(good))
    return {"failed": failed}


def _take_new(intake: Intake, rows: list[Row], actor: Actor) -> set[int]:
    """File the new ones of some rows together; return the numbers of those that were."""

    def write(forms: list[DossierForm]) -> list[Submission]:
        kind, keys = kinds.get(intake.kind), [_form_key(intake, row) for row in new]
        return dossiers.file_drafts(kind=kind, forms=forms, actor=actor, form_keys=keys)

    new = [row for row in rows if row.verdict == Verdict.NEW]
    return _take_together(intake, new, write)


def _take_changed(intake: Intake, rows: list[Row], actor: Actor) -> set[int]:
    """Write the changed drafts of some rows together; return the numbers of those that were."""
    changed = [row for row in rows if row.verdict == Verdict.CHANGED]
    drafts = [(row, old) for row in changed if (old := row.existing) and old.state in OPEN]

    def write(forms: list[DossierForm]) -> list[Submission]:
        seen = [old.version for _row, old in drafts]
        return dossiers.save_drafts(
            kind=kinds.get(intake.kind), forms=forms, seen=seen, actor=actor
        )

    return _take_together(intake, [row for row, _old in drafts], write)


def _take_together(
    intake: Intake, rows: list[Row], write: Callable[[list[DossierForm]], list[Submission]]
) -> set[int]:
    """Write rows in one transaction; return the numbers of those that were written.

    Where one of them is refused none is: each is then taken by itself, so that the good ones go in
    and the bad one says why.
    """
    if not rows:
        return set()
    try:
        with transaction.atomic():
            written = {row.pk: row for row in write([row.form for row in rows if row.form])}
            TakenRow.objects.bulk_create(
                _taken(intake, row, written[row.form.instance.pk]) for row in rows if row.form
            )
    except (IntegrityError, RuleBroken):
        return set()
    return {row.number for row in rows}


def _taken(
    intake: Intake, row: Row, submission: Submission, revision: Revision | None = None
) -> TakenRow:
    return TakenRow(
        intake=intake,
        row=row.number,
        submission=submission,
        revision=revision,
        is_new=row.existing is None,
        before={name: pair[0] for name, pair in row.changes.items()},
        version=submission.version,
    )


def _form_key(intake: Intake, row: Row) -> uuid.UUID:
    """Made of the row's place, so that the row is filed once whoever does it again."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{intake.pk}-{row.number}")


def _take_row(intake: Intake, row: Row, actor: Actor) -> str:
    """Write one row; why not, when it cannot be."""
    if row.form is None or row.errors:
        return next(iter(row.errors.values()))[0]
    try:
        with transaction.atomic():
            _write_row(intake, row, actor)
    except RuleBroken as error:
        return str(error)
    except IntegrityError:
        return row.form.ask_database()
    return ""


def _write_row(intake: Intake, row: Row, actor: Actor) -> None:
    assert row.form is not None  # noqa: S101 - `_take_row` looked
    existing, revision = row.existing, None
    if existing is None:
        kind, key = kinds.get(intake.kind), _form_key(intake, row)
        existing = dossiers.file_draft(kind=kind, form=row.form, actor=actor, form_key=key)
    elif not row.changes:
        return
    elif existing.state == State.PUBLISHED:
        _live, revision = dossiers.change_published(
            submission=existing, form=row.form, actor=actor, seen=existing.version
        )
    else:
        dossiers.save_draft(submission=existing, form=row.form, actor=actor, seen=existing.version)
    existing.refresh_from_db(fields=["version"])
    _taken(intake, row, existing, revision).save()


def undo(*, intake: Intake, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Take back what was taken in: new drafts are withdrawn, changed values written back.

    What has moved on since is left as it is, and said.
    """
    rows = list(intake.taken.filter(undone=False).select_related("submission", "revision"))
    failed = []
    for done, row in enumerate(rows, start=1):
        try:
            with transaction.atomic():
                _undo_row(row, actor)
                row.undone = True
                row.save(update_fields=["undone"])
        except RuleBroken as error:
            failed.append([row.row, row.submission.title, str(error)])
        progress.step(done, len(rows))
    return {"failed": failed}


def _undo_row(row: TakenRow, actor: Actor) -> None:
    submission = row.submission
    if submission.version != row.version:
        raise RuleBroken(_("It was changed after it was taken in: it stays as it is."))
    if row.is_new:
        transition(submission, "withdraw", actor=actor, seen=row.version)
        return
    if row.revision is not None:
        transition(row.revision, "cancel", actor=actor, seen=row.revision.version)
        submission.refresh_from_db()
    kind = kinds.get(submission.kind)
    now = values.of_form(kind.form(instance=submission.record))
    published = submission.state == State.PUBLISHED
    back = {n: v for n, v in row.before.items() if not published or n in kind.live_fields}
    form = kind.form(
        values.as_post({**now, **back}),
        instance=submission.record,
        actor=actor,
        complete=published,
    )
    if not form.is_valid():
        raise RuleBroken(str(next(iter(form.errors.values()))[0]))
    write: Callable[..., Any] = dossiers.change_published if published else dossiers.save_draft
    write(submission=submission, form=form, actor=actor, seen=submission.version)


def submit(*, intake: Intake, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Submit every complete dossier of the workbook; of the others it is said what they lack."""
    rows = list(intake.taken.filter(undone=False).select_related("submission"))
    open_rows = [row for row in rows if row.submission.state in OPEN]
    failed = []
    for done, row in enumerate(open_rows, start=1):
        submission: Submission = row.submission
        try:
            transition(submission, "submit", actor=actor, seen=submission.version)
        except RuleBroken as error:
            failed.append([row.row, submission.title, str(error)])
        progress.step(done, len(open_rows))
    return {"failed": failed, "done": len(open_rows) - len(failed)}


ACTS: dict[str, Callable[..., dict[str, Any]]] = {
    "check": check,
    "take_in": take_in,
    "undo": undo,
    "submit": submit,
}
# What writes dossiers, and the field that keeps when it began.
MOMENTS = {"take_in": "taken_at", "undo": "undone_at"}


def run(*, intake: Intake, act: str, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Do one act that was asked for; of what writes dossiers, the moment is kept first."""
    url = {"url": intake.get_absolute_url(), "act": act}
    if (moment := MOMENTS.get(act)) and not _begin(intake, moment, act, actor):
        return url
    return {**ACTS[act](intake=intake, actor=actor, progress=progress), **url}


@transaction.atomic
def _begin(intake: Intake, moment: str, act: str, actor: Actor) -> bool:
    """Write when the act begins, so that nothing is mended under it; False when the rows were
    mended after it was asked for.

    Locks the workbook. A successor of a worker that died finds the moment and goes on.
    """
    row = Intake.objects.select_for_update().get(pk=intake.pk)
    if row.checked_at is None:
        return False
    if getattr(row, moment) is None:
        setattr(row, moment, clock.now())
        row.save(update_fields=[moment])
        record(actor=actor, act=f"sheets.{act}", subject=row)
    return True
