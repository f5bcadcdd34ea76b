"""Putting organisations on file, changing the file, and saying who acts for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts import domain as accounts
from portal.accounts import queries as people
from portal.accounts.enums import Role
from portal.accounts.phones import mask_name
from portal.audit.domain import digest, record
from portal.organisations import queries, rules
from portal.organisations.models import Organisation
from portal.organisations.validators import clean_credit_code
from portal.verdict import RuleBroken, require

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import Membership

# Values of these fields stand in the record as digests; a family farm's address is a home.
PERSONAL_FIELDS = frozenset({"address", "legal_person", "contact_name", "contact_phone"})


@transaction.atomic
def register_organisation(*, actor: Actor, **fields: Any) -> Organisation:
    """Put an organisation on file; a private person becomes its merchant.

    `fields` are those of the model. The unique code in the database decides between two who
    register the same organisation at the same moment.
    Raises: RuleBroken when `actor` may not, or the code is on file already;
    ValidationError by field when a value is wrong.
    """
    row = Organisation(**fields)
    row.credit_code = clean_credit_code(row.credit_code)
    require(rules.may_register(actor=actor))
    row.full_clean(validate_unique=False, validate_constraints=False)
    require(rules.may_register_in(county=row.county, actor=actor))
    _refuse_known_code(row.credit_code)
    try:
        # A savepoint: a lost race must leave the transaction usable for the sentence below.
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        _refuse_known_code(row.credit_code)
        raise
    record(
        actor=actor,
        act="organisation.register",
        subject=row,
        credit_code=row.credit_code,
        county=row.county_id,
    )
    if actor.user is not None and not rules.files_for_office(actor):
        accounts.add_membership(user=actor.user, role=Role.MERCHANT, organisation=row, actor=actor)
    return row


def _refuse_known_code(credit_code: str) -> None:
    known = queries.by_code(credit_code)
    if known is None:
        return
    names = {"name": known.name, "county": known.county.name}
    first = people.merchants_of(known).first()
    if first is None:
        sentence = gettext(
            "This code is already on file: %(name)s (%(county)s). "
            "Ask the county office to add you to it."
        )
    else:
        names["person"] = mask_name(str(first.user))
        sentence = gettext(
            "This code is already on file: %(name)s (%(county)s). "
            "Ask %(person)s, who acts for it, or the county office to add you to it."
        )
    raise RuleBroken(sentence % names, code="credit_code_on_file")


@transaction.atomic
def edit_organisation(*, organisation: Organisation, actor: Actor, **fields: Any) -> Organisation:
    """Change some fields of the file. Locks the row; fields not named stay as they are now.

    Raises: RuleBroken when `actor` may not change one of `fields`; ValidationError by field.
    """
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    require(rules.may_edit(organisation=row, actor=actor))
    if set(fields) - set(rules.editable_fields(organisation=row, actor=actor)):
        raise RuleBroken(_("Name, kind and county are changed by the county office."))
    before = {name: getattr(row, name) for name in fields}
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean(validate_unique=False)
    changed = [name for name, value in before.items() if getattr(row, name) != value]
    if not changed:
        return row
    require(rules.may_register_in(county=row.county, actor=actor))
    row.save(update_fields=changed)
    record(
        actor=actor,
        act="organisation.edit",
        subject=row,
        changes={
            name: [_noted(name, before[name]), _noted(name, getattr(row, name))] for name in changed
        },
    )
    return row


def _noted(name: str, value: Any) -> str:
    """A value as the record may hold it."""
    text = str(getattr(value, "pk", value))
    return digest(text) if name in PERSONAL_FIELDS and text else text


@transaction.atomic
def name_person(*, organisation: Organisation, phone: str, actor: Actor) -> Membership:
    """Let the person with this confirmed number act for the organisation.

    Raises: RuleBroken when `actor` may not say who acts for it, nobody has the number, or the
    person acts for it already.
    """
    require(rules.may_name_people(organisation=organisation, actor=actor))
    user = people.person_by_phone(phone)
    if user is None:
        raise RuleBroken(
            _("No account has this number: ask the person to sign up with it first."),
            code="unknown_phone",
        )
    if people.merchants_of(organisation).filter(user=user).exists():
        raise RuleBroken(_("This person acts for the organisation already."))
    return accounts.grant_membership(
        user=user, role=Role.MERCHANT, organisation=organisation, actor=actor
    )
