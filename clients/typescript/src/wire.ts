/** One WebSocket, from its opening to its end, and the watch that notices when nothing is at its other end. */

import type { ClientMessage } from "./messages.js";

/** The subprotocol with which refusals come as messages, which a page can read. */
const SUBPROTOCOL = "headcount.v1";

/** The code of a connection that ended without a close frame (RFC 6455, section 7.4.1). */
export const CUT = 1006;

/** Times in milliseconds. */
export interface WireTimes {
  /** After how long without a message a heartbeat asks whether the server is still there. */
  heartbeatAfter: number;
  /** How long the server may take to open the connection, and to say something when asked. */
  patience: number;
}

export interface WireEvents {
  onOpen(): void;
  /** A text frame that holds a JSON object with a string `type`; anything else is passed over. */
  onMessage(message: { type: string }): void;
  /** Called once. Nothing comes after it. */
  onEnd(code: number): void;
}

/**
 * How long to go without a heartbeat when messages come all the while. A server says that a connection grows old only
 * in answer to a heartbeat, and gateways close connections on which the client never says a thing.
 */
const LONGEST_WITHOUT_HEARTBEAT = 2 * 60_000;

/**
 * A page does not see the server's pings, so a connection whose other end has vanished looks like a quiet one. If
 * nothing was heard for a while, a heartbeat asks; if nothing comes then, the connection is given up.
 */
export class Wire {
  readonly #socket: WebSocket;
  readonly #times: WireTimes;
  readonly #events: WireEvents;
  #lastHeartbeat = performance.now();
  /** Since when something is owed by the server: the opening, or any answer. */
  #owedSince: number | undefined = performance.now();
  #lastHeard = performance.now();
  #watch: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(WebSocketType: typeof WebSocket, address: string, times: WireTimes, events: WireEvents) {
    this.#times = times;
    this.#events = events;
    this.#socket = new WebSocketType(address, [SUBPROTOCOL]);
    this.#socket.onopen = () => {
      this.#heard();
      if (!this.#ended) events.onOpen();
    };
    this.#socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      this.#heard();
      const message = parse(data);
      if (message !== undefined && !this.#ended) events.onMessage(message);
    };
    this.#socket.onclose = ({ code }) => this.#end(code);
    this.#schedule();
  }

  /** Says something; false if the connection is not open. */
  send(message: ClientMessage): boolean {
    if (this.#ended || this.#socket.readyState !== this.#socket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    this.#owedSince ??= performance.now();
    this.#schedule();
    return true;
  }

  /** Asks whether the server is still there, unless it is being asked already. */
  probe(): void {
    if (this.#owedSince === undefined) this.#beat();
  }

  /** Ends it at once, without waiting for the other side, which may not be there. */
  drop(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#watch);
    this.#socket.close(1000);
  }

  #heard(): void {
    this.#lastHeard = performance.now();
    this.#owedSince = undefined;
    this.#schedule();
  }

  #beat(): void {
    this.#lastHeartbeat = performance.now();
    this.send({ action: "heartbeat" });
    // Also where it could not be sent: a connection that is closing, and never done with it, is given up as well.
    this.#owedSince ??= this.#lastHeartbeat;
    this.#schedule();
  }

  /** The watch wakes when something may be due, and looks then: most of the time something was heard since. */
  #schedule(): void {
    clearTimeout(this.#watch);
    if (this.#ended) return;
    const due = this.#owedSince === undefined ? this.#heartbeatDue() : this.#owedSince + this.#times.patience;
    this.#watch = setTimeout(() => this.#look(), Math.max(0, due - performance.now()));
  }

  #heartbeatDue(): number {
    return Math.min(this.#lastHeard + this.#times.heartbeatAfter, this.#lastHeartbeat + LONGEST_WITHOUT_HEARTBEAT);
  }

  #look(): void {
    if (this.#owedSince === undefined) {
      this.#beat();
    } else {
      this.#end(CUT);
    }
  }

  #end(code: number): void {
    if (this.#ended) return;
    this.drop();
    this.#events.onEnd(code);
  }
}

/** A message, if it is one: a JSON object with a string `type`. */
export function parse(data: unknown): { type: string } | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(data);
    return isTyped(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isTyped(value: unknown): value is { type: string } {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
