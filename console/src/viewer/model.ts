/** A session as one sees it who may look on, and do nothing else. */

import { getHistory, type HistoryPoint, Watcher } from "@headcount/client";
import { AudienceModel } from "../audience";
import { SERVER } from "../base";

export class ViewerModel extends AudienceModel {
  readonly #token: string;
  readonly #watcher: Watcher;

  constructor(sessionId: string, token: string) {
    super(sessionId);
    this.#token = token;
    this.#watcher = new Watcher({ url: SERVER, sessionId, token });
    this.follow(this.#watcher);
    // More has happened than the server remembers word for word.
    this.#watcher.on("resync", () => void this.recall());
    this.#watcher.start();
  }

  close(): void {
    this.#watcher.close();
  }

  retry(): void {
    this.#watcher.retry();
  }

  protected override async past(from: number): Promise<readonly HistoryPoint[]> {
    return (await getHistory({ url: SERVER, sessionId: this.sessionId, token: this.#token, from })).points;
  }
}
