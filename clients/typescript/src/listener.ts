/** One who listens. */

import { type Entrance, Link, type LinkOptions } from "./link.js";
import type { PlaybackPaused, ServerMessage } from "./messages.js";

export interface ListenerOptions extends LinkOptions {
  sessionId: string;
  /** A BCP 47 tag, such as `es` or `pt-BR`. */
  targetLanguage: string;
}

/**
 * A listener's place in a session. It keeps its resume token and comes back with it, so that whoever is cut off for a
 * moment is counted once all the while.
 */
export class Listener extends Link {
  readonly sessionId: string;
  #targetLanguage: string;
  /** The language of the last attempt to join. */
  #asked: string;
  #resumeToken: string | undefined;

  constructor(options: ListenerOptions) {
    super(options);
    this.sessionId = options.sessionId;
    this.#targetLanguage = options.targetLanguage;
    this.#asked = options.targetLanguage;
    this.on("sessionJoined", ({ resumeToken, targetLanguage }) => {
      this.#resumeToken = resumeToken;
      this.#followWish(targetLanguage);
    });
    this.on("connectionRefreshComplete", ({ resumeToken }) => {
      this.#resumeToken = resumeToken;
    });
  }

  /** The language that is listened to, or will be once connected. */
  get targetLanguage(): string {
    return this.#targetLanguage;
  }

  /**
   * Listens to another language. Without a connection it is kept for the next one.
   *
   * @throws {HeadcountError} the server's refusal; the language then stays as it was.
   */
  async changeLanguage(targetLanguage: string): Promise<void> {
    const before = this.#targetLanguage;
    this.#targetLanguage = targetLanguage;
    if (this.state.name !== "connected") return;
    try {
      await this.request({ action: "changeLanguage", targetLanguage }, (answer) => answer.type === "languageChanged");
    } catch (error) {
      // If the connection went meanwhile, the wish goes along to the next one.
      if (this.#stillConnected() && this.#targetLanguage === targetLanguage) this.#targetLanguage = before;
      throw error;
    }
  }

  /** Tells the server that the playback was stopped on this side. */
  pausePlayback(): Promise<PlaybackPaused> {
    return this.request({ action: "pausePlayback" }, (answer) => answer.type === "playbackPaused");
  }

  /**
   * All of it in the query, so that a resumed place is not counted against the rate of new connections. None of it is
   * worth stealing from a log: the token is used up by this very request.
   */
  protected override entrance(refreshing: boolean): Entrance {
    this.#asked = this.#targetLanguage;
    const place = {
      sessionId: this.sessionId,
      targetLanguage: this.#targetLanguage,
      ...(this.#resumeToken === undefined ? {} : { resumeToken: this.#resumeToken }),
    };
    return refreshing
      ? {
          query: { action: "refreshConnection", role: "listener", ...place },
          greeting: { action: "refreshConnection", role: "listener", ...place },
          queryAsks: true,
        }
      : { query: place, greeting: { action: "joinSession", ...place }, queryAsks: true };
  }

  protected override grants(message: ServerMessage): boolean {
    return message.type === "sessionJoined" || message.type === "connectionRefreshComplete";
  }

  #stillConnected(): boolean {
    return this.state.name === "connected";
  }

  /** The language may have been changed while the join was on its way. */
  #followWish(joined: string): void {
    if (this.#targetLanguage !== this.#asked) {
      this.changeLanguage(this.#targetLanguage).catch(() => {});
    } else {
      this.#targetLanguage = joined;
    }
  }
}
