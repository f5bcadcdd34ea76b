"""What this room adds to menu, “my tasks”, the board, and to the pages of holders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.organisations.models import Organisation
from portal.qualifications import queries, rules
from portal.qualifications.models import Qualification
from portal.registry import Link, MenuGroup, MenuItem, Panel, Task
from portal.submissions import subsets
from portal.submissions.enums import State
from portal.submissions.models import Submission
from portal.submissions.queries import dossiers

if TYPE_CHECKING:
    from portal.qualifications.models import QualificationQuerySet

READERS = (Role.ADMIN, Role.STAFF, Role.AUDITOR, Role.OFFICIAL, Role.MERCHANT)
STOPPED = "papers-lapsed"


def menu(actor: Actor) -> Iterator[MenuItem]:
    """“Papers”, for everybody who has some to see."""
    if actor.has(*READERS):
        url = reverse("qualifications")
        yield MenuItem(
            _("Papers and brands"),
            url,
            url,
            hint=_("Licences, reports and brand numbers: what lapses when."),
            group=MenuGroup.CARE,
        )


def links(actor: Actor) -> Iterator[Link]:
    """The same among what a merchant or an official may do."""
    if actor.has(Role.OFFICIAL, Role.MERCHANT):
        yield Link(
            _("Papers and brands"),
            reverse("qualifications"),
            _("Licences, reports and brand numbers: what lapses when."),
        )


def tasks(actor: Actor) -> Iterable[Task]:
    """What lapses, has lapsed or is to be checked, for who can do something about it.

    One query; each line opens the list under the filter that counts it.
    """
    if actor.user is None or not actor.has(Role.OFFICIAL, Role.MERCHANT):
        return
    today = clock.today()
    own: QualificationQuerySet = Qualification.objects.visible_to(actor.user)

    def part(rows: QualificationQuerySet) -> Q:
        return Q(pk__in=rows.order_by().values("pk"))

    every = Qualification.objects
    counted = {
        "soon": part(every.lapsing(today)),
        "lapsed": part(every.lapsed_on(today)),
        "check": part(every.check_due(today)),
        "mine": part(queries.to_check(every.current_on(today), actor.person)),
    }
    found = own.aggregate(
        **{name: Count("pk", filter=rows) for name, rows in counted.items()},
        soon_due=Min("valid_until", filter=counted["soon"]),
        check_due=Min("check_due_on", filter=counted["check"]),
    )
    yield Task(_("Papers have lapsed: enter their renewal"), found["lapsed"], _list("lapsed"))
    yield Task(
        _("Papers lapse within 30 days"), found["soon"], _list("soon"), due=found["soon_due"]
    )
    yield Task(
        _("Yearly checks of brand numbers"), found["check"], _list("check"), due=found["check_due"]
    )
    if actor.has(Role.OFFICIAL):
        yield Task(_("Papers a second person checks"), found["mine"], _list("mine"))


def _list(part: str) -> str:
    return f"{reverse('qualifications')}?part={part}"


def attention(actor: Actor) -> Iterable[Task]:
    """What is published and stopped by a lapsed paper; one query."""
    rows = dossiers(actor.person).filter(subsets.rows(STOPPED))
    label: str | Promise = _("Published, but a paper has lapsed")
    yield Task(label, rows.count(), subsets.address(only=STOPPED))


def stopped_now() -> Q:
    """Published dossiers that a lapsed paper keeps out of catalogue, exports and traffic."""
    return Q(state=State.PUBLISHED) & ~rules.usable_on(clock.today())


def organisation_panel(actor: Actor, organisation: Organisation) -> Panel:
    """The papers on an organisation's page; one query."""
    context = {
        "papers": queries.of_organisation(actor.person, organisation).order_by(
            "kind", "valid_until"
        ),
        "new_url": reverse("organisation-qualification-new", args=[organisation.pk])
        if rules.may_enter(organisation, actor)
        else "",
        "of_organisation": True,
    }
    return Panel("qualifications/_panel.html", context)


def dossier_panel(actor: Actor, submission: Submission) -> Panel | None:
    """The papers on a dossier's page, and why it is left out now; queries as `of_dossier`."""
    if not rules.takes_papers(submission):
        return None
    shown, every = queries.of_dossier(actor.person, submission)
    published = submission.state == State.PUBLISHED
    verdict = rules.judged(every, clock.today()) if published else None
    context = {
        "papers": shown,
        "new_url": reverse("dossier-qualification-new", args=[submission.code])
        if rules.may_enter(submission, actor)
        else "",
        "stopped": verdict.reason if verdict is not None else "",
        "of_organisation": False,
    }
    return Panel("qualifications/_panel.html", context)
