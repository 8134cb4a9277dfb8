/** Where a server's WebSocket and its HTTP resources are. */

/** The address of the WebSocket: `https://host/prod/` is reached at `wss://host/prod`. */
export function socketAddress(base: string, query: Record<string, string | undefined>): string {
  const url = new URL(base);
  url.protocol = url.protocol === "https:" || url.protocol === "wss:" ? "wss:" : "ws:";
  url.pathname = url.pathname.replace(/\/+$/, "");
  return withQuery(url, query);
}

/** The address of an HTTP resource below the base. */
export function resourceAddress(base: string, path: string[], query: Record<string, string | undefined> = {}): string {
  const url = new URL(base);
  url.protocol = url.protocol === "https:" || url.protocol === "wss:" ? "https:" : "http:";
  url.pathname = [url.pathname.replace(/\/+$/, ""), ...path.map(encodeURIComponent)].join("/");
  return withQuery(url, query);
}

function withQuery(url: URL, query: Record<string, string | undefined>): string {
  url.search = "";
  url.hash = "";
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}
