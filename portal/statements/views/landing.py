"""Pages of landing: files are chosen once, shown, mended where needed, and taken in. No rule lives
here."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal import stores
from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.disk import DiskFull
from portal.statements import domain, dry_run, landing, meanings, queries, raw, rules, showing
from portal.statements.domain import Seen
from portal.statements.forms import LandAsk, LandForm, TakeInForm
from portal.statements.mending import ColumnsForm
from portal.statements.models import How
from portal.statements.tokens import Shown
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import QueryDict

    from portal.accounts.middleware import PortalRequest
    from portal.statements.models import Source

# The button that asks for the page of columns, and says nothing of them yet.
LOOK = "look"


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_land)
def land(request: PortalRequest) -> HttpResponse:
    """Choose a report; the first press shows what landing it would do and stores its bytes only."""
    if request.method != "POST":
        for name in ("statement-take-in", "statement-columns"):
            if answer := _kept(request, name):
                return answer
    sources = queries.sources(request.user)
    if request.method == "POST":
        form = LandForm(request.POST, request.FILES, sources=sources)
        try:
            if form.is_valid():
                shown = _stored(form)
                return _dry_run_page(request, shown, form.cleaned_data["source"], form.read_files)
            if form.may_be_mended:
                return _columns_page(request, _stored(form), form.cleaned_data["source"])
        except DiskFull as error:
            form.add_error("files", str(error))
        except OSError as error:
            form.add_error("files", silent(error))
    else:
        initial = LandAsk(request.GET).known()
        form = LandForm(kept_post(request), sources=sources, initial=initial)
    context = {"form": form, "has_sources": sources.exists()}
    return render(request, "statements/land.html", context)


def silent(error: OSError) -> str:
    """What to do when the store of files does not answer; other errors are raised again."""
    if not stores.has_failed(error):
        raise error
    return _(
        "The store of files does not answer just now. Nothing was landed; try again in a few "
        "minutes, and tell the system's administrator if it stays so."
    )


def store_may_be_silent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead back to the choice of files with a sentence when the store does not answer."""

    @wraps(view)
    def answered(request: PortalRequest) -> HttpResponse:
        try:
            return view(request)
        except OSError as error:
            messages.error(request, silent(error))
            return redirect("statement-land")

    return answered


def _kept(request: PortalRequest, name: str) -> HttpResponse | None:
    """What stood before the person whose session ended with a later press: its bytes are stored, so
    that it can be shown again without choosing the files anew."""
    kept = kept_post(request, path=reverse(name))
    shown = Shown.unsign(kept.get("token", ""), user=request.user.pk) if kept else None
    if shown is None:
        return None
    source = _source(request, shown)
    if name == "statement-columns" and LOOK not in (kept or {}):
        return _columns_page(request, shown, source, kept)
    return _show_again(request, shown, source)


def _source(request: PortalRequest, shown: Shown) -> Source:
    return get_object_or_404(queries.sources(request.user), pk=shown.source)


def _stored(form: LandForm) -> Shown:
    """Keep the bytes of what was chosen."""
    files = []
    for upload, read in zip(form.uploads, form.read_files, strict=True):
        upload.seek(0)
        files.append(raw.keep(upload.chunks(), name=read.name))
    data = form.cleaned_data
    return Shown(data["source"].pk, files, data.get("first_day"), data.get("last_day"))


