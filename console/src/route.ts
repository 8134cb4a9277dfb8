/** Which view is shown: by what comes after the #, so that the page works wherever it is mounted. */

import { signal } from "@preact/signals";

export type Route =
  | { view: "start" }
  | { view: "speak"; sessionId: string; stage: boolean }
  | { view: "join"; sessionId: string }
  /** Looks on by a read-only link; the language is there where the link is for one. */
  | { view: "view"; sessionId: string; token: string; language: string | undefined }
  | { view: "report"; sessionId: string }
  | { view: "organise" };

/** The view that the address asks for; what it does not know is the start. */
export const route = signal<Route>(read());

addEventListener("hashchange", () => {
  const asked = read();
  if (write(asked) !== write(route.value)) route.value = asked;
});

/** Goes to a view. */
export function go(to: Route, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", write(to));
  else history.replaceState(null, "", write(to));
  // At once: a key that is pressed before the browser says that the address has changed is meant for the new view.
  route.value = to;
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
    case "view":
      return `#/view/${[to.sessionId, to.token, to.language ?? []].flat().map(encodeURIComponent).join("/")}`;
    case "report":
      return `#/report/${encodeURIComponent(to.sessionId)}`;
    case "organise":
      return "#/organise";
  }
}

function read(): Route {
  const [view, name, mode, more] = location.hash.replace(/^#\/?/, "").split("/");
  const sessionId = decode(name).toLowerCase();
  if (view === "speak" && sessionId !== "") return { view, sessionId, stage: mode === "stage" };
  if (view === "join" && sessionId !== "") return { view, sessionId };
  if (view === "view" && sessionId !== "" && decode(mode) !== "") {
    return { view, sessionId, token: decode(mode), language: decode(more) || undefined };
  }
  if (view === "report" && sessionId !== "") return { view, sessionId };
  if (view === "organise") return { view };
  return { view: "start" };
}

function decode(text = ""): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
