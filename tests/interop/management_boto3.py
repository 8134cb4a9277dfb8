"""Drives the management API as any boto3 program would drive API Gateway's.

    python3 -m venv venv && venv/bin/pip install boto3
    headcount serve --management-listen 127.0.0.1:9000 …
    venv/bin/python tests/interop/management_boto3.py http://127.0.0.1:9000 CONNECTION_ID

The connection gets three messages, is looked at, and is dropped: take one that nobody needs. On a listener that is not
on loopback, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must hold the server's key pair. Exits with 1 and says what
was wrong, or prints what the server knows of the connection and exits with 0.
"""

import argparse
import datetime
import json
import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

MAX_PAYLOAD = 131_072


def client(endpoint, access_key_id, secret_access_key):
    return boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=15),
    )


def expect(kind, status, call, **arguments):
    """Calls and expects this error: by its modelled class where there is one, and by its status."""
    try:
        call(**arguments)
    except ClientError as error:
        got = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
        if got != (kind, status):
            raise SystemExit(f"expected {status} {kind}, got {got[1]} {got[0]}") from error
        if not error.response["Error"].get("Message"):
            raise SystemExit(f"{kind} came without a message") from error
        return error
    raise SystemExit(f"expected {status} {kind}, but the call succeeded")


def check(truth, what):
    if not truth:
        raise SystemExit(f"wrong: {what}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("endpoint", help="such as http://127.0.0.1:9000 or https://counts.example.org:9443/prod")
    parser.add_argument("connection", help="the id of an open connection; it is dropped at the end")
    arguments = parser.parse_args()
    # On loopback nobody looks at these, but boto3 will not start without any.
    access_key_id = os.environ.get("AWS_ACCESS_KEY_ID", "LOOPBACK")
    secret_access_key = os.environ.get("AWS_SECRET_ACCESS_KEY", "nobody-looks-at-this")
    api = client(arguments.endpoint, access_key_id, secret_access_key)
    there = {"ConnectionId": arguments.connection}

    posted = api.post_to_connection(**there, Data=json.dumps({"type": "note", "text": "hé"}).encode())
    check(posted["ResponseMetadata"]["HTTPStatusCode"] == 200, "the status of a post")
    check(posted["ResponseMetadata"]["RequestId"], "a post has a request id")
    api.post_to_connection(**there, Data=b"")
    api.post_to_connection(**there, Data=b"x" * MAX_PAYLOAD)
    expect("PayloadTooLargeException", 413, api.post_to_connection, **there, Data=b"x" * (MAX_PAYLOAD + 1))
    expect("PayloadTooLargeException", 413, api.post_to_connection, **there, Data=b"x" * (6 * MAX_PAYLOAD))
    expect("BadRequestException", 400, api.post_to_connection, **there, Data=b"\xc3\x28")

    facts = api.get_connection(**there)
    now = datetime.datetime.now(datetime.timezone.utc)
    ages = [(now - facts[moment]).total_seconds() for moment in ("ConnectedAt", "LastActiveAt")]
    check(-60 < ages[1] <= ages[0], "ConnectedAt comes before LastActiveAt, and that is not in the future")
    check(facts["Identity"]["SourceIp"], "the connection has an address")
    check(isinstance(facts["Identity"]["UserAgent"], str), "the user agent is text")

    stranger = {"ConnectionId": "bm9ib2R5IGlzIGhlcmU="}
    for call, more in (
        (api.post_to_connection, {"Data": b"hello"}),
        (api.get_connection, {}),
        (api.delete_connection, {}),
    ):
        gone = expect("GoneException", 410, call, **stranger, **more)
        check(isinstance(gone, api.exceptions.GoneException), "boto3 knows the error as GoneException")

    if "AWS_SECRET_ACCESS_KEY" in os.environ:
        liar = client(arguments.endpoint, access_key_id, secret_access_key[::-1])
        refused = expect("ForbiddenException", 403, liar.get_connection, **there)
        check(isinstance(refused, liar.exceptions.ForbiddenException), "boto3 knows the error as ForbiddenException")

    dropped = api.delete_connection(**there)
    check(dropped["ResponseMetadata"]["HTTPStatusCode"] == 204, "the status of a delete")
    expect("GoneException", 410, api.get_connection, **there)
    print(json.dumps({name: facts[name] for name in ("ConnectedAt", "LastActiveAt", "Identity")}, default=str))


if __name__ == "__main__":
    main()
