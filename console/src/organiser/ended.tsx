/** The sessions that have ended, with their reports. */

import { count, dayAndTime, duration } from "../format";
import { Language } from "../parts/language";
import { write } from "../route";
import type { OrganiserModel } from "./model";

export function Ended({ model }: { model: OrganiserModel }) {
  const sessions = model.ended.value;
  if (sessions.length === 0) return null;
  return (
    <section class="ended" aria-labelledby="ended">
      <h2 id="ended">Ended</h2>
      <div class="scroller" tabIndex={0} role="group" aria-label="Ended sessions">
        <table class="sessions">
          <thead>
            <tr>
              <th scope="col">Session</th>
              <th scope="col" class="numeric">
                Peak
              </th>
              <th scope="col">Spoke</th>
              <th scope="col" class="numeric">
                Lasted
              </th>
              <th scope="col" class="numeric">
                Ended at
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {sessions.map(({ sessionId, peakListenerCount, sourceLanguage, createdAt, endedAt }) => (
              <tr key={`${sessionId} ${endedAt}`} data-ended={sessionId}>
                <th scope="row">{sessionId}</th>
                <td class="numeric">{count(peakListenerCount)}</td>
                <td>
                  <Language tag={sourceLanguage} />
                </td>
                <td class="numeric">{duration((endedAt - createdAt) / 1_000)}</td>
                <td class="numeric">{dayAndTime(endedAt)}</td>
                <td>
                  <a class="way" href={write({ view: "report", sessionId })} aria-label={`Report of ${sessionId}`}>
                    Report
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {model.earlier.value !== undefined && (
        <button type="button" class="quiet" onClick={() => void model.showEarlier()}>
          Show earlier ones
        </button>
      )}
    </section>
  );
}
