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
export type { LinkEvents, LinkOptions } from "./link.js";
export { type CreateLinkOptions, createLink, listLinks, type RevokeLinkOptions, revokeLink } from "./links.js";
export { Listener, type ListenerOptions } from "./listener.js";
export type * from "./messages.js";
export {
  getHistory,
  getReport,
  getReportFile,
  type HistoryOptions,
  type HistorySpan,
  type ListReportsOptions,
  listReports,
  type ReportFileOptions,
} from "./past.js";
export { Speaker, type SpeakerOptions } from "./speaker.js";
export type { Ending, State } from "./state.js";
export { Watcher, type WatchOptions, watch } from "./watcher.js";
