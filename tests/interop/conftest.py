"""What the interop tests share: a server of this build, and small helpers to speak with it over HTTP and WebSocket."""

import json
import os
import queue
import re
import subprocess
import threading
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from websockets.sync.client import connect

# Long enough for a loaded machine. Nothing waits this long unless it fails.
PATIENCE = 20


@dataclass
class Server:
    """A running server."""

    url: str
    management_url: str

    def create_session(self, language="en"):
        """Creates a session over HTTP, as a speaker's page would."""
        body = json.dumps({"sourceLanguage": language}).encode()
        request = urllib.request.Request(f"{self.url}/sessions", data=body, method="POST")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert answer.status == 201
            return json.load(answer)

    def connect(self, query="", **options):
        """Opens a WebSocket with what comes after the question mark."""
        return connect(f"ws{self.url.removeprefix('http')}/?{query}", open_timeout=PATIENCE, **options)

    def speak(self, session):
        """Opens the speaker's connection and waits until it has been told where it stands."""
        speaker = self.connect(f"sessionId={session['sessionId']}&token={session['speakerToken']}")
        wait_for(speaker, "sessionStatus")
        return speaker

    def listen(self, session, language):
        """Opens a listener's connection; returns it with the answer to its join."""
        listener = self.connect(f"sessionId={session['sessionId']}&targetLanguage={language}")
        return listener, wait_for(listener, "sessionJoined")


def create_link(server, session, **wish):
    """Makes a read-only link to `session`, as its speaker's page would; to all of it, unless the wish says otherwise."""
    body = json.dumps({"scope": "all", **wish}).encode()
    headers = {"Authorization": f"Bearer {session['speakerToken']}"}
    address = f"{server.url}/sessions/{session['sessionId']}/links"
    request = urllib.request.Request(address, data=body, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        assert answer.status == 201
        return json.load(answer)


def wait_for(socket, kind):
    """The next message of that type. Others before it are passed over, as every client should."""
    while True:
        message = json.loads(socket.recv(timeout=PATIENCE))
        if message["type"] == kind:
            return message


def say(socket, action, **members):
    """Sends a message."""
    socket.send(json.dumps({"action": action, **members}))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server without any settings."""
    with running(tmp_path_factory.mktemp("data")) as server:
        yield server


@contextmanager
def running(data_dir, *flags, **settings):
    """Starts the server on free ports, with these flags and settings of the environment more, and stops it as an
    operator would."""
    command = [os.environ["HEADCOUNT_BINARY"], "serve", "--listen", "127.0.0.1:0"]
    command += ["--management-listen", "127.0.0.1:0", "--data-dir", str(data_dir), *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **settings})
    try:
        yield Server(*addresses(process))
        process.terminate()
        assert process.wait(timeout=PATIENCE) == 0, "SIGTERM drains, and the exit code is 0"
    finally:
        process.kill()


def addresses(process):
    """The address of the server and of its management API, from the lines that it prints when it listens."""
    lines = queue.Queue()
    threading.Thread(target=lambda: [lines.put(line) for line in process.stdout], daemon=True).start()
    found = {}
    while len(found) < 2:
        try:
            line = lines.get(timeout=PATIENCE)
        except queue.Empty:
            pytest.fail(f"the server did not say where it listens (exit code {process.poll()}); it said {found}")
        if url := re.search(r"https?://[^\s,]+", line):
            found["management" if "management" in line or "@connections" in line else "main"] = url[0].rstrip("/")
    return found["main"], found["management"]
