/** The console: one page, several views. */

import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "@preact/signals";
import { ListenerView } from "./listener/view";
import { OrganiserView } from "./organiser/view";
import { ReportView } from "./report/view";
import { type Route, route, write } from "./route";
import { SpeakerView } from "./speaker/view";
import { StartView } from "./start/view";
import { ViewerView } from "./viewer/view";

function App() {
  const current = route.value;
  useFocusOnHeading(current);
  switch (current.view) {
    case "start":
      return <StartView />;
    case "speak":
      return <SpeakerView key={current.sessionId} sessionId={current.sessionId} stage={current.stage} />;
    case "join":
      return <ListenerView key={current.sessionId} sessionId={current.sessionId} />;
    case "view":
      return <ViewerView key={write(current)} {...current} />;
    case "report":
      return <ReportView key={current.sessionId} sessionId={current.sessionId} />;
    case "organise":
      return <OrganiserView />;
  }
}

/** A new view begins at its heading, for keyboards and screen readers; the first one where the browser begins. */
function useFocusOnHeading(current: Route): void {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) document.querySelector<HTMLElement>("h1[tabindex]")?.focus();
    first.current = false;
  }, [current]);
}

const app = document.getElementById("app");
if (app !== null) render(<App />, app);
