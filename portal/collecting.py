"""Which static files of libraries are collected: pages name a few of the 42 MB they bring."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class CollectedFilesConfig(StaticFilesConfig):
    """As Django's own, without what no page names; compressing it took most of a first start."""

    ignore_patterns = [  # noqa: RUF012 - declared so by Django
        *StaticFilesConfig.ignore_patterns,
        # Other ways to show the interface's documentation, and a browser of its own.
        "redoc",
        "rest_framework",
        "swagger-ui-standalone-preset.*",
        "oauth2-redirect.*",
        # What only a debugger asks for; a stylesheet that names its map keeps it.
        "*.js.map",
        "jquery.js",
        "select2.full.js",
        "xregexp.js",
        # Extensions of htmx.
        "ext",
    ]
