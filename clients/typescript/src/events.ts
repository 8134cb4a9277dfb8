/** Server-Sent Events, taken apart (WHATWG HTML, section 9.2.6), as far as a stream of Headcount's uses them. */

/** One event that was heard to its end. */
export interface StreamEvent {
  /** What to come back with, to hear what came after it; empty before any was said. */
  id: string;
  data: string;
}

/** The longest event that is waited for, in characters; a longer one is passed over. */
const LONGEST = 1_000_000;

/** Takes pieces of the stream as they come and gives the events that are complete. */
export class EventParser {
  #rest = "";
  #data: string[] = [];
  #length = 0;
  #id = "";

  /** The last identifier that was said. */
  get lastId(): string {
    return this.#id;
  }

  push(piece: string): StreamEvent[] {
    // A carriage return at the end may be half of a line's end.
    const text = this.#rest + piece;
    const whole = text.endsWith("\r") ? text.length - 1 : text.length;
    const lines = text.slice(0, whole).split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? "") + text.slice(whole);
    if (this.#rest.length > LONGEST) this.#rest = "";
    return lines.flatMap((line) => this.#take(line));
  }

  #take(line: string): StreamEvent[] {
    if (line === "") return this.#dispatch();
    const [, name = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (name === "id" && !value.includes("\0")) this.#id = value;
    if (name === "data" && this.#length + value.length <= LONGEST) {
      this.#data.push(value);
      this.#length += value.length;
    }
    // The name of an event is the type in its data; when to come back is for this client to know.
    return [];
  }

  #dispatch(): StreamEvent[] {
    const data = this.#data.join("\n");
    this.#data = [];
    this.#length = 0;
    return data === "" ? [] : [{ id: this.#id, data }];
  }
}
