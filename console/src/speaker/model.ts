/** A session as its speaker sees it: what the view shows, kept up to date by the socket. */

import {
  type BroadcastState,
  getSession,
  HeadcountError,
  type SessionStatus,
  Speaker,
  type State,
} from "@headcount/client";
import { batch, signal } from "@preact/signals";
import { SERVER } from "../base";
import { now } from "../clock";
import { Colours } from "../colours";
import { EventLog, type Line } from "../events";
import { age, duration } from "../format";
import { onceAFrame } from "../frame";
import { History, KEPT, type Point } from "../history";
import { saveReport } from "../reports";
import { forgetSpeaker, speakerToken } from "../vault";

/** How long it says that something went wrong. */
const TROUBLE_SHOWN = 10_000;

export class SpeakerModel {
  readonly sessionId: string;
  readonly colours = new Colours();
  readonly state = signal<State>({ name: "idle" });
  readonly status = signal<SessionStatus | undefined>(undefined);
  /** When the last status arrived, by this machine's clock, which may differ from the server's. */
  readonly heardAt = signal(0);
  readonly broadcast = signal<BroadcastState | undefined>(undefined);
  readonly lines = signal<readonly Line[]>([]);
  readonly points = signal<readonly Point[]>([]);
  /** When the session ends by itself, by the server's clock; `undefined` until that is known. */
  readonly expiresAt = signal<number | undefined>(undefined);
  /** What went wrong with the last thing that was asked for. */
  readonly trouble = signal<string | undefined>(undefined);
  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  clockAhead = 0;

  readonly #token: string;
  readonly #speaker: Speaker;
  readonly #log = new EventLog();
  readonly #history = new History();
  #latest: SessionStatus | undefined;
  #lostAt: number | undefined;
  #closedAt: number | undefined;
  readonly #draw = onceAFrame(() => this.#showFigures());
  /** One frame later, so that no frame has to lay out everything. */
  readonly #drawRest = onceAFrame(() => this.#showRest());

