/** What a server answers over plain HTTP. */

import { resourceAddress } from "./addresses.js";
import { HeadcountError } from "./errors.js";
import type {
  CreatedSession,
  ErrorMessage,
  PublicSession,
  QualityTier,
  SessionPage,
  SessionStatus,
} from "./messages.js";

/** Whom to ask, and as whom. */
export interface HttpOptions {
  /** Where the server is, such as `https://live.example` or, with a stage, `https://live.example/prod`. */
  url: string;
  /** A login, speaker or operator token, sent as `Authorization: Bearer`. */
  token?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface CreateSessionOptions extends HttpOptions {
  sourceLanguage: string;
  qualityTier?: QualityTier | undefined;
}

export interface SessionOptions extends HttpOptions {
  sessionId: string;
}

export interface ListSessionsOptions extends HttpOptions {
  /** How many at the most, from 1 to 1,000. */
  limit?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
}

/** Creates a session. A server that asks speakers to log in wants a login token. */
export async function createSession(options: CreateSessionOptions): Promise<CreatedSession> {
  const { sourceLanguage, qualityTier = "standard" } = options;
  return (await ask(options, "POST", ["sessions"], { sourceLanguage, qualityTier })) as CreatedSession;
}

/** What anybody may know of a session. */
export async function getSession(options: SessionOptions): Promise<PublicSession> {
  return (await ask(options, "GET", ["sessions", options.sessionId])) as PublicSession;
}

/** The status of a session, for its speaker and for operators. It does not change what the speaker is told when. */
export async function getStatus(options: SessionOptions): Promise<SessionStatus> {
  return (await ask(options, "GET", ["sessions", options.sessionId, "status"])) as SessionStatus;
}

/** One page of the live sessions, for operators. */
export async function listSessions(options: ListSessionsOptions): Promise<SessionPage> {
  const query = { limit: options.limit?.toString(), cursor: options.cursor };
  return (await ask(options, "GET", ["sessions"], undefined, query)) as SessionPage;
}

/** Ends a session, for its speaker and for operators. Its audience is told. */
export async function endSession(options: SessionOptions): Promise<void> {
  await ask(options, "DELETE", ["sessions", options.sessionId]);
}

type Query = Record<string, string | undefined>;

/** Asks for JSON. */
export async function ask(
  options: HttpOptions,
  method: string,
  path: string[],
  body?: object,
  query?: Query,
): Promise<unknown> {
  const { text, status } = await answerTo(options, method, path, body, query);
  return status === 204 ? undefined : parse(text, status);
}

/** Asks for text of any kind. */
export async function read(options: HttpOptions, path: string[], query?: Query): Promise<string> {
  return (await answerTo(options, "GET", path, undefined, query)).text;
}

async function answerTo(
  { url, token, signal }: HttpOptions,
  method: string,
  path: string[],
  body?: object,
  query?: Query,
): Promise<{ text: string; status: number }> {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const request: RequestInit = { method, headers, cache: "no-store", credentials: "omit" };
  if (signal !== undefined) request.signal = signal;
  if (body !== undefined) {
    headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  const answer = await reach(resourceAddress(url, path, query), request);
  const text = await answer.text();
  if (answer.ok) return { text, status: answer.status };
  const value = parse(text, answer.status);
  throw isError(value) ? HeadcountError.of(value) : badAnswer(answer.status);
}

async function reach(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    throw new HeadcountError("NOT_CONNECTED", "The server cannot be reached", {}, { cause: error });
  }
}

function parse(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badAnswer(status);
  }
}

function badAnswer(status: number): HeadcountError {
  return new HeadcountError("BAD_ANSWER", `Something else than Headcount answered, with status ${status}`);
}

/** Whether this is a refusal. */
export function isError(value: unknown): value is ErrorMessage {
  return typeof value === "object" && value !== null && "type" in value && value.type === "error";
}
