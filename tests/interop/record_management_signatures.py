"""Records requests as boto3 signs them, for the tests of the server's signature check.

    python3 -m venv venv && venv/bin/pip install boto3
    venv/bin/python tests/interop/record_management_signatures.py > \
        crates/server/src/management/tests/signed_by_boto3.json

Nothing is sent: every request is caught when it is ready and answered on the spot.
"""

import json
import sys

import boto3
import botocore
from botocore.awsrequest import AWSResponse
from botocore.config import Config

ACCESS_KEY_ID = "HEADCOUNTMANAGER"
SECRET_KEY = "only-for-tests/0123456789+abcdefghijklmno"
ENDPOINT = "https://counts.example.org:9443/prod"


class NoBody:
    """An empty answer, as botocore reads one."""

    def stream(self, **_):
        return iter(())


def client(region, endpoint, recorded):
    made = boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_KEY,
        config=Config(user_agent="boto3"),  # Without it, the name of this machine's kernel would be recorded.
    )

    def catch(request, **_):
        url = botocore.compat.urlsplit(request.url)
        headers = {}
        for name, value in request.headers.items():
            headers[name] = value.decode() if isinstance(value, bytes) else value
        headers.setdefault("Host", url.netloc)
        body = request.body or b""
        recorded.append(
            {
                "method": request.method,
                "target": url.path + (f"?{url.query}" if url.query else ""),
                "headers": headers,
                "body": body.decode() if isinstance(body, bytes) else body,
            }
        )
        return AWSResponse(request.url, 200, {}, NoBody())

    made.meta.events.register("before-send", catch)
    return made


def main():
    recorded = []
    api = client("eu-central-1", ENDPOINT, recorded)
    api.post_to_connection(ConnectionId="L0SM9cOFvHcCIhw=", Data=b'{"type":"note","text":"h\xc3\xa9"}')
    api.post_to_connection(ConnectionId="GJ1-q_0wVfYhQm2sK3eTzA", Data=b"")
    api.post_to_connection(ConnectionId="a~b/c+d%3De'(!)*", Data=b"plain text")
    api.get_connection(ConnectionId="L0SM9cOFvHcCIhw=")
    api.delete_connection(ConnectionId="L0SM9cOFvHcCIhw=")
    bare = client("us-west-2", "http://counts.example.org:9080", recorded)
    bare.post_to_connection(ConnectionId="GJ1-q_0wVfYhQm2sK3eTzA", Data=b"no stage")
    bare.delete_connection(ConnectionId="GJ1-q_0wVfYhQm2sK3eTzA")
    json.dump(
        {
            "about": f"Made by tests/interop/record_management_signatures.py with botocore {botocore.__version__}",
            "accessKeyId": ACCESS_KEY_ID,
            "secretKey": SECRET_KEY,
            "requests": recorded,
        },
        sys.stdout,
        indent=1,
    )
    print()


if __name__ == "__main__":
    main()
