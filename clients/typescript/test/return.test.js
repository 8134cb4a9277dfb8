/** Networks that fail and servers that go: who comes back, and who does not. */

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createSession, delayBefore, Listener, Speaker } from "../dist/index.js";
import { event, startGateway, startServer, state } from "./server.js";

/**
 * @param {import("node:test").TestContext} t
 * @param {string[]} [flags]
 */
async function behindGateway(t, flags = []) {
  const server = await startServer(t, { flags: ["--in-memory", ...flags] });
  const gateway = await startGateway(t, server.port);
  const { sessionId, speakerToken } = await createSession({ url: server.url, sourceLanguage: "en" });
  const over = new AbortController();
  t.after(() => over.abort());
  const speaker = new Speaker({ url: server.url, sessionId, token: speakerToken, signal: over.signal });
  const spoke = state(speaker, "connected");
  speaker.start();
  await spoke;
  return { url: server.url, gateway, sessionId, speakerToken, speaker, signal: over.signal };
}

test("a listener that was cut off resumes its place", async (t) => {
  const { gateway, sessionId, speaker, signal } = await behindGateway(t);
  const listener = new Listener({ url: gateway.url, sessionId, targetLanguage: "es", signal });
  const joined = event(listener, "sessionJoined");
  listener.start();
  await joined;
  const waiting = state(listener, "waiting");
  const again = event(listener, "sessionJoined");
  gateway.cut();
  await waiting;
  await again;
  const { listenerCount, audience } = await speaker.getStatus("full");
  assert.deepEqual([listenerCount, audience?.totalJoins], [1, 1]);
});

test("a language that was chosen while cut off is the one that is resumed with", async (t) => {
  const { gateway, sessionId, speaker, signal } = await behindGateway(t);
  const listener = new Listener({ url: gateway.url, sessionId, targetLanguage: "es", signal });
  const joined = event(listener, "sessionJoined");
  listener.start();
  await joined;
  const waiting = state(listener, "waiting");
  const again = event(listener, "sessionJoined");
  gateway.cut();
  await waiting;
  await listener.changeLanguage("fr");
  assert.equal((await again).targetLanguage, "fr");
  assert.deepEqual((await speaker.getStatus()).languageDistribution, { fr: 1 });
});

test("a connection with nothing at its other end is noticed, and what was asked on it fails", async (t) => {
  const { gateway, sessionId, speakerToken, signal } = await behindGateway(t);
  const speaker = new Speaker({
    url: gateway.url,
    sessionId,
    token: speakerToken,
    signal,
    heartbeatAfter: 200,
    patience: 1_000,
  });
  const connected = state(speaker, "connected");
  speaker.start();
  await connected;
  const waiting = state(speaker, "waiting");
  const back = waiting.then(() => state(speaker, "connected"));
  gateway.swallow();
  await assert.rejects(speaker.getStatus(), { code: "CONNECTION_LOST" });
  await waiting;
  await back;
});

test("both come back to a server that was killed", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "headcount-client-"));
  t.after(() => rm(data, { recursive: true }));
  const flags = ["--data-dir", data];
  const first = await startServer(t, { flags });
  const { url } = first;
  const { sessionId, speakerToken } = await createSession({ url, sourceLanguage: "en" });
  const over = new AbortController();
  t.after(() => over.abort());
  const speaker = new Speaker({ url, sessionId, token: speakerToken, signal: over.signal });
  const listener = new Listener({ url, sessionId, targetLanguage: "es", signal: over.signal });
  const seated = Promise.all([state(speaker, "connected"), state(listener, "connected")]);
  speaker.start();
  listener.start();
  await seated;
  const lost = Promise.all([state(speaker, "waiting"), state(listener, "waiting")]);
  await first.stop();
  await lost;
  const back = Promise.all([state(speaker, "connected"), state(listener, "connected")]);
  await startServer(t, { flags, port: first.port });
  await back;
  const status = await speaker.getStatus();
  assert.equal(status.listenerCount, 1);
  assert.equal(status.exact, false, "after a restart the count might be short, and says so");
});

test("what would be refused again is not tried again", async (t) => {
  const { url, sessionId, signal } = await behindGateway(t);
  /** @type {[Listener | Speaker, string][]} */
  const cases = [
    [new Listener({ url, sessionId: "nobody-here-404", targetLanguage: "es", signal }), "SESSION_NOT_FOUND"],
    [new Listener({ url, sessionId, targetLanguage: "not a tag", signal }), "INVALID_LANGUAGE"],
    [new Speaker({ url, sessionId, token: "wrong", signal }), "UNAUTHORIZED"],
  ];
  for (const [link, code] of cases) {
    const closed = state(link, "closed");
    link.start();
    const { name, ...rest } = await closed;
    assert.ok("because" in rest && rest.because.kind === "refused", `${name}`);
    assert.equal(rest.because.error?.code, code);
  }
});

test("a full session is tried again", async (t) => {
  const { url, sessionId, signal } = await behindGateway(t, ["--max-listeners", "1"]);
  const [first, second] = ["es", "fr"].map(
    (targetLanguage) => new Listener({ url, sessionId, targetLanguage, signal }),
  );
  assert.ok(first !== undefined && second !== undefined);
  const seated = state(first, "connected");
  first.start();
  await seated;
  const waiting = state(second, "waiting");
  second.start();
  const refused = await waiting;
  assert.ok(refused.name === "waiting");
  assert.equal(refused.error?.code, "SESSION_FULL");
  const joined = state(second, "connected");
  first.close();
  await joined;
});

test("the waits double, are random, and begin after what the server asked for", () => {
  const windows = [0, 1, 2, 3, 4, 5, 6, 1_000].map((attempt) => delayBefore(attempt, 0, () => 1));
  assert.deepEqual(windows, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  assert.equal(
    delayBefore(3, 0, () => 0),
    0,
  );
  assert.equal(
    delayBefore(0, 7, () => 0.5),
    7_500,
  );
});
