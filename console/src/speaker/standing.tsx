/** How it stands: said plainly whenever the numbers are not what they seem. */

import type { Ending, State } from "@headcount/client";
import { now } from "../clock";
import { age } from "../format";
import { Notice, whyClosed } from "../parts/notice";
import { write } from "../route";
import type { SpeakerModel } from "./model";

/** How long before a session ends by itself the speaker is warned. */
const SOON = 10 * 60_000;

interface Props {
  model: SpeakerModel;
  /** Begins anew with the token that is kept, or asks for one. */
  onRestart(): void;
}

export function Standing({ model, onRestart }: Props) {
  const state = model.state.value;
  const trouble = model.trouble.value;
  return (
    <div class="standing" role="status" aria-live="polite">
      {trouble !== undefined && <Notice kind="problem">{trouble}</Notice>}
      {said(model, state, onRestart)}
    </div>
  );
}

function said(model: SpeakerModel, state: State, onRestart: () => void) {
  const status = model.status.value;
  switch (state.name) {
    case "waiting":
      return (
        <Notice
          kind="problem"
          action={
            <button type="button" class="quiet" onClick={() => model.retry()}>
              Try now
            </button>
          }
        >
          {state.error?.message ?? "The connection is lost"}
          {/* These change every second, which nobody wants to be told. */}
          <span aria-live="off">
            {status !== undefined && `; the numbers are from ${age(now.value - model.heardAt.value)} ago`}.{" "}
            {nextTry(state.retryAt)}
          </span>
        </Notice>
      );
    case "connecting":
      return status === undefined ? (
        <Notice>Connecting …</Notice>
      ) : (
        <Notice kind="problem">Connecting again; the numbers are old.</Notice>
      );
    case "closed":
      return (
        <Notice kind="problem" action={wayOn(state.because.kind, onRestart)}>
          {whyClosed(state.because)}
        </Notice>
      );
    default:
      return status?.exact === false ? (
        <Notice kind="problem">
          Counting anew after a restart: there are at least so many. It will be exact in some seconds.
        </Notice>
      ) : (
        <EndIsNear model={model} />
      );
  }
}

/** Warns of the end that comes by itself. */
function EndIsNear({ model }: { model: SpeakerModel }) {
  const left = model.remaining();
  if (left === undefined || left > SOON) return null;
  const minutes = Math.max(1, Math.ceil(left / 60_000));
  return (
    <Notice kind="problem">
      The session reaches its greatest age in {minutes === 1 ? "a minute" : `${minutes} minutes`} and ends then, for
      everybody.
    </Notice>
  );
}

function wayOn(kind: Ending["kind"], onRestart: () => void) {
  switch (kind) {
    case "superseded":
      return (
        <button type="button" class="quiet" onClick={onRestart}>
          Take it back
        </button>
      );
    case "refused":
      return (
        <button type="button" class="quiet" onClick={onRestart}>
          Use another token
        </button>
      );
    case "dismissed":
      return (
        <button type="button" class="quiet" onClick={onRestart}>
          Connect again
        </button>
      );
    default:
      return <a href={write({ view: "start" })}>To the start</a>;
  }
}

function nextTry(at: number): string {
  const seconds = Math.ceil((at - now.value) / 1_000);
  return seconds > 0 ? `Trying again in ${seconds} s.` : "Trying again.";
}
