"""AWS's own SDK against the `@connections` management API, unmodified."""

import json

import boto3
import pytest
from botocore.config import Config
from conftest import PATIENCE
from websockets.exceptions import ConnectionClosed


@pytest.fixture(params=["", "/prod"], ids=["without a stage", "with a stage"])
def management(server, request):
    """A client as a Lambda function would make one. On loopback any signature will do."""
    return boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=server.management_url + request.param,
        region_name="eu-central-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_a_connection_is_posted_to_looked_at_and_dropped(server, management):
    listener, joined = server.listen(server.create_session(), "de")
    connection = joined["connectionId"]

    management.post_to_connection(ConnectionId=connection, Data=json.dumps({"type": "hello"}).encode())
    assert json.loads(listener.recv(timeout=PATIENCE)) == {"type": "hello"}

    facts = management.get_connection(ConnectionId=connection)
    assert facts["Identity"]["SourceIp"] == "127.0.0.1"
    assert facts["ConnectedAt"] <= facts["LastActiveAt"]

    management.delete_connection(ConnectionId=connection)
    with pytest.raises(ConnectionClosed):
        listener.recv(timeout=PATIENCE)


def test_a_connection_that_is_gone_is_gone(management):
    for call, arguments in [
        (management.post_to_connection, {"Data": b"{}"}),
        (management.get_connection, {}),
        (management.delete_connection, {}),
    ]:
        with pytest.raises(management.exceptions.GoneException):
            call(ConnectionId="AAAAAAAAAAAAAAAAAAAAAA", **arguments)
