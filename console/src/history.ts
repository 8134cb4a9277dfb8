/**
 * The curve of the audience: what the service tells of the past, and what this page hears from then on. All that is drawn of the past comes from here, so that another
 * source can take its place.
 */

import type { HistoryPoint, SessionStatus } from "@headcount/client";

/** How it was from `at` until the next point. */
export interface Point {
  /** Milliseconds since the epoch. */
  at: number;
  /** `undefined` while nothing was heard. */
  count: number | undefined;
  /** `undefined` where only the count is known. */
  languages: Readonly<Record<string, number>> | undefined;
}

/** How far back the curve goes, in milliseconds. */
export const KEPT = 60 * 60_000;
/** There is one point for so long at the most; of what comes in between the last stays. */
const STEP = 5_000;

/** An hour of points, some 1,200 at the most; older ones go. */
export class History {
  #points: Point[] = [];

  /** The points, the oldest first. */
  get points(): readonly Point[] {
    return this.#points;
  }

  /** Whether nothing is known of the time that has just gone by. */
  get silent(): boolean {
    return this.#points.at(-1)?.count === undefined;
  }

  /** Takes what the service knows of the past, which is more than what was heard here; that stays where it is newer. */
  recall(past: readonly HistoryPoint[]): void {
    const until = past.at(-1)?.at;
    if (until === undefined) return;
    const known = past.map(({ at, listenerCount, languageDistribution }) => ({
      at,
      count: listenerCount,
      languages: languageDistribution,
    }));
    this.#points = [...known, ...this.#points.filter(({ at, count }) => at > until && count !== undefined)];
  }

  /** Takes a status, and what its trend tells of times that this page did not see. */
  add(status: SessionStatus): void {
    if (this.silent) this.#fill(status.audience?.trend ?? [], status.timestamp);
    this.#append({
      at: status.timestamp,
      count: status.listenerCount,
      languages: status.languageDistribution,
    });
    const oldest = status.timestamp - KEPT;
    const first = this.#points.findLastIndex((point) => point.at <= oldest);
    if (first > 0) this.#points.splice(0, first);
  }

  /** The connection was lost at this time: from here on nothing is known. */
  lost(at: number): void {
    if (!this.silent) this.#append({ at, count: undefined, languages: undefined });
  }

  #append(point: Point): void {
    const last = this.#points.at(-1);
    if (last !== undefined && point.at <= last.at) {
      // Counts that were taken earlier than what is known already, such as inexact ones.
      this.#points[this.#points.length - 1] = { ...point, at: last.at };
      return;
    }
    const before = this.#points.at(-2);
    const crowded = before !== undefined && point.at - before.at < STEP;
    if (crowded && last?.count !== undefined && point.count !== undefined) this.#points.pop();
    this.#points.push(point);
  }

  #fill(trend: readonly (readonly [number, number])[], until: number): void {
    const from = this.#points.at(-1)?.at ?? until - KEPT;
    for (const [at, count] of trend) {
      if (at > from && at < until) this.#points.push({ at, count, languages: undefined });
    }
  }
}
