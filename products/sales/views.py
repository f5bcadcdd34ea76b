"""Pages of sales: by product, by day, and what nobody knows the product of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.gates import only_for
from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from portal.submissions import queries as submissions
from products.exports import rules as exports_rules
from products.sales import queries
from products.sales.columns import DAY_COLUMNS, PRODUCT_COLUMNS, UNMATCHED_COLUMNS
from products.sales.forms import DaysFilter, SalesFilter

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest

DAY_SORTS = {
    "": (gettext_lazy("Newest day first"), ("-date", "pk")),
    "orders": (gettext_lazy("Most orders"), ("-orders", "-date", "pk")),
    "refunds": (gettext_lazy("Most refunds"), ("-refunds", "-date", "pk")),
}
PRODUCT_SORTS = {
    "": (gettext_lazy("Most sales"), ("-total_sales", "code")),
    "orders": (gettext_lazy("Most orders"), ("-total_orders", "code")),
    "refunds": (gettext_lazy("Most refunds"), ("-total_refunds", "code")),
}
UNMATCHED_SORTS = {
    "": (gettext_lazy("Most sales"), ("-total_sales", "external_id", "source_name")),
    "last": (gettext_lazy("Seen last"), ("-last", "external_id", "source_name")),
}


def _products(request: PortalRequest) -> tuple[SalesFilter, Any]:
    form = SalesFilter(request.GET)
    return form, form.restrict(queries.sold(request.user))


@require_safe
def sales(request: PortalRequest) -> HttpResponse:
    """What was sold of every product the reader may see."""
    form, rows = _products(request)
    context = {
        "filter": form,
        "sums": queries.sums(rows),
        "period": _period(form),
        "reads_all": bool(exports_rules.may_read(request.actor)),
        **page_context(request, queries.by_product(rows), sorts=PRODUCT_SORTS),
    }
    return render(request, "products/sales.html", context)


def _period(form: SalesFilter) -> str:
    """The days of the filter, for the addresses of the rows behind the sums."""
    data = form.cleaned_data
    days = {name: data[name] for name in ("since", "until") if data.get(name)}
    return urlencode(days)


@require_safe
def sales_export(request: PortalRequest) -> HttpResponse:
    """The same as a workbook."""
    _form, rows = _products(request)
    found = queries.by_product(rows).order_by("-total_sales", "code")
    return xlsx_response(_("Sales by product"), PRODUCT_COLUMNS, found.iterator(chunk_size=500))


def _days(request: PortalRequest, code: str) -> tuple[Any, DaysFilter, Any]:
    row = get_object_or_404(submissions.dossiers(request.user), code=code, kind="product")
    form = DaysFilter(request.GET)
    return row, form, form.restrict(queries.of_product(row.pk))


@require_safe
def product_sales(request: PortalRequest, code: str) -> HttpResponse:
    """What was sold of one product, day by day."""
    row, form, days = _days(request, code)
    context = {
        "row": row,
        "filter": form,
        "sums": queries.sums(days),
        **page_context(request, days, sorts=DAY_SORTS),
    }
    return render(request, "products/product_sales.html", context)


@require_safe
def product_sales_export(request: PortalRequest, code: str) -> HttpResponse:
    """The same as a workbook."""
    row, _form, days = _days(request, code)
    name = _("Sales of %(title)s") % {"title": row.title}
    return xlsx_response(name, DAY_COLUMNS, days.order_by("date").iterator(chunk_size=500))


@require_safe
@only_for(exports_rules.may_read)
def unmatched_sales(request: PortalRequest) -> HttpResponse:
    """Ids of reports that are no product's here: a listing with the id settles each."""
    context = page_context(request, queries.unmatched(request.user), sorts=UNMATCHED_SORTS)
    return render(request, "products/unmatched_sales.html", context)


@require_safe
@only_for(exports_rules.may_read)
def unmatched_sales_export(request: PortalRequest) -> HttpResponse:
    """The same as a workbook."""
    rows = queries.unmatched(request.user).order_by("source_name", "external_id")
    return xlsx_response(_("Sales without a product"), UNMATCHED_COLUMNS, rows.iterator())
