"""The OpenAPI file: complete, and kept by every address, whatever is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from jsonschema_rs import meta
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import negative_data_rejection

from portal.api.views import schema
from portal.statements import uploads
from tests import dossiers
from tests.answers import content
from tests.api.world import issue
from tests.factories import UserFactory
from tests.routes import own_routes
from tests.traffic import world

pytestmark = pytest.mark.django_db
EXAMPLES = 6


def test_the_file_is_openapi_3_1_and_names_every_address_for_machines():
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    document = answer.json()
    assert document["openapi"] == "3.1.0"
    routes = {name for name, _arguments in own_routes() if name.startswith("api-")}
    assert len(document["paths"]) == len(routes - {"api-schema", "api-docs", "api-nothing"})
    operations = [o for methods in document["paths"].values() for o in methods.values()]
    assert len({o["operationId"] for o in operations}) == len(operations) >= 12
    for operation in operations:
        assert {"401", "403", "404", "429"} <= set(operation["responses"])
        assert operation["summary"]
    assert set(document["webhooks"]) == {"products"}
    for component in document["components"]["schemas"].values():
        meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **component})


def test_a_new_field_of_the_form_is_in_the_file_by_itself():
    from portal.submissions import kinds

    fields = set(kinds.get("product").form().fields)
    components = schema.document()["components"]["schemas"]
    assert set(components["ProductFieldsRequest"]["properties"]) == fields
    assert set(components["ProductFields"]["properties"]) == fields


def test_the_page_for_people_reads_without_javascript():
    page = content(Client().get("/api/docs/"))
    for path in schema.document()["paths"]:
        assert path in page
    assert '<script src="/static/drf' not in page
    tried = content(Client().get("/api/docs/?try=1"))
    assert "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in tried


# What a well-formed request may be answered, beside success: rules that no schema can say, such as
# both ends of a season, and versions that nobody can guess.
CONFIG = {
    "checks": {
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", 304, 400, 401, 403, 404, 409, 412, 415, 422, 428]
        },
        "negative_data_rejection": {"expected-statuses": ["4xx", 304]},
    }
}


bounded = hypothesis.settings(
    max_examples=EXAMPLES,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations(secret: str) -> list[Any]:
    """Every operation of the file, as schemathesis reads it over the wire."""
    api = schemathesis.openapi.from_wsgi(
        "/api/v1/schema/",
        get_wsgi_application(),
        config=SchemathesisConfig.from_dict(CONFIG),
        headers={"Authorization": f"Bearer {secret}"},
    )
    return [found.ok() for found in api.get_all_operations()]


@pytest.fixture
def _connection_stays() -> Iterator[None]:
    """A request over WSGI ends with closing the connection, which here is the test's own."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


Fill = Callable[[dict[str, Any]], dict[str, Any]]


def hold_all(settings: Any, found: list[Any], mode: GenerationMode, secret: str, fill: Fill) -> int:
    """Hold every operation to what the file says, and return how many there were.

    `fill` puts ids of what is there into an address, every other time.
    """
    settings.API_REQUESTS_A_MINUTE = settings.API_STRANGERS_A_MINUTE = 100_000
    tried: Counter[str] = Counter()
    # Compressed answers are for browsers: the client here does not unpack them.
    plain = {"Accept-Encoding": "identity"}
    headers = {"Authorization": f"Bearer {secret}"}
    broken = {}

    def hold(case: Any) -> None:
        name, positive = case.operation.label, mode == GenerationMode.POSITIVE
        if positive and case.path_parameters and tried[name] % 2 == 0:
            # Every other time a record that is there, as its reader would name it.
            case.path_parameters |= fill(case.path_parameters)
        tried[name] += 1
        # What is meant to be wrong, such as a header without a key, stays wrong.
        own = {} if not positive and "Authorization" in case.headers else headers
        # Of many items each is judged by itself, in an answer that is always 200.
        many = case.operation.definition.raw["operationId"] == "upsert_products"
        left_out = [negative_data_rejection] if many else []
        case.call_and_validate(headers=plain | own, excluded_checks=left_out)

    for operation in found:
        try:
            bounded(given(operation.as_strategy(generation_mode=mode))(hold))()
        except FailureGroup as failure:
            broken[operation.label] = str(failure)
    assert not broken, "\n".join(broken.values())
    return len(tried)


def known(values: dict[str, Any]) -> Fill:
    """Those of the values whose names an address has."""
    return lambda parameters: {name: values[name] for name in values if name in parameters}


@pytest.mark.usefixtures("_connection_stays")
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_address_breaks_its_promise_whatever_is_sent(settings, mode):
    owner = UserFactory(official=dossiers.RUYUAN)
    row = dossiers.product_in("draft", owner=dossiers.Actor.of(owner))
    _key, secret = issue(owner=owner, county=row.county)
    dossiers.product_in("published")
    fill = known({"code": row.code})
    assert hold_all(settings, operations(secret), mode, secret, fill) >= 11


@pytest.mark.usefixtures("_connection_stays")
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_address_of_reports_breaks_its_promise_to_the_office(settings, mode):
    office = dossiers.staff()
    key, secret = issue(owner=office.user)
    statement = world.land(office, [(world.DAY, world.ID, 7), (world.DAY, "1.00449E+11", 1)])
    sha256 = "0" * 64
    # Not by a request: a test's client takes care of connections in a way of its own.
    upload = uploads.start(
        source=world.source(),
        period=(None, None),
        how="replace",
        files=[{"name": "日报.csv", "size": 1000, "sha256": sha256}],
        caller=f"key:{key.pk}",
        actor=office,
    )
    ids = {"id": statement.statement.pk, "upload": str(upload.pk), "sha256": sha256}
    found = [one for one in operations(secret) if "/statement" in one.label]
    assert hold_all(settings, found, mode, secret, known(ids)) == 10
