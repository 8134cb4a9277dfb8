/** All live sessions, asked for every few seconds: there is no push for operators. */

import {
  type EndedSession,
  endSession,
  getStatus,
  HeadcountError,
  type ListedSession,
  listReports,
  listSessions,
  type SessionStatus,
} from "@headcount/client";
import { batch, signal } from "@preact/signals";
import { SERVER } from "../base";

const EVERY = 5_000;
const LONGEST_WAIT = 60_000;
/** Pages of 100; an organiser with more than so many live sessions sees the first of them, and is told. */
const MOST_PAGES = 20;

export class OrganiserModel {
  readonly sessions = signal<readonly ListedSession[] | undefined>(undefined);
  readonly more = signal(false);
  readonly askedAt = signal(0);
  readonly trouble = signal<string | undefined>(undefined);
  readonly denied = signal(false);
  /** The session that is looked at closely, and its status. */
  readonly open = signal<string | undefined>(undefined);
  readonly status = signal<SessionStatus | undefined>(undefined);
  /** Sessions that have ended, the last one first, as far as they were asked for. */
  readonly ended = signal<readonly EndedSession[]>([]);
  /** Where the next page of them begins, if there is one. */
  readonly earlier = signal<string | undefined>(undefined);
  readonly #token: string;
  readonly #over = new AbortController();
  #failures = 0;
  /** Counts the questions, so that an answer which comes after that to a later one is passed over. */
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(token: string) {
    this.#token = token;
    void this.#poll();
    void this.#listEnded();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#over.abort();
  }

  /** Looks at one session closely, or at none. */
  look(sessionId: string | undefined): void {
    this.open.value = sessionId;
    this.status.value = undefined;
    void this.refresh();
  }

  async end(sessionId: string): Promise<void> {
    try {
      await endSession({ url: SERVER, token: this.#token, sessionId, signal: this.#over.signal });
    } catch (error) {
      this.#fail(error);
    }
    await this.refresh();
    await this.#listEnded();
  }

  /** Asks for the next page of sessions that have ended. */
  showEarlier(): Promise<void> {
    return this.#listEnded(this.earlier.value);
  }

  /** The page at `cursor`, or the first one anew. */
  async #listEnded(cursor?: string): Promise<void> {
    try {
      const page = await listReports({ url: SERVER, token: this.#token, limit: 20, cursor, signal: this.#over.signal });
      batch(() => {
        this.ended.value = cursor === undefined ? page.sessions : [...this.ended.value, ...page.sessions];
        this.earlier.value = page.nextCursor ?? undefined;
      });
    } catch {
      // What is wrong is said where the live sessions are asked for; not every server keeps what has ended.
    }
  }

  /** Asks at once. */
  refresh(): Promise<void> {
    clearTimeout(this.#timer);
    return this.#poll();
  }

  async #poll(): Promise<void> {
    let wait = EVERY;
    try {
      if (document.visibilityState === "visible") await this.#ask();
      this.#failures = 0;
    } catch (error) {
      if (this.#over.signal.aborted) return;
      this.#failures += 1;
      const retryAfter = error instanceof HeadcountError ? (error.retryAfter ?? 0) : 0;
      wait = Math.min(LONGEST_WAIT, EVERY * 2 ** Math.min(this.#failures, 6)) * (0.5 + Math.random() / 2);
      wait = Math.max(wait, retryAfter * 1_000);
      this.#fail(error);
    }
    clearTimeout(this.#timer);
    if (!this.denied.value) this.#timer = setTimeout(() => void this.#poll(), wait);
  }

  async #ask(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const found: ListedSession[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await listSessions({
        url: SERVER,
        token: this.#token,
        limit: 100,
        cursor,
        signal: this.#over.signal,
      });
      found.push(...page.sessions);
      cursor = page.nextCursor ?? undefined;
      pages += 1;
    } while (cursor !== undefined && pages < MOST_PAGES);
    const status = await this.#closely(found);
    if (turn !== this.#turn) return;
    batch(() => {
      this.sessions.value = found;
      this.more.value = cursor !== undefined;
      this.askedAt.value = Date.now();
      this.trouble.value = undefined;
      if (status?.sessionId === this.open.value) this.status.value = status;
    });
  }

  async #closely(found: readonly ListedSession[]): Promise<SessionStatus | undefined> {
    const sessionId = this.open.value;
    if (sessionId === undefined || !found.some((session) => session.sessionId === sessionId)) return undefined;
    try {
      return await getStatus({ url: SERVER, token: this.#token, sessionId, signal: this.#over.signal });
    } catch (error) {
      // It may have ended since the list was made.
      if (error instanceof HeadcountError && error.code === "SESSION_NOT_FOUND") return undefined;
      throw error;
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof HeadcountError)) {
      this.trouble.value = "Something went wrong";
      return;
    }
    this.denied.value ||= error.code === "UNAUTHORIZED" || error.code === "UNAUTHORIZED_ACTION";
    this.trouble.value = error.message;
  }
}
