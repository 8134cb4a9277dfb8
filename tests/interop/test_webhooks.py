"""Webhooks, received by the example of the documentation, and after the server was killed."""

import base64
import json
import os
import queue
import re
import signal
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import PATIENCE, Server, addresses, wait_for

PAGE = Path(__file__).parents[2] / "docs/webhooks.md"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
LAX = ["--webhook-allow-http", "--webhook-allow-private"]


@pytest.fixture(scope="module")
def is_genuine():
    """The function that the documentation gives receivers."""
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[1]
    names = {}
    exec(code, names)  # noqa: S102: it is our own page
    return names["is_genuine"]


class Receiver:
    """Keeps what it is sent and answers with `status`."""

    def __init__(self):
        self.status = 204
        self.came = queue.Queue()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.came.put((self.headers, body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, kind):
        """The next event of that type, with all of the delivery."""
        while True:
            headers, body = self.came.get(timeout=PATIENCE)
            event = json.loads(body)
            if event["type"] == kind:
                return headers, body, event


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()


@contextmanager
def serving(data_dir, url):
    """A server with a target, whose process the test may kill."""
    command = [os.environ["HEADCOUNT_BINARY"], "serve", "--listen", "127.0.0.1:0", "--data-dir", str(data_dir)]
    command += ["--management-listen", "127.0.0.1:0", "--webhook", url, *LAX]
    settings = {**os.environ, "HEADCOUNT_WEBHOOK_SECRET": SECRET}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings)
    try:
        yield process, Server(*addresses(process))
    finally:
        process.kill()
        process.wait(timeout=PATIENCE)


def test_what_arrives_is_signed_as_the_page_says(tmp_path, receiver, is_genuine):
    with serving(tmp_path, receiver.url) as (_, server):
        session = server.create_session()
        headers, body, event = receiver.next("sessionStarted")
        assert event["sessionId"] == session["sessionId"] and event["sequence"] == 1
        assert is_genuine(headers, body, SECRET)
        assert not is_genuine(headers, body + b" ", SECRET)
        assert not is_genuine(headers, body, "whsec_" + base64.b64encode(b"x" * 24).decode())
        speaker = server.speak(session)
        headers, body, event = receiver.next("sessionStatus")
        assert is_genuine(headers, body, SECRET)
        assert event["data"]["languageDistribution"] == {}
        speaker.send('{"action":"endSession"}')
        wait_for(speaker, "sessionEnded")
        assert receiver.next("sessionEnded")[2]["data"]["totalJoins"] == 0


def test_a_server_that_was_killed_sends_what_it_still_owed(tmp_path, receiver):
    receiver.status = 503
    with serving(tmp_path, receiver.url) as (process, server):
        session = server.create_session()
        _, _, owed = receiver.next("sessionStarted")
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=PATIENCE)
    receiver.status = 204
    with serving(tmp_path, receiver.url) as (_, server):
        _, _, event = receiver.next("sessionStarted")
        assert event == owed and event["sessionId"] == session["sessionId"]
        server.create_session()
        _, _, event = receiver.next("sessionStarted")
        assert (event["source"], event["sequence"]) == (owed["source"], owed["sequence"] + 1)


def test_targets_can_be_tried_out(tmp_path, receiver, is_genuine):
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    command = [os.environ["HEADCOUNT_BINARY"], "webhooks", "test", "--webhook", receiver.url, *LAX]
    command += ["--webhook-secret-file", str(secret), "--in-memory"]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert tried.returncode == 0 and "ok: answered 204" in tried.stdout, tried
    headers, body, _ = receiver.next("test")
    assert is_genuine(headers, body, SECRET)
    receiver.status = 401
    tried = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert tried.returncode == 69 and "failed: answered 401" in tried.stdout, tried
