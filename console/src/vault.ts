/**
 * What this tab knows that nobody else may: tokens. They are in `sessionStorage`, since a speaker who reloads the page
 * in the middle of a broadcast must get the seat back, and go when the tab goes. Never in an address, and never in
 * `localStorage`, which every tab and every later visitor of a shared machine could read.
 */

const SPEAKER = "headcount.speaker.";
const OPERATOR = "headcount.operator";

/** Keeps the token of a session's speaker. */
export function keepSpeaker(sessionId: string, token: string): void {
  put(SPEAKER + sessionId, token);
}

/** The token of a session's speaker, if this tab has it. */
export function speakerToken(sessionId: string): string | undefined {
  return get(SPEAKER + sessionId);
}

/** Forgets a session that is over. */
export function forgetSpeaker(sessionId: string): void {
  put(SPEAKER + sessionId, undefined);
}

/** The sessions that this tab can speak for. */
export function spokenSessions(): string[] {
  try {
    return Object.keys(sessionStorage)
      .filter((key) => key.startsWith(SPEAKER))
      .map((key) => key.slice(SPEAKER.length))
      .sort();
  } catch {
    return [];
  }
}

export function keepOperator(token: string | undefined): void {
  put(OPERATOR, token);
}

export function operatorToken(): string | undefined {
  return get(OPERATOR);
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
