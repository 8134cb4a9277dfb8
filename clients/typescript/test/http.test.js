/** The HTTP helpers, with a real server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createLink,
  createSession,
  endSession,
  getHistory,
  getReport,
  getReportFile,
  getSession,
  getStatus,
  Listener,
  listLinks,
  listReports,
  listSessions,
  revokeLink,
  watch,
} from "../dist/index.js";
import { startServer } from "./server.js";

const OPERATOR = "operator-token-for-tests";

test("a session from its creation to its end", async (t) => {
  const { url } = await startServer(t, { env: { HEADCOUNT_OPERATOR_TOKEN: OPERATOR } });
  const { sessionId, speakerToken } = await createSession({ url, sourceLanguage: "ja", qualityTier: "premium" });
  const shown = await getSession({ url, sessionId });
  assert.deepEqual([shown.sourceLanguage, shown.qualityTier, shown.status], ["ja", "premium", "active"]);
  assert.equal((await getStatus({ url, sessionId, token: speakerToken })).listenerCount, 0);
  await createSession({ url, sourceLanguage: "en" });
  const first = await listSessions({ url, token: OPERATOR, limit: 1 });
  assert.ok(first.nextCursor !== null);
  const second = await listSessions({ url, token: OPERATOR, limit: 1, cursor: first.nextCursor });
  assert.equal(second.nextCursor, null);
  await endSession({ url, sessionId, token: OPERATOR });
  await assert.rejects(getSession({ url, sessionId }), { name: "HeadcountError", code: "SESSION_NOT_FOUND" });
});

test("how a session went, while it lives and after", async (t) => {
  const flags = ["--in-memory", "--status-queries-per-second", "50"];
  const { url } = await startServer(t, { flags, env: { HEADCOUNT_OPERATOR_TOKEN: OPERATOR } });
  const { sessionId, speakerToken: token } = await createSession({ url, sourceLanguage: "ja" });
  const history = await getHistory({ url, sessionId, token, step: 5_000 });
  assert.deepEqual([history.sessionId, history.step, history.points[0]?.listenerCount], [sessionId, 5_000, 0]);
  assert.equal((await getReport({ url, sessionId, token })).sessionId, sessionId);
  await assert.rejects(getReport({ url, sessionId }), { name: "HeadcountError" });
  await endSession({ url, sessionId, token });
  assert.match(await getReportFile({ url, sessionId, token, format: "html" }), /^<!doctype html>/i);
  assert.match(await getReportFile({ url, sessionId, token, format: "csv", table: "curve" }), /,/);
  const { sessions, nextCursor } = await listReports({ url, token: OPERATOR, limit: 10 });
  assert.deepEqual([sessions[0]?.sessionId, sessions[0]?.sourceLanguage, nextCursor], [sessionId, "ja", null]);
});

test("a link shows one language to whoever has it, until it is revoked", async (t) => {
  const { url } = await startServer(t);
  const { sessionId, speakerToken } = await createSession({ url, sourceLanguage: "en" });
  const session = { url, sessionId, token: speakerToken };
  const over = new AbortController();
  t.after(() => over.abort());
  const link = await createLink({ ...session, language: "es", expiresIn: 60, label: "Booth 3" });
  assert.deepEqual([link.scope, link.language, link.label], ["language", "es", "Booth 3"]);
  assert.deepEqual(
    (await listLinks(session)).map(({ linkId }) => linkId),
    [link.linkId],
  );
  const watcher = watch({ url, sessionId, token: link.token, signal: over.signal });
  /** @type {Promise<void>} */
  const heard = new Promise((resolve) => {
    watcher.on("sessionStatus", ({ listenerCount, languageDistribution }) => {
      if (listenerCount !== 1) return;
      assert.deepEqual(languageDistribution, { es: 1 });
      resolve();
    });
  });
  for (const targetLanguage of ["fr", "es"]) {
    new Listener({ url, sessionId, targetLanguage, signal: over.signal }).start();
  }
  await heard;
  const closed = new Promise((resolve) => {
    watcher.on("state", (state) => state.name === "closed" && resolve(state.because));
  });
  await revokeLink({ ...session, linkId: link.linkId });
  const because = await closed;
  assert.deepEqual([because.kind, because.error.code], ["refused", "UNAUTHORIZED"]);
  await assert.rejects(revokeLink({ ...session, linkId: link.linkId }), { code: "LINK_NOT_FOUND" });
});

test("refusals, and no answer", async (t) => {
  const { url, stop } = await startServer(t);
  await assert.rejects(listSessions({ url, token: "nobody" }), { code: "UNAUTHORIZED_ACTION" });
  await assert.rejects(createSession({ url, sourceLanguage: "?" }), { code: "INVALID_LANGUAGE" });
  await assert.rejects(getSession({ url, sessionId: "../metrics" }), { code: "INVALID_SESSION_ID" });
  await assert.rejects(getSession({ url, sessionId: "x", signal: AbortSignal.abort() }), { name: "AbortError" });
  await stop();
  await assert.rejects(getSession({ url, sessionId: "golden-eagle-427" }), { code: "NOT_CONNECTED" });
});
