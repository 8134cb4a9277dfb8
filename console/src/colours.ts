/** Which colour a language has: the same in the bars and in the bands of the curve, for as long as the page is open. */

/** How many languages have a colour of their own; style/colours.css has as many. */
export const SLOTS = 8;

/**
 * Gives out the colours. A language that is among the largest gets one that nobody has, or that of a language which
 * nobody hears any more, or else that of one which is no longer among the largest and has less than two thirds of its listeners.
 * So colours stay where they are while an audience only sways.
 */
export class Colours {
  readonly #slots: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined);

  /** Takes notice of a distribution, the largest first. */
  observe(distribution: Readonly<Record<string, number>>): void {
    const languages = Object.keys(distribution).filter((tag) => tag !== "other" && tag !== "unknown");
    const largest = languages.slice(0, SLOTS);
    for (const tag of largest) {
      if (this.#slots.includes(tag)) continue;
      const slot = this.#slotFor(distribution[tag] ?? 0, largest, distribution);
      if (slot >= 0) this.#slots[slot] = tag;
    }
  }

  /** The colour of a language, from 0; `undefined` for the neutral one, which many may share. */
  of(tag: string): number | undefined {
    const slot = this.#slots.indexOf(tag);
    return slot < 0 ? undefined : slot;
  }

  /** The languages that have a colour. */
  coloured(): string[] {
    return this.#slots.filter((tag) => tag !== undefined);
  }

  #slotFor(heard: number, largest: readonly string[], distribution: Readonly<Record<string, number>>): number {
    const worth = (tag: string): number =>
      largest.includes(tag) ? Number.POSITIVE_INFINITY : (distribution[tag] ?? 0);
    const values = this.#slots.map((tag) => (tag === undefined ? -1 : worth(tag)));
    const least = Math.min(...values);
    return least * 3 < heard * 2 ? values.indexOf(least) : -1;
  }
}
