/** What the server sends over a WebSocket. Written by generate.js from crates/protocol/schemas/server.json. */

import type {
  Audience,
  BroadcastState,
  ConnectionId,
  Count,
  HistoryPoint,
  LanguageDistribution,
  LanguageTag,
  QualityTier,
  Role,
  Seconds,
  SessionId,
  Timestamp,
  Token,
  Volume,
} from "./values.js";

/** The sender has become the speaker of a new session. */
export interface SessionCreated {
  type: "sessionCreated";
  sessionId: SessionId;
  sourceLanguage: LanguageTag;
  qualityTier: QualityTier;
  connectionId: ConnectionId;
  createdAt: Timestamp;
  expiresAt: Timestamp;
  /** The speaker's proof, for connecting anew and for HTTP. */
  speakerToken: Token;
  timestamp: Timestamp;
}

/** The sender has become a listener. */
export interface SessionJoined {
  type: "sessionJoined";
  sessionId: SessionId;
  targetLanguage: LanguageTag;
  sourceLanguage: LanguageTag;
  connectionId: ConnectionId;
  qualityTier: QualityTier;
  listenerCount: Count;
  /** Proof of this place, good for one use. */
  resumeToken: Token;
  timestamp: Timestamp;
}

/** Who is listening, for the speaker. `timestamp` is when the counts were taken. */
export interface SessionStatus {
  type: "sessionStatus";
  sessionId: SessionId;
  listenerCount: Count;
  languageDistribution: LanguageDistribution;
  /** Whole seconds since the session was created. */
  sessionDuration: Seconds;
  broadcastState: BroadcastState;
  timestamp: Timestamp;
  /** Why it was sent. */
  updateReason: "requested" | "periodic" | "listenerCountChange" | "newLanguage";
  audience?: Audience;
  /** There only where the counts might be short. */
  exact?: false;
}

/** How the session went, for the speaker: the audience in equal steps of time. */
export interface SessionHistory {
  type: "sessionHistory";
  sessionId: SessionId;
  from: Timestamp;
  to: Timestamp;
  /** From one point to the next, in milliseconds. */
  step: number;
  /** Moments before the session began have none. */
  points: HistoryPoint[];
  timestamp: Timestamp;
}

/**
 * The broadcast was paused. Its speaker is told the state of the broadcast and how many listeners were told;
 * listeners are not.
 */
export interface BroadcastPaused {
  type: "broadcastPaused";
  sessionId: SessionId;
  broadcastState?: BroadcastState;
  listenersNotified?: Count;
  timestamp: Timestamp;
}

/**
 * The broadcast was resumed. Its speaker is told the state of the broadcast and how many listeners were told;
 * listeners are not.
 */
export interface BroadcastResumed {
  type: "broadcastResumed";
  sessionId: SessionId;
  broadcastState?: BroadcastState;
  listenersNotified?: Count;
  /** How long it was paused, in milliseconds. */
  pauseDuration?: number;
  timestamp: Timestamp;
}

/**
 * The microphone was muted. Its speaker is told the state of the broadcast and how many listeners were told;
 * listeners are not.
 */
export interface BroadcastMuted {
  type: "broadcastMuted";
  sessionId: SessionId;
  broadcastState?: BroadcastState;
  listenersNotified?: Count;
  timestamp: Timestamp;
}

/**
 * The microphone was unmuted. Its speaker is told the state of the broadcast and how many listeners were told;
 * listeners are not.
 */
export interface BroadcastUnmuted {
  type: "broadcastUnmuted";
  sessionId: SessionId;
  broadcastState?: BroadcastState;
  listenersNotified?: Count;
  timestamp: Timestamp;
}

/**
 * The volume was set. Its speaker is told the state of the broadcast and how many listeners were told; listeners
 * are not.
 */
export interface VolumeChanged {
  type: "volumeChanged";
  sessionId: SessionId;
  volumeLevel: Volume;
  broadcastState?: BroadcastState;
  listenersNotified?: Count;
  timestamp: Timestamp;
}

/** One or more of paused, muted and volume were set at once. Its speaker is also told how many listeners were told. */
export interface SpeakerStateChanged {
  type: "speakerStateChanged";
  sessionId: SessionId;
  broadcastState: BroadcastState;
  listenersNotified?: Count;
  timestamp: Timestamp;
}

/**
 * Nobody has heard a language for some time, so its translation may stop. For a speaker that connected with
 * `events=signals`.
 */
export interface LanguageIdle {
  type: "languageIdle";
  sessionId: SessionId;
  language: LanguageTag;
  idleSince: Timestamp;
  timestamp: Timestamp;
}

/** A language that was idle has a listener again. For a speaker that connected with `events=signals`. */
export interface LanguageActive {
  type: "languageActive";
  sessionId: SessionId;
  language: LanguageTag;
  /** How long its translation could have rested since it was said to be idle. */
  savedSeconds: Seconds;
  timestamp: Timestamp;
}

/**
 * A language has lost much of its audience while the rest has not, so its channel is probably broken. For a speaker
 * that connected with `events=signals`.
 */
export interface LanguageDrop {
  type: "languageDrop";
  sessionId: SessionId;
  language: LanguageTag;
  /** How many listeners there were. */
  before: Count;
  /** How many are left. */
  after: Count;
  /** Which part of them has gone, in whole percent. */
  percent: number;
  /** In how many seconds at most. */
  withinSeconds: Seconds;
  timestamp: Timestamp;
}

