/** What an organiser looks at: all live sessions. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { now } from "../clock";
import { age, count } from "../format";
import { Confirm, type Question } from "../parts/confirm";
import { Figure } from "../parts/figure";
import { Header } from "../parts/header";
import { Notice } from "../parts/notice";
import { keepOperator, operatorToken } from "../vault";
import { Ended } from "./ended";
import { OrganiserModel } from "./model";
import { Sessions } from "./table";

export function OrganiserView() {
  const [token, setToken] = useState(operatorToken);
  useEffect(() => {
    document.title = "Organiser · Headcount";
  }, []);
  const keep = (given: string | undefined): void => {
    keepOperator(given);
    setToken(given);
  };
  return (
    <>
      <Header>
        <h1 class="session-name" tabIndex={-1}>
          Organiser
        </h1>
        {token !== undefined && (
          <button type="button" class="quiet" onClick={() => keep(undefined)}>
            Sign out
          </button>
        )}
      </Header>
      {token === undefined ? (
        <SignIn onToken={keep} />
      ) : (
        <Overview key={token} token={token} onDenied={() => keep(undefined)} />
      )}
    </>
  );
}

function SignIn({ onToken }: { onToken(token: string): void }) {
  return (
    <main class="sheet">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          const token = new FormData(event.currentTarget).get("token");
          if (typeof token === "string" && token.trim() !== "") onToken(token.trim());
        }}
      >
        <h2>See every session</h2>
        <p>An operator token lets you see all live sessions and end them. It stays in this tab and goes with it.</p>
        <label class="field">
          <span>Operator token</span>
          <input name="token" type="password" autocomplete="off" required />
        </label>
        <button type="submit">Show the sessions</button>
      </form>
    </main>
  );
}

function Overview({ token, onDenied }: { token: string; onDenied(): void }) {
  const model = useMemo(() => new OrganiserModel(token), [token]);
  const [question, setQuestion] = useState<Question | undefined>(undefined);
  useEffect(() => () => model.close(), [model]);
  const sessions = model.sessions.value;
  const trouble = model.trouble.value;
  const total = sessions?.reduce((sum, session) => sum + session.listenerCount, 0);
  return (
    <main class="overview">
      <div role="status" class="standing">
        {trouble !== undefined && (
          <Notice
            kind="problem"
            action={
              model.denied.value ? (
                <button type="button" class="quiet" onClick={onDenied}>
                  Use another token
                </button>
              ) : (
                <button type="button" class="quiet" onClick={() => void model.refresh()}>
                  Try now
                </button>
              )
            }
          >
            {trouble}
          </Notice>
        )}
      </div>
      <section class={trouble === undefined ? "total" : "total stale"} aria-label="All sessions together">
        <p>
          <Figure value={total} />
        </p>
        <p class="sum">
          {total === 1 ? "listener" : "listeners"} in {sessions === undefined ? "–" : count(sessions.length)}{" "}
          {sessions?.length === 1 ? "session" : "sessions"}
        </p>
        {sessions !== undefined && <p class="asof">As of {age(now.value - model.askedAt.value)} ago</p>}
      </section>
      {sessions?.length === 0 && <p class="empty">No session is live.</p>}
      {sessions !== undefined && sessions.length > 0 && (
        <Sessions
          model={model}
          onEnd={({ sessionId, listenerCount }) =>
            setQuestion({
              title: `End ${sessionId}?`,
              text: `Its speaker and ${count(listenerCount)} listeners are told and disconnected. It cannot be resumed.`,
              yes: "End it for everybody",
              onYes: () => void model.end(sessionId),
            })
          }
        />
      )}
      {model.more.value && <p class="hint">There are more sessions than are shown here.</p>}
      <Ended model={model} />
      <Confirm question={question} onClose={() => setQuestion(undefined)} />
    </main>
  );
}
