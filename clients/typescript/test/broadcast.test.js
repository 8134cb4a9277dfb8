/** A broadcast, with a real server: speakers and listeners that meet, and part. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createSession, Listener, Speaker } from "../dist/index.js";
import { event, startServer, state } from "./server.js";

/**
 * A server with a session, its speaker and a listener, all connected.
 * @param {import("node:test").TestContext} t
 * @param {string[]} [flags]
 */
async function broadcast(t, flags = []) {
  const { url } = await startServer(t, { flags: ["--in-memory", ...flags] });
  const { sessionId, speakerToken } = await createSession({ url, sourceLanguage: "en" });
  const over = new AbortController();
  t.after(() => over.abort());
  const signal = over.signal;
  const speaker = new Speaker({ url, sessionId, token: speakerToken, statusDetail: "full", signal });
  const listener = new Listener({ url, sessionId, targetLanguage: "es", signal });
  const first = event(speaker, "sessionStatus", ({ listenerCount }) => listenerCount === 1);
  const spoke = state(speaker, "connected");
  speaker.start();
  await spoke;
  const joined = event(listener, "sessionJoined");
  listener.start();
  return { url, sessionId, speakerToken, signal, speaker, listener, first: await first, joined: await joined };
}

test("the speaker hears of a listener, in full", async (t) => {
  const { first, joined, sessionId } = await broadcast(t);
  assert.equal(joined.sessionId, sessionId);
  assert.deepEqual(first.languageDistribution, { es: 1 });
  assert.equal(first.updateReason, "newLanguage");
  assert.equal(first.audience?.totalJoins, 1);
});

test("the speaker asks, and is told why", async (t) => {
  const { speaker } = await broadcast(t);
  const status = await speaker.getStatus();
  assert.equal(status.updateReason, "requested");
  assert.equal(status.listenerCount, 1);
});

test("the speaker asks how it went until now", async (t) => {
  const { speaker, sessionId } = await broadcast(t);
  const history = await speaker.getHistory();
  assert.equal(history.sessionId, sessionId);
  assert.deepEqual(history.points.at(-1)?.languageDistribution, { es: 1 });
});

test("a listener changes language and is never missed", async (t) => {
  const { speaker, listener } = await broadcast(t);
  const told = event(speaker, "sessionStatus");
  await listener.changeLanguage("pt-BR");
  assert.equal(listener.targetLanguage, "pt-BR");
  assert.deepEqual((await told).languageDistribution, { "pt-BR": 1 });
});

test("what the speaker does reaches the listener, and the answers reach the speaker", async (t) => {
  const { speaker, listener } = await broadcast(t);
  const heard = Promise.all([
    event(listener, "broadcastPaused"),
    event(listener, "broadcastResumed"),
    event(listener, "broadcastMuted"),
    event(listener, "broadcastUnmuted"),
    event(listener, "volumeChanged"),
    event(listener, "speakerStateChanged"),
  ]);
  assert.equal((await speaker.pause()).broadcastState?.isPaused, true);
  assert.equal(typeof (await speaker.resume()).pauseDuration, "number");
  // Asked at once: each answer finds its question.
  const [muted, unmuted, volume] = await Promise.all([speaker.mute(), speaker.unmute(), speaker.setVolume(0.35)]);
  assert.equal(muted.listenersNotified, 1);
  assert.equal(unmuted.broadcastState?.isMuted, false);
  assert.equal(volume.broadcastState?.volume, 0.35);
  assert.equal((await speaker.change({ volume: 1 })).broadcastState.volume, 1);
  assert.equal((await heard)[4].volumeLevel, 0.35);
});

test("a refusal fails the question that it answers, and leaves the place", async (t) => {
  const { speaker, listener } = await broadcast(t, ["--language", "es", "--language", "fr"]);
  await assert.rejects(speaker.setVolume(7), { code: "INVALID_PARAMETER", details: { field: "volumeLevel" } });
  await assert.rejects(listener.changeLanguage("tlh"), { code: "UNSUPPORTED_LANGUAGE" });
  assert.equal(listener.targetLanguage, "es");
  assert.equal(listener.state.name, "connected");
});

test("the end of the session is the end of everybody's connection", async (t) => {
  const { speaker, listener } = await broadcast(t);
  const over = state(listener, "closed");
  assert.equal((await speaker.end("Good night")).reason, "Good night");
  const closed = await over;
  assert.ok(closed.name === "closed" && closed.because.kind === "ended");
  assert.equal(closed.because.message.reason, "Good night");
  assert.equal(speaker.state.name, "closed");
  await assert.rejects(speaker.pause(), { code: "NOT_CONNECTED" });
});

test("a newer connection of the speaker wins, and the older one stops", async (t) => {
  const { url, sessionId, speakerToken, signal, speaker } = await broadcast(t);
  const over = state(speaker, "closed");
  new Speaker({ url, sessionId, token: speakerToken, signal }).start();
  assert.deepEqual(await over, { name: "closed", because: { kind: "superseded" } });
});

test("an aborted signal leaves, and the speaker hears of it", async (t) => {
  const { url, sessionId, speaker } = await broadcast(t);
  const leaving = new AbortController();
  const second = new Listener({ url, sessionId, targetLanguage: "fr", signal: leaving.signal });
  const two = event(speaker, "sessionStatus", ({ listenerCount }) => listenerCount === 2);
  second.start();
  await two;
  const one = event(speaker, "sessionStatus", ({ listenerCount }) => listenerCount === 1);
  leaving.abort();
  assert.deepEqual(second.state, { name: "closed", because: { kind: "left" } });
  await one;
});

test("an old connection is replaced by a new one, and no count moves", async (t) => {
  // With so short a life every heartbeat is answered with a request to refresh.
  const { url } = await startServer(t, { flags: ["--in-memory", "--max-connection-age", "60s"] });
  const { sessionId, speakerToken } = await createSession({ url, sourceLanguage: "en" });
  const over = new AbortController();
  t.after(() => over.abort());
  const common = { url, sessionId, signal: over.signal, heartbeatAfter: 100 };
  const speaker = new Speaker({ ...common, token: speakerToken, statusDetail: "full" });
  const listener = new Listener({ ...common, targetLanguage: "es" });
  const refreshed = Promise.all([
    event(listener, "connectionRefreshComplete"),
    event(speaker, "connectionRefreshRequired").then(() => event(speaker, "connectionRefreshComplete")),
  ]);
  speaker.start();
  listener.start();
  const [{ role }] = await refreshed;
  assert.equal(role, "listener");
  const status = await speaker.getStatus("full");
  assert.deepEqual([status.listenerCount, status.audience?.totalJoins], [1, 1]);
});
