/** Looking on: a stream that comes back, with a server of the test's own. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { EventParser } from "../dist/events.js";
import { Watcher, watch } from "../dist/index.js";

/**
 * A server whose answers the test gives, one a request: each is called with the request and its answer.
 * @param {import("node:test").TestContext} t
 * @param {((request: import("node:http").IncomingMessage, answer: import("node:http").ServerResponse) => void)[]} answers
 */
async function served(t, answers) {
  /** @type {import("node:http").IncomingMessage[]} */
  const asked = [];
  const server = createServer((request, answer) => {
    asked.push(request);
    (answers.shift() ?? (() => {}))(request, answer);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address !== "string");
  const over = new AbortController();
  t.after(() => {
    over.abort();
    server.closeAllConnections();
    server.close();
  });
  const options = { sessionId: "golden-eagle-427", token: "hcl1_secret", signal: over.signal };
  return { asked, options: { ...options, url: `http://127.0.0.1:${address.port}/prod/` } };
}

/** @param {string} text */
function stream(text) {
  /** @type {(request: unknown, answer: import("node:http").ServerResponse) => void} */
  return (_, answer) => answer.writeHead(200, { "content-type": "text/event-stream" }).write(text);
}

/** @param {number} status @param {object} [body] */
function refusal(status, body) {
  /** @type {(request: unknown, answer: import("node:http").ServerResponse) => void} */
  return (_, answer) => answer.writeHead(status).end(body === undefined ? "nginx" : JSON.stringify(body));
}

const ENDED = { type: "sessionEnded", sessionId: "golden-eagle-427", reason: "ended", timestamp: 3 };

/** @param {number} id @param {object} message */
function said(id, message) {
  return `id: boot-${id}\nevent: ${/** @type {{ type: string }} */ (message).type}\ndata: ${JSON.stringify(message)}\n\n`;
}

/**
 * @template {import("../dist/index.js").State["name"]} Name
 * @param {Watcher} watcher
 * @param {Name} name
 * @returns {Promise<Extract<import("../dist/index.js").State, { name: Name }>>}
 */
function state(watcher, name) {
  return new Promise((resolve) => {
    const off = watcher.on("state", (state) => {
      if (state.name !== name) return;
      off();
      resolve(/** @type {Extract<typeof state, { name: Name }>} */ (state));
    });
  });
}

test("a stream is taken apart however it is cut into pieces", () => {
  const text =
    '\r\n: a comment\r\n\r\nretry: 2000\r\nid: 1\r\nevent: a\r\ndata: {"x":\r\ndata: 1}\r\n\r\nid\ndata:two\n\nid: 3\r\r';
  for (let length = 1; length <= text.length; length += 1) {
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < text.length; at += length) events.push(...parser.push(text.slice(at, at + length)));
    assert.deepEqual(
      events,
      [
        { id: "1", data: '{"x":\n1}' },
        { id: "", data: "two" },
      ],
      `pieces of ${length}`,
    );
  }
});

test("it shows its token in a header, comes back with the last identifier, and stops at the end", async (t) => {
  const { asked, options } = await served(t, [
    (_, answer) => {
      const events = said(1, { type: "resync", missed: true }) + said(2, { ...ENDED, type: "languageIdle" });
      answer.writeHead(200, { "content-type": "text/event-stream" }).end(events);
    },
    stream(`: still here\n\n${said(3, ENDED)}`),
  ]);
  const watcher = new Watcher(options);
  /** @type {string[]} */
  const heard = [];
  watcher.on("message", ({ type }) => heard.push(type));
  /** @type {boolean[]} */
  const missed = [];
  watcher.on("resync", (message) => missed.push(message.missed));
  const closed = state(watcher, "closed");
  watcher.start();
  const { because } = await closed;
  assert.deepEqual(because, { kind: "ended", message: ENDED });
  assert.deepEqual(heard, ["resync", "languageIdle", "sessionEnded"]);
  assert.deepEqual(missed, [true]);
  assert.deepEqual(
    asked.map(({ url }) => url),
    ["/prod/sessions/golden-eagle-427/events", "/prod/sessions/golden-eagle-427/events"],
  );
  assert.deepEqual(
    asked.map(({ headers }) => headers.authorization),
    ["Bearer hcl1_secret", "Bearer hcl1_secret"],
  );
  assert.deepEqual(
    asked.map(({ headers }) => headers["last-event-id"]),
    [undefined, "boot-2"],
  );
});

test("a link that was revoked is refused, and a session that has ended meanwhile is over", async (t) => {
  const error = { type: "error", code: "UNAUTHORIZED", message: "Revoked", timestamp: 1 };
  const { options } = await served(t, [refusal(401, error), (_, answer) => answer.writeHead(204).end()]);
  assert.deepEqual((await state(watch(options), "closed")).because, { kind: "refused", error });
  assert.deepEqual((await state(watch(options), "closed")).because, { kind: "dismissed" });
});

test("a refusal for now is obeyed, and so is one by something else than Headcount", async (t) => {
  const details = { retryAfter: 60 };
  const error = { type: "error", code: "RATE_LIMIT_EXCEEDED", message: "Later", timestamp: 1, details };
  const { options } = await served(t, [refusal(429, error), refusal(502)]);
  const asked = Date.now();
  const limited = await state(watch(options), "waiting");
  assert.ok(limited.retryAt >= asked + 60_000);
  assert.deepEqual(limited.error, error);
  assert.equal((await state(watch(options), "waiting")).error, undefined);
});

test("a stream on which nothing comes is given up, and one that goes on is not", async (t) => {
  const { asked, options } = await served(t, [
    stream(": hello\n\n"),
    (request, answer) => {
      stream("")(request, answer);
      let beats = 0;
      const beat = setInterval(() => {
        beats += 1;
        answer.write(beats < 15 ? ":\n\n" : said(1, ENDED));
      }, 100);
      answer.on("close", () => clearInterval(beat));
    },
  ]);
  const watcher = new Watcher({ ...options, silentAfter: 1_000 });
  const waiting = state(watcher, "waiting");
  const closed = state(watcher, "closed");
  watcher.start();
  await waiting;
  watcher.retry();
  assert.equal((await closed).because.kind, "ended");
  assert.equal(asked.length, 2);
});

test("who has enough leaves", async (t) => {
  const { options } = await served(t, [stream(said(1, { ...ENDED, type: "languageIdle" }) + said(2, ENDED))]);
  const watcher = new Watcher(options);
  const closed = state(watcher, "closed");
  watcher.on("languageIdle", () => watcher.close());
  watcher.start();
  assert.deepEqual((await closed).because, { kind: "left" });
});
