"""Python's `websockets`, a client that we did not write, through one broadcast."""

import json

import pytest
from conftest import PATIENCE, say, wait_for
from websockets.exceptions import ConnectionClosed, InvalidStatus


def test_a_broadcast_from_its_beginning_to_its_end(server):
    session = server.create_session()
    speaker = server.speak(session)
    listener, joined = server.listen(session, "es")
    assert (joined["targetLanguage"], joined["sourceLanguage"]) == ("es", "en")

    told = wait_for(speaker, "sessionStatus")
    assert (told["updateReason"], told["languageDistribution"]) == ("newLanguage", {"es": 1})

    say(listener, "changeLanguage", targetLanguage="pt_br")
    assert wait_for(listener, "languageChanged")["targetLanguage"] == "pt-BR"
    say(speaker, "getSessionStatus")
    while (answer := wait_for(speaker, "sessionStatus"))["updateReason"] != "requested":
        pass
    assert (answer["listenerCount"], answer["languageDistribution"]) == (1, {"pt-BR": 1})

    say(speaker, "pauseBroadcast")
    assert wait_for(speaker, "broadcastPaused")["listenersNotified"] == 1
    assert wait_for(listener, "broadcastPaused")["sessionId"] == session["sessionId"]

    say(speaker, "endSession", reason="good night")
    for socket in (speaker, listener):
        assert wait_for(socket, "sessionEnded")["reason"] == "good night"
        assert close_code(socket) == 1000


def test_a_listener_that_was_cut_off_takes_its_place_again(server):
    session = server.create_session()
    speaker = server.speak(session)
    first, joined = server.listen(session, "fr")
    first.socket.close()

    place = f"sessionId={session['sessionId']}&targetLanguage=fr&resumeToken={joined['resumeToken']}"
    again = server.connect(place)
    assert wait_for(again, "sessionJoined")["listenerCount"] == 1
    say(speaker, "getSessionStatus")
    assert wait_for(speaker, "sessionStatus")["listenerCount"] == 1


def test_a_refused_upgrade_has_its_status_and_body(server):
    with pytest.raises(InvalidStatus) as refused:
        server.connect("sessionId=golden-eagle-999&targetLanguage=es")
    response = refused.value.response
    assert (response.status_code, json.loads(response.body)["code"]) == (404, "SESSION_NOT_FOUND")


def test_a_browser_hears_why_it_was_refused(server):
    socket = server.connect("sessionId=golden-eagle-999&targetLanguage=es", subprotocols=["headcount.v1"])
    assert wait_for(socket, "error")["code"] == "SESSION_NOT_FOUND"
    assert close_code(socket) == 4404


def test_what_is_no_message_is_answered_and_the_connection_stays(server):
    socket = server.connect()
    for nonsense in (b"\x00\x01", "[1,2]", '{"action":"dance"}'):
        socket.send(nonsense)
        assert wait_for(socket, "error")["code"] in ("INVALID_MESSAGE", "INVALID_ACTION")
    say(socket, "heartbeat")
    wait_for(socket, "heartbeatAck")


def close_code(socket):
    """The code that the server closes with."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            socket.recv(timeout=PATIENCE)
    return closed.value.rcvd.code
