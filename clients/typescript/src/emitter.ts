/** Typed events. */

export interface SubscribeOptions {
  /** Ends the subscription. */
  signal?: AbortSignal;
}

type Handler = (value: never) => void;

/** Something that tells its subscribers what happens, each kind of event by its name. */
export class Emitter<Events extends object> {
  readonly #handlers = new Map<keyof Events, Set<Handler>>();

  /** Subscribes to one kind of event; the function that comes back ends the subscription. */
  on<Name extends keyof Events>(
    name: Name,
    handler: (value: Events[Name]) => void,
    { signal }: SubscribeOptions = {},
  ): () => void {
    if (signal?.aborted === true) return () => {};
    const handlers = this.#handlers.get(name) ?? new Set<Handler>();
    this.#handlers.set(name, handlers);
    handlers.add(handler);
    const off = (): void => {
      handlers.delete(handler);
      signal?.removeEventListener("abort", off);
    };
    signal?.addEventListener("abort", off);
    return off;
  }

  /** Tells the subscribers. One that throws stops nobody else: its error goes where uncaught errors go. */
  protected emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const handler of [...(this.#handlers.get(name) ?? [])]) {
      try {
        (handler as (value: Events[Name]) => void)(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
