"""Who opens the pages."""

from __future__ import annotations

import pytest

from tests import dossiers


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def page(client, office):
    client.force_login(office.user)
    return client
