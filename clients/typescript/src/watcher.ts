/** One who looks on: a stream of what happens in a session, without a place in it. */

import { resourceAddress } from "./addresses.js";
import { delayBefore } from "./backoff.js";
import { Emitter } from "./emitter.js";
import { isFinal } from "./errors.js";
import { EventParser } from "./events.js";
import { isError } from "./http.js";
import { isKnown, type LinkEvents } from "./link.js";
import type { ErrorMessage, Resync } from "./messages.js";
import { watchReturns } from "./returns.js";
import type { Ending, State } from "./state.js";
import { parse } from "./wire.js";

export interface WatchOptions {
  /** Where the server is, such as `https://live.example`. */
  url: string;
  sessionId: string;
  /** The token of a read-only link, of the speaker, or of an operator. It is sent in a header only. */
  token: string;
  /** Ends it, as `close()` does. */
  signal?: AbortSignal | undefined;
  /** How many milliseconds the server may take to answer before it is asked anew: 10,000 unless given. */
  patience?: number | undefined;
  /** After how many milliseconds without a sign of life the stream is given up: 45,000 unless given. */
  silentAfter?: number | undefined;
}

/** What a stream tells, each message by its type, as a connection does; and that something of it was missed. */
export interface WatchEvents extends LinkEvents {
  resync: Resync;
}

/** A stream that went on for this long starts over with the short waits when it is cut, in milliseconds. */
const STEADY_AFTER = 10_000;

/**
 * Hears a session's events (`GET /sessions/{id}/events`), and comes back whenever it is cut off, with the identifier of
 * the last event, so that nothing in between is lost. It uses `fetch` and not `EventSource`, which can neither send the
 * token in a header, nor tell a link that was revoked from a network that fails, nor wait a random time.
 */
export class Watcher extends Emitter<WatchEvents> {
  readonly #options: WatchOptions;
  #state: State = { name: "idle" };
  #lastId = "";
  #attempt = 0;
  #stream: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopWatching: (() => void) | undefined;
  readonly #onAbort = (): void => this.close();

  constructor(options: WatchOptions) {
    super();
    this.#options = options;
  }

  /** How it stands. */
  get state(): State {
    return this.#state;
  }

  /** Begins. Does nothing if it was started before. */
  start(): this {
    if (this.#state.name !== "idle") return this;
    const { signal } = this.#options;
    if (signal?.aborted === true) {
      this.close();
      return this;
    }
    signal?.addEventListener("abort", this.#onAbort);
    this.#stopWatching = watchReturns({ visible: () => {}, online: () => this.#hasNetwork() });
    this.#connect();
    return this;
  }

  /** Stops, for good. */
  close(): void {
    this.#finish({ kind: "left" });
  }

  /** Comes back at once, if it is waiting to. For a button; programs had better wait. */
  retry(): void {
    if (this.#state.name === "waiting") this.#connect();
  }

  #connect(): void {
    clearTimeout(this.#timer);
    const stream = new AbortController();
    this.#stream = stream;
    this.#enter({ name: "connecting", attempt: this.#attempt });
    this.#hearAll(stream).catch(() => this.#cut(stream, undefined));
  }

  async #hearAll(stream: AbortController): Promise<void> {
    const { url, sessionId, token, patience = 10_000 } = this.#options;
    this.#expectWithin(patience, stream);
    const headers: Record<string, string> = { accept: "text/event-stream", authorization: `Bearer ${token}` };
    if (this.#lastId !== "") headers["last-event-id"] = this.#lastId;
    const answer = await fetch(resourceAddress(url, ["sessions", sessionId, "events"]), {
      headers,
      cache: "no-store",
      credentials: "omit",
      signal: stream.signal,
    });
    if (stream !== this.#stream) return;
    // Nothing more will come: the session ended while nobody listened.
    if (answer.status === 204) this.#finish({ kind: "dismissed" });
    else if (!answer.ok || answer.body === null) this.#refused(stream, await refusalOf(answer));
    else await this.#read(answer.body, stream);
  }

  async #read(body: ReadableStream<Uint8Array>, stream: AbortController): Promise<void> {
    const { silentAfter = 45_000 } = this.#options;
    this.#enter({ name: "connected", since: Date.now() });
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const parser = new EventParser();
    for (;;) {
      this.#expectWithin(silentAfter, stream);
      const { done, value } = await reader.read();
      if (stream !== this.#stream) return;
      if (done) return this.#cut(stream, undefined);
      for (const { id, data } of parser.push(decoder.decode(value, { stream: true }))) {
        if (id !== "") this.#lastId = id;
        this.#hear(data);
        // A subscriber may have had enough, and the end is the end.
        if (stream !== this.#stream) return;
      }
    }
  }

  #hear(data: string): void {
    const message = parse(data);
    if (message === undefined) return;
    this.emit("message", message);
    if (message.type === "resync") {
      this.emit("resync", message as Resync);
      return;
    }
    if (!isKnown(message)) {
      this.emit("unknown", message);
      return;
    }
    // Each type has its own event, whose value is the message of that type.
    this.emit(message.type, message as never);
    if (message.type === "sessionEnded") this.#finish({ kind: "ended", message });
  }

  #refused(stream: AbortController, error: ErrorMessage | undefined): void {
    if (error !== undefined && isFinal(error.code)) this.#finish({ kind: "refused", error });
    else this.#cut(stream, error);
  }

  #cut(stream: AbortController, error: ErrorMessage | undefined): void {
    if (stream !== this.#stream) return;
    if (this.#state.name === "connected" && Date.now() - this.#state.since >= STEADY_AFTER) this.#attempt = 0;
    this.#letGo();
    this.#wait(delayBefore(this.#attempt, error?.details?.retryAfter), error);
    this.#attempt += 1;
  }

  #wait(delay: number, error: ErrorMessage | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), delay);
    this.#enter({ name: "waiting", attempt: this.#attempt, retryAt: Date.now() + delay, error });
  }

  /** As a `Link` does: the wait begins anew with the shortest window, unless the server has asked for time. */
  #hasNetwork(): void {
    if (this.#state.name !== "waiting" || this.#state.error !== undefined) return;
    this.#attempt = 0;
    this.#wait(Math.max(0, Math.min(delayBefore(0), this.#state.retryAt - Date.now())), undefined);
  }

  /** A network that vanishes ends no stream, so one on which not even a comment comes is given up. */
  #expectWithin(milliseconds: number, stream: AbortController): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#cut(stream, undefined), milliseconds);
  }

  #finish(because: Ending): void {
    if (this.#state.name === "closed") return;
    this.#letGo();
    this.#stopWatching?.();
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#enter({ name: "closed", because });
  }

  #letGo(): void {
    clearTimeout(this.#timer);
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.abort();
  }

  #enter(state: State): void {
    this.#state = state;
    this.emit("state", state);
  }
}

/** Looks on from now on: a `Watcher` that has started. */
export function watch(options: WatchOptions): Watcher {
  return new Watcher(options).start();
}

/** What the server says against it; `undefined` where something else than Headcount answered, which may pass. */
async function refusalOf(answer: Response): Promise<ErrorMessage | undefined> {
  const message = parse(await answer.text());
  return isError(message) ? message : undefined;
}
