/** The HTTP helpers, with a real server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createSession,
  endSession,
  getHistory,
  getReport,
  getSession,
  getStatus,
  listReports,
  listSessions,
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
  const { url } = await startServer(t, { env: { HEADCOUNT_OPERATOR_TOKEN: OPERATOR } });
  const { sessionId, speakerToken: token } = await createSession({ url, sourceLanguage: "ja" });
  const history = await getHistory({ url, sessionId, token, step: 5_000 });
  assert.deepEqual([history.sessionId, history.step, history.points[0]?.listenerCount], [sessionId, 5_000, 0]);
  assert.equal(JSON.parse(await getReport({ url, sessionId, token, format: "json" })).sessionId, sessionId);
  await assert.rejects(getReport({ url, sessionId, format: "html" }), { name: "HeadcountError" });
  await endSession({ url, sessionId, token });
  assert.match(await getReport({ url, sessionId, token, format: "html" }), /^<!doctype html>/i);
  assert.match(await getReport({ url, sessionId, token, format: "csv", table: "curve" }), /,/);
  const { sessions, nextCursor } = await listReports({ url, token: OPERATOR, limit: 10 });
  assert.deepEqual([sessions[0]?.sessionId, sessions[0]?.sourceLanguage, nextCursor], [sessionId, "ja", null]);
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
