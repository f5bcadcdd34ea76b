"""A backup that any of our databases can take back: rows as JSON lines, files as they are.

One tar holds `database.jsonl.gz`, the folders `files/` and `raw/`, and last `manifest.json` with
counts, digests, the migrations the rows fit, and the names of the keys that must be kept
elsewhere. It never holds a key's value. Sessions and cache are left out: they mean nothing later.

Rows go in by INSERT alone, in one transaction, so append-only triggers stay in force and foreign
keys (all deferred) need no order.

A restore that breaks off leaves a note of which backup it was taking back to where; the same
restore again goes on from there, and nothing else is let into the place before it is through.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from portal.routers import SIDE_APPS

FORMAT = 1
ROWS = "database.jsonl.gz"
MANIFEST = "manifest.json"
# Folders of VAR_DIR whose files are facts; the rest can be made again.
FOLDERS = ("files", "raw")
# Says, inside VAR_DIR, that a restore is not through yet.
NOTE = ".restoring"
KEYS = ("SECRET_KEY", "AUDIT_KEY")
BATCH = 1000


class BackupError(Exception):
    """Why a backup cannot be made or taken back; `str()` is for the operator."""


def kept_models() -> list[type[models.Model]]:
    """Every table of ours, link tables too, by name."""
    return sorted(
        (
            model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed
            and not model._meta.proxy
            and model._meta.app_label not in SIDE_APPS
        ),
        key=lambda model: model._meta.label_lower,
    )


def migrations() -> list[str]:
    """The migrations this code has, which rows must fit."""
    loader = MigrationLoader(None)
    return sorted(f"{app}.{name}" for app, name in loader.disk_migrations)


# --- Making ----------------------------------------------------------------------------------


def make_backup(target: Path) -> dict[str, Any]:
    """Write the tar at `target`, readable by its owner alone, and return its manifest.

    Rows are read in one snapshot; files afterwards: a file is written before the row that names
    it and never changed, so no row lacks its file.
    """
    if target.exists():
        raise BackupError(f"{target} exists; name a file that does not.")
    fresh = target.with_name(f".{target.name}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            rows = Path(folder) / ROWS
            counts = _write_rows(rows)
            fresh.touch(mode=0o600)
            with tarfile.open(fresh, "w") as tar:
                tar.add(rows, ROWS)
                manifest = {
                    "format": FORMAT,
                    "made_at": timezone.now().isoformat(),
                    "mode": settings.MODE,
                    "migrations": migrations(),
                    "rows": counts,
                    "rows_sha256": _digest(rows),
                    "files": _add_files(tar),
                    "keys_needed": list(KEYS),
                }
                described = Path(folder) / MANIFEST
                described.write_text(json.dumps(manifest, ensure_ascii=False, indent=1))
                tar.add(described, MANIFEST)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return manifest


def _write_rows(path: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    with (
        path.open("wb") as raw,
        # mtime=0: equal rows give equal bytes.
        gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as out,
        transaction.atomic(),
    ):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for model in kept_models():
            label = model._meta.label_lower
            counts[label] = 0
            for line in _lines(model):
                out.write(line)
                counts[label] += 1
    return counts


def _lines(model: type[models.Model]) -> Iterator[bytes]:
    fields = _fields(model)
    rows = model._base_manager.order_by("pk").only(*(field.attname for field in fields))
    for row in rows.iterator(chunk_size=BATCH):
        values = [_plain(field, row) for field in fields]
        line = json.dumps(
            {"model": model._meta.label_lower, "values": values}, ensure_ascii=False, sort_keys=True
        )
        yield line.encode() + b"\n"


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def _plain(field: Any, row: models.Model) -> Any:
    """A JSON value that `field.to_python` reads back without loss."""
    value = getattr(row, field.attname)
    if value is None or isinstance(value, bool | int | float | str | dict | list):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return field.value_to_string(row)


def _add_files(tar: tarfile.TarFile) -> dict[str, str]:
    digests: dict[str, str] = {}
    for folder in FOLDERS:
        root = settings.VAR_DIR / folder
        for path in sorted(root.rglob("*")):
            # A name beginning with a dot is a file still being written.
            if path.is_file() and not path.name.startswith("."):
                name = path.relative_to(settings.VAR_DIR).as_posix()
                digests[name] = _digest(path)
                tar.add(path, name, recursive=False)
    return digests


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# --- Taking back -----------------------------------------------------------------------------


def restore_backup(source: Path) -> dict[str, Any]:
    """Fill an empty place from `source`, or go on where this broke off; return the manifest.

    The archive is checked whole before anything is written. Raises BackupError when the place
    holds anything else, the archive is damaged, or it fits another version of the code.
    """
    note = settings.VAR_DIR / NOTE
    if not note.exists():
        refuse_full_place()
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = _checked_manifest(tar)
            _begin(note, manifest)
            call_command("migrate", verbosity=0, interactive=False)
            if not _rows_are_in(manifest["rows"]):
                _read_rows(tar, manifest["rows"])
            _write_files(tar, manifest["files"])
    except (tarfile.TarError, OSError, EOFError, json.JSONDecodeError) as error:
        raise BackupError(f"{source} cannot be read as a backup: {error}") from error
    _make_side_tables()
    note.unlink()
    return manifest


def _begin(note: Path, manifest: dict[str, Any]) -> None:
    """Write down what is being taken back to where, or compare it with what was begun here.

    Raises: BackupError when another backup was begun here, or into another database.
    """
    database = connection.settings_dict
    words = json.dumps(
        {
            "manifest": hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest(),
            "database": [str(database[key]) for key in ("ENGINE", "HOST", "PORT", "NAME")],
        }
    )
    if not note.exists():
        fresh = note.with_name(f"{NOTE}.partial")
        fresh.write_text(words)
        fresh.replace(note)
    elif note.read_text() != words:
        raise BackupError(
            f"{note} says that the restore of another backup, or into another database, broke off "
            "here. Go on with that one, or begin with an empty database and an empty folder."
        )


def _rows_are_in(counts: dict[str, int]) -> bool:
    """Whether a restore that broke off had its rows through; they come in one transaction.

    Every backup with rows of its own has entries in its record; what is only migrated has none.
    """
    return bool(counts["audit.entry"]) and all(
        model._base_manager.count() == counts[model._meta.label_lower] for model in kept_models()
    )


def _make_side_tables() -> None:
    """Sessions and cache begin empty."""
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
        call_command("createcachetable", database=alias, verbosity=0)


def refuse_full_place() -> None:
    """Stop before anything that exists could be mixed with what comes back."""
    tables = connection.introspection.table_names()
    if tables:
        raise BackupError(
            f"The database {connection.settings_dict['NAME']} holds {len(tables)} tables. "
            "Restore into an empty database: name another in DATABASE_URL."
        )
    for folder in FOLDERS:
        root = settings.VAR_DIR / folder
        if any(path.is_file() for path in root.rglob("*")):
            raise BackupError(
                f"{root} holds files. Restore into an empty folder: name another in PORTAL_VAR."
            )


def _checked_manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    members = {member.name: member for member in tar.getmembers()}
    if MANIFEST not in members or ROWS not in members:
        raise BackupError("This is not a whole backup: it lacks its manifest or its rows.")
    manifest: dict[str, Any] = json.load(_open(tar, MANIFEST))
    if manifest["format"] != FORMAT:
        raise BackupError(f"This backup has format {manifest['format']}; this code reads {FORMAT}.")
    ours, theirs = set(migrations()), set(manifest["migrations"])
    if ours != theirs:
        strangers = sorted(ours ^ theirs)
        raise BackupError(
            "This backup fits another version of the portal; they differ in "
            f"{', '.join(strangers[:3])}{' …' if len(strangers) > 3 else ''}. "
            "Restore with the version that made it, then migrate."
        )
    wanted = {ROWS: manifest["rows_sha256"]} | manifest["files"]
    if set(members) != {MANIFEST} | set(wanted):
        raise BackupError("The backup's files are not those of its manifest.")
    for name, digest in wanted.items():
        _safe(name)
        if hashlib.file_digest(_open(tar, name), "sha256").hexdigest() != digest:
            raise BackupError(f"{name} in the backup is damaged: its digest differs.")
    return manifest


def _safe(name: str) -> None:
    parts = PurePosixPath(name).parts
    if name != ROWS and (parts[0] not in FOLDERS or ".." in parts):
        raise BackupError(f"The backup names a file outside of its folders: {name}")


def _open(tar: tarfile.TarFile, name: str) -> BufferedReader:
    stream = tar.extractfile(name)
    if stream is None:
        raise BackupError(f"{name} in the backup is not a file.")
    return cast(BufferedReader, stream)


@transaction.atomic
def _read_rows(tar: tarfile.TarFile, counts: dict[str, int]) -> None:
    """Put all rows in, in place of what the migrations wrote (regions, rights)."""
    for model in kept_models():
        model._base_manager.all()._raw_delete(connection.alias)
    read = dict.fromkeys(counts, 0)
    with gzip.open(_open(tar, ROWS)) as lines:
        for label, rows in _batches(lines):
            _insert(apps.get_model(label), rows)
            read[label] += len(rows)
    if read != counts:
        raise BackupError("The backup's rows are not as many as its manifest says.")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models()):
            cursor.execute(statement)


def _batches(lines: Iterable[bytes]) -> Iterator[tuple[str, list[list[Any]]]]:
    """Rows of one table, a batch at a time."""
    label = ""
    rows: list[list[Any]] = []
    for line in lines:
        row = json.loads(line)
        if rows and (row["model"] != label or len(rows) == BATCH):
            yield label, rows
            rows = []
        label = row["model"]
        rows.append(row["values"])
    if rows:
        yield label, rows


def _insert(model: type[models.Model], rows: list[list[Any]]) -> None:
    """INSERT as they are: no save(), no signal, no automatic date."""
    fields = _fields(model)
    objects = [
        model.from_db(
            connection.alias,
            [field.attname for field in fields],
            [_python(field, value) for field, value in zip(fields, row, strict=True)],
        )
        for row in rows
    ]
    size = max(1, connection.ops.bulk_batch_size(fields, objects))
    for start in range(0, len(objects), size):
        model._base_manager.all()._insert(  # type: ignore[attr-defined]
            objects[start : start + size], fields=fields, using=connection.alias, raw=True
        )


def _python(field: Any, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    return (field.target_field if field.is_relation else field).to_python(value)


def _write_files(tar: tarfile.TarFile, digests: dict[str, str]) -> None:
    """Write every file that is not there yet; one that has its name is whole."""
    for name in digests:
        path = settings.VAR_DIR / name
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.partial")
        with _open(tar, name) as stream, fresh.open("wb") as out:
            while chunk := stream.read(1 << 20):
                out.write(chunk)
        fresh.replace(path)
