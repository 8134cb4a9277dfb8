/** The read-only links of a session, as its speaker makes and revokes them. */

import {
  type CreatedLink,
  createLink,
  HeadcountError,
  listLinks,
  type ReadOnlyLink,
  revokeLink,
} from "@headcount/client";
import { signal } from "@preact/signals";
import { SERVER } from "../base";

export interface Wish {
  /** All of the session unless there is one. */
  language: string | undefined;
  /** In seconds; until the end of the session unless given. */
  expiresIn: number | undefined;
  label: string | undefined;
}

export class SharingModel {
  /** Those that open something; `undefined` until they are known. */
  readonly links = signal<readonly ReadOnlyLink[] | undefined>(undefined);
  /** The one that was made last. Its token is known this once, so it is shown until the next one is made. */
  readonly made = signal<CreatedLink | undefined>(undefined);
  readonly trouble = signal<string | undefined>(undefined);
  readonly #session: { url: string; sessionId: string; token: string };

  constructor(sessionId: string, token: string) {
    this.#session = { url: SERVER, sessionId, token };
  }

  /** Asks which there are. */
  list(): Promise<void> {
    return this.#try(async () => {
      this.links.value = await listLinks(this.#session);
    });
  }

  create(wish: Wish): Promise<void> {
    return this.#try(async () => {
      this.made.value = await createLink({ ...this.#session, ...wish });
      this.links.value = await listLinks(this.#session);
    });
  }

  revoke(linkId: string): Promise<void> {
    return this.#try(async () => {
      await revokeLink({ ...this.#session, linkId });
      if (this.made.value?.linkId === linkId) this.made.value = undefined;
      this.links.value = await listLinks(this.#session);
    });
  }

  async #try(act: () => Promise<void>): Promise<void> {
    this.trouble.value = undefined;
    try {
      await act();
    } catch (error) {
      this.trouble.value = error instanceof HeadcountError ? error.message : "Something went wrong";
    }
  }
}
