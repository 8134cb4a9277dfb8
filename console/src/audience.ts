/** An audience as a page sees it: its figures, its curve and what happens, kept up to date by what a connection says. */

import type { BroadcastState, HistoryPoint, SessionStatus, Signal, Speaker, State } from "@headcount/client";
import { batch, signal } from "@preact/signals";
import { now } from "./clock";
import { Colours } from "./colours";
import { type Drop, Drops } from "./drops";
import { EventLog, type Line } from "./events";
import { age } from "./format";
import { onceAFrame } from "./frame";
import { History, KEPT, type Point } from "./history";

/** Whatever tells of a session: the speaker's own connection, or the stream of one who looks on. */
type Source = Pick<Speaker, "on">;

const SIGNALS = ["languageIdle", "languageActive", "languageDrop", "audienceDrop", "unservedLanguage"] as const;

export abstract class AudienceModel {
  readonly sessionId: string;
  readonly colours = new Colours();
  readonly state = signal<State>({ name: "idle" });
  readonly status = signal<SessionStatus | undefined>(undefined);
  /** When the last status arrived, by this machine's clock, which may differ from the server's. */
  readonly heardAt = signal(0);
  readonly broadcast = signal<BroadcastState | undefined>(undefined);
  readonly lines = signal<readonly Line[]>([]);
  readonly points = signal<readonly Point[]>([]);
  /** The languages that have lost much of their audience lately. */
  readonly drops = signal<ReadonlyMap<string, Drop>>(new Map());
  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  clockAhead = 0;

  readonly #log = new EventLog();
  readonly #history = new History();
  readonly #drops = new Drops();
  #latest: SessionStatus | undefined;
  #lostAt: number | undefined;
  #closedAt: number | undefined;
  readonly #draw = onceAFrame(() => this.#showFigures());
  /** Each one frame later, so that no frame has to lay out everything. */
  readonly #drawCurve = onceAFrame(() => this.#showCurve());
  readonly #drawLog = onceAFrame(() => this.#showLog());

  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }

  abstract close(): void;

  /** Comes back at once, where the connection waits to. */
  abstract retry(): void;

  /** Asks how it was since `from`, by the server's clock. */
  protected abstract past(from: number): Promise<readonly HistoryPoint[]>;

  /** Seconds since the session began, as they go by. */
  elapsed(): number {
    const status = this.status.value;
    if (status === undefined) return 0;
    const until = this.#closedAt ?? now.value;
    return status.sessionDuration + Math.max(0, until - this.heardAt.value) / 1_000;
  }

  /** Takes in what `source` tells from now on. */
  protected follow(source: Source): void {
    source.on("state", (state) => this.stands(state));
    source.on("sessionStatus", (status) => this.#hear(status));
    for (const type of SIGNALS) source.on(type, (said) => this.#notice(said));
    source.on("message", (message) => {
      if ("broadcastState" in message) this.#broadcasts(message.broadcastState as BroadcastState);
    });
  }

  /** How it stands with the connection has changed. */
  protected stands(state: State): void {
    if (state.name === "waiting" && this.#lostAt === undefined && this.#latest !== undefined) {
      this.#lostAt = Date.now();
      this.#history.lost(this.serverTime());
      this.say("Connection lost");
    }
    if (state.name === "connected" && this.#lostAt !== undefined) {
      this.say(`Connected again after ${age(Date.now() - this.#lostAt)}`);
      this.#lostAt = undefined;
    }
    if (state.name === "closed") this.#closedAt = Date.now();
    this.state.value = state;
    this.#draw();
  }

  /** Adds a line to what has happened. */
  protected say(text: string): void {
    this.#log.say(this.serverTime(), text);
    this.#draw();
  }

  /** What the server's clock shows, as far as this page can tell. */
  protected serverTime(): number {
    return Date.now() + this.clockAhead;
  }

  /** Asks for the curve until now; what the page hears is enough to go on with where it is not to be had. */
  protected async recall(): Promise<void> {
    try {
      this.#history.recall(await this.past(this.serverTime() - KEPT));
      this.#draw();
    } catch {
      // Not every server keeps a history.
    }
  }

  #hear(status: SessionStatus): void {
    const silent = this.#history.silent;
    this.#latest = status;
    this.#log.add(status);
    this.#history.add(status);
    this.#drops.review(status);
    this.colours.observe(status.languageDistribution);
    // Inexact counts were taken some time ago, and say nothing about the clock.
    if (status.exact !== false) this.clockAhead = status.timestamp - Date.now();
    if (silent) void this.recall();
    this.#draw();
  }

  #notice(said: Signal): void {
    this.#log.notice(said);
    this.#drops.notice(said);
    this.#draw();
  }

  /**
   * In the order in which it is said, and so not with the figures, which wait for a frame: what a status said before
   * the speaker paused must not be shown after it.
   */
  #broadcasts(said: BroadcastState): void {
    const { isPaused, isMuted, volume } = this.broadcast.peek() ?? {};
    if (said.isPaused === isPaused && said.isMuted === isMuted && said.volume === volume) return;
    this.broadcast.value = said;
  }

  #showFigures(): void {
    const latest = this.#latest;
    batch(() => {
      this.drops.value = this.#drops.current;
      if (latest === undefined || latest === this.status.value) return;
      this.status.value = latest;
      this.heardAt.value = Date.now();
    });
    this.#drawCurve();
  }

  #showCurve(): void {
    this.points.value = [...this.#history.points];
    this.#drawLog();
  }

  #showLog(): void {
    this.lines.value = this.#log.lines;
  }
}
