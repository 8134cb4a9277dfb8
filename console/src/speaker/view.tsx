/** What the speaker looks at. */

import { useState } from "preact/hooks";
import { timeOfDay } from "../format";
import { BroadcastBadge } from "../parts/badge";
import { Confirm, type Question } from "../parts/confirm";
import { Elapsed } from "../parts/elapsed";
import { Header } from "../parts/header";
import { Notice } from "../parts/notice";
import { Title } from "../parts/title";
import { TokenForm } from "../parts/token-form";
import { ReportSection } from "../report/section";
import { go } from "../route";
import { forgetSpeaker, keepSpeaker, retiredToken } from "../vault";
import { Bars } from "./bars";
import { Controls } from "./controls";
import { Curve } from "./curve";
import { Invite } from "./invite";
import { Announcer, Log } from "./log";
import { dropModel, modelOf, type SpeakerModel } from "./model";
import { Share } from "./share";
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
      <Stranger
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

/** One who cannot speak in this session: it is over, or this tab does not know the token. */
function Stranger({ sessionId, onToken }: { sessionId: string; onToken(token: string): void }) {
  const retired = retiredToken(sessionId);
  return (
    <>
      <Header>
        <h1 class="session-name" tabIndex={-1}>
          {sessionId}
        </h1>
      </Header>
      {retired === undefined ? (
        <TokenForm
          title="Prove that you are the speaker"
          text={`This window does not know the token of ${sessionId}. It was shown when the session was created.`}
          label="Speaker token, or your login token"
          button="Take the seat"
          onToken={onToken}
        />
      ) : (
        <main class="speaker">
          <Notice>The session has ended.</Notice>
          <ReportSection sessionId={sessionId} token={retired} />
        </main>
      )}
    </>
  );
}

/** It reads no numbers itself, so that a status draws only the parts that show them. */
function Desk({ model, onRestart }: { model: SpeakerModel; onRestart(): void }) {
  const [question, setQuestion] = useState<Question | undefined>(undefined);
  const state = model.state.value;
  const expiresAt = model.expiresAt.value;
  const over = state.name === "closed" && state.because.kind === "ended" ? retiredToken(model.sessionId) : undefined;
  return (
    <>
      <Header>
        <h1 class="session-name" tabIndex={-1}>
          {model.sessionId}
        </h1>
        <Elapsed model={model} />
        <BroadcastBadge model={model} />
        {over === undefined && (
          <>
            <button type="button" class="quiet" onClick={() => go({ view: "report", sessionId: model.sessionId })}>
              Report
            </button>
            <button type="button" class="quiet" onClick={() => enterStage(model.sessionId)}>
              Stage
            </button>
          </>
        )}
      </Header>
      <main class="speaker">
        <Standing model={model} onRestart={onRestart} />
        {over !== undefined && <ReportSection sessionId={model.sessionId} token={over} />}
        <div class={state.name === "connected" ? "desk" : "desk stale"}>
          <Total model={model} onAsk={() => void model.ask()} />
          <Controls model={model} />
          <Bars
            model={model}
            empty="Nobody is listening yet. The code below lets listeners in; their languages appear here."
          />
          <Curve model={model} />
          <Log model={model} />
          <Invite sessionId={model.sessionId} />
        </div>
        {over === undefined && <Share model={model} />}
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
        </section>
        <Announcer model={model} />
        <Title model={model} />
      </main>
      <Confirm question={question} onClose={() => setQuestion(undefined)} />
    </>
  );
}
