/** What a read-only link opens: the numbers of a session, or of one language, live. */

import type { Ending } from "@headcount/client";
import { useEffect, useMemo } from "preact/hooks";
import { now } from "../clock";
import { age } from "../format";
import { languageName } from "../languages";
import { BroadcastBadge } from "../parts/badge";
import { Elapsed } from "../parts/elapsed";
import { Figure } from "../parts/figure";
import { Header } from "../parts/header";
import { Language } from "../parts/language";
import { Notice, whyClosed } from "../parts/notice";
import { Title } from "../parts/title";
import { Bars } from "../speaker/bars";
import { Curve } from "../speaker/curve";
import { Announcer, Log } from "../speaker/log";
import { Total } from "../speaker/total";
import { ViewerModel } from "./model";

interface Props {
  sessionId: string;
  token: string;
  /** The one language that the link is for, where it is for one. */
  language: string | undefined;
}

export function ViewerView({ sessionId, token, language }: Props) {
  const model = useMemo(() => new ViewerModel(sessionId, token), [sessionId, token]);
  useEffect(() => () => model.close(), [model]);
  const live = model.state.value.name === "connected";
  return (
    <>
      <Header>
        <h1 class="session-name" tabIndex={-1}>
          {sessionId}
        </h1>
        <Elapsed model={model} />
        <BroadcastBadge model={model} />
      </Header>
      <main class="speaker">
        <Reception model={model} />
        {language === undefined ? <Everything model={model} live={live} /> : <One model={model} tag={language} />}
        <Announcer model={model} />
        <Title model={model} />
      </main>
    </>
  );
}

function Everything({ model, live }: { model: ViewerModel; live: boolean }) {
  return (
    <div class={live ? "desk" : "desk stale"}>
      <Total model={model} />
      <Bars model={model} empty="Nobody is listening yet." />
      <Curve model={model} />
      <Log model={model} />
    </div>
  );
}

/** One language: its number, as large as the page. */
function One({ model, tag }: { model: ViewerModel; tag: string }) {
  const status = model.status.value;
  const drop = model.drops.value.get(tag);
  const live = model.state.value.name === "connected";
  return (
    <div class={live ? "one" : "one stale"} data-language={tag}>
      <section class="total" aria-label={languageName(tag).english}>
        <p>
          <Figure value={status?.listenerCount} short={status?.exact === false} />
        </p>
        <h2>
          {status?.listenerCount === 1 ? "listener" : "listeners"} in <Language tag={tag} />
        </h2>
        {drop !== undefined && (
          <p>
            <strong class="dropped">Lost {drop.percent}%: check the channel</strong>
          </p>
        )}
      </section>
      <Log model={model} />
    </div>
  );
}

/** What is wrong, or over. */
function Reception({ model }: { model: ViewerModel }) {
  const state = model.state.value;
  const status = model.status.value;
  return (
    <div class="standing" role="status" aria-live="polite">
      {state.name === "connecting" && status === undefined && <Notice>Connecting …</Notice>}
      {(state.name === "waiting" || (state.name === "connecting" && status !== undefined)) && (
        <Notice
          kind="problem"
          action={
            <button type="button" class="quiet" onClick={() => model.retry()}>
              Try now
            </button>
          }
        >
          {(state.name === "waiting" && state.error?.message) || "The connection is lost"}
          {/* This changes every second, which nobody wants to be told. */}
          <span aria-live="off">
            {status !== undefined && `; the numbers are from ${age(now.value - model.heardAt.value)} ago`}.
          </span>
        </Notice>
      )}
      {state.name === "closed" && <Notice kind="problem">{whyOver(state.because)}</Notice>}
      {state.name === "connected" && status?.exact === false && (
        <Notice kind="problem">Counting anew after a restart: there are at least so many.</Notice>
      )}
    </div>
  );
}

/** Why there is nothing to see any more, to one who did not end it. */
function whyOver(because: Ending): string {
  if (because.kind === "dismissed") return "The session has ended.";
  if (because.kind !== "refused") return whyClosed(because);
  switch (because.error?.code) {
    case "UNAUTHORIZED":
    case "UNAUTHORIZED_ACTION":
      return "This link has been revoked or has expired. Whoever gave it to you can give you another one.";
    case "SESSION_NOT_FOUND":
      return "There is no such session: it has ended, or the link is not whole.";
    default:
      return whyClosed(because);
  }
}
