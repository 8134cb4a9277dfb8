/** Lets others look on: makes links that show the numbers and open nothing else, and revokes them. */

import type { CreatedLink, ReadOnlyLink } from "@headcount/client";
import { useMemo, useState } from "preact/hooks";
import { viewLink } from "../base";
import { dayAndTime } from "../format";
import { languageName, offeredLanguages } from "../languages";
import { Copy } from "../parts/copy";
import { Language } from "../parts/language";
import { Notice } from "../parts/notice";
import { speakerToken } from "../vault";
import type { SpeakerModel } from "./model";
import { SharingModel } from "./sharing";

/** The longest label that a server takes, in characters. */
const LABEL = 64;
const HOUR = 60 * 60;
const SPANS: readonly [string, number | undefined][] = [
  ["until the end of the session", undefined],
  ["for an hour", HOUR],
  ["for six hours", 6 * HOUR],
  ["for a day", 24 * HOUR],
];

export function Share({ model }: { model: SpeakerModel }) {
  const { sessionId } = model;
  const sharing = useMemo(() => new SharingModel(sessionId, speakerToken(sessionId) ?? ""), [sessionId]);
  const { links, made, trouble } = sharing;
  // Nothing of it is made before somebody looks: a broadcast is drawn often enough.
  const [open, setOpen] = useState(false);
  const toggle = (now: boolean): void => {
    setOpen(now);
    if (now) void sharing.list();
  };
  return (
    <section class="share" aria-label="Share">
      <details onToggle={(event) => toggle(event.currentTarget.open)}>
        <summary>Share the numbers</summary>
        <p>A link shows what you see here, live, or one language only. Whoever has it can change nothing.</p>
        {open && <Wishes model={model} sharing={sharing} />}
        <div role="status">
          {trouble.value !== undefined && <Notice kind="problem">{trouble.value}</Notice>}
          {made.value !== undefined && <Made sessionId={sessionId} link={made.value} />}
        </div>
        {links.value !== undefined && <List links={links.value} onRevoke={(linkId) => void sharing.revoke(linkId)} />}
      </details>
    </section>
  );
}

function Wishes({ model, sharing }: { model: SpeakerModel; sharing: SharingModel }) {
  // As they were when it was opened: a list that changes while one chooses from it is of no use.
  const heard = useMemo(() => {
    const tags = Object.keys(model.status.peek()?.languageDistribution ?? {});
    return tags.filter((tag) => languageName(tag).isLanguage);
  }, [model]);
  return (
    <form
      class="wishes"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const text = (name: string): string | undefined => (form.get(name) as string | null)?.trim() || undefined;
        void sharing.create({
          language: text("language"),
          expiresIn: SPANS[Number(text("span"))]?.[1],
          label: text("label"),
        });
      }}
    >
      <label class="field">
        <span>What it shows</span>
        <select name="language">
          <option value="">Everything</option>
          {heard.length > 0 && <Options name="Heard now" tags={heard} />}
          <Options name="Other languages" tags={rest(heard)} />
        </select>
      </label>
      <label class="field">
        <span>How long</span>
        <select name="span">
          {SPANS.map(([name], place) => (
            <option key={name} value={place}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Whom it is for</span>
        <input name="label" maxLength={LABEL} autocomplete="off" placeholder="Booth 3" />
      </label>
      <button type="submit">Make a link</button>
    </form>
  );
}

function Options({ name, tags }: { name: string; tags: readonly string[] }) {
  return (
    <optgroup label={name}>
      {tags.map((tag) => (
        <option key={tag} value={tag}>
          {languageName(tag).english}
        </option>
      ))}
    </optgroup>
  );
}

function rest(heard: readonly string[]): string[] {
  return offeredLanguages()
    .map(({ tag }) => tag)
    .filter((tag) => !heard.includes(tag));
}

function Made({ sessionId, link: { token, language } }: { sessionId: string; link: CreatedLink }) {
  const address = viewLink(sessionId, token, language);
  return (
    <div class="made">
      <p>Here it is. It is shown this once:</p>
      <p>
        <a href={address} target="_blank" rel="noreferrer">
          {address.replace(/^https?:\/\//, "")}
        </a>
      </p>
      <Copy text={address} />
    </div>
  );
}

function List({ links, onRevoke }: { links: readonly ReadOnlyLink[]; onRevoke(linkId: string): void }) {
  if (links.length === 0) return <p class="empty">No link opens anything.</p>;
  return (
    <ul class="links" aria-label="Links">
      {links.map(({ linkId, label, language, expiresAt }) => {
        const name = label ?? (language === undefined ? "Everything" : languageName(language).english);
        return (
          <li key={linkId} data-link={linkId}>
            <span>
              <strong>{name}</strong>{" "}
              {label !== undefined && (language === undefined ? "everything" : <Language tag={language} />)}{" "}
              <span class="hint">until {dayAndTime(expiresAt)}</span>
            </span>
            <button type="button" class="quiet" aria-label={`Revoke ${name}`} onClick={() => onRevoke(linkId)}>
              Revoke
            </button>
          </li>
        );
      })}
    </ul>
  );
}
