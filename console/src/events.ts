/** What is worth a line: told from one status to the next. */

import type { SessionStatus, Signal } from "@headcount/client";
import { age, count, percent } from "./format";
import { languageName } from "./languages";

export interface Line {
  /** Unique in its log. */
  id: number;
  at: number;
  text: string;
  /** The language that it is about, if it is about one. */
  language?: string;
  /** Whether somebody should do something about it. */
  urgent?: true;
}

/** Over how long changes are looked at: half a minute, and a little, since statuses may come no more often than that. */
const WINDOW = 32_000;
/** How long a language, or the whole audience, is left alone after a line about its change. */
const PAUSE = 30_000;
/** What share of a language's listeners must have gone, and how many, to be worth a line. */
const SHARE = 0.2;
const LEAST = 5;
/** How many lines are kept. */
const KEPT = 100;
/** Counts that are worth a line when they are reached for the first time: 10, 20, 50, 100, 200, … */
const MILESTONES = [1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));

interface Moment {
  at: number;
  total: number;
  languages: Readonly<Record<string, number>>;
}

/** The log of one session, as one page saw it. The newest line is the first. */
export class EventLog {
  #lines: readonly Line[] = [];
  #nextId = 1;
  #moments: Moment[] = [];
  readonly #seen = new Set<string>();
  readonly #quietUntil = new Map<string, number>();
  /** The last line about a change of each language, by its number; that of the whole audience has no tag. */
  readonly #changed = new Map<string, number>();
  #peak = 0;
  #exact = true;

  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** Takes a status. The first one is where the log begins, and is no event itself. */
  add(status: SessionStatus): void {
    const { timestamp: at, listenerCount: total, languageDistribution: languages } = status;
    const before = this.#moments.at(-1);
    this.#peak = Math.max(this.#peak, status.audience?.peakListenerCount ?? 0, before === undefined ? total : 0);
    this.#exactness(at, status.exact !== false);
    if (before !== undefined) {
      this.#arrivals(at, languages);
      this.#emptied(at, before.languages, languages);
      this.#milestone(at, total);
      // Counts that might be short would look like people leaving.
      if (this.#exact) this.#changes({ at, total, languages });
    }
    for (const tag of Object.keys(languages)) this.#seen.add(tag);
    if (this.#exact) this.#remember({ at, total, languages });
  }

  /** Adds a line of somebody else's. */
  say(at: number, text: string, language?: string): void {
    this.#add({ at, text, ...(language === undefined ? {} : { language }) });
  }

  /** Takes what the server noticed, which is more than this page could: it knows who is only reconnecting. */
  notice(said: Signal): void {
    const language = "language" in said ? { language: said.language } : {};
    const urgent = said.type === "languageDrop" || said.type === "audienceDrop" ? { urgent: true as const } : {};
    if (urgent.urgent) this.#replace(said.type === "languageDrop" ? said.language : "", said.timestamp);
    this.#add({ at: said.timestamp, text: inWords(said), ...language, ...urgent });
  }

  #add(line: Omit<Line, "id">): void {
    this.#lines = [{ id: this.#nextId, ...line }, ...this.#lines.slice(0, KEPT - 1)];
    this.#nextId += 1;
  }

  /** Takes back the line that this page made of the beginning of a drop, and makes no other. */
  #replace(topic: string, at: number): void {
    this.#quietUntil.set(topic, at + PAUSE);
    const own = this.#changed.get(topic);
    this.#lines = this.#lines.filter(({ id, at: then }) => id !== own || then < at - PAUSE);
  }

  #exactness(at: number, exact: boolean): void {
    if (exact !== this.#exact) {
      this.say(at, exact ? "The count is exact again" : "Counting anew: the number may be short for some seconds");
      if (exact) this.#moments = [];
    }
    this.#exact = exact;
  }

  #arrivals(at: number, languages: Moment["languages"]): void {
    const fresh = Object.keys(languages).filter((tag) => !this.#seen.has(tag) && languageName(tag).isLanguage);
    if (fresh.length > 4) {
      this.say(at, `${fresh.length} languages joined for the first time: ${fresh.map(english).join(", ")}`);
      return;
    }
    for (const tag of fresh) this.say(at, `${english(tag)} joined for the first time`, tag);
  }

  #emptied(at: number, before: Moment["languages"], languages: Moment["languages"]): void {
    for (const [tag, had] of Object.entries(before)) {
      if (!this.#exact || had < LEAST || languages[tag] !== undefined || !languageName(tag).isLanguage) continue;
      this.say(at, `Nobody hears ${english(tag)} any more; ${count(had)} did`, tag);
      this.#quietUntil.set(tag, at + PAUSE);
    }
  }

  #milestone(at: number, total: number): void {
    const reached = MILESTONES.findLast((milestone) => milestone > this.#peak && milestone <= total);
    if (reached !== undefined) this.say(at, `${count(reached)} listeners reached for the first time`);
    this.#peak = Math.max(this.#peak, total);
  }

  #changes(now: Moment): void {
    const then = this.#moments.find((moment) => moment.at >= now.at - WINDOW);
    if (then === undefined || then.at >= now.at) return;
    const seconds = Math.max(1, Math.round((now.at - then.at) / 1_000));
    const lost = then.total - now.total;
    if (lost >= LEAST && lost >= then.total * SHARE) {
      if (this.#speakOf("", now.at)) {
        this.#changed.set("", this.#nextId);
        this.say(now.at, `−${count(lost)} listeners in ${seconds} s (${percent(lost / then.total)})`);
      }
      return;
    }
    for (const [tag, had] of Object.entries(then.languages)) {
      const gone = had - (now.languages[tag] ?? 0);
      if (gone < LEAST || gone < had * SHARE || !this.#speakOf(tag, now.at)) continue;
      this.#changed.set(tag, this.#nextId);
      this.say(now.at, `−${count(gone)} in ${english(tag)} in ${seconds} s`, tag);
    }
  }

  #speakOf(topic: string, at: number): boolean {
    if ((this.#quietUntil.get(topic) ?? 0) > at) return false;
    this.#quietUntil.set(topic, at + PAUSE);
    return true;
  }

  #remember(moment: Moment): void {
    const last = this.#moments.at(-1);
    if (last !== undefined && moment.at <= last.at) this.#moments.pop();
    this.#moments.push(moment);
    const first = this.#moments.findIndex(({ at }) => at >= moment.at - WINDOW);
    this.#moments.splice(0, first);
  }
}

/** What a signal says to a person, and what to do about it. */
function inWords(said: Signal): string {
  switch (said.type) {
    case "languageIdle": {
      const since = age(said.timestamp - said.idleSince);
      return `Nobody has heard ${english(said.language)} for ${since}: its translation can stop`;
    }
    case "languageActive":
      return `${english(said.language)} is heard again: its translation is needed, after ${age(said.savedSeconds * 1_000)} of rest`;
    case "languageDrop":
      return `${english(said.language)} lost ${said.percent}% in ${said.withinSeconds} s while the others hold: check that channel`;
    case "audienceDrop":
      return `The audience fell from ${count(said.before)} to ${count(said.after)} (−${said.percent}%) in ${said.withinSeconds} s`;
    case "unservedLanguage":
      return `Somebody asked for ${english(said.language)}, which is not offered`;
  }
}

function english(tag: string): string {
  return languageName(tag).english;
}
