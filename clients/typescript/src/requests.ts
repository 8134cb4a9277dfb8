/** What was asked on a connection and is not answered yet. */

import { HeadcountError } from "./errors.js";
import type { ServerMessage } from "./messages.js";

interface Request {
  settle(message: ServerMessage): boolean;
  fail(error: HeadcountError): void;
}

/**
 * Answers carry no number; they come in the order of the questions. So an answer belongs to the oldest question that
 * it can answer, and an error to the oldest question.
 */
export class Requests {
  #waiting: Request[] = [];

  /** Waits for the answer that `accepts` knows. */
  wait<Answer extends ServerMessage>(accepts: (message: ServerMessage) => message is Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        settle: (message) => {
          if (!accepts(message)) return false;
          resolve(message);
          return true;
        },
        fail: reject,
      });
    });
  }

  /** Takes what the server said. */
  take(message: ServerMessage): void {
    if (message.type === "error") {
      this.#waiting.shift()?.fail(HeadcountError.of(message));
      return;
    }
    const answered = this.#waiting.findIndex((request) => request.settle(message));
    if (answered >= 0) this.#waiting.splice(answered, 1);
  }

  /** The connection is gone, and no answer will come. */
  lose(): void {
    const lost = this.#waiting;
    this.#waiting = [];
    for (const request of lost) {
      request.fail(new HeadcountError("CONNECTION_LOST", "The connection was lost before the answer came"));
    }
  }
}
