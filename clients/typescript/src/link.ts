/** What listeners and speakers share: a connection that comes back until it is over. */

import { socketAddress } from "./addresses.js";
import { delayBefore } from "./backoff.js";
import { SERVER_MESSAGES } from "./contract/server.js";
import { Emitter } from "./emitter.js";
import { HeadcountError, isFinal } from "./errors.js";
import type { ClientMessage, ErrorMessage, ServerMessage, UnknownMessage } from "./messages.js";
import { Requests } from "./requests.js";
import { watchReturns } from "./returns.js";
import { type Ending, endingOf, type State } from "./state.js";
import { Wire, type WireTimes } from "./wire.js";

export interface LinkOptions {
  /** Where the server is, such as `https://live.example` or, with a stage, `https://live.example/prod`. */
  url: string;
  /** Ends the connection, as `close()` does. */
  signal?: AbortSignal | undefined;
  /**
   * After how many milliseconds without a message a heartbeat asks whether the server is still there: 30,000 unless
   * given. Where each message costs, as on AWS, up to 9 minutes are possible.
   */
  heartbeatAfter?: number | undefined;
  /** How many milliseconds the server may take to answer before the connection is given up: 10,000 unless given. */
  patience?: number | undefined;
  /** The WebSocket to use where there is no global one. */
  WebSocket?: typeof WebSocket | undefined;
}

/** Each message by its type; all of them as `message`; those of unknown types as `unknown`; and changes of state. */
export type LinkEvents = {
  [Message in ServerMessage as Message["type"]]: Message;
} & {
  message: ServerMessage | UnknownMessage;
  unknown: UnknownMessage;
  state: State;
};

/** How a connection asks for its place: with the query of the upgrade, or with a first message, or first one, then other. */
export interface Entrance {
  query: Record<string, string | undefined>;
  greeting: ClientMessage;
  /** Whether the query asks for the place already, so that the greeting is only for a server that does not answer it. */
  queryAsks: boolean;
}

/** How long a server may take to answer what the query asked before it is asked again with a message. */
const QUERY_ANSWER_WITHIN = 3_000;
/** A connection that held its place for this long starts over with the short waits when it is cut. */
const STEADY_AFTER = 10_000;

const KNOWN: ReadonlySet<string> = new Set(SERVER_MESSAGES);

/** Whether this client knows messages of that type. */
export function isKnown(message: { type: string }): message is ServerMessage {
  return KNOWN.has(message.type);
}

export abstract class Link extends Emitter<LinkEvents> {
  readonly #url: string;
  readonly #WebSocket: typeof WebSocket;
  readonly #times: WireTimes;
  readonly #signal: AbortSignal | undefined;
  readonly #requests = new Requests();
  #state: State = { name: "idle" };
  /** The connection in use, and one that is to take over from it. */
  #wire: Wire | undefined;
  #successor: Wire | undefined;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #greetingTimer: ReturnType<typeof setTimeout> | undefined;
  /** The last refusal on this connection before it had its place. */
  #refusal: ErrorMessage | undefined;
  #stopWatching: (() => void) | undefined;
  readonly #onAbort = (): void => this.close();

