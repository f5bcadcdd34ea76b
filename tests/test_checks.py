"""What stops a portal from going public."""

import importlib

import pytest
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured

from portal import checks, wsgi
from portal.accounts.models import User

FILLED = {
    "name": "平台",
    "host_unit": "某单位",
    "contact": "某处",
    "hotline": "12345",
    "icp": "粤ICP备00000000号",
    "police_record": "粤公网安备00000000000000号",
    "site_code": "4400000000",
}


def ids(messages: list) -> list[str]:
    assert all(isinstance(message, Error) for message in messages)
    return [message.id for message in messages]


def test_production_with_one_key_for_two_purposes_is_refused(settings):
    settings.PRODUCTION = True
    settings.AUDIT_KEY = settings.SECRET_KEY
    assert ids(checks.keys_are_apart()) == ["portal.E001"]

    settings.AUDIT_KEY = "another"
    assert checks.keys_are_apart() == []


def test_the_demonstration_may_share_a_key(settings):
    settings.PRODUCTION = False
    settings.AUDIT_KEY = settings.SECRET_KEY
    assert checks.keys_are_apart() == []


def test_a_store_of_statements_that_is_none_is_refused(settings):
    settings.STATEMENT_STORE = "10.0.0.4:9000/statements"
    assert ids(checks.statement_store_is_one()) == ["portal.E006"]
    for place in ("", "/mnt/statements", "s3://statements/portal?endpoint_override=10.0.0.4:9000"):
        settings.STATEMENT_STORE = place
        assert checks.statement_store_is_one() == []


@pytest.mark.parametrize(("key", "name"), checks.REQUIRED_PROFILE.items())
def test_each_empty_line_of_the_profile_is_named(settings, key, name):
    settings.PRODUCTION = True
    settings.SITE_PROFILE = FILLED | {key: ""}
    (message,) = checks.site_profile_is_filled()
    assert message.msg == f"The site profile lacks {name}."


def test_a_filled_profile_and_a_demonstration_pass(settings):
    settings.PRODUCTION = True
    settings.SITE_PROFILE = FILLED
    assert checks.site_profile_is_filled() == []
    settings.PRODUCTION = False
    settings.SITE_PROFILE = dict.fromkeys(FILLED, "")
    assert checks.site_profile_is_filled() == []


@pytest.mark.django_db
def test_active_demonstration_accounts_in_production_are_named(settings):
    User.objects.create(username="real", is_demonstration=False)
    User.objects.create(username="gone", is_demonstration=True, is_active=False)
    settings.PRODUCTION = True
    assert checks.no_demonstration_accounts(databases=["default"]) == []

    User.objects.create(username="sample", is_demonstration=True)

    (message,) = checks.no_demonstration_accounts(databases=["default"])
    assert message.id == "portal.E003"
    assert message.msg == "Demonstration accounts are active here: sample."
    settings.PRODUCTION = False
    assert checks.no_demonstration_accounts(databases=["default"]) == []


@pytest.mark.django_db
def test_the_web_server_of_production_does_not_start_with_demonstration_accounts(settings):
    User.objects.create(username="sample", is_demonstration=True)
    settings.PRODUCTION = True
    sentence = (
        r"^Demonstration accounts are active here: sample\. "
        r"Start production on an empty database, or deactivate these accounts\.$"
    )
    with pytest.raises(ImproperlyConfigured, match=sentence):
        importlib.reload(wsgi)
    User.objects.update(is_active=False)
    checks.refuse_demonstration_accounts()
    settings.PRODUCTION = False
    User.objects.update(is_active=True)
    checks.refuse_demonstration_accounts()
