"""Two dossiers that may be one thing, side by side; the office merges them here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.middleware import kept_post
from portal.moves.domain import SeenTooOld
from portal.moves.pages import second_click, seen_version
from portal.submissions import kinds, merging, queries, values
from portal.submissions.enums import Purpose
from portal.submissions.reviewing import MergeForm
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest
    from portal.submissions.models import Submission


@require_http_methods(["GET", "HEAD", "POST"])
def dossier_merge(request: PortalRequest, code: str, other: str) -> HttpResponse:
    """The dossier of `code` ends in that of `other`: what differs, and one act."""
    if not request.actor.is_staff:
        raise Http404
    rows = queries.dossiers(request.user).prefetch_related("conflicts")
    loser = get_object_or_404(rows, code=code)
    survivor = get_object_or_404(rows, code=other, kind=loser.kind)
    room = merging.room_for_photos(survivor)
    form = MergeForm(
        request.POST if request.method == "POST" else kept_post(request),
        photos=queries.photos(loser),
        room=room,
        seen=survivor.version,
    )
    seen = seen_version(request, loser)
    if request.method == "POST" and form.is_valid():
        try:
            return _merge(request, loser, survivor, form, seen)
        except SeenTooOld as error:
            if second_click(error, request.user, "merge"):
                return redirect("dossier", code=survivor.code)
            form.add_error(None, str(error))
        except RuleBroken as error:
            form.add_error(None, str(error))
    context = {
        "loser": loser,
        "survivor": survivor,
        "differences": _differences(loser, survivor),
        "photos": queries.photos(survivor),
        "form": form,
        "room": room,
        "verdict": merging.may_merge(loser, survivor, request.actor),
        "action": f"?seen={seen}",
    }
    return render(request, "submissions/merge.html", context)


def _merge(
    request: PortalRequest, loser: Submission, survivor: Submission, form: MergeForm, seen: int
) -> HttpResponse:
    merging.merge(
        loser=loser,
        survivor=survivor,
        photos=form.cleaned_data["photos"],
        note=form.cleaned_data["note"],
        actor=request.actor,
        seen=seen,
        seen_survivor=form.cleaned_data["seen_survivor"],
    )
    said = {"title": loser.title, "survivor": survivor.title}
    messages.success(request, _("“%(title)s” goes on in “%(survivor)s”.") % said)
    return redirect("dossier", code=survivor.code)


def _differences(loser: Submission, survivor: Submission) -> list[Any]:
    """What the two say differently, with contacts masked: what goes, and what stays."""
    make = kinds.get(survivor.kind).form
    form = make(instance=survivor.record)
    goes = values.of_form(make(instance=loser.record))
    changed = values.changes(goes, values.of_form(form))
    # Photos are looked at, not counted; papers stay with the dossier they were filed with.
    told = {name: pair for name, pair in changed.items() if name not in Purpose.values}
    return values.differences(form, told)