  constructor(sessionId: string, token: string) {
    this.sessionId = sessionId;
    this.#token = token;
    this.#speaker = new Speaker({ url: SERVER, sessionId, token, statusDetail: "full" });
    this.#speaker.on("state", (state) => this.#stands(state));
    this.#speaker.on("sessionStatus", (status) => this.#hear(status));
    this.#speaker.on("message", (message) => {
      if ("broadcastState" in message && message.type !== "sessionStatus") {
        this.broadcast.value = message.broadcastState as BroadcastState;
      }
    });
    this.#speaker.start();
  }

  close(): void {
    this.#speaker.close();
  }

  retry(): void {
    this.#speaker.retry();
  }

  /** Seconds since the session began, as they go by. */
  elapsed(): number {
    const status = this.status.value;
    if (status === undefined) return 0;
    const until = this.#closedAt ?? now.value;
    return status.sessionDuration + Math.max(0, until - this.heardAt.value) / 1_000;
  }

  /** How many milliseconds are left until the session ends by itself. */
  remaining(): number | undefined {
    const expiresAt = this.expiresAt.value;
    return expiresAt === undefined ? undefined : expiresAt - this.clockAhead - now.value;
  }

  /** Asks who is listening right now. */
  ask(): Promise<void> {
    return this.#try(() => this.#speaker.getStatus("full"));
  }

  togglePause(): Promise<void> {
    const paused = this.broadcast.value?.isPaused === true;
    return this.#try(async () => {
      if (!paused) {
        await this.#speaker.pause();
        this.#say("Paused");
      } else {
        const { pauseDuration = 0 } = await this.#speaker.resume();
        this.#say(`Resumed after ${duration(pauseDuration / 1_000)}`);
      }
    });
  }

  toggleMute(): Promise<void> {
    const muted = this.broadcast.value?.isMuted === true;
    return this.#try(async () => {
      await (muted ? this.#speaker.unmute() : this.#speaker.mute());
      this.#say(muted ? "Unmuted" : "Muted");
    });
  }

  /** `level` is from 0.0 to 1.0. */
  setVolume(level: number): Promise<void> {
    return this.#try(() => this.#speaker.setVolume(level));
  }

  end(): Promise<void> {
    return this.#try(() => this.#speaker.end());
  }

  /** Saves the report, until now or of all that was. */
  report(format: "html" | "csv"): Promise<void> {
    return this.#try(() => saveReport(this.sessionId, this.#token, format));
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    this.trouble.value = undefined;
    try {
      await act();
    } catch (error) {
      const text = error instanceof HeadcountError ? error.message : "Something went wrong";
      this.trouble.value = text;
      setTimeout(() => {
        if (this.trouble.value === text) this.trouble.value = undefined;
      }, TROUBLE_SHOWN);
    }
  }

  async #lookUp(): Promise<void> {
    try {
      this.expiresAt.value = (await getSession({ url: SERVER, sessionId: this.sessionId })).expiresAt;
    } catch {
      // It is asked for again with the next connection.
    }
  }

  async #recall(): Promise<void> {
    try {
      const { points } = await this.#speaker.getHistory({ from: this.#serverTime() - KEPT });
      this.#history.recall(points);
      this.#draw();
    } catch {
      // Not every server keeps a history; what the page hears is enough to go on with.
    }
  }

  #hear(status: SessionStatus): void {
    const silent = this.#history.silent;
    this.#latest = status;
    this.#log.add(status);
    this.#history.add(status);
    this.colours.observe(status.languageDistribution);
    // Inexact counts were taken some time ago, and say nothing about the clock.
    if (status.exact !== false) this.clockAhead = status.timestamp - Date.now();
    if (silent) void this.#recall();
    this.#draw();
  }

  #stands(state: State): void {
    if (state.name === "waiting" && this.#lostAt === undefined && this.#latest !== undefined) {
      this.#lostAt = Date.now();
      this.#history.lost(this.#serverTime());
      this.#say("Connection lost");
    }
    if (state.name === "connected" && this.#lostAt !== undefined) {
      this.#say(`Connected again after ${age(Date.now() - this.#lostAt)}`);
      this.#lostAt = undefined;
    }
    if (state.name === "connected" && this.expiresAt.value === undefined) void this.#lookUp();
    if (state.name === "closed") {
      this.#closedAt = Date.now();
      if (state.because.kind === "ended") forgetSpeaker(this.sessionId);
    }
    this.state.value = state;
    this.#draw();
  }

  #say(text: string): void {
    this.#log.say(this.#serverTime(), text);
    this.#draw();
  }

  #serverTime(): number {
    return Date.now() + this.clockAhead;
  }

  #showFigures(): void {
    const latest = this.#latest;
    if (latest !== undefined && latest !== this.status.value) {
      batch(() => {
        this.status.value = latest;
        this.broadcast.value = latest.broadcastState;
        this.heardAt.value = Date.now();
      });
    }
    this.#drawRest();
  }

  #showRest(): void {
    batch(() => {
      this.lines.value = this.#log.lines;
      this.points.value = [...this.#history.points];
    });
  }
}

/** One model a session, kept while the page is open, so that going to the stage and back loses nothing. */
const models = new Map<string, SpeakerModel>();

/** The model of a session; `undefined` if this tab does not know its token. */
export function modelOf(sessionId: string): SpeakerModel | undefined {
  const known = models.get(sessionId);
  if (known !== undefined) return known;
  const token = speakerToken(sessionId);
  if (token === undefined) return undefined;
  const model = new SpeakerModel(sessionId, token);
  models.set(sessionId, model);
  return model;
}

/** Lets a session go. */
export function dropModel(sessionId: string): void {
  models.get(sessionId)?.close();
  models.delete(sessionId);
}