  constructor(options: LinkOptions) {
    super();
    this.#url = options.url;
    this.#WebSocket = options.WebSocket ?? globalThis.WebSocket;
    this.#times = {
      heartbeatAfter: options.heartbeatAfter ?? 30_000,
      patience: options.patience ?? 10_000,
    };
    this.#signal = options.signal;
  }

  /** How to ask for the place, the first time or again; `refreshing` takes it over from a connection that has it. */
  protected abstract entrance(refreshing: boolean): Entrance;

  /** Whether this message grants the place. */
  protected abstract grants(message: ServerMessage): boolean;

  /** How it stands. */
  get state(): State {
    return this.#state;
  }

  /** Connects, and from then on comes back whenever it is cut off. Does nothing if it was started before. */
  start(): this {
    if (this.#state.name !== "idle") return this;
    if (this.#signal?.aborted === true) {
      this.close();
      return this;
    }
    this.#signal?.addEventListener("abort", this.#onAbort);
    this.#stopWatching = watchReturns({ visible: () => this.#probe(), online: () => this.#hasNetwork() });
    this.#connect();
    return this;
  }

  /** Leaves, for good. */
  close(): void {
    this.#finish({ kind: "left" });
  }

  /** Comes back at once, if it is waiting to. For a button; programs had better wait. */
  retry(): void {
    if (this.#state.name === "waiting") this.#connect();
  }

  /**
   * Says something and waits for its answer.
   *
   * @throws {HeadcountError} the server's refusal, `NOT_CONNECTED` or `CONNECTION_LOST`.
   */
  protected request<Answer extends ServerMessage>(
    message: ClientMessage,
    accepts: (answer: ServerMessage) => answer is Answer,
  ): Promise<Answer> {
    if (this.#state.name !== "connected" || this.#wire?.send(message) !== true) {
      return Promise.reject(new HeadcountError("NOT_CONNECTED", "There is no connection at the moment"));
    }
    return this.#requests.wait(accepts);
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#refusal = undefined;
    this.#enter({ name: "connecting", attempt: this.#attempt });
    this.#wire = this.#open(false);
  }

  #open(refreshing: boolean): Wire {
    const { query, greeting, queryAsks } = this.entrance(refreshing);
    const wire: Wire = new Wire(this.#WebSocket, socketAddress(this.#url, query), this.#times, {
      onOpen: () => {
        clearTimeout(this.#greetingTimer);
        if (queryAsks) {
          this.#greetingTimer = setTimeout(() => wire.send(greeting), QUERY_ANSWER_WITHIN);
        } else {
          wire.send(greeting);
        }
      },
      onMessage: (message) => this.#hear(wire, message),
      onEnd: (code) => this.#ended(wire, code),
    });
    return wire;
  }

  #hear(wire: Wire, message: { type: string }): void {
    if (wire === this.#successor) {
      if (!isKnown(message) || !this.grants(message)) return;
      this.#succeed(wire);
    }
    if (wire !== this.#wire) return;
    if (!isKnown(message)) {
      this.emit("message", message);
      this.emit("unknown", message);
      return;
    }
    const entering = this.#state.name === "connecting";
    if (entering && this.grants(message)) this.#seated();
    this.emit("message", message);
    // Each type has its own event, whose value is the message of that type.
    this.emit(message.type, message as never);
    this.#requests.take(message);
    // A subscriber may have had enough.
    if (this.#isClosed()) return;
    if (message.type === "sessionEnded") this.#finish({ kind: "ended", message });
    if (message.type === "connectionRefreshRequired") this.#refresh();
    if (message.type === "error" && entering) this.#refused(message);
  }

  #seated(): void {
    clearTimeout(this.#greetingTimer);
    this.#enter({ name: "connected", since: Date.now() });
  }

  /** Refused before it had its place. A close may follow; a connection that stays open is of no use either. */
  #refused(error: ErrorMessage): void {
    this.#refusal = error;
    if (isFinal(error.code)) {
      this.#finish({ kind: "refused", error });
    } else {
      this.#wire?.drop();
      this.#comeBack();
    }
  }

  #ended(wire: Wire, code: number): void {
    if (wire === this.#successor) {
      this.#successor = undefined;
      if (this.#wire === undefined) this.#comeBack();
      return;
    }
    if (wire !== this.#wire) return;
    if (this.#successor !== undefined) {
      // It may be superseded by its successor, whose answer is on its way.
      this.#wire = undefined;
      this.#requests.lose();
      return;
    }
    const ending = endingOf(code, this.#refusal);
    if (ending === undefined) {
      this.#comeBack();
    } else {
      this.#finish(ending);
    }
  }

  #comeBack(): void {
    if (this.#state.name === "connected" && Date.now() - this.#state.since >= STEADY_AFTER) this.#attempt = 0;
    this.#letGo();
    const error = this.#refusal;
    this.#wait(delayBefore(this.#attempt, error?.details?.retryAfter), error);
    this.#attempt += 1;
  }

  #wait(delay: number, error: ErrorMessage | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), delay);
    this.#enter({ name: "waiting", attempt: this.#attempt, retryAt: Date.now() + delay, error });
  }

  #refresh(): void {
    this.#successor ??= this.#open(true);
  }

  #succeed(wire: Wire): void {
    this.#wire?.drop();
    this.#requests.lose();
    this.#successor = undefined;
    this.#wire = wire;
    this.#enter({ name: "connected", since: Date.now() });
  }

  #probe(): void {
    this.#wire?.probe();
  }

  /**
   * The network is back. A whole hall may hear that at the same moment, so a wait is not ended but begun anew, with
   * the shortest window; unless the server has asked for time.
   */
  #hasNetwork(): void {
    if (this.#state.name !== "waiting") {
      this.#probe();
    } else if (this.#state.error === undefined) {
      this.#attempt = 0;
      this.#wait(Math.max(0, Math.min(delayBefore(0), this.#state.retryAt - Date.now())), undefined);
    }
  }

  #finish(because: Ending): void {
    if (this.#isClosed()) return;
    this.#letGo();
    clearTimeout(this.#timer);
    this.#stopWatching?.();
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#enter({ name: "closed", because });
  }

  #letGo(): void {
    clearTimeout(this.#greetingTimer);
    this.#wire?.drop();
    this.#successor?.drop();
    this.#wire = undefined;
    this.#successor = undefined;
    this.#requests.lose();
  }

  #isClosed(): boolean {
    return this.#state.name === "closed";
  }

  #enter(state: State): void {
    this.#state = state;
    this.emit("state", state);
  }
}
