/**
 * What this tab knows that nobody else may: tokens. They are in `sessionStorage`, since a speaker who reloads the page
 * in the middle of a broadcast must get the seat back, and go when the tab goes. Never in an address, and never in
 * `localStorage`, which every tab and every later visitor of a shared machine could read.
 */

const SPEAKER = "headcount.speaker.";
/** Of sessions that are over: the token still opens their report. */
const RETIRED = "headcount.ended.";
const OPERATOR = "headcount.operator";

/** Keeps the token of a session's speaker. */
export function keepSpeaker(sessionId: string, token: string): void {
  put(SPEAKER + sessionId, token);
}

/** The token of a session's speaker, if this tab has it. */
export function speakerToken(sessionId: string): string | undefined {
  return get(SPEAKER + sessionId);
}

/** Forgets a token that is no good. */
export function forgetSpeaker(sessionId: string): void {
  put(SPEAKER + sessionId, undefined);
}

/** The session is over: nobody can speak in it any more, but its speaker may read its report. */
export function retireSpeaker(sessionId: string): void {
  put(RETIRED + sessionId, speakerToken(sessionId));
  forgetSpeaker(sessionId);
}

/** The token of a session's speaker, if this tab had it when the session ended. */
export function retiredToken(sessionId: string): string | undefined {
  return get(RETIRED + sessionId);
}

/** What opens the report of a session, as far as this tab knows. */
export function reportToken(sessionId: string): string | undefined {
  return speakerToken(sessionId) ?? retiredToken(sessionId) ?? operatorToken();
}

/** The sessions that this tab can speak for. */
export function spokenSessions(): string[] {
  return named(SPEAKER);
}

/** The sessions that this tab saw the end of, as their speaker. */
export function endedSessions(): string[] {
  return named(RETIRED);
}

/** Keeps the token of an operator, or forgets it. */
export function keepOperator(token: string | undefined): void {
  put(OPERATOR, token);
}

export function operatorToken(): string | undefined {
  return get(OPERATOR);
}

function named(prefix: string): string[] {
  try {
    return Object.keys(sessionStorage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
      .sort();
  } catch {
    return [];
  }
}

/** Where a browser forbids storage, tokens live as long as the page. */
const unstored = new Map<string, string>();

function put(key: string, value: string | undefined): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    if (value === undefined) unstored.delete(key);
    else unstored.set(key, value);
  }
}

function get(key: string): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    return unstored.get(key);
  }
}
