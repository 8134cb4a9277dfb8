/** How long to wait before coming back. */

const FIRST_WINDOW = 1_000;
const WIDEST_WINDOW = 30_000;
/** Nobody has to wait longer than this for being asked to: seconds. Timers could not, beyond some days. */
const LONGEST_ASKED = 60 * 60;

/**
 * Milliseconds to wait before try number `attempt`, the first being 0: a random part of a window that starts at one
 * second and doubles up to half a minute, after the seconds that the server asked for, if it did. The randomness is
 * what keeps an audience that was cut off at once from coming back at once.
 */
export function delayBefore(attempt: number, retryAfter = 0, random: () => number = Math.random): number {
  const window = Math.min(WIDEST_WINDOW, FIRST_WINDOW * 2 ** Math.min(attempt, 10));
  return Math.min(Math.max(0, retryAfter), LONGEST_ASKED) * 1_000 + random() * window;
}
