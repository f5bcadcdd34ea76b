"""What goes with a workbook that is deleted, by whatever act."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from portal.sheets.models import Intake


@receiver(post_delete, sender=Intake)
def delete_archive(*, instance: Intake, **_kwargs: Any) -> None:
    """The zip nobody has read yet; once the row is gone for good, so that no row lacks its file."""
    if instance.archive:
        transaction.on_commit(partial(default_storage.delete, instance.archive))
