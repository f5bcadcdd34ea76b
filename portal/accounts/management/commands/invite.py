"""Open an account and print the link that sets its password: the first account of a new portal.

manage.py invite --role admin --username zhang --name 张三 --phone 13800000000
manage.py invite --role official --county 440232 --username li --name 李四 --phone 13900000000
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.accounts import domain
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.verdict import RuleBroken

# What a role may be bound to, and the field each is named by on the command line.
BOUND_TO = {"city": "pk", "county": "pk", "organisation": "credit_code"}


class Command(BaseCommand):
    help = "Open an account with one role; prints the link that sets its password once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--username", required=True)
        parser.add_argument("--name", required=True, help="full name")
        parser.add_argument("--phone", required=True, help="mainland mobile number")
        parser.add_argument("--county", help="code of a county-level unit, for officials")
        parser.add_argument("--city", help="code of a city, for officials of a whole city")
        parser.add_argument("--organisation", help="unified social credit code, for merchants")

    def handle(self, *_args: Any, **options: Any) -> None:
        bound = {name: self._row(name, options[name]) for name in BOUND_TO if options[name]}
        try:
            invitation = domain.invite(
                role=Role(options["role"]),
                username=options["username"],
                phone=options["phone"],
                full_name=options["name"],
                actor=Actor.system(),
                **bound,
            )
        except RuleBroken as error:
            raise CommandError(str(error)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(
            _("Account opened: %(username)s. The link below sets its password once, until %(day)s:")
            % {
                "username": invitation.user.username,
                "day": invitation.expires_at.date().isoformat(),
            }
        )
        self.stdout.write(invitation.link)

    def _row(self, name: str, value: str) -> Any:
        model: Any = Membership._meta.get_field(name).related_model
        row = model.objects.filter(**{BOUND_TO[name]: value.strip()}).first()
        if row is None:
            raise CommandError(
                _("--%(name)s %(value)s: nothing has this code.") % {"name": name, "value": value}
            )
        return row
