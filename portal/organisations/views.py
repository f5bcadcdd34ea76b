"""List, record, forms and sheet of organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import domain as accounts
from portal.accounts import queries as people
from portal.accounts.forms import show_errors
from portal.accounts.middleware import PortalRequest, kept_post
from portal.accounts.rules import may_name_people
from portal.lists import page_context
from portal.organisations import domain, queries, rules
from portal.organisations.columns import COLUMNS, rows_of
from portal.organisations.forms import NamePersonForm, OrganisationFilter, OrganisationForm
from portal.organisations.models import Organisation
from portal.regions.models import place_name
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.organisations.models import OrganisationQuerySet

SORTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "name": (gettext_lazy("Name"), ("name", "pk")),
    "newest": (gettext_lazy("Newest first"), ("-created_at", "-pk")),
    "county": (gettext_lazy("County"), ("county_id", "name", "pk")),
}


def _listed(request: PortalRequest) -> tuple[OrganisationFilter, OrganisationQuerySet]:
    form = OrganisationFilter(request.GET)
    return form, queries.organisations(request.user, **form.wanted())


def _visible(request: PortalRequest, pk: int) -> Organisation:
    return get_object_or_404(queries.organisations(request.user), pk=pk)


@require_safe
def organisations(request: PortalRequest) -> HttpResponse:
    """Those the reader may see."""
    form, rows = _listed(request)
    context = {
        "form": form,
        "may_register": bool(rules.may_register(actor=request.actor)),
        **page_context(request, rows, sorts=SORTS),
    }
    return render(request, "organisations/list.html", context)


@require_safe
def export(request: PortalRequest) -> HttpResponseBase:
    """The same list as a sheet."""
    _form, rows = _listed(request)
    name = _("Organisations")
    ordered = rows.order_by("name", "pk").iterator(chunk_size=500)
    return xlsx_response(f"{name}.xlsx", COLUMNS, rows_of(ordered), title=name)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PortalRequest) -> HttpResponse:
    """Put an organisation on file."""
    verdict = rules.may_register(actor=request.actor)
    if not verdict:
        raise Http404(str(verdict.reason))
    data = request.POST if request.method == "POST" else kept_post(request)
    form = OrganisationForm(data, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.register_organisation(actor=request.actor, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error("credit_code", str(error))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("%(name)s is on file.") % {"name": row.name})
            return redirect("organisation-record", row.pk)
    own = not rules.files_for_office(request.actor)
    return render(request, "organisations/new.html", {"form": form, "own": own})


@require_safe
def record(request: PortalRequest, pk: int) -> HttpResponse:
    """One file, and who acts for it."""
    row = _visible(request, pk)
    return render(request, "organisations/record.html", _record_context(request, row))


def _record_context(request: PortalRequest, row: Organisation) -> dict[str, Any]:
    may_edit = bool(rules.may_edit(organisation=row, actor=request.actor))
    labelled = {
        field.name: capfirst(field.verbose_name) for field in Organisation._meta.concrete_fields
    }
    return {
        "organisation": row,
        "facts": [
            {"label": labelled["credit_code"], "value": row.credit_code},
            {"label": labelled["kind"], "value": row.get_kind_display()},
            {"label": labelled["county"], "value": place_name(row.county.city, row.county)},
            {"label": labelled["address"], "value": row.address},
            {"label": labelled["legal_person"], "value": row.legal_person},
        ],
        "contact": [(name, labelled[name]) for name in ("contact_name", "contact_phone")],
        "may_edit": may_edit,
        "may_name_people": bool(may_name_people(organisation=row, actor=request.actor)),
        "merchants": people.merchants_of(row),
        "form": NamePersonForm(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Change the file."""
    row = _visible(request, pk)
    fields = rules.editable_fields(organisation=row, actor=request.actor)
    if not fields:
        raise Http404
    data = request.POST if request.method == "POST" else kept_post(request)
    form = OrganisationForm(data, instance=row, actor=request.actor, only=fields)
    if request.method == "POST" and form.is_valid():
        try:
            domain.edit_organisation(organisation=row, actor=request.actor, **form.changed_values())
        except (RuleBroken, ValidationError) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The file is changed."))
            return redirect("organisation-record", row.pk)
    return render(request, "organisations/edit.html", {"form": form, "organisation": row})


@require_POST
def name_person(request: PortalRequest, pk: int) -> HttpResponse:
    """Let one more person act for the organisation."""
    row = _visible(request, pk)
    form = NamePersonForm(request.POST)
    if form.is_valid():
        try:
            domain.name_person(
                organisation=row, phone=form.cleaned_data["phone"], actor=request.actor
            )
        except RuleBroken as error:
            form.add_error("phone", str(error))
        else:
            messages.success(request, _("The person may now act for %(name)s.") % {"name": row})
            return redirect("organisation-record", row.pk)
    context = _record_context(request, row) | {"form": form}
    if not context["may_name_people"]:
        raise Http404
    return render(request, "organisations/record.html", context)


@require_POST
def end_person(request: PortalRequest, pk: int, role: int) -> HttpResponse:
    """End the role of a person who acts for the organisation."""
    row = _visible(request, pk)
    hat = get_object_or_404(people.merchants_of(row), pk=role)
    try:
        accounts.end_membership(membership=hat, actor=request.actor)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("This person no longer acts for %(name)s.") % {"name": row})
    return redirect("organisation-record", row.pk)
