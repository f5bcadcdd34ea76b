"""`{% load traffic %}`: names of accounts in the reader's language."""

from django import template

from portal.ledger.models import Account
from traffic.queries import action_label

register = template.Library()


@register.filter
def account_name(account: Account) -> str:
    """`{{ account|account_name }}`: actions are translated, everything else is data."""
    return action_label(account)
