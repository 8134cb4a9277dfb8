/** What a report says, in figures and tables. */

import type { Report } from "@headcount/client";
import type { ComponentChildren } from "preact";
import { count, dayAndTime, duration, exactTimeOfDay, hours, number } from "../format";
import { Language } from "../parts/language";

export function ReportFigures({ report }: { report: Report }) {
  const { listeners, languages, switches } = report;
  const figures: [string, string, string | undefined][] = [
    ["Most at once", count(listeners.peak), listeners.peak > 0 ? `at ${exactTimeOfDay(listeners.peakAt)}` : undefined],
    ["On average", number(listeners.average), undefined],
    ["Joined", count(listeners.joins), undefined],
    ["Left", count(listeners.leaves), undefined],
    ["Listened in all", hours(listeners.listenerMinutes), undefined],
    ["Came back in time", count(listeners.reconnectsAbsorbed), undefined],
    ["Lasted", duration(report.duration), undefined],
    ["Paused", duration(report.broadcast.paused), undefined],
  ];
  return (
    <>
      <dl class="figures">
        {figures.map(([name, value, more]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value} {more !== undefined && <small>{more}</small>}
            </dd>
          </div>
        ))}
      </dl>
      {languages.length === 0 ? <p class="empty">Nobody has listened.</p> : <Languages report={report} />}
      {switches.length > 0 && <Switches report={report} />}
      <Signals report={report} />
    </>
  );
}

interface TableProps {
  name: string;
  heads: string[];
  /** How many of the columns, from the first one on, are no numbers. */
  texts?: number;
  children: ComponentChildren;
}

/** A table that scrolls by itself where the page is too narrow for it. */
function Table({ name, heads, texts = 1, children }: TableProps) {
  return (
    <>
      <h3>{name}</h3>
      <div class="scroller" tabIndex={0} role="group" aria-label={name}>
        <table class="sessions">
          <thead>
            <tr>
              {heads.map((head, place) => (
                <th key={head} scope="col" class={place < texts ? undefined : "numeric"}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
    </>
  );
}

function Languages({ report: { languages } }: { report: Report }) {
  return (
    <Table
      name="Languages"
      heads={["Language", "Most at once", "On average", "Joined", "Left", "Listened", "First heard"]}
    >
      {languages.map((of) => (
        <tr key={of.language} data-report={of.language}>
          <th scope="row">
            <Language tag={of.language} />
          </th>
          <td class="numeric strong">{count(of.peak)}</td>
          <td class="numeric">{number(of.average)}</td>
          <td class="numeric">{count(of.joins)}</td>
          <td class="numeric">{count(of.leaves)}</td>
          <td class="numeric">{hours(of.listenerMinutes)}</td>
          <td class="numeric">{dayAndTime(of.firstHeard)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** How many changes are listed; the files have all. */
const SWITCHES = 12;

function Switches({ report: { switches } }: { report: Report }) {
  return (
    <Table name="Changes of language" heads={["From", "To", "How often"]} texts={2}>
      {switches.slice(0, SWITCHES).map(({ from, to, count: times }) => (
        <tr key={`${from} ${to}`}>
          <th scope="row">
            <Language tag={from} />
          </th>
          <td>
            <Language tag={to} />
          </td>
          <td class="numeric strong">{count(times)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** What stood out. A server that signals nothing leaves nothing to say. */
function Signals({ report: { signals } }: { report: Report }) {
  const { savedMinutes, audienceDrops, languages, unserved } = signals;
  const broken = languages.filter(({ drops }) => drops > 0);
  const idle = languages.filter((of) => of.idle > 0);
  if (audienceDrops === 0 && broken.length === 0 && idle.length === 0 && unserved.length === 0) return null;
  return (
    <>
      <h3>What stood out</h3>
      <ul class="signals">
        {audienceDrops > 0 && <li>The whole audience fell suddenly {times(audienceDrops)}.</li>}
        {broken.map(({ language, drops }) => (
          <li key={`drop ${language}`}>
            <Language tag={language} /> lost its listeners {times(drops)} while the others held.
          </li>
        ))}
        {idle.length > 0 && (
          <li>Translation that nobody heard, and could have rested: {duration(savedMinutes * 60)} in all.</li>
        )}
        {idle.map(({ language, savedMinutes: saved }) => (
          <li key={`idle ${language}`}>
            <Language tag={language} /> could have rested for {duration(saved * 60)}.
          </li>
        ))}
        {unserved.map(({ language, asked }) => (
          <li key={`unserved ${language}`}>
            <Language tag={language} /> was asked for {times(asked)}, and is not offered.
          </li>
        ))}
      </ul>
    </>
  );
}

function times(value: number): string {
  return value === 1 ? "once" : value === 2 ? "twice" : `${count(value)} times`;
}
