"""What a form is told that saves itself while somebody types.

The script of the page (`static/autosave.js`) keeps what is typed on the device at once, and posts
it where the form goes, with a header, when there is a connection. The answer says when it was saved
and where the form goes from now on: the first saving of a new form makes its dossier. Files wait
for the button. Without the script the button saves, as ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.clock import SHANGHAI
from portal.files.fields import FilesField
from portal.submissions import queries, rebase

if TYPE_CHECKING:
    import uuid

    from portal.accounts.models import User
    from portal.submissions.forms import DossierForm
    from portal.submissions.models import Submission

HEADER = "X-Autosave"
TOO_OLD, NOT_FIT = 409, 422


def asked(request: HttpRequest) -> bool:
    """Whether the page saves itself; a person who presses the button is led on instead."""
    return HEADER in request.headers


def typed(request: HttpRequest, form: type[DossierForm], row: Submission | None) -> QueryDict:
    """Return what was posted; from a page that saves itself, with the files that stand.

    Files wait for the button, those to be added and those to be taken off: a saving that arrives
    after the button was pressed takes away none of them.
    """
    if not asked(request):
        return request.POST
    data = request.POST.copy()
    for name, field in form.base_fields.items():
        if isinstance(field, FilesField):
            data.setlist(name, queries.attached(row, name) if row else [])
    return data


def of_form(user: User, key: uuid.UUID, *, posts: bool = True, seen: int = 0) -> dict[str, Any]:
    """What the form's page tells its script: under which name the device keeps it, whether it is
    posted by itself, and which version it shows.

    `key` is the dossier's form key, the same before and after it was filed. A change of what is
    published is kept on the device alone: it is the person's to send.
    """
    return {"key": f"{user.pk}-{key}", "posts": posts, "seen": seen}


def saved(row: Submission, address: str, *, again: bool = False) -> JsonResponse:
    """Say when it was saved, and where the form goes from now on.

    `again` asks for what was typed once more: the dossier stood already, with other values.
    """
    return JsonResponse(
        {
            "saved": f"{timezone.now().astimezone(SHANGHAI):%H:%M}",
            "again": again,
            "seen": row.version,
            "address": address,
            "action": f"{address}?seen={row.version}",
            rebase.NAME: rebase.shown(row),
        }
    )


def unfit(form: DossierForm) -> JsonResponse:
    """Say how many places must be mended before the portal takes it; the device keeps all."""
    count = len(form.errors)
    said = ngettext("%(n)d place needs mending", "%(n)d places need mending", count)
    return JsonResponse({"why": said % {"n": count}}, status=NOT_FIT)


def too_old(error: Exception | None = None) -> JsonResponse:
    """Say that the dossier moved on, or is no draft any more: the button leads to what to do."""
    why = str(error) if error else _("It is no draft any more.")
    return JsonResponse({"why": why}, status=TOO_OLD)
