/** The bodies of the HTTP interface. Written by generate.js from crates/protocol/schemas/http.json. */

import type {
  AudienceDrop,
  LanguageActive,
  LanguageDrop,
  LanguageIdle,
  SessionEnded,
  SessionStatus,
  SpeakerStateChanged,
  UnservedLanguage,
} from "./server.js";
import type {
  Activity,
  Count,
  LanguageDistribution,
  LanguageTag,
  QualityTier,
  ServedLanguages,
  SessionId,
  Timestamp,
  Token,
  WantedLanguage,
} from "./values.js";

/** The session that is to be created. Members that are not named here are ignored. */
export interface NewSession {
  sourceLanguage: WantedLanguage;
  qualityTier?: QualityTier;
  languages?: ServedLanguages;
}

/** What is to change. Members that are not named here are ignored. */
export interface SessionPatch {
  status?: Activity;
  sourceLanguage?: WantedLanguage;
  qualityTier?: QualityTier;
  languages?: ServedLanguages;
}

/** A new session. */
export interface CreatedSession {
  sessionId: SessionId;
  sourceLanguage: LanguageTag;
  qualityTier: QualityTier;
  status: Activity;
  listenerCount: Count;
  createdAt: Timestamp;
  updatedAt: Timestamp;
  expiresAt: Timestamp;
  /** The speaker's proof, for connecting and for HTTP. */
  speakerToken: Token;
}

/** What a listener's page needs of a session. No counts, nothing personal. */
export interface PublicSession {
  sessionId: SessionId;
  sourceLanguage: LanguageTag;
  qualityTier: QualityTier;
  status: Activity;
  createdAt: Timestamp;
  expiresAt: Timestamp;
  /**
   * The languages that a listener can choose: those that the session declares, else those of the server. Missing
   * where neither says.
   */
  supportedLanguages?: LanguageTag[];
}

/** A session and how many listeners it has. */
export interface CountedSession {
  sessionId: SessionId;
  sourceLanguage: LanguageTag;
  qualityTier: QualityTier;
  status: Activity;
  listenerCount: Count;
  createdAt: Timestamp;
  updatedAt: Timestamp;
  expiresAt: Timestamp;
}

/** A session in the list of all, with its audience. */
export interface ListedSession {
  sessionId: SessionId;
  sourceLanguage: LanguageTag;
  qualityTier: QualityTier;
  status: Activity;
  listenerCount: Count;
  createdAt: Timestamp;
  updatedAt: Timestamp;
  expiresAt: Timestamp;
  languageDistribution: LanguageDistribution;
}

/** Live sessions, by name. */
export interface SessionPage {
  sessions: ListedSession[];
  /** The `cursor` of the next page; null where this is the last. */
  nextCursor: string | null;
}

/** The read-only link that is to be made. Members that are not named here are ignored. */
export interface NewLink {
  /** `all` shows what a speaker sees; `language` shows one language and nothing of the others. */
  scope: "all" | "language";
  language?: WantedLanguage;
  /** For how many seconds it is good, at the most until the session's end; without it, until then. */
  expiresIn?: number;
  /** What people call it, on one line. */
  label?: string;
}

/** A read-only link. What opens it was said when it was made, and is not said again. */
export interface ReadOnlyLink {
  linkId: LinkId;
  scope: "all" | "language";
  language?: LanguageTag;
  label?: string;
  createdAt: Timestamp;
  expiresAt: Timestamp;
}

/** A new read-only link. */
export interface CreatedLink {
  linkId: LinkId;
  scope: "all" | "language";
  language?: LanguageTag;
  label?: string;
  createdAt: Timestamp;
  expiresAt: Timestamp;
  /** What opens it, as `Authorization: Bearer` or, for an event stream, as `access_token`. */
  token: Token;
  /** Where the console shows it. The token is in the fragment, which no server is sent. */
  path: string;
}

/** The links of a session that are good, the oldest first. */
export interface LinkList {
  links: ReadOnlyLink[];
}

/** The name of a link. It opens nothing. */
export type LinkId = string;

/** The data of one event of a stream. Its `type` is the name of the event, too. */
export type StreamedEvent =
  | SessionStatus
  | SpeakerStateChanged
  | LanguageIdle
  | LanguageActive
  | LanguageDrop
  | AudienceDrop
  | UnservedLanguage
  | SessionEnded
  | Resync;

/**
 * Events are missing, and nobody can say which: what came after the `Last-Event-ID` is not kept any more. A status
 * follows.
 */
export interface Resync {
  type: "resync";
  sessionId: SessionId;
  missed: true;
  timestamp: Timestamp;
}

/** How the server is. */
export interface Health {
  status: "ok" | "unavailable";
  version: string;
  /** What was looked at. */
  checks: Record<string, "ok" | "unavailable">;
}

/** A session that has ended, with its most important figures. */
export interface EndedSession {
  sessionId: SessionId;
  sourceLanguage: LanguageTag;
  createdAt: Timestamp;
  endedAt: Timestamp;
  endReason: EndReason;
  listenersAtEnd: Count;
  peakListenerCount: Count;
  totalJoins: Count;
}

/** Sessions that have ended, the last one first. */
export interface EndedPage {
  sessions: EndedSession[];
  /** The `cursor` of the next page; null where this is the last. */
  nextCursor: string | null;
}

/** Why a session ended. */
export type EndReason = "ended" | "expired" | "speakerLost";
