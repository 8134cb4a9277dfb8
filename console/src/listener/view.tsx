/** What a listener's phone shows behind the join link. */

import { useEffect, useMemo } from "preact/hooks";
import { now } from "../clock";
import { languageName } from "../languages";
import { Header } from "../parts/header";
import { Notice, whyClosed } from "../parts/notice";
import { write } from "../route";
import { type Heard, ListenerModel } from "./model";
import { Picker } from "./picker";

export function ListenerView({ sessionId }: { sessionId: string }) {
  const model = useMemo(() => new ListenerModel(sessionId), [sessionId]);
  useEffect(() => () => model.close(), [model]);
  const session = model.session.value;
  const language = model.language.value;
  const state = model.state.value;
  useEffect(() => {
    document.title = `Listen · ${sessionId}`;
  }, [sessionId]);
  const over = model.missing.value || (state.name === "closed" && state.because.kind !== "refused");

  return (
    <>
      <Header>
        <h1 class="session-name" tabIndex={-1}>
          {sessionId}
        </h1>
      </Header>
      <main class="sheet listen">
        <Reception model={model} />
        {language !== undefined && !over && <Place model={model} tag={language} />}
        {!over && (
          <>
            {language === undefined ? (
              <p class="lead">
                In which language do you want to listen?
                {session !== undefined && ` The speaker speaks ${languageName(session.sourceLanguage).english}.`}
              </p>
            ) : (
              <h2 class="change">Change language</h2>
            )}
            <Picker chosen={language} supported={model.supported.value} onChoose={(tag) => void model.listen(tag)} />
          </>
        )}
      </main>
    </>
  );
}

/** What is wrong, or over. */
function Reception({ model }: { model: ListenerModel }) {
  const state = model.state.value;
  const trouble = model.trouble.value;
  return (
    <div role="status" aria-live="polite" class="standing">
      {trouble !== undefined && (
        <Notice kind="problem" action={model.missing.value && <a href={write({ view: "start" })}>To the start</a>}>
          {trouble}
        </Notice>
      )}
      {state.name === "waiting" && (
        <Notice
          kind="problem"
          action={
            <button type="button" class="quiet" onClick={() => model.retry()}>
              Try now
            </button>
          }
        >
          {state.error?.message ?? "The connection is lost"}.{" "}
          <span aria-live="off">Trying again in {Math.max(0, Math.ceil((state.retryAt - now.value) / 1_000))} s.</span>
        </Notice>
      )}
      {state.name === "closed" && state.because.kind !== "refused" && (
        <Notice
          action={
            state.because.kind === "ended" ? undefined : (
              <button type="button" class="quiet" onClick={() => model.leave()}>
                Join again
              </button>
            )
          }
        >
          {state.because.kind === "superseded" ? "You listen in another window." : whyClosed(state.because)}
        </Notice>
      )}
    </div>
  );
}

/** The place that one has. */
function Place({ model, tag }: { model: ListenerModel; tag: string }) {
  const { own, english, direction } = languageName(tag);
  const state = model.state.value;
  const connected = state.name === "connected";
  return (
    <section class={connected ? "place" : "place stale"} aria-label="Your place" data-state={state.name}>
      <p class="place-state" role="status">
        {connected ? "You are listening in" : "Connecting to"}
      </p>
      <p class="place-language">
        <bdi lang={tag} dir={direction}>
          {own}
        </bdi>
      </p>
      {own !== english && <p class="place-english">{english}</p>}
      <Broadcast heard={model.heard.value} />
      <p class="hint">
        The speaker sees that somebody listens in this language. The sound comes from elsewhere; keep this page open.
      </p>
      <button type="button" class="quiet" onClick={() => model.leave()}>
        Leave
      </button>
    </section>
  );
}

function Broadcast({ heard: { paused, muted, volume } }: { heard: Heard }) {
  const held = paused ? "The speaker pauses" : muted ? "The speaker is muted" : "Live";
  return (
    <p class="place-broadcast" role="status">
      <span class={paused || muted ? "badge held" : "badge live"}>{held}</span>
      {volume !== undefined && <span class="place-volume"> Volume {Math.round(volume * 100)}</span>}
    </p>
  );
}
