"""The portal's Celery application, with every message delivered twice."""

from __future__ import annotations

from typing import Any

from portal.celery import app

_send_once = app.amqp.send_task_message


def _send_twice(*args: Any, **words: Any) -> Any:
    _send_once(*args, **words)
    return _send_once(*args, **words)


app.amqp.send_task_message = _send_twice

__all__ = ["app"]
