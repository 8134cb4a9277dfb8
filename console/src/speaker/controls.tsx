/** What the speaker does to the broadcast. */

import { useRef, useState } from "preact/hooks";
import type { SpeakerModel } from "./model";

export function Controls({ model }: { model: SpeakerModel }) {
  const broadcast = model.broadcast.value;
  const disabled = model.state.value.name !== "connected" || broadcast === undefined;
  return (
    <section class="controls" aria-label="The broadcast">
      <button
        type="button"
        disabled={disabled}
        aria-pressed={broadcast?.isPaused === true}
        onClick={() => model.togglePause()}
      >
        {broadcast?.isPaused === true ? "Resume" : "Pause"}
      </button>
      <button
        type="button"
        disabled={disabled}
        aria-pressed={broadcast?.isMuted === true}
        onClick={() => model.toggleMute()}
      >
        {broadcast?.isMuted === true ? "Unmute" : "Mute"}
      </button>
      <Volume model={model} level={broadcast?.volume ?? 1} disabled={disabled} />
    </section>
  );
}

/** Sends where the slider is, one message at a time: while one is on its way, only the newest place matters. */
function Volume({ model, level, disabled }: { model: SpeakerModel; level: number; disabled: boolean }) {
  const [wished, setWished] = useState<number | undefined>(undefined);
  const next = useRef<number | undefined>(undefined);
  const sending = useRef(false);

  const send = async (wish: number): Promise<void> => {
    setWished(wish);
    next.current = wish;
    if (sending.current) return;
    sending.current = true;
    while (next.current !== undefined) {
      const value = next.current;
      next.current = undefined;
      await model.setVolume(value);
    }
    sending.current = false;
    setWished(undefined);
  };

  const percent = Math.round((wished ?? level) * 100);
  return (
    <label class="volume">
      <span>Volume</span>
      <input
        type="range"
        min="0"
        max="100"
        step="5"
        value={percent}
        disabled={disabled}
        aria-valuetext={`${percent} %`}
        onInput={(event) => setWished(Number(event.currentTarget.value) / 100)}
        onChange={(event) => void send(Number(event.currentTarget.value) / 100)}
      />
      <output>{percent}</output>
    </label>
  );
}
