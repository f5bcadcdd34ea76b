"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

from portal.checks import refuse_demonstration_accounts  # noqa: E402 - needs the applications
from portal.resting import settle  # noqa: E402 - needs the applications

refuse_demonstration_accounts()
# Every thread of the server opens its own.
connection.close()
settle()
