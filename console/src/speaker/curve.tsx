/** The curve of the last hour, in bands of languages. */

import { computed } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import type { AudienceModel } from "../audience";
import { now } from "../clock";
import { count, exactTimeOfDay, listeners, timeOfDay } from "../format";
import type { Point } from "../history";
import { languageName } from "../languages";
import { columns, shapeOf, ticks, type Window, windowOf } from "./shape";

const BOX = { width: 1_000, height: 240 };
/** The clock moves the curve no more often than this; a status always does. */
const REDRAW = 5_000;
const until = computed(() => Math.ceil(now.value / REDRAW) * REDRAW);

export function Curve({ model }: { model: AudienceModel }) {
  const [readAt, setReadAt] = useState<number | undefined>(undefined);
  const points = model.points.value;
  const end = Math.max(until.value + model.clockAhead, points.at(-1)?.at ?? 0);
  const { shown, known, shape } = useMemo(() => {
    const shown = windowOf(points, end);
    const known = columns(points, shown);
    return { shown, known, shape: shapeOf(known, model.colours.coloured(), BOX) };
  }, [model, points, end]);
  const { areas, outline, ceiling } = shape;
  const reading =
    readAt === undefined ? undefined : known[Math.min(known.length - 1, Math.floor(readAt * known.length))];

  return (
    <section class="curve" aria-labelledby="curve-title">
      <header>
        <h2 id="curve-title">{shown.to - shown.from >= 60 * 60_000 ? "The last hour" : "Since the beginning"}</h2>
        <p class="reading" aria-hidden="true">
          {readAt !== undefined && describe(shown.from + readAt * (shown.to - shown.from), reading)}
        </p>
      </header>
      <div
        class="plot"
        onPointerMove={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          setReadAt(Math.min(0.9999, Math.max(0, (event.clientX - left) / width)));
        }}
        onPointerLeave={() => setReadAt(undefined)}
      >
        <svg
          viewBox={`0 0 ${BOX.width} ${BOX.height}`}
          preserveAspectRatio="none"
          role="img"
          aria-labelledby="curve-summary"
        >
          <title id="curve-summary">{summary(known)}</title>
          <line class="grid" x1="0" x2={BOX.width} y1={BOX.height / 2} y2={BOX.height / 2} />
          {areas.map(({ tag, path }) => (
            <path key={tag ?? ""} class={colourClass(model, tag)} d={path} />
          ))}
          <path class="outline" d={outline} />
          {readAt !== undefined && (
            <line class="cursor" x1={readAt * BOX.width} x2={readAt * BOX.width} y1="0" y2={BOX.height} />
          )}
        </svg>
        <span class="scale top" aria-hidden="true">
          {count(ceiling)}
        </span>
        <span class="scale middle" aria-hidden="true">
          {ceiling % 2 === 0 ? count(ceiling / 2) : ""}
        </span>
      </div>
      <p class="axis" aria-hidden="true">
        {ticks(shown).map((at) => (
          <span key={at} style={{ left: `${((at - shown.from) / (shown.to - shown.from)) * 100}%` }}>
            {timeOfDay(at)}
          </span>
        ))}
        <span>now</span>
      </p>
      <Table shown={shown} known={known} />
    </section>
  );
}

/** At twelve moments: those at which something was known already. */
function Table({ shown, known }: { shown: Window; known: readonly (Point | undefined)[] }) {
  const first = Math.max(
    0,
    known.findIndex((point) => point !== undefined),
  );
  const span = known.length - first;
  const moments = Math.min(12, span);
  const rows = Array.from({ length: moments }, (_, row) => {
    const column = first + Math.ceil(((row + 1) * span) / moments) - 1;
    return { at: shown.from + ((column + 1) / known.length) * (shown.to - shown.from), point: known[column] };
  });
  const write = shown.to - shown.from > 15 * 60_000 ? timeOfDay : exactTimeOfDay;
  return (
    <details class="as-table">
      <summary>The curve as a table</summary>
      <div class="scroller" tabIndex={0} role="group" aria-label="The curve as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Listeners</th>
              <th scope="col">Largest language</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ at, point }) => (
              <tr key={at}>
                <th scope="row">{write(at)}</th>
                <td>{point?.count === undefined ? "not known" : count(point.count)}</td>
                <td>{largest(point)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function colourClass(model: AudienceModel, tag: string | undefined): string {
  const slot = tag === undefined ? undefined : model.colours.of(tag);
  return slot === undefined ? "band neutral" : `band colour-${slot}`;
}

function describe(at: number, point: Point | undefined): string {
  const what = point?.count === undefined ? "not known" : listeners(point.count);
  const most = largest(point);
  return `${exactTimeOfDay(at)} · ${what}${most === "" ? "" : ` · most in ${most}`}`;
}

function largest(point: Point | undefined): string {
  const [first] = Object.entries(point?.languages ?? {});
  return first === undefined ? "" : `${languageName(first[0]).english} (${count(first[1])})`;
}

function summary(known: readonly (Point | undefined)[]): string {
  const counts = known.flatMap((point) => point?.count ?? []);
  const last = counts.at(-1);
  if (last === undefined) return "Nothing is known yet";
  const most = Math.max(...counts);
  const least = Math.min(...counts);
  return `Between ${count(least)} and ${listeners(most)}; ${count(last)} at the end. The table below has the numbers.`;
}
