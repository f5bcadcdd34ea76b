"""Landing reports through the pages, as a person does."""

from __future__ import annotations

import io
import re
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.statements.models import Part, RejectedRow, Statement
from tests.traffic import world
from tests.traffic.world import DAY, ID, report
from traffic.models import Day

HEADING = "时间-天,素材ID,展示数\n"


def upload(rows, name="日报.csv"):
    data = rows if isinstance(rows, bytes) else report(rows)
    return SimpleUploadedFile(name, data)


def preamble(period):
    return f"时间范围：{period}\n{HEADING}{DAY},{ID},5\n".encode()


def show(page, *files, days=(DAY, DAY), source=None, **more):
    """The first press."""
    values = {"source": (source or world.source()).pk, "files": list(files), **more}
    if days:
        values |= {"first_day": days[0].isoformat(), "last_day": days[1].isoformat()}
    return page.post(reverse("statement-land"), values)


def token(answer):
    return unescape(re.search(r'name="token" value="([^"]+)"', answer.content.decode())[1])


def take(page, answer, how=None):
    """The second press."""
    values = {"token": token(answer)} | ({"how": how} if how else {})
    return page.post(reverse("statement-take-in"), values, follow=True)


def land(page, *files, how=None, **more):
    answer = take(page, show(page, *files, **more), how)
    run_due()
    return answer


def words(answer):
    """The page's text without markup, in single blanks."""
    text = re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def written():
    return (
        Statement.objects.count(),
        Part.objects.count(),
        RejectedRow.objects.count(),
        Work.objects.count(),
        Day.objects.count(),
    )


def workbook(answer):
    data = b"".join(answer.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
