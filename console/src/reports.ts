/** Reports, as files: they are asked for with a token, which no link may hold. */

import { getReportFile, type ReportFileOptions } from "@headcount/client";
import { SERVER } from "./base";

/** How long a browser may take to begin with what it was given, in milliseconds. */
const TAKEN_BY = 60_000;

const KINDS = { html: "text/html", csv: "text/csv" } as const;

/**
 * Fetches the report of a session and saves it. The page cannot show it as it is: it brings its own styles, which the
 * policy of the console forbids, and a page that it opens has the same policy.
 */
export async function saveReport(
  sessionId: string,
  token: string,
  format: ReportFileOptions["format"],
  table?: ReportFileOptions["table"],
): Promise<void> {
  const text = await getReportFile({ url: SERVER, sessionId, token, format, table });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${KINDS[format]};charset=utf-8` }));
  link.download = `${sessionId}-${table ?? "report"}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), TAKEN_BY);
}
