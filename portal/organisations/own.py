"""What this room keeps of a person: the files of one's organisations; and their contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal import personal
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.accounts.phones import mask_name, mask_phone
from portal.accounts.rules import may_name_people
from portal.audit.domain import digest, record
from portal.organisations.models import Organisation
from portal.personal import Kept, MaskedField
from portal.privacy.rules import works_on_filings
from portal.verdict import Verdict

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User


def own_organisations(user: User) -> QuerySet[Organisation]:
    """Those the person acts for or acted for."""
    held = Membership.objects.filter(user=user, role=Role.MERCHANT)
    return Organisation.objects.filter(pk__in=held.values("organisation")).order_by("name", "pk")


KEPT = Kept(
    _("Organisations you act for"),
    (
        (_("Organisation name"), lambda row: row.name),
        (_("Unified social credit code"), lambda row: row.credit_code),
        (_("Legal representative"), lambda row: row.legal_person),
        (_("Contact person"), lambda row: row.contact_name),
        (_("Contact mobile number"), lambda row: row.contact_phone),
    ),
    own_organisations,
)


def forget_contact(user: User, actor: Actor) -> None:
    """Blank name and number of the person where they are the contact of an organisation."""
    if not user.phone or not user.phone_verified:
        return
    contacts = Organisation.objects.filter(contact_phone=user.phone).select_for_update()
    for row in contacts.order_by("pk"):
        changes = {
            name: [digest(getattr(row, name)), ""]
            for name in ("contact_name", "contact_phone")
            if getattr(row, name)
        }
        row.contact_name = row.contact_phone = ""
        row.save(update_fields=["contact_name", "contact_phone"])
        record(actor=actor, act="organisation.edit", subject=row, changes=changes)


def _represents(row: Organisation, actor: Actor) -> bool:
    return actor.represents(row.pk)


def _merchants_of(user: User) -> QuerySet[Membership]:
    visible = Organisation.objects.visible_to(user)
    hats = Membership.objects.active().filter(role=Role.MERCHANT, organisation__in=visible)
    return hats.select_related("user", "organisation__county")


def _names_people(row: Membership, actor: Actor) -> Verdict:
    return may_name_people(organisation=row.organisation, actor=actor)


def register() -> None:
    """Say all this to the registries of personal data."""
    personal.register_kept(KEPT)
    personal.register_forgetting(forget_contact)
    for name, mask in (("contact_name", mask_name), ("contact_phone", mask_phone)):
        personal.register_masked(
            MaskedField(
                subject=Organisation._meta.label_lower,
                field=name,
                label=Organisation._meta.get_field(name).verbose_name,
                mask=mask,
                rows=Organisation.objects.visible_to,
                is_own=_represents,
                may_show=works_on_filings,
                value=lambda row, name=name: getattr(row, name),  # type: ignore[misc]
            )
        )
    personal.register_masked(
        MaskedField(
            subject=Membership._meta.label_lower,
            field="phone",
            label=_("Mobile number"),
            mask=mask_phone,
            rows=_merchants_of,
            is_own=lambda row, actor: actor.user is not None and row.user_id == actor.user.pk,
            may_show=_names_people,
            value=lambda row: row.user.phone,
        )
    )