def _dry_run_page(
    request: PortalRequest,
    shown: Shown,
    source: Source,
    files: Sequence[dry_run.ReadFile],
    *,
    unanswered: bool = False,
) -> HttpResponse:
    """What landing would do; `shown` has its period."""
    mapping = meanings.with_mended(source, shown.mended)
    found = dry_run.look(
        source=source,
        first_day=shown.first_day,
        last_day=shown.last_day,
        files=files,
        hashes={file.sha256 for file in shown.files},
        mapping=mapping,
    )
    shown = replace(
        shown,
        latest=found.latest,
        extends=found.extends.pk if found.extends else None,
        mapping=raw.mapping_digest(mapping),
    )
    asks, answers = bool(found.extends), {"token": shown.sign(request.user.pk)}
    form = TakeInForm(answers, asks=asks) if unanswered else TakeInForm(initial=answers, asks=asks)
    context = {
        "run": found,
        "period": landing.period_text(found.first_day, found.last_day),
        "files": [showing.read_file(file) for file in found.files],
        "repeated": showing.repeated(found.came_before) if found.came_before else "",
        "mended": bool(shown.mended),
        "look": LOOK,
        "form": form,
    }
    return render(request, "statements/dry_run.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_land)
@store_may_be_silent
def columns(request: PortalRequest) -> HttpResponse:
    """Say what the columns of the chosen files mean, and see the dry run with it."""
    if request.method != "POST":
        return redirect("statement-land")
    shown = Shown.unsign(request.POST.get("token", ""), user=request.user.pk)
    if shown is None:
        return _too_old(request)
    source = _source(request, shown)
    return _columns_page(request, shown, source, None if LOOK in request.POST else request.POST)


def _columns_page(
    request: PortalRequest, shown: Shown, source: Source, data: QueryDict | None = None
) -> HttpResponse:
    """The columns and what they are taken for; the dry run once everything is said."""
    initial: dict[str, Any] = {
        "token": shown.sign(request.user.pk),
        "first_day": shown.first_day,
        "last_day": shown.last_day,
    }
    form = ColumnsForm(data, shown=shown, source=source, initial=initial)
    if data is not None and form.is_valid():
        said = form.cleaned_data
        days = {"first_day": said["first_day"], "last_day": said["last_day"]}
        shown = replace(shown, mended=form.mended, **days)
        return _dry_run_page(request, shown, source, form.read_files)
    names = "、".join(file.name for file in shown.files)
    context = {"form": form, "source": source, "names": names}
    return render(request, "statements/columns.html", context)


def _too_old(request: PortalRequest) -> HttpResponse:
    messages.error(request, _("This page is too old. Choose the file again."))
    return redirect("statement-land")


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_land)
@store_may_be_silent
def take_in(request: PortalRequest) -> HttpResponse:
    """The last press: land what was shown."""
    if request.method != "POST":
        return redirect("statement-land")
    shown = Shown.unsign(request.POST.get("token", ""), user=request.user.pk)
    if shown is None or shown.latest is None:
        return _too_old(request)
    source = _source(request, shown)
    form = TakeInForm(request.POST, asks=bool(shown.extends))
    if not form.is_valid():
        return _show_again(request, shown, source, unanswered=True)
    extends = None
    if form.cleaned_data.get("how") == How.ADD:
        extends = get_object_or_404(queries.statements(request.user), pk=shown.extends)
    try:
        landed = domain.land(
            source=source,
            period=(shown.first_day, shown.last_day),
            parts=shown.files,
            actor=request.actor,
            adds_to=extends,
            mended=shown.mended,
            seen=Seen(shown.latest, shown.mapping),
        )
    except domain.Outdated as error:
        messages.warning(request, str(error))
        return _show_again(request, shown, source)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect("statement-land")
    if landed.repeated:
        messages.info(request, showing.repeated(landed.statement))
    else:
        messages.success(request, _("Landed. It is being read; its days are added up after that."))
    return redirect(landed.statement)


def _show_again(
    request: PortalRequest, shown: Shown, source: Source, *, unanswered: bool = False
) -> HttpResponse:
    """The dry run once more, from the stored bytes, with what counts by now; the columns where the
    files cannot be read with what the source remembers by now."""
    mapping = meanings.with_mended(source, shown.mended)
    files = landing.try_stored(shown.files, source, mapping)
    if shown.first_day is None or any(file.refused for file in files):
        return _columns_page(request, shown, source)
    return _dry_run_page(request, shown, source, files, unanswered=unanswered)
