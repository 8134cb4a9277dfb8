"""The published contracts, by tools that others wrote: the documents are valid, and whatever is asked over HTTP is
answered as they say."""

import json
import urllib.request

import pytest
import schemathesis
from conftest import PATIENCE, create_link, running
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

OPERATOR = "the-operator-of-the-interop-suite"

# What is generated is the same in every run: a failure is found again, and a change does not fail by chance.
GENERATED = settings(
    max_examples=50, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


@pytest.fixture(scope="module")
def open_server(tmp_path_factory):
    """A server with an operator and without a limit on new sessions."""
    settings = {"HEADCOUNT_OPERATOR_TOKEN": OPERATOR}
    with running(tmp_path_factory.mktemp("contracts"), "--sessions-per-hour", "0", **settings) as server:
        yield server


def operations(server):
    """Every operation of the server's document."""
    api = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    return [found.ok() for found in api.get_all_operations()]


def ask(operation, prepare=lambda case: {}):
    """Asks for it in many ways, rightly and wrongly. `prepare` may change what is asked, and gives the headers. Returns
    the statuses of the answers."""
    statuses = set()

    @GENERATED
    @given(case=operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def asked(case):
        headers = prepare(case)
        answer = case.call_and_validate(checks=CHECKS, headers=headers, timeout=PATIENCE)
        statuses.add(answer.status_code)

    asked()
    return statuses


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_strangers_are_answered_as_the_document_says(open_server):
    for operation in operations(open_server):
        ask(operation)


def test_a_speaker_is_answered_as_the_document_says(open_server):
    def as_speaker(case):
        session = open_server.create_session()
        case.path_parameters = {"id": session["sessionId"]}
        if "{linkId}" in case.operation.path:
            case.path_parameters["linkId"] = create_link(open_server, session)["linkId"]
        return bearer(session["speakerToken"])

    of_a_session = [operation for operation in operations(open_server) if "{id}" in operation.path]
    # A stream of events goes on until its session ends, and there is no answer to look at before: test_events.py does that.
    finite = [operation for operation in of_a_session if not operation.path.endswith("/events")]
    assert len(finite) >= 9
    for operation in finite:
        statuses = ask(operation, as_speaker)
        assert statuses & {200, 201, 204}, f"{operation.label}: {statuses}"


def test_an_operator_is_answered_as_the_document_says(open_server):
    lists = [operation for operation in operations(open_server) if operation.path in ("/sessions", "/reports")]
    for operation in lists:
        assert ask(operation, lambda case: bearer(OPERATOR)) & {200, 201}, operation.label


def test_the_openapi_document_is_valid(server):
    OpenAPIV31SpecValidator(document(server, "openapi.json")).validate()


def test_both_documents_are_of_this_version(server):
    http, sockets = document(server, "openapi.json"), document(server, "asyncapi.json")
    assert http["openapi"].startswith("3.1.") and sockets["asyncapi"] == "3.0.0"
    assert http["info"]["version"] == sockets["info"]["version"] == document(server, "healthz")["version"]


def document(server, path):
    with urllib.request.urlopen(f"{server.url}/{path}", timeout=PATIENCE) as answer:
        return json.load(answer)
