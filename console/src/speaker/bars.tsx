/** Who hears which language: a table whose rows are bars. */

import { useState } from "preact/hooks";
import type { AudienceModel } from "../audience";
import type { Drop } from "../drops";
import { count, percent } from "../format";
import { useRoom } from "../frame";
import { Language } from "../parts/language";

/** How many languages are shown before one asks for all; those that have dropped are shown in any case. */
const SHOWN = 8;

export function Bars({ model, empty }: { model: AudienceModel; empty: string }) {
  const [all, setAll] = useState(false);
  const status = model.status.value;
  const drops = model.drops.value;
  const rows = rowsOf(status?.languageDistribution ?? {}, drops);
  const heard = rows.filter(([, listeners]) => listeners > 0).length;
  const total = status?.listenerCount ?? 0;
  const most = Math.max(1, ...rows.map(([, heard]) => heard));
  const wanted = rows.filter(([tag], place) => all || place < SHOWN || drops.has(tag));
  const shown = wanted.slice(0, useRoom(wanted.length));

  return (
    <section class="languages" aria-labelledby="languages-title">
      <header>
        <h2 id="languages-title">Languages</h2>
        <p class="reading">{heard > 0 && count(heard)}</p>
      </header>
      {rows.length === 0 ? (
        <p class="empty">{empty}</p>
      ) : (
        <table class="bars">
          <thead class="unseen">
            <tr>
              <th scope="col">Language</th>
              <th scope="col">Listeners</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(([tag, heard]) => (
              <tr key={tag} data-language={tag}>
                <th scope="row">
                  <Language tag={tag} /> <Dropped drop={drops.get(tag)} />
                  <Bar model={model} tag={tag} part={heard / most} />
                </th>
                <td class="heard">{count(heard)}</td>
                <td class="share">{percent(heard / Math.max(1, total))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rows.length > SHOWN && (
        <button type="button" class="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `Only the largest ${SHOWN}` : `All ${count(rows.length)} languages`}
        </button>
      )}
    </section>
  );
}

/** The languages with their listeners, the largest first, and those that have lost all of them a moment ago. */
function rowsOf(heard: Readonly<Record<string, number>>, drops: ReadonlyMap<string, Drop>): [string, number][] {
  const gone = [...drops.keys()].filter((tag) => heard[tag] === undefined);
  return [...Object.entries(heard), ...gone.map((tag): [string, number] => [tag, 0])];
}

/** That a language has lost much of its audience while the others have not. */
function Dropped({ drop }: { drop: Drop | undefined }) {
  if (drop === undefined) return null;
  return <strong class="dropped">Lost {drop.percent}%: check the channel</strong>;
}

/** The bar itself, for eyes only: the number beside it says the same. */
export function Bar({ model, tag, part }: { model: AudienceModel; tag: string; part: number }) {
  const slot = model.colours.of(tag);
  return (
    <span class="bar" aria-hidden="true">
      <span
        class={slot === undefined ? "fill neutral" : `fill colour-${slot}`}
        style={{ transform: `scaleX(${part})` }}
      />
    </span>
  );
}
