/** What the speaker looks at. */

import { useEffect, useState } from "preact/hooks";
import { duration, timeOfDay } from "../format";
import { Confirm, type Question } from "../parts/confirm";
import { Header } from "../parts/header";
import { forgetSpeaker, keepSpeaker } from "../vault";
import { Bars } from "./bars";
import { Controls } from "./controls";
import { Curve } from "./curve";
import { Invite } from "./invite";
import { Announcer, Log } from "./log";
import { dropModel, modelOf, type SpeakerModel } from "./model";
import { enterStage, Stage } from "./stage";
import { Standing } from "./standing";
import { Total } from "./total";

export function SpeakerView({ sessionId, stage }: { sessionId: string; stage: boolean }) {
  // Counts up when the model is to be looked up anew.
  const [, setTurn] = useState(0);
  const again = (): void => setTurn((turn) => turn + 1);
  const model = modelOf(sessionId);
  if (model === undefined) {
    return (
      <TokenForm
        sessionId={sessionId}
        onToken={(given) => {
          keepSpeaker(sessionId, given);
          again();
        }}
      />
    );
  }
  const restart = (): void => {
    const state = model.state.value;
    if (state.name === "closed" && state.because.kind === "refused") forgetSpeaker(sessionId);
    dropModel(sessionId);
    again();
  };
  return stage ? <Stage model={model} onRestart={restart} /> : <Desk model={model} onRestart={restart} />;
}

function Desk({ model, onRestart }: { model: SpeakerModel; onRestart(): void }) {
  const [question, setQuestion] = useState<Question | undefined>(undefined);
  const state = model.state.value;
  const broadcast = model.broadcast.value;
  const total = model.status.value?.listenerCount;
  const expiresAt = model.expiresAt.value;
  useEffect(() => {
    document.title = total === undefined ? model.sessionId : `${total} · ${model.sessionId}`;
  }, [total, model]);

  return (
    <>
      <Header>
        <h1 class="session-name" tabIndex={-1}>
          {model.sessionId}
        </h1>
        <Elapsed model={model} />
        <BroadcastBadge paused={broadcast?.isPaused} muted={broadcast?.isMuted} live={state.name === "connected"} />
        <button type="button" class="quiet" onClick={() => void model.report("html")}>
          Report
        </button>
        <button type="button" class="quiet" onClick={() => enterStage(model.sessionId)}>
          Stage
        </button>
      </Header>
      <main class="speaker">
        <Standing model={model} onRestart={onRestart} />
        <div class={state.name === "connected" ? "desk" : "desk stale"}>
          <Total model={model} />
          <Controls model={model} />
          <Bars model={model} />
          <Curve model={model} />
          <Log model={model} />
          <Invite sessionId={model.sessionId} />
        </div>
        <section class="end" aria-label="The end">
          <button
            type="button"
            class="danger"
            disabled={state.name !== "connected"}
            onClick={() =>
              setQuestion({
                title: "End this session?",
                text: "All listeners are told and disconnected. A session that has ended cannot be resumed.",
                yes: "End it for everybody",
                onYes: () => void model.end(),
              })
            }
          >
            End the session
          </button>
          {expiresAt !== undefined && (
            <p class="hint">It ends by itself at {timeOfDay(expiresAt - model.clockAhead)}.</p>
          )}
          <button type="button" class="quiet" onClick={() => void model.report("csv")}>
            Languages as CSV
          </button>
        </section>
        <Announcer model={model} />
      </main>
      <Confirm question={question} onClose={() => setQuestion(undefined)} />
    </>
  );
}

/** A component of its own, since it is drawn every second. */
function Elapsed({ model }: { model: SpeakerModel }) {
  return (
    <p class="elapsed">
      <span class="unseen">Duration </span>
      {duration(model.elapsed())}
    </p>
  );
}

function BroadcastBadge({
  paused,
  muted,
  live,
}: {
  paused: boolean | undefined;
  muted: boolean | undefined;
  live: boolean;
}) {
  if (!live) return <p class="badge off">Not connected</p>;
  const held = [paused === true && "Paused", muted === true && "Muted"].filter(Boolean).join(", ");
  return <p class={held === "" ? "badge live" : "badge held"}>{held === "" ? "Live" : held}</p>;
}

function TokenForm({ sessionId, onToken }: { sessionId: string; onToken(token: string): void }) {
  return (
    <>
      <Header>
        <h1 class="session-name" tabIndex={-1}>
          {sessionId}
        </h1>
      </Header>
      <main class="sheet">
        <form
          class="card"
          onSubmit={(event) => {
            event.preventDefault();
            const token = new FormData(event.currentTarget).get("token");
            if (typeof token === "string" && token.trim() !== "") onToken(token.trim());
          }}
        >
          <h2>Prove that you are the speaker</h2>
          <p>This window does not know the token of {sessionId}. It was shown when the session was created.</p>
          <label class="field">
            <span>Speaker token, or your login token</span>
            <input name="token" type="password" autocomplete="off" required />
          </label>
          <button type="submit">Take the seat</button>
        </form>
      </main>
    </>
  );
}
