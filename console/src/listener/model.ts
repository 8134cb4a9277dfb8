/** A listener's connection, as the page shows it. */

import {
  type ErrorMessage,
  getSession,
  HeadcountError,
  Listener,
  type PublicSession,
  type State,
} from "@headcount/client";
import { signal } from "@preact/signals";
import { SERVER } from "../base";

/** What the speaker does, as far as a listener is told. */
export interface Heard {
  paused: boolean;
  muted: boolean;
  /** `undefined` until the speaker changes it: nobody tells a listener what it was before. */
  volume: number | undefined;
}

export class ListenerModel {
  readonly sessionId: string;
  readonly session = signal<PublicSession | undefined>(undefined);
  readonly state = signal<State>({ name: "idle" });
  readonly language = signal<string | undefined>(undefined);
  readonly heard = signal<Heard>({ paused: false, muted: false, volume: undefined });
  /** The languages there are, where the server has said so. */
  readonly supported = signal<readonly string[] | undefined>(undefined);
  readonly trouble = signal<string | undefined>(undefined);
  /** There is no such session, or it is over. */
  readonly missing = signal(false);
  #listener: Listener | undefined;
  #wasCut = false;
  readonly #over = new AbortController();

  constructor(sessionId: string) {
    this.sessionId = sessionId;
    void this.#lookUp();
  }

  /** Listens in this language: joins, or changes over. */
  async listen(tag: string): Promise<void> {
    this.trouble.value = undefined;
    if (this.#listener === undefined || this.state.value.name === "closed") {
      this.#join(tag);
      return;
    }
    try {
      await this.#listener.changeLanguage(tag);
      this.language.value = this.#listener.targetLanguage;
    } catch (error) {
      this.#fail(error);
    }
  }

  retry(): void {
    this.#listener?.retry();
  }

  leave(): void {
    this.#listener?.close();
    this.#listener = undefined;
    this.state.value = { name: "idle" };
    this.language.value = undefined;
  }

  close(): void {
    this.#over.abort();
  }

  async #lookUp(): Promise<void> {
    const before = this.heard.value;
    try {
      const session = await getSession({ url: SERVER, sessionId: this.sessionId, signal: this.#over.signal });
      this.session.value = session;
      // What the speaker has done since it was asked is newer than the answer.
      if (this.heard.value === before) this.#hear({ paused: session.status === "paused" });
    } catch (error) {
      if (!this.#over.signal.aborted) this.#fail(error);
    }
  }

  #join(tag: string): void {
    const listener = new Listener({
      url: SERVER,
      sessionId: this.sessionId,
      targetLanguage: tag,
      signal: this.#over.signal,
    });
    this.#listener = listener;
    this.language.value = tag;
    listener.on("state", (state) => this.#stands(listener, state));
    listener.on("sessionJoined", ({ targetLanguage }) => {
      this.language.value = targetLanguage;
    });
    listener.on("broadcastPaused", () => this.#hear({ paused: true }));
    listener.on("broadcastResumed", () => this.#hear({ paused: false }));
    listener.on("broadcastMuted", () => this.#hear({ muted: true }));
    listener.on("broadcastUnmuted", () => this.#hear({ muted: false }));
    listener.on("volumeChanged", ({ volumeLevel }) => this.#hear({ volume: volumeLevel }));
    listener.on("speakerStateChanged", ({ broadcastState: { isPaused, isMuted, volume } }) => {
      this.#hear({ paused: isPaused, muted: isMuted, volume });
    });
    listener.start();
  }

  #stands(listener: Listener, state: State): void {
    if (listener !== this.#listener) return;
    if (state.name === "closed" && state.because.kind === "refused") this.#refused(state.because.error);
    // What the speaker did meanwhile was not heard.
    if (state.name === "connected" && this.#wasCut) void this.#lookUp();
    this.#wasCut = state.name === "waiting" || (state.name === "connecting" && this.#wasCut);
    this.state.value = state;
  }

  #refused(error: ErrorMessage | undefined): void {
    this.language.value = undefined;
    if (error !== undefined) this.#fail(HeadcountError.of(error));
  }

  #fail(error: unknown): void {
    if (!(error instanceof HeadcountError)) {
      this.trouble.value = "Something went wrong";
      return;
    }
    this.missing.value ||= error.code === "SESSION_NOT_FOUND" || error.code === "INVALID_SESSION_ID";
    const { supportedLanguages } = error.details;
    if (supportedLanguages !== undefined) this.supported.value = supportedLanguages;
    this.trouble.value =
      error.code === "UNSUPPORTED_LANGUAGE"
        ? "This language is not translated here. Choose one of these."
        : error.message;
  }

  #hear(change: Partial<Heard>): void {
    this.heard.value = { ...this.heard.value, ...change };
  }
}
