"""One dossier on the desk: every field beside its remark, one decision, then the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.desk import domain, queries
from portal.desk.forms import InterestForm, ReviewForm
from portal.desk.rules import may_review
from portal.desk.views import filter_query, filtered
from portal.moves.domain import SeenTooOld, transition
from portal.moves.pages import second_click, seen_version
from portal.submissions import kinds, rules, values
from portal.submissions import queries as dossiers
from portal.submissions.domain import return_submission
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest
    from portal.moves.table import Move
    from portal.submissions.models import Submission

# The decisions of the desk, each with its key on the keyboard.
KEYS = {"endorse": "a", "verify": "a", "approve": "a", "publish": "a", "return": "r", "refuse": "x"}


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_review)
def review(request: PortalRequest, code: str) -> HttpResponse:
    """Show a dossier with a place for a remark on each field; decide, and go on to the next."""
    rows = dossiers.dossiers(request.user).select_related("reviewer").prefetch_related("conflicts")
    row = get_object_or_404(rows, code=code)
    record_form = dossiers.form_of(row)
    typed = request.POST if request.method == "POST" else kept_post(request)
    form = ReviewForm(typed, record_form=record_form, letters=queries.letters())
    seen = seen_version(request, row)
    if request.method == "POST":
        move = request.POST.get("decision", "")
        if move in KEYS and _words_fit(form, row, move):
            try:
                return _decide(request, row, form, move, seen)
            except SeenTooOld as error:
                if second_click(error, request.user, move):
                    return redirect(_onward(request, row))
                form.add_error(None, str(error))
                seen = row.version
            except RuleBroken as error:
                form.add_error(None, str(error))
    return render(request, "desk/review.html", _context(request, row, form, record_form, seen))


def _words_fit(form: ReviewForm, row: Submission, move: str) -> bool:
    """Whether what was written suits the decision; else the form says what does not."""
    if move == "return":
        return form.is_valid()
    form.is_valid()
    note = form.cleaned_data.get("note", "")
    # A return's own demands do not bind another decision.
    form.errors.clear()
    marked = [name for name in form.names if form.data.get(f"reason-{name}")]
    if marked or (note and move != "refuse"):
        form.add_error(
            None,
            _("You wrote remarks: return it for correction, or clear them before you decide so."),
        )
    elif move == "refuse" and not note:
        form.add_error("note", _("Give the reason: the applicant reads it."))
    return not form.errors


def _decide(
    request: PortalRequest, row: Submission, form: ReviewForm, move: str, seen: int
) -> HttpResponse:
    note = form.cleaned_data.get("note", "")
    if move == "return":
        moved = return_submission(
            submission=row, remarks=form.remarks(), note=note, actor=request.actor, seen=seen
        )
    else:
        moved = transition(row, move, actor=request.actor, seen=seen, note=note)
    messages.success(
        request,
        _("%(title)s: %(past)s.") % {"title": moved.title, "past": moved.moves.get(move).past},
    )
    return redirect(_onward(request, row))


def _onward(request: PortalRequest, row: Submission) -> str:
    """The next dossier under the filter, from the first when it was the last; else the desk."""
    query = filter_query(request)
    _form, rows = filtered(request)
    rest = rows.exclude(pk=row.pk).values_list("code", flat=True)
    following = queries.after(rest, row).first() or rest.first()
    if following is None:
        messages.info(request, _("Nothing more under this filter."))
        return f"{reverse('desk')}?{query}"
    return f"{reverse('desk-review', args=[following])}?{query}"


def _context(
    request: PortalRequest, row: Submission, form: ReviewForm, record_form: Any, seen: int
) -> dict[str, Any]:
    query = filter_query(request)
    asked, rows = filtered(request)
    lines = values.lines(record_form, values.of_form(record_form))
    return {
        # The way back keeps the filter.
        "crumbs": [
            (_("Home"), reverse("home")),
            (_("Review desk"), f"{reverse('desk')}?{query}"),
            (row.title, ""),
        ],
        "row": row,
        "kind": kinds.get(row.kind),
        "form": form,
        "lines": [(line, form[f"reason-{line.name}"], form[f"text-{line.name}"]) for line in lines],
        "history": dossiers.history(row, record_form),
        "decisions": _decisions(row, request),
        "action": f"?{query}&seen={seen}" if query else f"?seen={seen}",
        "query": query,
        "beside": queries.beside(rows, row, few=bool(asked.cleaned_data.get("turn"))),
        "has_conflict": rules.has_conflict(row, request.actor),
    }


def _decisions(row: Submission, request: PortalRequest) -> list[tuple[Move, str]]:
    """(move, key) of each decision open to the reader, in the order of the table."""
    open_moves = row.moves.open_to(row, request.actor)
    return [(move, KEYS[move.name]) for move in open_moves if move.name in KEYS]


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_review)
def interest(request: PortalRequest, code: str) -> HttpResponse:
    """Declare that the dossier touches an interest of one's own."""
    row = get_object_or_404(dossiers.dossiers(request.user), code=code)
    form = InterestForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        try:
            domain.declare_interest(
                submission=row, reason=form.cleaned_data["reason"], actor=request.actor
            )
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Declared: a colleague decides this one."))
        return redirect(_onward(request, row))
    context = {"row": row, "form": form, "action": f"?{filter_query(request)}"}
    return render(request, "desk/interest.html", context)
