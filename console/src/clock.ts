/** The time, once a second, while somebody looks. */

import { signal } from "@preact/signals";

/** Milliseconds since the epoch by this machine's clock. */
export const now = signal(Date.now());

function tick(): void {
  now.value = Date.now();
}

setInterval(() => {
  if (document.visibilityState === "visible") tick();
}, 1_000);
document.addEventListener("visibilitychange", tick);
