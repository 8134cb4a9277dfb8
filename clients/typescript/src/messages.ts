/**
 * The messages and bodies of the protocol: what its schemas say of them, in contract/, and what they do not say. A
 * server that is newer than this client may send members and messages that are not here; they pass through untouched.
 */

import type { SpeakerStateChange } from "./contract/client.js";
import type {
  AudienceDrop,
  ErrorMessage,
  LanguageActive,
  LanguageDrop,
  LanguageIdle,
  SessionStatus,
  UnservedLanguage,
} from "./contract/server.js";

export type * from "./contract/client.js";
export type * from "./contract/http.js";
export type * from "./contract/report.js";
export type * from "./contract/server.js";
export type * from "./contract/values.js";

/** What a speaker hears of that asked for signals: what should not be overlooked. */
export type Signal = LanguageIdle | LanguageActive | LanguageDrop | AudienceDrop | UnservedLanguage;

export type UpdateReason = SessionStatus["updateReason"];

/** What programs can act on in a refusal. */
export type ErrorDetails = NonNullable<ErrorMessage["details"]>;

/** One or more of these. */
export type StateChange = SpeakerStateChange["state"];

/** A message of a type that this client does not know. */
export interface UnknownMessage {
  type: string;
  [member: string]: unknown;
}
