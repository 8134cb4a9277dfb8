/** The report of a session, as it is asked for. */

import { getReport, HeadcountError, type Report } from "@headcount/client";
import { batch, signal } from "@preact/signals";
import { SERVER } from "../base";
import { saveReport } from "../reports";

/** The files that a report can be saved as. */
export const FILES = [
  { name: "Page to print", format: "html", table: undefined },
  { name: "Languages as CSV", format: "csv", table: "languages" },
  { name: "Curve as CSV", format: "csv", table: "curve" },
  { name: "Changes as CSV", format: "csv", table: "switches" },
] as const;

export class ReportModel {
  readonly sessionId: string;
  readonly report = signal<Report | undefined>(undefined);
  readonly trouble = signal<string | undefined>(undefined);
  /** The token opens no report. */
  readonly denied = signal(false);
  readonly #token: string;
  readonly #over = new AbortController();

  constructor(sessionId: string, token: string) {
    this.sessionId = sessionId;
    this.#token = token;
    void this.refresh();
  }

  close(): void {
    this.#over.abort();
  }

  /** Asks for it anew. */
  refresh(): Promise<void> {
    return this.#try(async () => {
      const { sessionId } = this;
      this.report.value = await getReport({ url: SERVER, sessionId, token: this.#token, signal: this.#over.signal });
    });
  }

  /** Saves it as a file. */
  save({ format, table }: (typeof FILES)[number]): Promise<void> {
    return this.#try(() => saveReport(this.sessionId, this.#token, format, table));
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      this.trouble.value = undefined;
    } catch (error) {
      if (this.#over.signal.aborted) return;
      const refusal = error instanceof HeadcountError ? error : undefined;
      batch(() => {
        this.denied.value = refusal?.code === "UNAUTHORIZED" || refusal?.code === "UNAUTHORIZED_ACTION";
        this.trouble.value = refusal?.message ?? "Something went wrong";
      });
    }
  }
}
