/** Which view is shown: by what comes after the #, so that the page works wherever it is mounted. */

import { signal } from "@preact/signals";

export type Route =
  | { view: "start" }
  | { view: "speak"; sessionId: string; stage: boolean }
  | { view: "join"; sessionId: string }
  | { view: "organise" };

/** The view that the address asks for; what it does not know is the start. */
export const route = signal<Route>(read());

addEventListener("hashchange", () => {
  route.value = read();
});

/** Goes to a view. */
export function go(to: Route, how: "push" | "replace" = "push"): void {
  if (how === "push") {
    location.hash = write(to);
  } else {
    history.replaceState(null, "", write(to));
    route.value = to;
  }
}

/** The address of a view, for links. */
export function write(to: Route): string {
  switch (to.view) {
    case "start":
      return "#/";
    case "speak":
      return `#/speak/${encodeURIComponent(to.sessionId)}${to.stage ? "/stage" : ""}`;
    case "join":
      return `#/join/${encodeURIComponent(to.sessionId)}`;
    case "organise":
      return "#/organise";
  }
}

function read(): Route {
  const [view, encoded, mode] = location.hash.replace(/^#\/?/, "").split("/");
  const sessionId = decode(encoded);
  if (view === "speak" && sessionId !== "") return { view, sessionId, stage: mode === "stage" };
  if (view === "join" && sessionId !== "") return { view, sessionId };
  if (view === "organise") return { view };
  return { view: "start" };
}

function decode(text = ""): string {
  try {
    return decodeURIComponent(text).toLowerCase();
  } catch {
    return "";
  }
}
