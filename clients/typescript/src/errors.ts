/** What can go wrong, and which refusals are worth another try. */

import type { ErrorDetails, ErrorMessage } from "./messages.js";

/** Refusals that another try would meet again. Any other code, and one that is not known yet, is worth a try. */
const FINAL: ReadonlySet<string> = new Set([
  "INVALID_MESSAGE",
  "INVALID_ACTION",
  "MISSING_PARAMETER",
  "INVALID_PARAMETER",
  "INVALID_SESSION_ID",
  "INVALID_LANGUAGE",
  "UNSUPPORTED_LANGUAGE",
  "UNAUTHORIZED",
  "UNAUTHORIZED_ACTION",
  "CONNECTION_NOT_FOUND",
  "SESSION_NOT_FOUND",
  "LINK_NOT_FOUND",
  "ALREADY_JOINED",
  "TOO_MANY_LINKS",
  "MESSAGE_TOO_LARGE",
]);

/** Whether a refusal is for good. */
export function isFinal(code: string): boolean {
  return FINAL.has(code);
}

/**
 * A refusal, or no answer at all. `code` is a code of the protocol or one of our own: `CONNECTION_LOST` if the
 * connection was cut (what was asked may have been done or not), `NOT_CONNECTED` if there was none to ask on,
 * `BAD_ANSWER` if something else than Headcount answered.
 */
export class HeadcountError extends Error {
  override readonly name = "HeadcountError";
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(code: string, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }

  static of(refusal: ErrorMessage): HeadcountError {
    return new HeadcountError(refusal.code, refusal.message, refusal.details);
  }

  /** After how many seconds to come back, if the server said so. */
  get retryAfter(): number | undefined {
    return this.details.retryAfter;
  }
}
