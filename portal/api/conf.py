"""Settings of the parts this room is built with; `portal.settings` takes them over."""

from django.utils.translation import gettext_lazy as _

# Addresses for machines are closed unless a view opens them (docs/api.md).
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.api.authentication.KeyAuthentication",
        "portal.api.authentication.PersonAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.authentication.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["portal.api.throttles.PerMinute"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.problems.answer",
}
OPENAPI = {
    "DESCRIPTION": _("Machines file products, read what is published, and are told of changes."),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    # Categories, which the document offers, stand in the database: a test makes it instead.
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["portal.api.schema.ours_alone"],
    # Choices stand where they are offered: equal ones of two fields need no common name.
    "POSTPROCESSING_HOOKS": ["portal.api.schema.nothing_else", "portal.api.schema.what_is_sent"],
}
