"""What this room and the rooms below it keep of a person, and what is in the way of leaving.

Rooms above and actions say it themselves, in their AppConfig.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import personal
from portal.accounts.actor import Actor
from portal.accounts.enums import INVITED_ROLES, Role
from portal.accounts.models import Membership, User
from portal.accounts.phones import mask_phone
from portal.accounts.queries import has_second_factor
from portal.accounts.rules import is_administrator
from portal.audit.models import Entry
from portal.audit.queries import shown
from portal.files.models import StoredFile
from portal.jobs.models import Work
from portal.notices.models import Message, Notice, Preferences
from portal.personal import Kept, MaskedField, Obligation
from portal.privacy.queries import consents_of, exports_of
from portal.templatetags import devices

if TYPE_CHECKING:
    from django.db.models import QuerySet

Line = tuple[Any, Any]


def _account(user: User) -> Iterable[Line]:
    return [
        (_("Full name"), user.full_name),
        (_("User name"), user.username),
        (_("Mobile number"), user.phone),
        (_("Mobile number confirmed"), user.phone_verified),
        (_("E-mail"), user.email),
        (_("Account opened"), user.date_joined),
        (_("Last sign-in"), user.last_login),
        (_("Second step at sign-in"), has_second_factor(user)),
        (_("Privacy text agreed to"), user.privacy_version),
    ]


def _roles(user: User) -> QuerySet[Membership]:
    rows = user.memberships.select_related("city", "county", "organisation")
    return rows.order_by("-started_at", "-pk")


def _entries(user: User) -> QuerySet[Entry]:
    return Entry.objects.filter(user=user).select_related("user", "seal").order_by("-pk")


def _texts(user: User) -> QuerySet[Message]:
    """By number: a text knows no account. A number that was never confirmed may be another's."""
    number = user.phone if user.phone_verified else ""
    return Message.objects.filter(phone=number).exclude(phone="").order_by("-pk")


KEPT = (
    Kept(
        _("Account"),
        ((_("What"), lambda line: line[0]), (_("Value"), lambda line: line[1])),
        _account,
    ),
    Kept(
        _("Roles"),
        (
            (_("Role"), str),
            (_("Since"), lambda row: row.started_at),
            (_("Until"), lambda row: row.ended_at),
        ),
        _roles,
    ),
    Kept(
        _("Consents"),
        (
            (_("When"), lambda row: row.at),
            (_("Version of the privacy text"), lambda row: row.version),
            (_("Consent"), lambda row: row.get_kind_display()),
        ),
        consents_of,
    ),
    Kept(
        _("Devices signed in"),
        (
            (_("Signed in at"), lambda row: row.created_at),
            (_("Network address"), lambda row: row.ip),
            (_("Browser"), lambda row: devices.name(row.user_agent)),
        ),
        lambda user: UserSession.objects.filter(user=user).order_by("-created_at", "-pk"),
    ),
    Kept(
        _("What you did"),
        (
            (_("When"), lambda row: row.at),
            (_("Act"), lambda row: shown(row).act),
            (_("Subject"), lambda row: f"{shown(row).kind} {row.subject_id}"),
            (_("From where"), lambda row: row.address),
        ),
        _entries,
    ),
    Kept(
        _("Notices"),
        (
            (_("When"), lambda row: row.created_at),
            (_("Text"), lambda row: row.text),
            (_("Read at"), lambda row: row.read_at),
        ),
        lambda user: Notice.objects.visible_to(user).order_by("-pk"),
    ),
    Kept(
        _("Text messages"),
        (
            (_("When"), lambda row: row.created_at),
            (_("To"), lambda row: row.phone),
            (_("Text"), lambda row: row.body),
        ),
        _texts,
    ),
    Kept(
        _("Uploads"),
        (
            (_("When"), lambda row: row.created_at),
            (_("File"), lambda row: row.name),
            (_("Kind"), lambda row: row.get_kind_display()),
        ),
        lambda user: StoredFile.objects.visible_to(user).order_by("-created_at", "-pk"),
    ),
    Kept(
        _("Background work you asked for"),
        (
            (_("When"), lambda row: row.asked_at),
            (_("Work"), lambda row: row.label),
            (_("State"), lambda row: row.get_state_display()),
        ),
        lambda user: Work.objects.filter(asked_by=user).order_by("-pk"),
    ),
    Kept(
        _("Copies of your data"),
        (
            (_("Asked"), lambda row: row.asked_at),
            (_("Can be downloaded until"), lambda row: row.expires_at),
        ),
        exports_of,
    ),
)


def held_roles(user: User) -> Iterator[Obligation]:
    """A role that an office gave is ended by the office, after its work is handed over."""
    for hat in user.memberships.active().filter(role__in=sorted(INVITED_ROLES)).order_by("pk"):
        others = Membership.objects.active().filter(role=Role.ADMIN, user__is_active=True)
        if hat.role == Role.ADMIN and not others.exclude(user=user).exists():
            yield Obligation(gettext("You are the only administrator: name another one first."))
        else:
            yield Obligation(
                gettext("You are %(role)s: hand your work over and let an administrator end it.")
                % {"role": hat}
            )


def forget_messages(user: User, actor: Actor) -> None:
    """Notices, texts and mails to the person go, and what was chosen about them."""
    Message.objects.filter(Q(recipient=user) | Q(notice__recipient=user)).delete()
    _texts(user).delete()
    Notice.objects.filter(recipient=user).delete()
    Preferences.objects.filter(user=user).delete()


def register() -> None:
    """Say all this to the registries."""
    personal.register_kept(*KEPT)
    personal.register_obligations(held_roles)
    personal.register_forgetting(forget_messages)
    personal.register_masked(
        MaskedField(
            subject=User._meta.label_lower,
            field="phone",
            label=_("Mobile number"),
            mask=mask_phone,
            rows=User.objects.visible_to,
            is_own=lambda row, actor: actor.user is not None and actor.user.pk == row.pk,
            may_show=lambda row, actor: is_administrator(actor),
            value=lambda row: row.phone,
        )
    )
