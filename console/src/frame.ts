/** Draws what changed, at most once a frame. */

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
