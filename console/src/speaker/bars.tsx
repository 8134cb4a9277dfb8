/** Who hears which language: a table whose rows are bars. */

import { useState } from "preact/hooks";
import { count, percent } from "../format";
import { Language } from "../parts/language";
import type { SpeakerModel } from "./model";

/** How many languages are shown before one asks for all. */
const SHOWN = 8;

export function Bars({ model }: { model: SpeakerModel }) {
  const [all, setAll] = useState(false);
  const status = model.status.value;
  const rows = Object.entries(status?.languageDistribution ?? {});
  const total = status?.listenerCount ?? 0;
  const most = Math.max(1, ...rows.map(([, heard]) => heard));
  const shown = all ? rows : rows.slice(0, SHOWN);

  return (
    <section class="languages" aria-labelledby="languages-title">
      <header>
        <h2 id="languages-title">Languages</h2>
        <p class="reading">{rows.length > 0 && count(rows.length)}</p>
      </header>
      {rows.length === 0 ? (
        <p class="empty">Nobody is listening yet. The code below lets listeners in; their languages appear here.</p>
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
                  <Language tag={tag} />
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

/** The bar itself, for eyes only: the number beside it says the same. */
export function Bar({ model, tag, part }: { model: SpeakerModel; tag: string; part: number }) {
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
