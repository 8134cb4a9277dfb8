/** What a client sends over its WebSocket. Written by generate.js from crates/protocol/schemas/client.json. */

import type {
  QualityTier,
  Role,
  ServedLanguages,
  SessionId,
  Timestamp,
  Token,
  Volume,
  WantedLanguage,
} from "./values.js";

/** Creates a session and makes the sender its speaker. */
export interface CreateSession {
  action: "createSession";
  sourceLanguage: WantedLanguage;
  qualityTier?: QualityTier;
  languages?: ServedLanguages;
  /** A login token, where the server asks for one and it did not come while connecting. */
  token?: Token;
}

/** Makes the sender a listener. */
export interface JoinSession {
  action: "joinSession";
  sessionId: SessionId;
  targetLanguage: WantedLanguage;
  /** Listeners need none. */
  token?: Token;
  /** Proof of the place that this listener had before. */
  resumeToken?: Token;
}

/** Asks who is listening. */
export interface GetSessionStatus {
  action: "getSessionStatus";
  /** How much to say; without it, what was asked for while connecting. */
  detail?: "basic" | "full";
  /** The moment to tell of: what the speaker was told then, or would have been; without it, now. */
  at?: Timestamp;
}

/** Asks how the session went. */
export interface GetSessionHistory {
  action: "getSessionHistory";
  /** The first moment; without it, when the session began. */
  from?: Timestamp;
  /** The last moment; without it, now. */
  to?: Timestamp;
  /**
   * From one point to the next, in milliseconds; without it, what makes a good curve. At the least 5,000, at the
   * most 1,000 points.
   */
  step?: number;
}

/** Pauses the broadcast. */
export interface PauseBroadcast {
  action: "pauseBroadcast";
}

/** Resumes the broadcast. */
export interface ResumeBroadcast {
  action: "resumeBroadcast";
}

/** Mutes the microphone. */
export interface MuteBroadcast {
  action: "muteBroadcast";
}

/** Unmutes the microphone. */
export interface UnmuteBroadcast {
  action: "unmuteBroadcast";
}

/** Sets the volume. */
export interface SetVolume {
  action: "setVolume";
  volumeLevel: Volume;
}

/** Sets one or more of paused, muted and volume at once. Any other member of `state` is refused. */
export interface SpeakerStateChange {
  action: "speakerStateChange";
  state: {
    isPaused?: boolean;
    isMuted?: boolean;
    volume?: Volume;
  };
}

/** Moves the listener to another language. */
export interface ChangeLanguage {
  action: "changeLanguage";
  targetLanguage: WantedLanguage;
}

/** Another name of `changeLanguage`. */
export interface SwitchLanguage {
  action: "switchLanguage";
  targetLanguage: WantedLanguage;
}

/** Says that the listener has paused its own playback. */
export interface PausePlayback {
  action: "pausePlayback";
}

/**
 * Takes over from an older connection of the same speaker or listener. A listener says its language, its resume
 * token or both.
 */
export interface RefreshConnection {
  action: "refreshConnection";
  sessionId: SessionId;
  role: Role;
  targetLanguage?: WantedLanguage;
  /** The speaker's proof. */
  token?: Token;
  /** The listener's proof of its place. */
  resumeToken?: Token;
}

/** Ends the session. */
export interface EndSession {
  action: "endSession";
  /** The speaker's own words, of which 128 characters are passed on. */
  reason?: string;
}

/** A sign of life, for clients that cannot answer pings. */
export interface Heartbeat {
  action: "heartbeat";
}

/** Audio, which is not Headcount's: the first is refused, the rest is dropped. @deprecated */
export interface AudioChunk {
  action: "audioChunk";
}

/** Another name of `audioChunk`. @deprecated */
export interface SendAudio {
  action: "sendAudio";
}

/** Whatever a client says over its WebSocket. */
export type ClientMessage =
  | AudioChunk
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
  | SendAudio
  | SetVolume
  | SpeakerStateChange
  | SwitchLanguage
  | UnmuteBroadcast;
