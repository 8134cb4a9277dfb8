/** The values that messages and bodies are made of. Written by generate.js from crates/protocol/schemas/values.json. */

/** The readable name of a session: adjective, noun, number. */
export type SessionId = string;

/** A BCP 47 language tag in its canonical form. */
export type LanguageTag = string;

/**
 * A BCP 47 language tag as people write it: any case, and an underscore will do for a hyphen. Answers have it in
 * its canonical form. Tags that no registry allows are refused with INVALID_LANGUAGE.
 */
export type WantedLanguage = string;

/**
 * The languages into which the session is translated; listeners cannot choose any other. An empty list declares
 * nothing, and then the server decides.
 */
export type ServedLanguages = WantedLanguage[];

/** How well a session is translated. */
export type QualityTier = "standard" | "premium";

/** What a connection is in its session. */
export type Role = "speaker" | "listener";

/** Whether a session goes on: `paused` while its broadcast is. */
export type Activity = "active" | "paused" | "ended";

/** Milliseconds since the Unix epoch. */
export type Timestamp = number;

/** How many. */
export type Count = number;

/** Whole seconds. */
export type Seconds = number;

/** From 0.0, silent, to 1.0. */
export type Volume = number;

/** Names one connection. Opaque; it authorises nothing. */
export type ConnectionId = string;

/** A secret of whoever was given it. Opaque. */
export type Token = string;

/**
 * How many listeners each language has. `unknown` collects those without a language, `other` those whose language
 * there is no room to show apart. In a status the largest comes first.
 */
export type LanguageDistribution = Record<string, number>;

/** The state of the broadcast. */
export interface BroadcastState {
  /** False once the session has ended. */
  isActive: boolean;
  isPaused: boolean;
  isMuted: boolean;
  volume: Volume;
  lastStateChange: Timestamp;
}

/** More about the audience, for who asked for the full status. */
export interface Audience {
  peakListenerCount: Count;
  peakAt: Timestamp;
  totalJoins: Count;
  totalLeaves: Count;
  /** How many of those counted are cut off and may come back. */
  reconnecting: number;
  languagesSeen: Count;
  /** Goes up with every change of a count. */
  revision: number;
  /** How far the counts can be trusted. */
  quality: {
    exact: boolean;
    asOf: Timestamp;
    nodesReporting: Count;
    nodesExpected: Count;
  };
  /** The count over time, each point a time and a count. */
  trend: [Timestamp, Count][];
}

/** The audience at one moment. */
export interface HistoryPoint {
  at: Timestamp;
  listenerCount: Count;
  /** The most listeners since the point before, as far as slots of five seconds show them. */
  max: number;
  languageDistribution: LanguageDistribution;
}

/** What a connection may ask for while it is made. Parameters that are not named here are ignored. */
export interface ConnectQuery {
  /** What to be at once; may be left out where the rest says it. */
  action?: "createSession" | "joinSession" | "refreshConnection";
  sessionId?: SessionId;
  /** The language to hear the session in. */
  targetLanguage?: WantedLanguage;
  /** The language spoken on stage. */
  sourceLanguage?: WantedLanguage;
  qualityTier?: QualityTier;
  /** The languages into which the new session is translated, with commas between them: `es,fr`. */
  languages?: string;
  role?: Role;
  /** For old clients; `Authorization: Bearer` is better, since proxies log addresses. */
  token?: Token;
  /** Proof of the place that a listener had before. */
  resumeToken?: Token;
  /** How much every status is to say. */
  statusDetail?: "basic" | "full";
  /** What a speaker is to hear of besides statuses. */
  events?: "signals";
}
