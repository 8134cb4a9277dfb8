/** The languages that have lost much of their audience: what the server said, until it is no longer news. */

import type { SessionStatus, Signal } from "@headcount/client";

export interface Drop {
  /** How many listened before. */
  before: number;
  /** Which part of them has gone, in whole percent. */
  percent: number;
  /** By the server's clock. */
  at: number;
}

/** A drop is news for so long, in milliseconds. */
const NEWS = 5 * 60_000;
/** A language that has this part of its listeners back has recovered. */
const RECOVERED = 0.8;
/** How many drops are kept; the oldest goes. A hostile audience could make more, but nobody could read them. */
const MOST = 16;

export class Drops {
  #current: ReadonlyMap<string, Drop> = new Map();

  /** The drops by language. Another map whenever there is a change. */
  get current(): ReadonlyMap<string, Drop> {
    return this.#current;
  }

  /** Takes a signal; those that are about something else change nothing. */
  notice(said: Signal): void {
    if (said.type !== "languageDrop") return;
    const { language, before, percent, timestamp: at } = said;
    const others = [...this.#current].filter(([tag]) => tag !== language).slice(1 - MOST);
    this.#current = new Map([...others, [language, { before, percent, at }]]);
  }

  /** Forgets those that have recovered, and those of long ago. */
  review({ timestamp, languageDistribution }: SessionStatus): void {
    const kept = [...this.#current].filter(
      ([tag, { before, at }]) => timestamp - at < NEWS && (languageDistribution[tag] ?? 0) < before * RECOVERED,
    );
    if (kept.length < this.#current.size) this.#current = new Map(kept);
  }
}
