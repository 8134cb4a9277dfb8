/** The stage: one number and five bars, to be read from ten metres; and before anybody listens, the way in. */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { count } from "../format";
import { languageName } from "../languages";
import { Figure } from "../parts/figure";
import { go, route } from "../route";
import { Bar } from "./bars";
import { QrCode } from "./invite";
import type { SpeakerModel } from "./model";
import { Standing } from "./standing";

const BARS = 5;

export function Stage({ model, onRestart }: { model: SpeakerModel; onRestart(): void }) {
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    close.current?.focus({ preventScroll: true });
    return keepAwake();
  }, []);
  const leave = (): void => {
    if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => {});
    go({ view: "speak", sessionId: model.sessionId, stage: false }, "replace");
  };
  // With the stage itself, not after it is painted: a key that is pressed between the two must not be lost.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") leave();
    };
    // A browser that fills the screen keeps the key for itself, and says only that it has stopped.
    const onScreen = (): void => {
      if (document.fullscreenElement === null) leave();
    };
    addEventListener("keydown", onKey);
    document.addEventListener("fullscreenchange", onScreen);
    return () => {
      removeEventListener("keydown", onKey);
      document.removeEventListener("fullscreenchange", onScreen);
    };
  });

  const status = model.status.value;
  const broadcast = model.broadcast.value;
  const total = status?.listenerCount;
  const rows = Object.entries(status?.languageDistribution ?? {}).slice(0, BARS);
  const most = Math.max(1, ...rows.map(([, heard]) => heard));
  const stale = model.state.value.name !== "connected";
  return (
    <main class={stale ? "stage stale" : "stage"} tabIndex={-1} aria-label="Stage">
      <h1>
        <Figure value={total} short={status?.exact === false} />
        <span class="unseen"> listeners</span>
      </h1>
      {rows.length === 0 && (
        <p class="stage-invite">
          <QrCode sessionId={model.sessionId} />
        </p>
      )}
      <ol class="stage-bars">
        {rows.map(([tag, heard]) => {
          const { own, direction } = languageName(tag);
          return (
            <li key={tag}>
              <bdi class="name" lang={tag} dir={direction}>
                {own}
              </bdi>
              <Bar model={model} tag={tag} part={heard / most} />
              <span class="heard">
                {model.drops.value.has(tag) && (
                  <span class="dropped" role="img" aria-label="dropped">
                    ▼{" "}
                  </span>
                )}
                {count(heard)}
              </span>
            </li>
          );
        })}
      </ol>
      <footer>
        <p class="stage-state">
          {broadcast?.isPaused === true ? "Paused" : broadcast?.isMuted === true ? "Muted" : ""}
        </p>
        <Standing model={model} onRestart={onRestart} />
        <button type="button" ref={close} onClick={leave}>
          Leave the stage
        </button>
      </footer>
    </main>
  );
}

/** Fills the screen, if the browser lets it; then goes to the stage. To be called by a click. */
export function enterStage(sessionId: string): void {
  // Whoever leaves while the screen is still being filled finds nothing to undo yet, so it is undone here.
  const leaveIfLeft = (): void => {
    if (!onStage()) void document.exitFullscreen().catch(() => {});
  };
  document.documentElement.requestFullscreen?.().then(leaveIfLeft, () => {});
  go({ view: "speak", sessionId, stage: true });
}

function onStage(): boolean {
  const shown = route.peek();
  return shown.view === "speak" && shown.stage;
}

/** Keeps the screen on while the page is seen; a browser gives the lock up when it is not, so it is asked for again. */
function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let over = false;
  const ask = async (): Promise<void> => {
    if (document.visibilityState !== "visible") return;
    try {
      const granted = await navigator.wakeLock?.request("screen");
      if (over) await granted?.release();
      else lock = granted;
    } catch {
      // Not allowed, or the battery is low: the screen may go dark, and nothing else happens.
    }
  };
  void ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
