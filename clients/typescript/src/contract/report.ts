/** History and report of a session. Written by generate.js from crates/protocol/schemas/report.json. */

import type { EndReason } from "./http.js";
import type { Count, HistoryPoint, LanguageTag, QualityTier, Seconds, SessionId, Timestamp } from "./values.js";

/** The audience of a session in equal steps of time. */
export interface History {
  sessionId: SessionId;
  from: Timestamp;
  to: Timestamp;
  /** From one point to the next, in milliseconds. */
  step: number;
  /** Moments before the session began have none. */
  points: HistoryPoint[];
}

/** What happened in a session, up to its end or to `asOf`. */
export interface Report {
  sessionId: SessionId;
  sourceLanguage: LanguageTag;
  qualityTier: QualityTier;
  createdAt: Timestamp;
  /** Left out while the session lives. */
  endedAt?: Timestamp;
  /** Left out while the session lives. */
  endReason?: EndReason;
  asOf: Timestamp;
  duration: Seconds;
  listeners: ListenerFigures;
  /** Each language that ever had a listener: what was listened to most comes first. */
  languages: LanguageFigures[];
  /** Who changed from which language to which: what happened most comes first. */
  switches: SwitchFigures[];
  /** How many updates the speaker was sent, by reason. */
  updates: {
    requested: Count;
    periodic: Count;
    listenerCountChange: Count;
    newLanguage: Count;
  };
  /** What the broadcast did. */
  broadcast: {
    /** How long it was paused, in whole seconds. */
    paused: Seconds;
    /** How long the speaker was muted, in whole seconds. */
    muted: Seconds;
  };
  signals: SignalFigures;
  /** The listeners over time. */
  curve: HistoryPoint[];
}

/** Figures of the whole audience. */
export interface ListenerFigures {
  peak: Count;
  /** When the peak was first reached, in milliseconds since the Unix epoch. */
  peakAt: Timestamp;
  /** On average over the whole duration of the session. */
  average: number;
  joins: Count;
  leaves: Count;
  atEnd: Count;
  /** What all of them together have listened, in minutes. */
  listenerMinutes: number;
  /** How often a listener came back in time, so that no count moved. */
  reconnectsAbsorbed: number;
}

/** Figures of one language. */
export interface LanguageFigures {
  language: LanguageTag;
  peak: Count;
  /** When the peak was first reached, in milliseconds since the Unix epoch. */
  peakAt: Timestamp;
  /** On average over the whole duration of the session. */
  average: number;
  joins: Count;
  leaves: Count;
  /** What all of them together have listened, in minutes. */
  listenerMinutes: number;
  firstHeard: Timestamp;
}

/** What was signalled. */
export interface SignalFigures {
  /**
   * For how long languages had been said to be idle, all together, in minutes: what their translation could have
   * been saved.
   */
  savedMinutes: number;
  /** How often the whole audience lost many listeners. */
  audienceDrops: Count;
  /** Each language that was ever said to be idle or to have lost many listeners, by tag. */
  languages: LanguageSignalFigures[];
  /** Each language that somebody asked for and that was not served: what was asked for most comes first. */
  unserved: UnservedFigures[];
}

/** Changes from one language to another. */
export interface SwitchFigures {
  from: LanguageTag;
  to: LanguageTag;
  count: number;
}

/** What was signalled of one language. */
export interface LanguageSignalFigures {
  language: LanguageTag;
  /** How often it was said to be idle. */
  idle: Count;
  /** For how long it had been said to be idle, in minutes. */
  savedMinutes: number;
  /** How often it lost many listeners while the rest of the audience stayed. */
  drops: Count;
}

/** A language that was not served. */
export interface UnservedFigures {
  language: LanguageTag;
  /** How often somebody asked for it. */
  asked: Count;
}
