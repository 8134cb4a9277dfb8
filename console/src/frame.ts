/** Draws what changed, at most once a frame, and no more of it than a frame has time for. */

import { useEffect, useState } from "preact/hooks";

/** How many new rows one frame lays out: with the first text in a script the browser looks for its font. */
const ROWS_A_FRAME = 1;

/** How many of so many rows may be drawn now: some more each frame, until there is room for all. */
export function useRoom(wanted: number): number {
  const [room, setRoom] = useState(ROWS_A_FRAME);
  useEffect(() => {
    if (room >= wanted) return undefined;
    const frame = requestAnimationFrame(() => setRoom(room + ROWS_A_FRAME));
    return () => cancelAnimationFrame(frame);
  }, [room, wanted]);
  return room;
}

/**
 * Makes of `draw` something that can be called any number of times, and runs at the next frame. A page that nobody
 * sees has no frames; there it runs soon, so that the title of the tab stays true.
 */
export function onceAFrame(draw: () => void): () => void {
  let asked = false;
  const run = (): void => {
    asked = false;
    draw();
  };
  return () => {
    if (asked) return;
    asked = true;
    if (document.visibilityState === "visible") requestAnimationFrame(run);
    else setTimeout(run, 0);
  };
}
