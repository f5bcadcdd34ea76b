"""Product standards: the list with all versions, and which standards a product keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.forms import show_errors
from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.lists import page_context
from portal.qualifications.rules import may_enter
from portal.spreadsheet import xlsx_response
from portal.submissions import queries as dossiers
from portal.verdict import RuleBroken
from products.brands import columns, domain, queries, rules
from products.brands.forms import FollowForm, StandardFilter, StandardForm, VersionForm

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.middleware import PortalRequest
    from portal.submissions.models import Submission
    from products.brands.models import Standard

GET_OR_POST = ["GET", "HEAD", "POST"]
SORTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (gettext_lazy("Number"), ("code",)),
    "title": (gettext_lazy("Title"), ("title", "code")),
    "kept": (gettext_lazy("Most products first"), ("-kept", "code")),
}


def _listed(request: PortalRequest) -> tuple[StandardFilter, QuerySet[Standard]]:
    form = StandardFilter(request.GET)
    return form, form.restrict(queries.standards())


@require_safe
def standards(request: PortalRequest) -> HttpResponse:
    """All standards, the version in force first and the older ones below it."""
    form, rows = _listed(request)
    context = {
        "filter": form,
        "may_keep": bool(rules.may_keep_some(request.actor)),
        **page_context(request, rows, sorts=SORTS),
    }
    return render(request, "products/brands/standards.html", context)


@require_safe
def export(request: PortalRequest) -> HttpResponseBase:
    """The same list as a sheet, a line for each standard."""
    _form, rows = _listed(request)
    return xlsx_response(_("Product standards"), columns.STANDARDS, rows.order_by("code"))


@require_safe
def standard(request: PortalRequest, pk: int) -> HttpResponse:
    """One standard with every version."""
    row = get_object_or_404(queries.standards(), pk=pk)
    context = {"standard": row, "may_edit": bool(rules.may_edit(row, request.actor))}
    return render(request, "products/brands/standard.html", context)


@require_http_methods(GET_OR_POST)
@only_for(rules.may_keep_some)
def new(request: PortalRequest) -> HttpResponse:
    """Put a standard with its first version on file."""
    form: StandardForm = _form(request, StandardForm)
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.create_standard(
                actor=request.actor, version=form.of_version(), **form.values()
            )
        except (RuleBroken, ValidationError) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The standard is on file."))
            return redirect(row)
    return render(request, "products/brands/standard_new.html", {"form": form})


def _form(request: PortalRequest, kind: type[Any]) -> Any:
    if request.method == "POST":
        return kind(request.POST, request.FILES, actor=request.actor)
    return kind(kept_post(request), actor=request.actor)


@require_http_methods(GET_OR_POST)
def version_new(request: PortalRequest, pk: int) -> HttpResponse:
    """Put a newer version of a standard on file."""
    row = get_object_or_404(queries.standards(), pk=pk)
    if not rules.may_edit(row, request.actor):
        raise Http404
    form: VersionForm = _form(request, VersionForm)
    if request.method == "POST" and form.is_valid():
        try:
            domain.add_version(standard=row, actor=request.actor, **form.of_version())
        except (RuleBroken, ValidationError) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The newer version is on file; the older ones stay."))
            return redirect(row)
    return render(request, "products/brands/version_new.html", {"form": form, "standard": row})


def _product(request: PortalRequest, code: str) -> Submission:
    """A product's dossier whose papers and standards the reader may change."""
    row = get_object_or_404(dossiers.dossiers(request.user), code=code, kind="product")
    if not may_enter(row, request.actor):
        raise Http404
    return row


@require_http_methods(GET_OR_POST)
def of_product(request: PortalRequest, code: str) -> HttpResponse:
    """Which standards a product keeps: add one, take one off."""
    row = _product(request, code)
    data = request.POST if request.method == "POST" else kept_post(request)
    form = FollowForm(data, rows=queries.may_follow(row))
    if request.method == "POST" and form.is_valid():
        try:
            domain.follow(submission=row, standard=form.cleaned_data["row"], actor=request.actor)
        except RuleBroken as error:
            form.add_error("row", str(error))
        else:
            messages.success(request, _("The standard stands on the product's page."))
            return redirect("product-standards", row.code)
    context = {"row": row, "form": form, "followed": queries.followed(row)}
    return render(request, "products/brands/of_product.html", context)


@require_POST
def unfollow(request: PortalRequest, code: str, pk: int) -> HttpResponse:
    """Take a standard off a product."""
    row = _product(request, code)
    followed = get_object_or_404(queries.followed(row), pk=pk)
    domain.unfollow(followed=followed, actor=request.actor)
    messages.success(request, _("The product keeps this standard no more."))
    return redirect("product-standards", row.code)
