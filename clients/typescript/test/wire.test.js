/** What a server might say that this client does not know, with a WebSocket of the test's own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Listener } from "../dist/index.js";

/** A WebSocket whose other end is the test. */
class FakeSocket {
  /** @type {FakeSocket[]} */
  static made = [];
  OPEN = 1;
  readyState = 1;
  /** @type {string[]} */
  sent = [];
  /** @type {(() => void) | undefined} */
  onopen;
  /** @type {((event: { data: unknown }) => void) | undefined} */
  onmessage;
  /** @type {((event: { code: number }) => void) | undefined} */
  onclose;

  /** @param {string} url @param {string[]} protocols */
  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
    FakeSocket.made.push(this);
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(text);
  }

  close() {}

  /** @param {unknown} message */
  says(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const JOINED = {
  type: "sessionJoined",
  sessionId: "golden-eagle-427",
  targetLanguage: "es",
  sourceLanguage: "en",
  connectionId: "c",
  qualityTier: "standard",
  listenerCount: 1,
  resumeToken: "resume-token-1",
  timestamp: 1,
};

/** @param {import("node:test").TestContext} t @param {string} [url] */
function listen(t, url = "https://live.example/prod/") {
  const listener = new Listener({
    url,
    sessionId: "golden-eagle-427",
    targetLanguage: "es",
    WebSocket: /** @type {typeof WebSocket} */ (/** @type {unknown} */ (FakeSocket)),
  });
  t.after(() => listener.close());
  listener.start();
  const socket = FakeSocket.made.at(-1);
  assert.ok(socket !== undefined);
  socket.onopen?.();
  return { listener, socket };
}

test("it asks at the right address, for the subprotocol, and shows no token", (t) => {
  const { socket } = listen(t);
  assert.equal(socket.url, "wss://live.example/prod?sessionId=golden-eagle-427&targetLanguage=es");
  assert.deepEqual(socket.protocols, ["headcount.v1"]);
  assert.equal(new URL(listen(t, "http://127.0.0.1:8080").socket.url).pathname, "/");
});

test("unknown types and members pass untouched, and what is no message is passed over", (t) => {
  const { listener, socket } = listen(t);
  /** @type {unknown[]} */
  const unknown = [];
  /** @type {unknown[]} */
  const joined = [];
  listener.on("unknown", (message) => unknown.push(message));
  listener.on("sessionJoined", (message) => joined.push(message));
  socket.says({ type: "applause", how: { loud: 11 } });
  socket.says({ ...JOINED, mood: "curious" });
  for (const data of ["{", "[]", "null", '{"type":7}', new ArrayBuffer(2)]) socket.onmessage?.({ data });
  assert.deepEqual(unknown, [{ type: "applause", how: { loud: 11 } }]);
  assert.deepEqual(joined, [{ ...JOINED, mood: "curious" }]);
});

test("the end that a message tells of is the end, whatever the close code is", (t) => {
  const { listener, socket } = listen(t);
  socket.says(JOINED);
  socket.says({ type: "sessionEnded", sessionId: "golden-eagle-427", reason: "expired", timestamp: 2 });
  socket.onclose?.({ code: 1006 });
  assert.ok(listener.state.name === "closed" && listener.state.because.kind === "ended");
});

test("a close says whether to come back", (t) => {
  const outcomes = [1000, 1001, 1006, 1009, 4400, 4401, 4403, 4404, 4408, 4409, 4413, 4429, 4500, 4503].map((code) => {
    const { listener, socket } = listen(t);
    socket.says(JOINED);
    socket.onclose?.({ code });
    const { state } = listener;
    return [code, state.name === "closed" ? state.because.kind : state.name];
  });
  assert.deepEqual(outcomes, [
    [1000, "dismissed"],
    [1001, "waiting"],
    [1006, "waiting"],
    [1009, "refused"],
    [4400, "refused"],
    [4401, "refused"],
    [4403, "refused"],
    [4404, "refused"],
    [4408, "waiting"],
    [4409, "superseded"],
    [4413, "refused"],
    [4429, "waiting"],
    [4500, "waiting"],
    [4503, "waiting"],
  ]);
});

const REFRESH = { type: "connectionRefreshRequired", sessionId: "golden-eagle-427", role: "listener" };

test("a connection that is closed because its successor has taken over is not the end", (t) => {
  const { listener, socket } = listen(t);
  socket.says(JOINED);
  socket.says(REFRESH);
  const successor = FakeSocket.made.at(-1);
  assert.ok(successor !== undefined && successor !== socket);
  assert.equal(new URL(successor.url).searchParams.get("resumeToken"), "resume-token-1");
  socket.onclose?.({ code: 4409 });
  assert.equal(listener.state.name, "connected");
  successor.says({ type: "connectionRefreshComplete", role: "listener", resumeToken: "resume-token-2" });
  successor.onclose?.({ code: 4409 });
  assert.deepEqual(listener.state, { name: "closed", because: { kind: "superseded" } });
});

test("a successor that fails leaves the connection as it was, or comes back if that went too", (t) => {
  const { listener, socket } = listen(t);
  socket.says(JOINED);
  socket.says(REFRESH);
  FakeSocket.made.at(-1)?.onclose?.({ code: 4503 });
  assert.equal(listener.state.name, "connected");
  socket.says(REFRESH);
  const successor = FakeSocket.made.at(-1);
  socket.onclose?.({ code: 1001 });
  successor?.onclose?.({ code: 1006 });
  assert.equal(listener.state.name, "waiting");
});

test("who leaves on hearing a message has left", (t) => {
  const { listener, socket } = listen(t);
  listener.on("error", () => listener.close());
  socket.says({ type: "error", code: "SESSION_FULL", message: "", timestamp: 1 });
  assert.deepEqual(listener.state, { name: "closed", because: { kind: "left" } });
});

test("an answer that does not come is asked for again with a message", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { socket } = listen(t);
  t.mock.timers.tick(3_000);
  assert.deepEqual(
    socket.sent.map((text) => JSON.parse(text)),
    [{ action: "joinSession", sessionId: "golden-eagle-427", targetLanguage: "es" }],
  );
});

test("a refusal for now is obeyed, and a subscriber that throws disturbs nobody", (t) => {
  const { listener, socket } = listen(t);
  const later = t.mock.method(globalThis, "queueMicrotask", () => {});
  listener.on("error", () => {
    throw new Error("mine");
  });
  const asked = Date.now();
  const error = { code: "RATE_LIMIT_EXCEEDED", message: "", timestamp: 1, details: { retryAfter: 60 } };
  socket.says({ type: "error", ...error });
  assert.ok(listener.state.name === "waiting");
  assert.ok(listener.state.retryAt >= asked + 60_000);
  assert.throws(() => later.mock.calls[0]?.arguments[0]?.(), /mine/);
});
