/** The count. */

import type { AudienceModel } from "../audience";
import { now } from "../clock";
import { age, count } from "../format";
import { Figure } from "../parts/figure";

/** `onAsk` is there for whoever may ask for a new count. */
export function Total({ model, onAsk }: { model: AudienceModel; onAsk?: () => void }) {
  const status = model.status.value;
  const current = model.state.value.name === "connected";
  const total = status?.listenerCount;
  const old = now.value - model.heardAt.value;
  return (
    <section class="total" aria-labelledby="total-title">
      <p>
        <Figure value={total} short={status?.exact === false} />
      </p>
      <h2 id="total-title">{total === 1 ? "listener" : "listeners"}</h2>
      <p class="asof">
        {status === undefined ? "No status yet" : `As of ${old < 2_000 ? "now" : `${age(old)} ago`}`}
        {current && onAsk !== undefined && (
          <button type="button" class="quiet" onClick={onAsk}>
            Ask now
          </button>
        )}
      </p>
      <Figures model={model} />
    </section>
  );
}

function Figures({ model }: { model: AudienceModel }) {
  const audience = model.status.value?.audience;
  if (audience === undefined) return null;
  const figures: [string, number][] = [
    ["Most at once", audience.peakListenerCount],
    ["Joined", audience.totalJoins],
    ["Left", audience.totalLeaves],
    ["Reconnecting", audience.reconnecting],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{count(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
