"""Regional brands: the public list and page, and their keeping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
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
from portal.sheets.exports import list_response
from portal.spreadsheet import xlsx_response
from portal.submissions import queries as submissions
from portal.verdict import RuleBroken
from products.brands import columns, domain, queries, rules
from products.brands.forms import BrandFilter, BrandForm, MemberForm
from products.kind import PRODUCT

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest
    from products.brands.models import RegionalBrand, RegionalBrandQuerySet

GET_OR_POST = ["GET", "HEAD", "POST"]
SORTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (gettext_lazy("Most products first"), ("-published", "name")),
    "name": (gettext_lazy("Name"), ("name",)),
    "place": (gettext_lazy("County"), ("city", "county", "name")),
}


def _listed(request: PortalRequest) -> tuple[BrandFilter, RegionalBrandQuerySet]:
    form = BrandFilter(request.GET)
    return form, form.restrict(queries.brands(request.user))


@login_not_required
@require_safe
def brands(request: PortalRequest) -> HttpResponse:
    """All brands with the number of their products."""
    form, rows = _listed(request)
    context = {
        "filter": form,
        "may_keep": bool(rules.may_keep_some(request.actor)),
        **page_context(request, rows, sorts=SORTS),
    }
    return render(request, "products/brands/list.html", context)


@require_safe
def export(request: PortalRequest) -> HttpResponseBase:
    """The same list as a sheet, for who signed in."""
    _form, rows = _listed(request)
    return xlsx_response(_("Regional brands"), columns.BRANDS, rows.order_by("name"))


@login_not_required
@require_safe
def brand(request: PortalRequest, code: str) -> HttpResponse:
    """One brand with its published products."""
    row = get_object_or_404(queries.brands(request.user), code=code)
    members = queries.public_members(row)
    sorts = {"": (_("Name"), ("name", "pk"))}
    context = {
        "brand": row,
        "may_edit": bool(rules.may_edit(row, request.actor)),
        **page_context(request, members, sorts=sorts),
    }
    return render(request, "products/brands/brand.html", context)


@require_safe
def brand_export(request: PortalRequest, code: str) -> HttpResponseBase:
    """Its published products as a workbook, for who signed in."""
    row = get_object_or_404(queries.brands(request.user), code=code)
    rows = submissions.of_records(queries.public_members(row))
    return list_response(PRODUCT, rows, request.actor, public=True)


@require_http_methods(GET_OR_POST)
@only_for(rules.may_keep_some)
def new(request: PortalRequest) -> HttpResponse:
    """Put a brand on file."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.create_brand(actor=request.actor, **form.values())
        except (RuleBroken, ValidationError) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The brand is on file: add its products now."))
            return redirect("brand-members", row.code)
    return render(request, "products/brands/new.html", {"form": form})


def _form(request: PortalRequest, row: RegionalBrand | None = None) -> BrandForm:
    given: dict[str, Any] = {"actor": request.actor}
    if row is not None:
        given |= {
            "initial": BrandForm.known(row),
            "kept": (str(row.emblem_id),) if row.emblem_id else (),
        }
    if request.method == "POST":
        return BrandForm(request.POST, request.FILES, **given)
    return BrandForm(kept_post(request), **given)


def _kept(request: PortalRequest, code: str) -> RegionalBrand:
    """A brand that the reader keeps; anybody else's is not there."""
    row = get_object_or_404(queries.brands(request.user), code=code)
    if not rules.may_edit(row, request.actor):
        raise Http404
    return row


@require_http_methods(GET_OR_POST)
def edit(request: PortalRequest, code: str) -> HttpResponse:
    """Change what a brand's page shows."""
    row = _kept(request, code)
    form = _form(request, row)
    if request.method == "POST" and form.is_valid():
        try:
            domain.edit_brand(brand=row, actor=request.actor, **form.values())
        except (RuleBroken, ValidationError) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The brand is changed."))
            return redirect(row)
    return render(request, "products/brands/edit.html", {"form": form, "brand": row})


@require_http_methods(GET_OR_POST)
def members(request: PortalRequest, code: str) -> HttpResponse:
    """The products that bear a brand: add one, end one."""
    row = _kept(request, code)
    data = request.POST if request.method == "POST" else kept_post(request)
    form = MemberForm(data, rows=queries.may_join(row))
    if request.method == "POST" and form.is_valid():
        try:
            domain.join_brand(brand=row, product=form.cleaned_data["row"], actor=request.actor)
        except RuleBroken as error:
            form.add_error("row", str(error))
        else:
            messages.success(request, _("The product bears the brand."))
            return redirect("brand-members", row.code)
    sorts = {"": (_("Name"), ("product__name", "pk"))}
    context = {
        "brand": row,
        "form": form,
        **page_context(request, queries.members(row), sorts=sorts),
    }
    return render(request, "products/brands/members.html", context)


@require_safe
def members_export(request: PortalRequest, code: str) -> HttpResponseBase:
    """The products that bear a brand as a sheet."""
    row = _kept(request, code)
    rows = queries.members(row).order_by("product__name", "pk")
    return xlsx_response(row.name, columns.MEMBERS, rows)


@require_POST
def leave(request: PortalRequest, code: str, pk: int) -> HttpResponse:
    """Take the brand off a product."""
    row = _kept(request, code)
    domain.leave_brand(member=get_object_or_404(queries.members(row), pk=pk), actor=request.actor)
    messages.success(request, _("The product bears the brand no more."))
    return redirect("brand-members", row.code)
