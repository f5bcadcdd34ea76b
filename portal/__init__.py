"""The portal of the 百千万工程 support programme: the project and the kernel all actions share."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
