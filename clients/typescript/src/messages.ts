/**
 * The messages of the protocol, as they are on the wire. Times are milliseconds since the Unix epoch, durations whole
 * seconds unless a line says otherwise. Members that are not listed here pass through untouched.
 */

import type { GetSessionHistory, SessionHistory } from "./past.js";

/** Whatever the server says over the WebSocket. */
export type ServerMessage =
  | BroadcastMuted
  | BroadcastPaused
  | BroadcastResumed
  | BroadcastUnmuted
  | ConnectionRefreshComplete
  | ConnectionRefreshRequired
  | ConnectionWarning
  | ErrorMessage
  | HeartbeatAck
  | LanguageChanged
  | PlaybackPaused
  | SessionCreated
  | SessionEnded
  | SessionHistory
  | SessionJoined
  | SessionStatus
  | SpeakerStateChanged
  | VolumeChanged;

/** Whatever a client says over the WebSocket. */
export type ClientMessage =
  | ChangeLanguage
  | CreateSession
  | EndSession
  | GetSessionHistory
  | GetSessionStatus
  | Heartbeat
  | JoinSession
  | MuteBroadcast
  | PauseBroadcast
  | PausePlayback
  | RefreshConnection
  | ResumeBroadcast
  | SetVolume
  | SpeakerStateChange
  | UnmuteBroadcast;

export type Role = "speaker" | "listener";
export type QualityTier = "standard" | "premium";
export type UpdateReason = "requested" | "periodic" | "listenerCountChange" | "newLanguage";

/** What the broadcast does. */
export interface BroadcastState {
  isActive: boolean;
  isPaused: boolean;
  isMuted: boolean;
  /** From 0.0 to 1.0. */
  volume: number;
  lastStateChange: number;
  [k: string]: unknown;
}

/** Listeners by language tag, the largest first; their sum is the count. `unknown` and `other` are no languages. */
export interface LanguageDistribution {
  [k: string]: number;
}

/** Who is listening, and why this was sent. */
export interface SessionStatus {
  type: "sessionStatus";
  sessionId: string;
  listenerCount: number;
  languageDistribution: LanguageDistribution;
  sessionDuration: number;
  broadcastState: BroadcastState;
  /** When the counts were taken. */
  timestamp: number;
  updateReason: UpdateReason;
  audience?: Audience;
  /** Only there when the count might be short. */
  exact?: false;
  [k: string]: unknown;
}

/** What `detail: "full"` adds to a status. */
export interface Audience {
  peakListenerCount: number;
  peakAt: number;
  totalJoins: number;
  totalLeaves: number;
  /** How many of the count have lost their connection a moment ago and may yet resume their place. */
  reconnecting: number;
  languagesSeen: number;
  revision: number;
  quality: Quality;
  /** The count over time: pairs of a time and a count, the oldest first, 60 at the most. */
  trend: [number, number][];
  [k: string]: unknown;
}

export interface Quality {
  exact: boolean;
  asOf: number;
  nodesReporting: number;
  nodesExpected: number;
  [k: string]: unknown;
}

export interface SessionCreated {
  type: "sessionCreated";
  sessionId: string;
  sourceLanguage: string;
  qualityTier: QualityTier;
  connectionId: string;
  createdAt: number;
  expiresAt: number;
  speakerToken: string;
  timestamp: number;
  [k: string]: unknown;
}

export interface SessionJoined {
  type: "sessionJoined";
  sessionId: string;
  targetLanguage: string;
  sourceLanguage: string;
  connectionId: string;
  qualityTier: QualityTier;
  listenerCount: number;
  /** This listener's place, good for one use. */
  resumeToken: string;
  timestamp: number;
  [k: string]: unknown;
}

export interface ConnectionRefreshComplete {
  type: "connectionRefreshComplete";
  sessionId: string;
  role: Role;
  newConnectionId: string;
  /** Only for a listener. */
  resumeToken?: string;
  timestamp: number;
  [k: string]: unknown;
}

export interface ConnectionRefreshRequired {
  type: "connectionRefreshRequired";
  sessionId: string;
  role: Role;
  refreshBy: number;
  timestamp: number;
  [k: string]: unknown;
}

export interface ConnectionWarning {
  type: "connectionWarning";
  remainingMinutes: number;
  timestamp: number;
  [k: string]: unknown;
}

/** The speaker also learns the state and how many were told. */
export interface BroadcastPaused {
  type: "broadcastPaused";
  sessionId: string;
  broadcastState?: BroadcastState;
  listenersNotified?: number;
  timestamp: number;
  [k: string]: unknown;
}

/** The speaker also learns the state, how many were told, and for how many milliseconds it was paused. */
export interface BroadcastResumed {
  type: "broadcastResumed";
  sessionId: string;
  broadcastState?: BroadcastState;
  listenersNotified?: number;
  pauseDuration?: number;
  timestamp: number;
  [k: string]: unknown;
}

