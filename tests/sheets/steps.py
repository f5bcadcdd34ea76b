"""What a person does with a workbook, for tests."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

import python_calamine
from django.test import Client
from django.urls import reverse

from portal.jobs.domain import run_due
from portal.sheets.domain import WORK
from portal.sheets.models import Intake


def upload(browser: Client, file: Any, photos: Any = None, kind: str = "product") -> Intake:
    """Choose a workbook and let it be checked."""
    data = {"file": file} | ({"archive": photos} if photos else {})
    answer = browser.post(reverse("sheet-new", args=[kind]), data)
    assert answer.status_code == 302, answer.context["form"].errors
    run_due(kinds=[WORK])
    return Intake.objects.order_by("-pk")[0]


def act(browser: Client, intake: Intake, name: str) -> Any:
    """Press a button of the workbook's page and let it be done; the page afterwards."""
    browser.post(reverse("sheet-act", args=[intake.pk, name]))
    run_due(kinds=[WORK])
    intake.refresh_from_db()
    return browser.get(intake.get_absolute_url())


def verdicts(intake: Intake) -> dict[str, int]:
    """How many rows there are of each verdict."""
    return dict(Counter(row["verdict"] for row in intake.checked))


def cells(answer: Any) -> list[list[Any]]:
    """The rows of a workbook that was sent."""
    data = io.BytesIO(b"".join(answer.streaming_content))
    return python_calamine.CalamineWorkbook.from_filelike(data).get_sheet_by_index(0).to_python()
