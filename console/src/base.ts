/** Where the server is: wherever this page came from. */

/** The address of the server that serves this page, whatever it is mounted at. */
export const SERVER = new URL(".", location.href).href;

/** The link that a listener opens. */
export function joinLink(sessionId: string): string {
  return `${SERVER}#/join/${encodeURIComponent(sessionId)}`;
}

/** Whether the page was opened by a name that only this machine knows, so that its links lead nowhere else. */
export function isLocal(): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
}