/** The speaker also learns the state and how many were told. */
export interface BroadcastMuted {
  type: "broadcastMuted";
  sessionId: string;
  broadcastState?: BroadcastState;
  listenersNotified?: number;
  timestamp: number;
  [k: string]: unknown;
}

/** The speaker also learns the state and how many were told. */
export interface BroadcastUnmuted {
  type: "broadcastUnmuted";
  sessionId: string;
  broadcastState?: BroadcastState;
  listenersNotified?: number;
  timestamp: number;
  [k: string]: unknown;
}

/** The speaker also learns the state and how many were told. */
export interface VolumeChanged {
  type: "volumeChanged";
  sessionId: string;
  volumeLevel: number;
  broadcastState?: BroadcastState;
  listenersNotified?: number;
  timestamp: number;
  [k: string]: unknown;
}

/** The speaker also learns how many were told. */
export interface SpeakerStateChanged {
  type: "speakerStateChanged";
  sessionId: string;
  broadcastState: BroadcastState;
  listenersNotified?: number;
  timestamp: number;
  [k: string]: unknown;
}

export interface LanguageChanged {
  type: "languageChanged";
  sessionId: string;
  targetLanguage: string;
  sourceLanguage: string;
  timestamp: number;
  [k: string]: unknown;
}

export interface PlaybackPaused {
  type: "playbackPaused";
  sessionId: string;
  timestamp: number;
  [k: string]: unknown;
}

export interface SessionEnded {
  type: "sessionEnded";
  sessionId: string;
  /** What the speaker said, or `ended`, `expired`, `speakerLost`. */
  reason: string;
  timestamp: number;
  [k: string]: unknown;
}

export interface HeartbeatAck {
  type: "heartbeatAck";
  timestamp: number;
  [k: string]: unknown;
}

/** A refusal. Programs go by the code; the message is for people. */
export interface ErrorMessage {
  type: "error";
  code: string;
  message: string;
  timestamp: number;
  details?: ErrorDetails;
  [k: string]: unknown;
}

export interface ErrorDetails {
  field?: string;
  retryAfter?: number;
  maxListeners?: number;
  supportedLanguages?: string[];
  requestId?: string;
  [k: string]: unknown;
}

export interface CreateSession {
  action: "createSession";
  sourceLanguage: string;
  qualityTier?: QualityTier;
  token?: string;
}

export interface JoinSession {
  action: "joinSession";
  sessionId: string;
  targetLanguage: string;
  resumeToken?: string;
}

export interface RefreshConnection {
  action: "refreshConnection";
  sessionId: string;
  role: Role;
  targetLanguage?: string;
  token?: string;
  resumeToken?: string;
}

export interface GetSessionStatus {
  action: "getSessionStatus";
  detail?: "full";
}

export interface PauseBroadcast {
  action: "pauseBroadcast";
}

export interface ResumeBroadcast {
  action: "resumeBroadcast";
}

export interface MuteBroadcast {
  action: "muteBroadcast";
}

export interface UnmuteBroadcast {
  action: "unmuteBroadcast";
}

export interface SetVolume {
  action: "setVolume";
  /** From 0.0 to 1.0. */
  volumeLevel: number;
}

export interface SpeakerStateChange {
  action: "speakerStateChange";
  state: StateChange;
}

/** One or more of these. */
export interface StateChange {
  isPaused?: boolean;
  isMuted?: boolean;
  volume?: number;
}

export interface EndSession {
  action: "endSession";
  reason?: string;
}

export interface ChangeLanguage {
  action: "changeLanguage" | "switchLanguage";
  targetLanguage: string;
}

export interface PausePlayback {
  action: "pausePlayback";
}

export interface Heartbeat {
  action: "heartbeat";
}

/** A session as HTTP shows it to anybody. */
export interface PublicSession {
  sessionId: string;
  sourceLanguage: string;
  qualityTier: QualityTier;
  status: SessionActivity;
  createdAt: number;
  expiresAt: number;
  [k: string]: unknown;
}

export type SessionActivity = "active" | "paused" | "ended";

/** A session as HTTP shows it to its speaker and to operators. */
export interface Session {
  sessionId: string;
  sourceLanguage: string;
  qualityTier: QualityTier;
  status: SessionActivity;
  listenerCount: number;
  createdAt: number;
  updatedAt: number;
  expiresAt: number;
  [k: string]: unknown;
}

/** A session that was just created over HTTP. */
export interface NewSession {
  sessionId: string;
  sourceLanguage: string;
  qualityTier: QualityTier;
  status: SessionActivity;
  listenerCount: number;
  createdAt: number;
  updatedAt: number;
  expiresAt: number;
  speakerToken: string;
  [k: string]: unknown;
}

/** A page of sessions. */
export interface SessionList {
  sessions: Session[];
  nextCursor: string | null;
  [k: string]: unknown;
}
