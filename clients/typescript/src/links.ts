/** Links that let others look on: at all of a session, or at one language, and at nothing else. */

import { ask, type SessionOptions } from "./http.js";
import type { CreatedLink, LinkList, ReadOnlyLink } from "./messages.js";

export interface CreateLinkOptions extends SessionOptions {
  /** The one language that it shows; all of the session unless given. */
  language?: string | undefined;
  /** After how many seconds it opens nothing any more; at the end of the session unless given. */
  expiresIn?: number | undefined;
  /** What people call it, of 64 characters at the most. */
  label?: string | undefined;
}

export interface RevokeLinkOptions extends SessionOptions {
  linkId: string;
}

/** Makes a link, for the speaker of a session and for operators. What opens it is said this once. */
export async function createLink(options: CreateLinkOptions): Promise<CreatedLink> {
  const { language, expiresIn, label } = options;
  const body = { scope: language === undefined ? "all" : "language", language, expiresIn, label };
  return (await ask(options, "POST", ["sessions", options.sessionId, "links"], body)) as CreatedLink;
}

/** The links of a session that are good still, the oldest first. */
export async function listLinks(options: SessionOptions): Promise<ReadOnlyLink[]> {
  return ((await ask(options, "GET", ["sessions", options.sessionId, "links"])) as LinkList).links;
}

/** Revokes a link: who looks on by it is cut off at once. */
export async function revokeLink(options: RevokeLinkOptions): Promise<void> {
  await ask(options, "DELETE", ["sessions", options.sessionId, "links", options.linkId]);
}
