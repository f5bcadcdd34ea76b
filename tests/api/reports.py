"""A machine that lands reports."""

from __future__ import annotations

import hashlib

from portal.jobs.domain import run_due
from tests.traffic import world

SOURCES = "/api/v1/statement-sources/"
UPLOADS = "/api/v1/statement-uploads/"
OTHER = "7390000000000000018"
PERIOD = {"first_day": "2023-10-20", "last_day": "2023-10-20"}


def sha(data):
    return hashlib.sha256(data).hexdigest()


def announce(machine, *files, **more):
    body = {
        "source": world.source().key,
        "files": [
            {"name": f"日报{number}.csv", "size": len(data), "sha256": sha(data)}
            for number, data in enumerate(files, 1)
        ],
        **more,
    }
    return machine.post(UPLOADS, body)


def begin(machine, *files, **more):
    answer = announce(machine, *files, **({} if "first_day" in more else PERIOD) | more)
    assert answer.status_code == 201, answer.content
    return answer.json()


def put(machine, upload, data, *, part=None, of=None):
    """Send the bytes `part` (a slice) of a file, all of it without."""
    whole = of or data
    headers = machine.headers
    piece = data if part is None else data[part]
    if part is not None:
        first = part.start or 0
        named = f"bytes {first}-{first + len(piece) - 1}/{len(whole)}"
        headers = headers | {"Content-Range": named}
    return machine.client.put(
        f"{UPLOADS}{upload['id']}/files/{sha(whole)}/",
        piece,
        content_type="application/octet-stream",
        headers=headers,
    )


def step(machine, upload, what, **headers):
    return machine.post(f"{UPLOADS}{upload['id']}/{what}/", **headers)


def sent(machine, *files, **more):
    upload = begin(machine, *files, **more)
    for data in files:
        assert put(machine, upload, data).json()["complete"]
    return upload


def landed(machine, *files, **more):
    answer = step(machine, sent(machine, *files, **more), "finish")
    run_due()
    return answer


def problem(answer):
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    return body["status"], body.get("errors", body["detail"])