/** The whole audience has shrunk. For a speaker that connected with `events=signals`. */
export interface AudienceDrop {
  type: "audienceDrop";
  sessionId: SessionId;
  /** How many listeners there were. */
  before: Count;
  /** How many are left. */
  after: Count;
  /** Which part of them has gone, in whole percent. */
  percent: number;
  /** In how many seconds at most. */
  withinSeconds: Seconds;
  timestamp: Timestamp;
}

/** Somebody asked for a language that is not served. For a speaker that connected with `events=signals`. */
export interface UnservedLanguage {
  type: "unservedLanguage";
  sessionId: SessionId;
  language: LanguageTag;
  timestamp: Timestamp;
}

/** The listener has moved to another language. */
export interface LanguageChanged {
  type: "languageChanged";
  sessionId: SessionId;
  targetLanguage: LanguageTag;
  sourceLanguage: LanguageTag;
  timestamp: Timestamp;
}

/** The listener's own pause was noted. */
export interface PlaybackPaused {
  type: "playbackPaused";
  sessionId: SessionId;
  timestamp: Timestamp;
}

/** The connection has taken over from an older one. */
export interface ConnectionRefreshComplete {
  type: "connectionRefreshComplete";
  sessionId: SessionId;
  role: Role;
  newConnectionId: ConnectionId;
  /** A listener's new proof of its place. */
  resumeToken?: Token;
  timestamp: Timestamp;
}

/** The session is over; the connection closes after it. */
export interface SessionEnded {
  type: "sessionEnded";
  sessionId: SessionId;
  /** The speaker's own words, or `ended`, `expired` or `speakerLost`. */
  reason: string;
  timestamp: Timestamp;
}

/** The heartbeat was heard. */
export interface HeartbeatAck {
  type: "heartbeatAck";
  timestamp: Timestamp;
}

/** The connection is near its maximum age and should be replaced. */
export interface ConnectionRefreshRequired {
  type: "connectionRefreshRequired";
  sessionId: SessionId;
  role: Role;
  refreshBy: Timestamp;
  timestamp: Timestamp;
}

/** The connection will reach its maximum age. */
export interface ConnectionWarning {
  type: "connectionWarning";
  /** In so many whole minutes. */
  remainingMinutes: number;
  timestamp: Timestamp;
}

/** A refusal, over WebSocket and HTTP alike. */
export interface ErrorMessage {
  type: "error";
  /** What it was, for programs. Codes may be added. */
  code:
    | "INVALID_MESSAGE"
    | "INVALID_ACTION"
    | "MISSING_PARAMETER"
    | "INVALID_PARAMETER"
    | "INVALID_SESSION_ID"
    | "INVALID_LANGUAGE"
    | "UNSUPPORTED_LANGUAGE"
    | "UNAUTHORIZED"
    | "UNAUTHORIZED_ACTION"
    | "CONNECTION_NOT_FOUND"
    | "SESSION_NOT_FOUND"
    | "LINK_NOT_FOUND"
    | "ALREADY_JOINED"
    | "TOO_MANY_LINKS"
    | "MESSAGE_TOO_LARGE"
    | "RATE_LIMIT_EXCEEDED"
    | "SESSION_FULL"
    | "STATUS_UNAVAILABLE"
    | "INTERNAL_ERROR";
  /** What it was and what to do, for people. */
  message: string;
  timestamp: Timestamp;
  /** What programs can act on: one of these. */
  details?: {
    /** The member or parameter that was wrong. */
    field?: string;
    /** Seconds until another try makes sense. */
    retryAfter?: number;
    /** How many listeners a session may have. */
    maxListeners?: number;
    /** The languages that may be chosen. */
    supportedLanguages?: LanguageTag[];
    /** What the operator finds in the log. */
    requestId?: string;
  };
}

/** Whatever a server says over a WebSocket. */
export type ServerMessage =
  | AudienceDrop
  | BroadcastMuted
  | BroadcastPaused
  | BroadcastResumed
  | BroadcastUnmuted
  | ConnectionRefreshComplete
  | ConnectionRefreshRequired
  | ConnectionWarning
  | ErrorMessage
  | HeartbeatAck
  | LanguageActive
  | LanguageChanged
  | LanguageDrop
  | LanguageIdle
  | PlaybackPaused
  | SessionCreated
  | SessionEnded
  | SessionHistory
  | SessionJoined
  | SessionStatus
  | SpeakerStateChanged
  | UnservedLanguage
  | VolumeChanged;

/** The types of all of them. */
export const SERVER_MESSAGES = [
  "audienceDrop",
  "broadcastMuted",
  "broadcastPaused",
  "broadcastResumed",
  "broadcastUnmuted",
  "connectionRefreshComplete",
  "connectionRefreshRequired",
  "connectionWarning",
  "error",
  "heartbeatAck",
  "languageActive",
  "languageChanged",
  "languageDrop",
  "languageIdle",
  "playbackPaused",
  "sessionCreated",
  "sessionEnded",
  "sessionHistory",
  "sessionJoined",
  "sessionStatus",
  "speakerStateChanged",
  "unservedLanguage",
  "volumeChanged",
] as const;
