/** The table of sessions, in the order that one asks for. */

import type { ListedSession, SessionStatus } from "@headcount/client";
import { useState } from "preact/hooks";
import { now } from "../clock";
import { age, count } from "../format";
import { languageName } from "../languages";
import { Language } from "../parts/language";
import { write } from "../route";
import type { OrganiserModel } from "./model";

type Column = "sessionId" | "sourceLanguage" | "status" | "listenerCount" | "createdAt";

const COLUMNS: readonly { key: Column; name: string; numeric?: true }[] = [
  { key: "sessionId", name: "Session" },
  { key: "listenerCount", name: "Listeners", numeric: true },
  { key: "status", name: "State" },
  { key: "sourceLanguage", name: "Speaks" },
  { key: "createdAt", name: "Age", numeric: true },
];

interface Order {
  by: Column;
  descending: boolean;
}

export function Sessions({ model, onEnd }: { model: OrganiserModel; onEnd(session: ListedSession): void }) {
  const [order, setOrder] = useState<Order>({ by: "listenerCount", descending: true });
  const sessions = [...(model.sessions.value ?? [])].sort((one, other) => compare(one, other, order));
  const sortBy = (by: Column): void =>
    setOrder({ by, descending: order.by === by ? !order.descending : by === "listenerCount" });
  return (
    <div class="scroller" tabIndex={0} role="group" aria-label="Sessions">
      <table class="sessions">
        <thead>
          <tr>
            {COLUMNS.map(({ key, name, numeric }) => (
              <th
                key={key}
                scope="col"
                class={numeric ? "numeric" : ""}
                aria-sort={order.by === key ? (order.descending ? "descending" : "ascending") : "none"}
              >
                <button type="button" class="quiet" onClick={() => sortBy(key)}>
                  {name}
                  <span aria-hidden="true" class="arrow">
                    {order.by === key ? (order.descending ? "↓" : "↑") : ""}
                  </span>
                </button>
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <Row key={session.sessionId} model={model} session={session} onEnd={onEnd} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  model,
  session,
  onEnd,
}: {
  model: OrganiserModel;
  session: ListedSession;
  onEnd(session: ListedSession): void;
}) {
  const { sessionId, sourceLanguage, status, listenerCount, createdAt } = session;
  const open = model.open.value === sessionId;
  return (
    <>
      <tr data-session={sessionId}>
        <th scope="row">
          <button
            type="button"
            class="quiet"
            aria-expanded={open}
            onClick={() => model.look(open ? undefined : sessionId)}
          >
            {sessionId}
          </button>
        </th>
        <td class="numeric strong">{count(listenerCount)}</td>
        <td>
          <span class={status === "paused" ? "badge held" : "badge live"}>
            {status === "paused" ? "Paused" : "Live"}
          </span>
        </td>
        <td>{languageName(sourceLanguage).english}</td>
        <td class="numeric">{age(now.value - createdAt)}</td>
        <td class="numeric acts">
          <a class="way" href={write({ view: "report", sessionId })} aria-label={`Report of ${sessionId}`}>
            Report
          </a>
          <button type="button" class="quiet" aria-label={`End ${sessionId}`} onClick={() => onEnd(session)}>
            End
          </button>
        </td>
      </tr>
      {open && (
        <tr class="closely">
          <td colSpan={COLUMNS.length + 1}>
            <Closely session={session} status={model.status.value} />
          </td>
        </tr>
      )}
    </>
  );
}

/** The list has the languages at once; a status, which says whether they are exact, takes another question. */
function Closely({ session, status }: { session: ListedSession; status: SessionStatus | undefined }) {
  const languages = Object.entries(status?.languageDistribution ?? session.languageDistribution);
  if (languages.length === 0) return <p class="empty">Nobody is listening.</p>;
  return (
    <>
      {status?.exact === false && <p>These counts might be short.</p>}
      <ul class="tally">
        {languages.map(([tag, heard]) => (
          <li key={tag}>
            <Language tag={tag} /> <b>{count(heard)}</b>
          </li>
        ))}
      </ul>
    </>
  );
}

function compare(one: ListedSession, other: ListedSession, { by, descending }: Order): number {
  const [first, second] = descending ? [other, one] : [one, other];
  // The later it was created, the younger it is.
  if (by === "createdAt") return second.createdAt - first.createdAt;
  if (by === "listenerCount") return first.listenerCount - second.listenerCount || tie(one, other);
  if (by === "sourceLanguage") {
    return (
      languageName(first.sourceLanguage).english.localeCompare(languageName(second.sourceLanguage).english) ||
      tie(one, other)
    );
  }
  return first[by].localeCompare(second[by]) || tie(one, other);
}

function tie(one: ListedSession, other: ListedSession): number {
  return one.sessionId.localeCompare(other.sessionId);
}
