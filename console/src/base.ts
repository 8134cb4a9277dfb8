/** Where the server is: wherever this page came from. */

import { write } from "./route";

/** The address of the server that serves this page, whatever it is mounted at. */
export const SERVER = new URL(".", location.href).href;

/** The link that a listener opens. */
export function joinLink(sessionId: string): string {
  return SERVER + write({ view: "join", sessionId });
}

/** The link by which others look on: what a server gives out, and which language it is for, where it is for one. */
export function viewLink(sessionId: string, token: string, language: string | undefined): string {
  return SERVER + write({ view: "view", sessionId, token, language });
}

/** Whether the page was opened by a name that only this machine knows, so that its links lead nowhere else. */
export function isLocal(): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
}
