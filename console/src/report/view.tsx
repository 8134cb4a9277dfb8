/** A report as a page of its own, for speakers and organisers. */

import { useEffect, useState } from "preact/hooks";
import { Header } from "../parts/header";
import { TokenForm } from "../parts/token-form";
import { write } from "../route";
import { operatorToken, reportToken, speakerToken } from "../vault";
import { ReportSection } from "./section";

export function ReportView({ sessionId }: { sessionId: string }) {
  const [token, setToken] = useState(() => reportToken(sessionId));
  useEffect(() => {
    document.title = `Report · ${sessionId}`;
  }, [sessionId]);
  return (
    <>
      <Header>
        <h1 class="session-name" tabIndex={-1}>
          {sessionId}
        </h1>
        <WayBack sessionId={sessionId} />
      </Header>
      {token === undefined ? (
        <TokenForm
          title="See the report"
          text="The report of a session is for its speaker and for operators."
          label="Speaker token or operator token"
          button="Show the report"
          onToken={setToken}
        />
      ) : (
        <main class="overview">
          <ReportSection key={token} sessionId={sessionId} token={token} onDenied={() => setToken(undefined)} />
        </main>
      )}
    </>
  );
}

function WayBack({ sessionId }: { sessionId: string }) {
  if (speakerToken(sessionId) !== undefined) {
    return (
      <a class="way" href={write({ view: "speak", sessionId, stage: false })}>
        To the desk
      </a>
    );
  }
  if (operatorToken() === undefined) return null;
  return (
    <a class="way" href={write({ view: "organise" })}>
      All sessions
    </a>
  );
}
