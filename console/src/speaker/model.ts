/** A session as its speaker sees it: what the view shows, kept up to date by the socket, and what the speaker does. */

import { getSession, HeadcountError, type HistoryPoint, Speaker, type State } from "@headcount/client";
import { signal } from "@preact/signals";
import { AudienceModel } from "../audience";
import { SERVER } from "../base";
import { now } from "../clock";
import { duration } from "../format";
import { retireSpeaker, speakerToken } from "../vault";

/** How long it says that something went wrong. */
const TROUBLE_SHOWN = 10_000;

export class SpeakerModel extends AudienceModel {
  /** When the session ends by itself, by the server's clock; `undefined` until that is known. */
  readonly expiresAt = signal<number | undefined>(undefined);
  /** What went wrong with the last thing that was asked for. */
  readonly trouble = signal<string | undefined>(undefined);
  readonly #speaker: Speaker;

  constructor(sessionId: string, token: string) {
    super(sessionId);
    this.#speaker = new Speaker({ url: SERVER, sessionId, token, statusDetail: "full", events: "signals" });
    this.follow(this.#speaker);
    this.#speaker.start();
  }

  close(): void {
    this.#speaker.close();
  }

  retry(): void {
    this.#speaker.retry();
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
        this.say("Paused");
      } else {
        const { pauseDuration = 0 } = await this.#speaker.resume();
        this.say(`Resumed after ${duration(pauseDuration / 1_000)}`);
      }
    });
  }

  toggleMute(): Promise<void> {
    const muted = this.broadcast.value?.isMuted === true;
    return this.#try(async () => {
      await (muted ? this.#speaker.unmute() : this.#speaker.mute());
      this.say(muted ? "Unmuted" : "Muted");
    });
  }

  /** `level` is from 0.0 to 1.0. */
  setVolume(level: number): Promise<void> {
    return this.#try(() => this.#speaker.setVolume(level));
  }

  end(): Promise<void> {
    return this.#try(() => this.#speaker.end());
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

  protected override async past(from: number): Promise<readonly HistoryPoint[]> {
    return (await this.#speaker.getHistory({ from })).points;
  }

  protected override stands(state: State): void {
    if (state.name === "connected" && this.expiresAt.value === undefined) void this.#lookUp();
    if (state.name === "closed" && state.because.kind === "ended") retireSpeaker(this.sessionId);
    super.stands(state);
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
