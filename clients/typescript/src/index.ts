/** The client of Headcount: who is listening to a live translated broadcast, right now. */

export { delayBefore } from "./backoff.js";
export type { SubscribeOptions } from "./emitter.js";
export { HeadcountError, isFinal } from "./errors.js";
export {
  type CreateSessionOptions,
  createSession,
  endSession,
  getSession,
  getStatus,
  type HttpOptions,
  type ListSessionsOptions,
  listSessions,
  type SessionOptions,
} from "./http.js";
export type { LinkEvents, LinkOptions, UnknownMessage } from "./link.js";
export { Listener, type ListenerOptions } from "./listener.js";
export type * from "./messages.js";
export {
  type EndedSession,
  type EndedSessionList,
  type GetSessionHistory,
  getHistory,
  getReport,
  type History,
  type HistoryOptions,
  type HistoryPoint,
  type HistorySpan,
  type ListReportsOptions,
  listReports,
  type ReportOptions,
  type SessionHistory,
} from "./past.js";
export { Speaker, type SpeakerOptions } from "./speaker.js";
export type { Ending, State } from "./state.js";
