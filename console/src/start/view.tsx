/** Where everybody begins. */

import { createSession, HeadcountError } from "@headcount/client";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { SERVER } from "../base";
import { offeredLanguages, preferredLanguages } from "../languages";
import { Header } from "../parts/header";
import { Notice } from "../parts/notice";
import { go, write } from "../route";
import { endedSessions, keepSpeaker, spokenSessions } from "../vault";

export function StartView() {
  useEffect(() => {
    document.title = "Headcount";
  }, []);
  const mine = spokenSessions();
  return (
    <>
      <Header />
      <main class="start">
        <h1 tabIndex={-1}>Who is listening, right now?</h1>
        <p class="lead">How many, in which languages, for how long: while you speak.</p>
        <div class="doors">
          <NewSession />
          <Back mine={mine} />
          <Listen />
        </div>
        <Reports sessions={endedSessions()} />
        <p class="aside">
          <a href={write({ view: "organise" })}>All sessions, for organisers</a>
        </p>
      </main>
    </>
  );
}

function NewSession() {
  const [needsToken, setNeedsToken] = useState(false);
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const own = preferredLanguages()[0]?.tag ?? "en";

  const create = async (form: FormData): Promise<void> => {
    setBusy(true);
    setTrouble(undefined);
    const token = text(form, "token");
    try {
      const { sessionId, speakerToken } = await createSession({
        url: SERVER,
        sourceLanguage: text(form, "language"),
        token: token === "" ? undefined : token,
      });
      keepSpeaker(sessionId, speakerToken);
      go({ view: "speak", sessionId, stage: false });
    } catch (error) {
      const refused = error instanceof HeadcountError ? error : undefined;
      const wantsLogin = refused?.code === "UNAUTHORIZED";
      setNeedsToken(needsToken || wantsLogin);
      setTrouble(
        wantsLogin && !needsToken
          ? "This server asks speakers to log in."
          : (refused?.message ?? "Something went wrong"),
      );
    } finally {
      setBusy(false);
    }
  };

  return (
    <Door title="Speak" onSubmit={(form) => void create(form)}>
      <label class="field">
        <span>You speak</span>
        <select name="language" defaultValue={own}>
          {offeredLanguages().map(({ tag, own: name, english }) => (
            <option key={tag} value={tag} selected={tag === own}>
              {name === english ? name : `${name} (${english})`}
            </option>
          ))}
        </select>
      </label>
      {needsToken && (
        <label class="field">
          <span>Login token</span>
          <input name="token" type="password" autocomplete="off" required />
        </label>
      )}
      <div role="status">{trouble !== undefined && <Notice kind="problem">{trouble}</Notice>}</div>
      <button type="submit" disabled={busy}>
        Create a session
      </button>
    </Door>
  );
}

function Back({ mine }: { mine: string[] }) {
  return (
    <Door
      title="Come back"
      onSubmit={(form) => {
        const sessionId = text(form, "session");
        const token = text(form, "token");
        if (token !== "") keepSpeaker(sessionId, token);
        go({ view: "speak", sessionId, stage: false });
      }}
    >
      {mine.length > 0 && (
        <ul class="mine">
          {mine.map((sessionId) => (
            <li key={sessionId}>
              <a href={write({ view: "speak", sessionId, stage: false })}>{sessionId}</a>
            </li>
          ))}
        </ul>
      )}
      <SessionField />
      <label class="field">
        <span>Speaker token</span>
        <input name="token" type="password" autocomplete="off" required />
      </label>
      <button type="submit">Take the seat</button>
    </Door>
  );
}

/** The sessions whose end this tab has seen. */
function Reports({ sessions }: { sessions: string[] }) {
  if (sessions.length === 0) return null;
  return (
    <ul class="mine aside" aria-label="Reports">
      {sessions.map((sessionId) => (
        <li key={sessionId}>
          <a href={write({ view: "report", sessionId })}>Report of {sessionId}</a>
        </li>
      ))}
    </ul>
  );
}

function Listen() {
  return (
    <Door title="Listen" onSubmit={(form) => go({ view: "join", sessionId: text(form, "session") })}>
      <SessionField />
      <button type="submit">Choose a language</button>
    </Door>
  );
}

function SessionField() {
  return (
    <label class="field">
      <span>Session</span>
      <input
        name="session"
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        pattern="\s*[A-Za-z]+-[A-Za-z]+-[1-9][0-9][0-9]\s*"
        placeholder="golden-eagle-427"
        title="A name such as golden-eagle-427"
      />
    </label>
  );
}

function Door({
  title,
  onSubmit,
  children,
}: {
  title: string;
  onSubmit(form: FormData): void;
  children: ComponentChildren;
}) {
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(new FormData(event.currentTarget));
      }}
    >
      <h2>{title}</h2>
      {children}
    </form>
  );
}

function text(form: FormData, name: string): string {
  const value = form.get(name);
  const trimmed = typeof value === "string" ? value.trim() : "";
  return name === "session" ? trimmed.toLowerCase() : trimmed;
}
