/** A report within a page: its figures, and the files that it can be saved as. */

import { useEffect, useMemo } from "preact/hooks";
import { dayAndTime } from "../format";
import { Notice } from "../parts/notice";
import { ReportFigures } from "./figures";
import { FILES, ReportModel } from "./model";

interface Props {
  sessionId: string;
  token: string;
  /** The token opens no report. */
  onDenied?: () => void;
}

export function ReportSection({ sessionId, token, onDenied }: Props) {
  const model = useMemo(() => new ReportModel(sessionId, token), [sessionId, token]);
  useEffect(() => () => model.close(), [model]);
  const report = model.report.value;
  const trouble = model.trouble.value;
  return (
    <section class="report" aria-labelledby="report-title">
      <header>
        <h2 id="report-title">Report</h2>
        {report !== undefined && (
          <p class="reading">
            {report.endedAt === undefined ? `Until now, ${dayAndTime(report.asOf)}` : dayAndTime(report.createdAt)}
          </p>
        )}
      </header>
      <div role="status">
        {trouble !== undefined && (
          <Notice
            kind="problem"
            action={
              <button
                type="button"
                class="quiet"
                onClick={() => (model.denied.value && onDenied !== undefined ? onDenied() : void model.refresh())}
              >
                {model.denied.value && onDenied !== undefined ? "Use another token" : "Try again"}
              </button>
            }
          >
            {trouble}
          </Notice>
        )}
        {report === undefined && trouble === undefined && <p class="empty">Asking …</p>}
      </div>
      {report !== undefined && (
        <>
          <ReportFigures report={report} />
          <p class="files">
            {report.endedAt === undefined && (
              <button type="button" class="quiet" onClick={() => void model.refresh()}>
                Refresh
              </button>
            )}
            {FILES.map((file) => (
              <button key={file.name} type="button" class="quiet" onClick={() => void model.save(file)}>
                {file.name}
              </button>
            ))}
          </p>
        </>
      )}
    </section>
  );
}
