"""What must be true before the portal serves the public; run by `manage.py check --deploy`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

HINT = "Start production on an empty database, or deactivate these accounts."
# The footer of a public institution's site must show these.
REQUIRED_PROFILE = {
    "host_unit": "SITE_HOST_UNIT",
    "contact": "SITE_CONTACT",
    "hotline": "SITE_HOTLINE",
    "icp": "SITE_ICP",
    "police_record": "SITE_POLICE_RECORD",
    "site_code": "SITE_CODE",
}
SMTP = "django.core.mail.backends.smtp.EmailBackend"
OWN_HOSTS = {"localhost", "127.0.0.1", "::1"}


@register(Tags.security, deploy=True)
def keys_are_apart(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """SECRET_KEY may rotate; digests in the audit record must stay comparable."""
    if settings.PRODUCTION and settings.AUDIT_KEY == settings.SECRET_KEY:
        return [
            Error(
                "AUDIT_KEY is the same as SECRET_KEY.",
                hint="Set AUDIT_KEY in the environment to a long random value of its own, "
                "and keep it for as long as the audit record is kept.",
                id="portal.E001",
            )
        ]
    return []


@register(deploy=True)
def site_profile_is_filled(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every page's footer names who runs the site and its records."""
    empty = [name for key, name in REQUIRED_PROFILE.items() if not settings.SITE_PROFILE[key]]
    if settings.PRODUCTION and empty:
        return [
            Error(
                f"The site profile lacks {', '.join(empty)}.",
                hint="Set these in the environment; `.env.example` says what each is.",
                id="portal.E002",
            )
        ]
    return []


@register(deploy=True)
def mails_can_leave(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A mail server is asked for in full or not at all, and never over the net in clear text."""
    if not settings.PRODUCTION or not settings.EMAIL_OFFERED:
        return []
    faults: list[CheckMessage] = []
    if not settings.DEFAULT_FROM_EMAIL:
        hint = "Set EMAIL_FROM to the address that mails come from."
        faults.append(Error("EMAIL_URL is set, EMAIL_FROM is not.", hint=hint, id="portal.E004"))
    sealed = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if settings.EMAIL_BACKEND != SMTP or not (sealed or settings.EMAIL_HOST in OWN_HOSTS):
        hint = "Use smtp+tls:// or smtp+ssl://; plain smtp:// to a server on this machine only."
        faults.append(Error("EMAIL_URL names no safe mail server.", hint=hint, id="portal.E005"))
    return faults


@register(deploy=True)
def statement_store_is_one(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A slip in the address of the store would show with the first report only."""
    from portal import stores

    try:
        stores.opened(settings.STATEMENT_STORE or settings.VAR_DIR)
    except (ValueError, OSError) as error:
        hint = f"Name an absolute folder, or s3://bucket/prefix?…; see docs/scale.md. {error}"
        return [Error("STATEMENT_STORE names no store.", hint=hint, id="portal.E006")]
    return []


@register(Tags.database, deploy=True)
def no_demonstration_accounts(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Demonstration accounts have passwords that everybody knows.

    Database checks run with `migrate`, or with `check --deploy --database default`.
    """
    names = _demonstration_names() if "default" in (databases or ()) else []
    return [Error(_found(names), hint=HINT, id="portal.E003")] if names else []


def refuse_demonstration_accounts() -> None:
    """Do not start a web server of production in which such accounts are active; one query.

    Raises: ImproperlyConfigured.
    """
    if names := _demonstration_names():
        raise ImproperlyConfigured(f"{_found(names)} {HINT}")


def _demonstration_names() -> list[str]:
    """The first of them in production; nowhere else is one looked for."""
    if not settings.PRODUCTION:
        return []
    users = apps.get_model("accounts", "User").objects
    try:
        return list(
            users.filter(is_demonstration=True, is_active=True)
            .order_by("username")
            .values_list("username", flat=True)[:5]
        )
    except DatabaseError:  # before the first migrate there are no accounts at all
        return []


def _found(names: list[str]) -> str:
    return f"Demonstration accounts are active here: {', '.join(names)}."
