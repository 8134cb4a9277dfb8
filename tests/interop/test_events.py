"""Event streams, read line by line as the standard has them (WHATWG HTML, section 9.2.6), and held to their schema."""

import json
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from conftest import PATIENCE, create_link
from jsonschema import Draft202012Validator


@contextmanager
def stream(server, session, token, last=None):
    """Opens a stream as an `EventSource` does: the token in the query, and where it left off in a header."""
    address = f"{server.url}/sessions/{session['sessionId']}/events?access_token={token}"
    headers = {"Last-Event-ID": last} if last else {}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=PATIENCE) as answer:
        yield answer


def events(answer):
    """The events of a stream: identifier, name and data of each."""
    last, name, data = "", "", []
    for line in answer:
        field, _, value = line.decode().rstrip("\n").partition(":")
        value = value.removeprefix(" ")
        match field:
            case "id":
                last = value
            case "event":
                name = value
            case "data":
                data.append(value)
            case "" if not line.strip():
                if data:
                    yield last, name, json.loads("\n".join(data))
                name, data = "", []


@pytest.fixture(scope="module")
def schema(server):
    """The schema of an event's data, as the server publishes it."""
    with urllib.request.urlopen(f"{server.url}/openapi.json", timeout=PATIENCE) as answer:
        document = json.load(answer)
    operation = document["paths"]["/sessions/{id}/events"]["get"]
    found = operation["responses"]["200"]["content"]["text/event-stream"]["schema"]
    return Draft202012Validator({**found, "components": document["components"]})


def test_a_stream_says_what_happens_until_the_session_ends(server, schema):
    session = server.create_session()
    speaker = server.speak(session)
    with stream(server, session, create_link(server, session)["token"]) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        heard = events(answer)
        assert next(heard)[2]["listenerCount"] == 0
        listener, _ = server.listen(session, "es")
        speaker.send(json.dumps({"action": "muteBroadcast"}))
        speaker.send(json.dumps({"action": "endSession"}))
        rest = list(heard)
    listener.close()
    for _, name, data in rest:
        schema.validate(data)
        assert name == data["type"]
    names = [name for _, name, _ in rest]
    assert names[-1] == "sessionEnded" and "speakerStateChanged" in names
    assert any(data.get("languageDistribution") == {"es": 1} for _, _, data in rest)


def test_a_stream_goes_on_where_it_was_cut_off(server, schema):
    session = server.create_session()
    speaker, token = server.speak(session), session["speakerToken"]
    with stream(server, session, token) as answer:
        last, _, _ = next(events(answer))
    listener, _ = server.listen(session, "es")
    with stream(server, session, token, last) as answer:
        heard = events(answer)
        data = next(heard)[2]
        while data.get("listenerCount") != 1:
            data = next(heard)[2]
    with stream(server, session, token, "ffffffffffffffff-1") as answer:
        heard = events(answer)
        _, name, data = next(heard)
        schema.validate(data)
        assert name == "resync" and next(heard)[1] == "sessionStatus"
    listener.close()
    speaker.close()


def test_a_link_of_one_language_is_shown_that_language(server):
    session = server.create_session()
    listeners = [server.listen(session, language)[0] for language in ("es", "fr", "fr")]
    token = create_link(server, session, scope="language", language="fr")["token"]
    with stream(server, session, token) as answer:
        assert next(events(answer))[2]["languageDistribution"] == {"fr": 2}
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(
            urllib.request.Request(
                f"{server.url}/sessions/{session['sessionId']}/report", headers={"Authorization": f"Bearer {token}"}
            ),
            timeout=PATIENCE,
        )
    assert refused.value.code == 403
    for listener in listeners:
        listener.close()
