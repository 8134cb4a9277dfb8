/** How a session went: its history and its report, while it lives and after. Servers on AWS Lambda keep neither. */

import { ask, type HttpOptions, read, type SessionOptions } from "./http.js";
import type { EndedPage, History, Report } from "./messages.js";

/** Which part of a session's life; all of it unless said otherwise. */
export interface HistorySpan {
  /** Milliseconds since the epoch. */
  from?: number;
  /** Milliseconds since the epoch. */
  to?: number;
  /** Milliseconds from one point to the next; the server chooses one that suits the span unless given. */
  step?: number;
}

export interface HistoryOptions extends SessionOptions, HistorySpan {}

export interface ReportFileOptions extends SessionOptions {
  format: "csv" | "html";
  /** Which table, for `csv`: `languages` unless given. */
  table?: "languages" | "curve" | "switches" | undefined;
}

export interface ListReportsOptions extends HttpOptions {
  /** How many at the most, from 1 to 1,000. */
  limit?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
}

/** The curve of a session, for its speaker and for operators. */
export async function getHistory(options: HistoryOptions): Promise<History> {
  const { from, to, step } = options;
  const query = { from: from?.toString(), to: to?.toString(), step: step?.toString() };
  return (await ask(options, "GET", ["sessions", options.sessionId, "history"], undefined, query)) as History;
}

/** The report of a session, until now or of all that was, for its speaker and for operators. */
export async function getReport(options: SessionOptions): Promise<Report> {
  return (await ask(options, "GET", ["sessions", options.sessionId, "report"], undefined, {
    format: "json",
  })) as Report;
}

/** The same as the text of a file. */
export async function getReportFile(options: ReportFileOptions): Promise<string> {
  const { format, table } = options;
  return await read(options, ["sessions", options.sessionId, "report"], { format, table });
}

/** One page of the sessions that have ended, for operators. */
export async function listReports(options: ListReportsOptions): Promise<EndedPage> {
  const query = { limit: options.limit?.toString(), cursor: options.cursor };
  return (await ask(options, "GET", ["reports"], undefined, query)) as EndedPage;
}
