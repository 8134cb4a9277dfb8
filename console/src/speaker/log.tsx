/** The line of events. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { AudienceModel } from "../audience";
import { exactTimeOfDay, listeners } from "../format";

/** How many lines are shown. */
const SHOWN = 8;
/** A screen reader is told no more often than this, so that it can be listened to. */
const TELL_EVERY = 10_000;

export function Log({ model }: { model: AudienceModel }) {
  const lines = model.lines.value.slice(0, SHOWN);
  return (
    <section class="log" aria-labelledby="log-title">
      <h2 id="log-title">Events</h2>
      {lines.length === 0 && <p class="empty">Nothing has happened yet.</p>}
      <ol>
        {lines.map(({ id, at, text, language, urgent }) => (
          <li key={id} class={urgent === true ? "urgent" : undefined}>
            <time dateTime={new Date(at).toISOString()}>{exactTimeOfDay(at)}</time>
            <span class={markClass(model, language)} aria-hidden="true" />
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function markClass(model: AudienceModel, language: string | undefined): string {
  if (language === undefined) return "mark";
  const slot = model.colours.of(language);
  return slot === undefined ? "mark neutral" : `mark colour-${slot}`;
}

/** Tells screen readers what is new: the count, and the events since it last spoke. */
export function Announcer({ model }: { model: AudienceModel }) {
  const [text, setText] = useState("");
  const toldUntil = useRef(0);
  const count = useRef<number | undefined>(undefined);
  useEffect(() => {
    const timer = setInterval(() => {
      const total = model.status.peek()?.listenerCount;
      const fresh = model.lines
        .peek()
        .filter(({ id }) => id > toldUntil.current)
        .slice(0, 3);
      if (fresh.length === 0 && total === count.current) return;
      toldUntil.current = model.lines.peek()[0]?.id ?? 0;
      count.current = total;
      const said = fresh.reverse().map((line) => line.text);
      if (total !== undefined) said.push(listeners(total));
      setText(`${said.join(". ")}.`);
    }, TELL_EVERY);
    return () => clearInterval(timer);
  }, [model]);
  return (
    <p class="unseen" role="status" aria-live="polite">
      {text}
    </p>
  );
}
