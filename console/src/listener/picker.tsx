/** Chooses a language: the reader's own first, then all, with a filter. */

import { useMemo, useState } from "preact/hooks";
import { canonicalTag, type LanguageName, offeredLanguages, preferredLanguages } from "../languages";
import { Language } from "../parts/language";

interface Props {
  chosen: string | undefined;
  /** The only languages there are, where that is known. */
  supported: readonly string[] | undefined;
  onChoose(tag: string): void;
}

export function Picker({ chosen, supported, onChoose }: Props) {
  const [filter, setFilter] = useState("");
  const all = useMemo(() => offeredLanguages(supported), [supported]);
  const own = useMemo(() => preferredLanguages(supported), [supported]);
  const found = all.filter((language) => matches(language, filter));
  const typed = found.length === 0 && supported === undefined ? canonicalTag(filter) : undefined;
  return (
    <div class="picker">
      {own.length > 0 && (
        <section aria-labelledby="own-languages">
          <h2 id="own-languages">Yours</h2>
          <Choices languages={own} chosen={chosen} onChoose={onChoose} />
        </section>
      )}
      <section aria-labelledby="all-languages">
        <h2 id="all-languages">{supported === undefined ? "All languages" : "The languages here"}</h2>
        <label class="field">
          <span>Find</span>
          <input
            type="search"
            autocomplete="off"
            spellcheck={false}
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
        </label>
        <Choices languages={found} chosen={chosen} onChoose={onChoose} />
        {typed !== undefined && (
          <button type="button" onClick={() => onChoose(typed)}>
            Ask for “{typed}”
          </button>
        )}
        {found.length === 0 && typed === undefined && <p class="empty">No language is called that.</p>}
      </section>
    </div>
  );
}

function Choices({
  languages,
  chosen,
  onChoose,
}: {
  languages: LanguageName[];
  chosen: string | undefined;
  onChoose(tag: string): void;
}) {
  return (
    <ul class="choices">
      {languages.map(({ tag }) => (
        <li key={tag}>
          <button
            type="button"
            class="choice"
            data-language={tag}
            aria-pressed={tag === chosen}
            onClick={() => onChoose(tag)}
          >
            <Language tag={tag} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function matches({ tag, own, english }: LanguageName, filter: string): boolean {
  const wanted = plain(filter);
  return (
    wanted === "" || plain(tag).startsWith(wanted) || plain(own).includes(wanted) || plain(english).includes(wanted)
  );
}

/** Without case and accents, as people type. */
function plain(text: string): string {
  return text
    .trim()
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}
