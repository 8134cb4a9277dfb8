/** One who speaks. */

import { type Entrance, Link, type LinkOptions } from "./link.js";
import type {
  BroadcastMuted,
  BroadcastPaused,
  BroadcastResumed,
  BroadcastUnmuted,
  ServerMessage,
  SessionEnded,
  SessionHistory,
  SessionStatus,
  SpeakerStateChanged,
  StateChange,
  VolumeChanged,
} from "./messages.js";
import type { HistorySpan } from "./past.js";

export interface SpeakerOptions extends LinkOptions {
  sessionId: string;
  /** The `speakerToken` of the session, or a login token of the user who created it. It is sent in a message only. */
  token: string;
  /** `full` to have `audience` in every status. */
  statusDetail?: "full" | undefined;
  /** `signals` to hear also of what should not be overlooked: `languageDrop` and the like. */
  events?: "signals" | undefined;
}

/**
 * The speaker's seat in a session. Statuses come by themselves, as `sessionStatus`, whenever there is something to
 * tell, and half a minute after the last one if there is not. A session has one seat, and the newest connection that
 * proves itself has it; to look without taking it, see `getStatus`.
 */
export class Speaker extends Link {
  readonly sessionId: string;
  readonly #token: string;
  readonly #statusDetail: "full" | undefined;
  readonly #events: "signals" | undefined;

  constructor(options: SpeakerOptions) {
    super(options);
    this.sessionId = options.sessionId;
    this.#token = options.token;
    this.#statusDetail = options.statusDetail;
    this.#events = options.events;
  }

  /** Asks who is listening. A server answers a few such questions a second. */
  getStatus(detail?: "full"): Promise<SessionStatus> {
    return this.request(
      { action: "getSessionStatus", ...(detail === undefined ? {} : { detail }) },
      (answer): answer is SessionStatus => answer.type === "sessionStatus" && answer.updateReason === "requested",
    );
  }

  /** Asks how it went until now. It counts as a question like `getStatus`. */
  getHistory(span: HistorySpan = {}): Promise<SessionHistory> {
    return this.request({ action: "getSessionHistory", ...span }, (answer) => answer.type === "sessionHistory");
  }

  pause(): Promise<BroadcastPaused> {
    return this.request({ action: "pauseBroadcast" }, (answer) => answer.type === "broadcastPaused");
  }

  resume(): Promise<BroadcastResumed> {
    return this.request({ action: "resumeBroadcast" }, (answer) => answer.type === "broadcastResumed");
  }

  mute(): Promise<BroadcastMuted> {
    return this.request({ action: "muteBroadcast" }, (answer) => answer.type === "broadcastMuted");
  }

  unmute(): Promise<BroadcastUnmuted> {
    return this.request({ action: "unmuteBroadcast" }, (answer) => answer.type === "broadcastUnmuted");
  }

  /** `volumeLevel` is from 0.0 to 1.0. */
  setVolume(volumeLevel: number): Promise<VolumeChanged> {
    return this.request({ action: "setVolume", volumeLevel }, (answer) => answer.type === "volumeChanged");
  }

  /** Several changes at once. */
  change(state: StateChange): Promise<SpeakerStateChanged> {
    return this.request({ action: "speakerStateChange", state }, (answer) => answer.type === "speakerStateChanged");
  }

  /** Ends the session for everybody. */
  end(reason?: string): Promise<SessionEnded> {
    return this.request(
      { action: "endSession", ...(reason === undefined ? {} : { reason }) },
      (answer) => answer.type === "sessionEnded",
    );
  }

  protected override entrance(_refreshing: boolean): Entrance {
    return {
      query: { statusDetail: this.#statusDetail, events: this.#events },
      greeting: {
        action: "refreshConnection",
        sessionId: this.sessionId,
        role: "speaker",
        token: this.#token,
      },
      queryAsks: false,
    };
  }

  protected override grants(message: ServerMessage): boolean {
    return message.type === "connectionRefreshComplete";
  }
}
