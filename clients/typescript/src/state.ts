/** How it stands with a connection, and why it ended. */

import type { ErrorMessage, SessionEnded } from "./messages.js";

/** Why a connection is over for good. */
export type Ending =
  /** The session has ended. */
  | { kind: "ended"; message: SessionEnded }
  /** A newer connection has the place: the same listener or speaker, elsewhere. */
  | { kind: "superseded" }
  /** The server refused, and would again. */
  | { kind: "refused"; error: ErrorMessage | undefined }
  /** The server let the connection go for good, without an ending or a refusal. */
  | { kind: "dismissed" }
  /** `close()` was called, or the signal aborted. */
  | { kind: "left" };

/** Times are by `Date.now()`. */
export type State =
  | { name: "idle" }
  | { name: "connecting"; attempt: number }
  | { name: "connected"; since: number }
  /** Cut off, and coming back at `retryAt`. `error` is the refusal that caused it, if one did. */
  | { name: "waiting"; attempt: number; retryAt: number; error: ErrorMessage | undefined }
  | { name: "closed"; because: Ending };

/** What a close without an ending means: come back, or why not. */
export function endingOf(code: number, error: ErrorMessage | undefined): Ending | undefined {
  switch (code) {
    case 1000:
      return { kind: "dismissed" };
    case 4409:
      return error === undefined ? { kind: "superseded" } : { kind: "refused", error };
    case 1009:
    case 4400:
    case 4401:
    case 4403:
    case 4404:
    case 4413:
      return { kind: "refused", error };
    default:
      return undefined;
  }
}
